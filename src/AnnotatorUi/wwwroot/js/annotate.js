// The annotation screen: a queue of prefetched pairs, one key a judgment, the next pair painted before the network is asked.
import { call, Problem } from './api.js';
import { Delivery, Outbox } from './outbox.js';
import { meaning } from './keys.js';
import { ulid } from './ulid.js';
import { PairView } from './pair-view.js';
import { Practice } from './practice.js';
import { Ratings } from './ratings.js';

const prefetch = 3;
const retryMilliseconds = 2000;

class Annotation {
  constructor(root, outbox) {
    this.root = root;
    this.outbox = outbox;
    this.base = `/api/v1/projects/${root.dataset.project}`;
    this.queueUrl = `${this.base}/${root.dataset.queue}`;
    this.view = new PairView(root);
    this.delivery = new Delivery(outbox, `${this.base}/judgments`, 'judgment', this.view);
    this.ratings = new Ratings(root);
    this.practice = new Practice(this);
    this.queue = [];          // leased pairs that are not judged yet, the shown one first
    this.judged = [];         // {lease, id, note} of this session, for undo at any depth
    this.note = '';
    this.fetching = null;
    this.retryAt = 0;
    this.today = 0;
    this.activeMs = 0;
    this.visibleSince = document.visibilityState === 'visible' ? performance.now() : null;
  }

  get current() { return this.queue[0] ?? null; }

  get isShowing() { return this.view.lease !== null; }

  /** Unsent judgments go first; then leases of an earlier page are given back, so that their pairs are not lost to this session. */
  async start() {
    await this.delivery.send();
    try {
      if (await this.outbox.count() === 0) { await call('DELETE', `${this.base}/leases`); }
    } catch (error) {
      if (error instanceof Problem && error.status < 500) { throw error; }
    }
    await this.fill();
    setInterval(() => this.tick(), 1000);
  }

  tick() {
    this.view.showClock(this.active());
    if (this.queue.length <= prefetch && performance.now() >= this.retryAt) { this.fill(); }
    this.delivery.send();
  }

  active() {
    return this.activeMs + (this.visibleSince === null ? 0 : performance.now() - this.visibleSince);
  }

  resetActive() {
    this.activeMs = 0;
    this.visibleSince = document.visibilityState === 'visible' ? performance.now() : null;
  }

  /** Keeps the shown pair and the next ones leased. One request at a time. */
  fill() {
    if (this.practice.active) { return Promise.resolve(); }
    this.fetching ??= this.lease().catch(error => {
      this.retryAt = performance.now() + retryMilliseconds;
      this.view.showConnection(error instanceof Problem ? error.message : 'The server cannot be reached. Your judgments are kept here and sent later.');
    }).finally(() => { this.fetching = null; });
    return this.fetching;
  }

  async lease() {
    const wanted = prefetch + 1 - this.queue.length;
    if (wanted <= 0) { return; }
    const answer = await call('POST', this.queueUrl, { count: Math.min(4, wanted) });
    this.view.showConnection('');
    if (answer.reason === 'practice') { await this.practice.begin(); return; }
    const rendered = await this.render(answer.items);
    const empty = this.queue.length === 0;
    this.queue.push(...rendered);
    if (answer.items.length < wanted) { this.retryAt = performance.now() + 1000 * (answer.retry_after_seconds ?? 5); }
    if (empty) { this.show(answer); } else { this.view.showCounts(this.today, this.judged.length, this.queue.length); }
  }

  /** Markdown is rendered by the server through an allow-list; when that fails the plain text is shown. */
  async render(leases) {
    if (leases.length === 0) { return leases; }
    const texts = leases.flatMap(lease => [lease.left, lease.right, ...promptTexts(lease.prompt).map(part => part.content)]);
    try {
      const { html } = await call('POST', '/ui/render', { texts });
      let i = 0;
      for (const lease of leases) {
        lease.leftHtml = html[i++];
        lease.rightHtml = html[i++];
        lease.promptHtml = promptTexts(lease.prompt).map(part => ({ role: part.role, html: html[i++] }));
      }
    } catch { /* plain text is a complete fallback */
      for (const lease of leases) { delete lease.promptHtml; }
    }
    return leases;
  }

  show(answer, note = '') {
    this.resetActive();
    this.note = note;
    this.ratings.clear();
    if (this.current) {
      this.view.showPair(this.current, this.queue[1] ?? null);
    } else {
      this.view.showEmpty(answer?.reason ?? 'fetching', answer?.retry_after_seconds ?? 0, answer?.detail);
    }
    this.view.showCounts(this.today, this.judged.length, this.queue.length);
  }

  /** @param {{choice: string, strength?: number}} verdict @param {string[]} [reasons] */
  vote(verdict, reasons = []) {
    if (this.practice.active) { this.practice.answer(verdict); return; }
    const lease = this.current;
    if (!lease) { return; }
    const rated = verdict.choice === 'skip' || verdict.choice === 'report' ? { reasons: [] } : this.ratings.take();
    const judgment = {
      id: ulid(), pair: lease.pair, lease: lease.lease, choice: verdict.choice, strength: verdict.strength,
      active_ms: Math.round(this.active()), shown_at: lease.shownAt, decided_at: new Date().toISOString(),
      reasons: [...reasons, ...rated.reasons], aspects: rated.aspects, note: this.note || undefined, guideline: lease.guideline, input: this.input ?? 'key',
    };
    this.judged.push({ lease, id: judgment.id, note: this.note });
    this.today++;
    this.queue.shift();
    this.delivery.keep(judgment);
    this.show();
    this.fill();
    if (this.view.part('others')) { this.delivery.pending.then(() => this.delivery.sending).then(() => this.showOthers(lease)); }
  }

  /** Not judged, and why. @param {'skip' | 'report'} choice @param {string[]} reasons */
  pass(choice, reasons) { this.vote({ choice }, reasons); }

  /** After one's own verdict on a disputed pair: what others said of it, sides as they were on this screen. */
  async showOthers(lease) {
    try {
      const { votes } = await call('GET', `${this.base}/adjudication/${lease.pair}?lease=${lease.lease}`);
      this.view.showOthers(votes);
    } catch (error) {
      if (!(error instanceof Problem)) { throw error; }
      this.view.say(error.message);
    }
  }

  /** Takes back the last judgment of this session and shows its pair again, with its note; works however long ago it was sent. */
  undo() {
    if (this.practice.active) { this.view.say('An answer in practice stands: you have seen what is right.'); return; }
    const last = this.judged.pop();
    if (!last) { this.view.say('Nothing to undo in this session.'); return; }
    this.today--;
    this.queue.unshift(last.lease);
    this.delivery.keep({ id: ulid(), pair: last.lease.pair, lease: last.lease.lease, choice: 'undo', supersedes: last.id, reasons: [], guideline: last.lease.guideline, input: 'key' });
    this.show(null, last.note);
    this.view.say('Taken back.');
  }
}

/** @returns {{role: string, content: string}[]} the prompt as messages */
export function promptTexts(prompt) {
  return prompt.messages ?? [{ role: '', content: prompt.text }];
}

function wire(annotation) {
  const { view, root } = annotation;
  const enabled = () => localStorage.getItem('odpo-keys') !== 'off';
  const run = command => ({
    ...view.dialogs.commands(annotation),
    undo: () => annotation.undo(),
    aspects: () => annotation.ratings.focus('aspects'),
    reasons: () => annotation.ratings.focus('reasons'),
    diff: () => view.toggleDiff(),
    'go-on': () => annotation.practice.goOn(),
  })[command]?.();

  document.addEventListener('keydown', event => {
    if (view.dialogs.takesKey(event) || annotation.practice.takesKey(event)) { event.preventDefault(); return; }
    const meant = meaning(event, { sincePaint: performance.now() - view.paintedAt, enabled: enabled() });
    if (!meant) { return; }
    event.preventDefault();
    annotation.input = 'key';
    if (meant.verdict) { annotation.vote(meant.verdict); } else { run(meant.command); }
  });
  let pointer = 'mouse';
  root.addEventListener('pointerdown', event => { pointer = event.pointerType === 'mouse' ? 'mouse' : 'touch'; });
  root.addEventListener('click', event => {
    const button = event.target.closest('button[data-choice], button[data-command]');
    if (!button) { return; }
    button.blur();   // else Space would press it again instead of meaning a tie
    annotation.input = pointer;
    if (button.dataset.choice) {
      annotation.vote({ choice: button.dataset.choice, strength: button.dataset.strength ? Number(button.dataset.strength) : undefined });
    } else {
      run(button.dataset.command);
    }
  });
  const toggle = root.querySelector('#single-keys');
  toggle.checked = enabled();
  toggle.addEventListener('change', () => localStorage.setItem('odpo-keys', toggle.checked ? 'on' : 'off'));
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') {
      annotation.visibleSince = performance.now();
    } else {
      annotation.activeMs = annotation.active();
      annotation.visibleSince = null;
      annotation.delivery.send();
    }
  });
  window.addEventListener('online', () => annotation.delivery.send());
}

const root = document.querySelector('#annotate');
const outbox = await Outbox.open(`odpo-${root.dataset.project}-${root.dataset.annotator}`);
const annotation = new Annotation(root, outbox);
wire(annotation);
root.dataset.ready = 'true';
await annotation.start();
