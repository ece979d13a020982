// Aspects and reasons of a project that has some: native radio buttons and boxes beside the verdict, which stays one key. Without them there is no panel and nothing here happens.

export class Ratings {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.panel = root.querySelector('[data-part="ratings"]');
    this.panel?.addEventListener('keydown', event => {
      if (event.isComposing || (event.key !== 'Enter' && event.key !== 'Escape')) { return; }
      event.preventDefault();
      event.stopPropagation();
      document.activeElement?.blur();
    });
  }

  /** Puts the keyboard on the aspects or the reasons. @param {'aspects' | 'reasons'} what */
  focus(what) {
    const place = what === 'aspects' ? '[data-aspect] input' : '[data-reasons] input';
    (this.panel?.querySelector(`${what === 'aspects' ? '[data-aspect] input:checked' : place}`) ?? this.panel?.querySelector(place))?.focus();
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
