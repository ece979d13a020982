// Aspects and reasons of a project that has some: native radio buttons and boxes beside the verdict, which stays one key. Without them there is no panel and nothing here happens.

export class Ratings {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.panel = root.querySelector('[data-part="ratings"]');
    this.panel?.addEventListener('keydown', event => {
      const move = { a: () => this.focus('aspects'), t: () => this.focus('reasons'), Enter: () => document.activeElement?.blur(), Escape: () => document.activeElement?.blur() }[event.key];
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || !move) { return; }
      event.preventDefault();
      event.stopPropagation();
      move();
    });
  }

  /** Puts the keyboard on the next aspect or the reasons. @param {'aspects' | 'reasons'} what */
  focus(what) {
    if (what === 'reasons') { this.panel?.querySelector('[data-reasons] input')?.focus(); return; }
    const aspects = [...(this.panel?.querySelectorAll('[data-aspect]') ?? [])];
    const next = aspects[(aspects.findIndex(aspect => aspect.contains(document.activeElement)) + 1) % aspects.length];
    (next?.querySelector('input:checked') ?? next?.querySelector('input[value="0"]'))?.focus();   // from the middle, so that an arrow key means its side
  }

  /** What is chosen, and clears it for the next pair. @returns {{aspects?: Record<string, number>, reasons: string[]}} */
  take() {
    const chosen = selector => [...(this.panel?.querySelectorAll(selector) ?? [])];
    const aspects = chosen('[data-aspect] input:checked').map(input => [input.closest('[data-aspect]').dataset.aspect, Number(input.value)]);
    const reasons = chosen('[data-reasons] input:checked').map(input => input.value);
    this.clear();
    return { aspects: aspects.length > 0 ? Object.fromEntries(aspects) : undefined, reasons };
  }

  clear() {
    for (const input of this.panel?.querySelectorAll('input') ?? []) { input.checked = false; }
    if (this.panel?.contains(document.activeElement)) { document.activeElement.blur(); }
  }
}
