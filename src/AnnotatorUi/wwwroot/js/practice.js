// Practice before the first real pairs: after each verdict the screen says what the guideline says. Nothing here is a judgment.
import { call } from './api.js';

const words = { left: 'the left one is better', right: 'the right one is better', tie: 'they are equally good', both_bad: 'both are bad' };

export class Practice {
  /** @param {object} annotation the screen that it borrows */
  constructor(annotation) {
    this.annotation = annotation;
    this.view = annotation.view;
    this.url = `${annotation.base}/practice`;
    this.active = false;
    this.waits = null;      // what Enter does, while feedback or the result is shown
    this.lease = null;
  }

  /** Goes on with the open attempt, or begins one. */
  async begin() {
    this.state = await call('POST', `${this.url}/begin`, {});
    this.active = true;
    await this.showNext();
  }

  async showNext() {
    const next = this.state.next;
    this.lease = { pair: `practice-${this.state.attempt}-${next.number}`, prompt: next.prompt, left: next.left, right: next.right, number: next.number };
    await this.annotation.render([this.lease]);
    this.annotation.root.dataset.mode = 'practice';
    this.annotation.resetActive();
    this.view.showPractice(`Practice ${next.number} of ${this.state.of} · ${this.state.correct} right so far, ${this.state.needed} needed. Nothing here counts.`);
    this.view.showPair(this.lease, null);
    this.view.closeFeedback();
  }

  /** @param {{choice: string}} verdict */
  async answer(verdict) {
    if (this.waits || !this.lease) { return; }
    if (!words[verdict.choice]) { this.view.say('Practice pairs are not skipped: say what you think.'); return; }
    const lease = this.lease;
    this.lease = null;      // one answer a pair, however fast the keys
    try {
      const feedback = await call('POST', `${this.url}/answers`, { number: lease.number, choice: verdict.choice });
      this.state = feedback.practice;
      this.view.showFeedback(feedback.correct ? 'right' : 'wrong', feedback.correct ? 'Right' : 'Not what the guideline says',
        `The guideline: ${words[feedback.answer]}.`, feedback.explanation, 'Go on');
      this.waits = () => (this.state.next ? this.showNext() : this.showResult());
    } catch (error) {
      this.lease = lease;   // nothing was taken: the same pair again
      this.view.say(error.message);
    }
  }

  showResult() {
    const { correct, of, needed, passed } = this.state;
    this.view.showFeedback(passed ? 'right' : 'wrong', passed ? 'Practice passed' : 'Not yet',
      `${correct} of ${of} right; ${needed} are needed.`, passed ? 'From here on your verdicts count.' : 'Read the guideline (G) and try again: other pairs come first.', passed ? 'Begin' : 'Try again');
    this.waits = passed ? () => this.end() : () => this.begin();
  }

  end() {
    this.active = false;
    delete this.annotation.root.dataset.mode;
    this.view.showPractice('');
    this.view.closeFeedback();
    this.annotation.show();
    this.annotation.retryAt = 0;
    return this.annotation.fill();
  }

  /** What comes after feedback. */
  async goOn() {
    const next = this.waits;
    if (!next) { return; }
    this.waits = null;      // the feedback stays until what comes next is there
    try { await next(); } catch (error) { this.view.say(error.message); this.waits = next; }
  }

  /** Enter and Space go on while feedback is shown. @param {KeyboardEvent} event */
  takesKey(event) {
    if (!this.waits || event.repeat || event.isComposing || (event.key !== 'Enter' && event.key !== ' ')) { return false; }
    this.goOn();
    return true;
  }
}
