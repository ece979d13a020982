// The keys of the annotation screen: position means side, distance from the middle means strength.

/** @typedef {{choice: string, strength?: number}} Verdict */

/** @type {Record<string, Verdict>} */
export const verdicts = {
  s: { choice: 'left', strength: 3 }, d: { choice: 'left', strength: 2 }, f: { choice: 'left', strength: 1 },
  j: { choice: 'right', strength: 1 }, k: { choice: 'right', strength: 2 }, l: { choice: 'right', strength: 3 },
  ' ': { choice: 'tie' }, b: { choice: 'both_bad' },
  1: { choice: 'left', strength: 3 }, 2: { choice: 'left', strength: 2 }, 3: { choice: 'left', strength: 1 }, 4: { choice: 'tie' },
  5: { choice: 'right', strength: 1 }, 6: { choice: 'right', strength: 2 }, 7: { choice: 'right', strength: 3 },
};

/** @type {Record<string, string>} */
export const commands = { z: 'undo', x: 'skip', r: 'report', n: 'note', v: 'diff', a: 'aspects', t: 'reasons', g: 'guideline', '?': 'help', Escape: 'close' };

/** Milliseconds after a pair is painted during which keys are ignored: a second press of the same vote must not hit the next pair. */
export const guardMilliseconds = 150;

/**
 * What a key press means, or null when it must be ignored: while text is being composed or typed, on key repeat,
 * with other modifiers, right after a new pair was painted, and when single-key shortcuts are switched off (WCAG 2.1.4).
 * @param {KeyboardEvent} event @param {{sincePaint: number, enabled: boolean}} state
 * @returns {{verdict?: Verdict, command?: string} | null}
 */
export function meaning(event, state) {
  if (event.isComposing || event.keyCode === 229 || event.repeat) { return null; }
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === 'Escape') { return { command: 'close' }; }
  const typing = event.target instanceof Element && event.target.closest('input, textarea, select, [contenteditable]');
  if (typing) { return null; }
  if ((event.ctrlKey || event.metaKey) && key === 'z' && !event.altKey) { return { command: 'undo' }; }
  if (event.ctrlKey || event.metaKey || event.altKey || !state.enabled) { return null; }
  if (commands[key]) { return { command: commands[key] }; }
  const onButton = event.target instanceof Element && event.target.closest('button, a, summary');
  if (key === ' ' && onButton) { return null; }
  if (verdicts[key]) { return state.sincePaint < guardMilliseconds ? null : { verdict: verdicts[key] }; }
  return null;
}
