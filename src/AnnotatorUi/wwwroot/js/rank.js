// The ranking screen: digits place answers best first, arrows move, = ties, Enter sends. Judgments go through the same outbox as verdicts on pairs.
import { call, Problem } from './api.js';
import { Delivery, Outbox } from './outbox.js';
import { guardMilliseconds } from './keys.js';
import { Order } from './order.js';
import { RankView } from './rank-view.js';
import { Ratings } from './ratings.js';
import { ulid } from './ulid.js';

const prefetch = 2;

class Ranking {
  constructor(root, outbox) {
    this.outbox = outbox;
    this.base = `/api/v1/projects/${root.dataset.project}`;
    this.view = new RankView(root);
    this.delivery = new Delivery(outbox, `${this.base}/judgments`, 'ranking', this.view);
    this.queue = [];
    this.judged = [];        // {lease, id, groups, note} of this session, for undo at any depth
    this.ratings = new Ratings(root);
    this.note = '';
    this.done = 0;
    this.left = 0;
    this.retryAt = 0;
    this.activeMs = 0;
    this.visibleSince = document.visibilityState === 'visible' ? performance.now() : null;
    this.order = new Order(0);
  }

  get current() { return this.queue[0] ?? null; }

  get isShowing() { return this.current !== null; }

  async start() {
    await this.delivery.send();
    try {
      if (await this.outbox.count() === 0) { await call('DELETE', `${this.base}/leases`); }
    } catch (error) {
      if (error instanceof Problem && error.status < 500) { throw error; }
    }
    await this.fill();
    setInterval(() => { if (this.queue.length <= prefetch && performance.now() >= this.retryAt) { this.fill(); } this.delivery.send(); }, 1000);
  }

  active() { return this.activeMs + (this.visibleSince === null ? 0 : performance.now() - this.visibleSince); }

  /** Keeps the shown task and the next ones leased. One request at a time. */
  fill() {
    this.fetching ??= this.lease().catch(error => {
      this.retryAt = performance.now() + 2000;
      this.view.showConnection(error instanceof Problem ? error.message : 'The server cannot be reached. Your rankings are kept here and sent later.');
    }).finally(() => { this.fetching = null; });
    return this.fetching;
  }

  async lease() {
    const wanted = prefetch + 1 - this.queue.length;
    if (wanted <= 0) { return; }
    const answer = await call('POST', `${this.base}/leases`, { count: wanted, kind: 'ranking' });
    this.view.showConnection('');
    const items = await this.render(answer.items);
    const empty = this.queue.length === 0;
    this.queue.push(...items);
    this.left = answer.left;
    if (items.length < wanted) { this.retryAt = performance.now() + 1000 * (answer.retry_after_seconds ?? 5); }
    if (empty) { this.show([], answer); } else { this.counts(); }
  }

  /** Markdown is rendered by the server through an allow-list; when that fails the plain text is shown. */
  async render(leases) {
    if (leases.length === 0) { return leases; }
    const texts = leases.flatMap(lease => [...lease.responses, ...(lease.prompt.messages?.map(message => message.content) ?? [lease.prompt.text])]);
    try {
      const { html } = await call('POST', '/ui/render', { texts });
      for (const lease of leases) {
        lease.html = html.splice(0, lease.responses.length);
        lease.promptHtml = html.splice(0, lease.prompt.messages?.length ?? 1);
      }
    } catch { /* plain text is a complete fallback */
      for (const lease of leases) { delete lease.html; delete lease.promptHtml; }
    }
    return leases;
  }

  show(groups = [], answer = null, note = '') {
    this.activeMs = 0;
    this.note = note;
    this.ratings.clear();
    this.view.say('');
    this.visibleSince = document.visibilityState === 'visible' ? performance.now() : null;
    this.order = new Order(this.current?.responses.length ?? 0);
    this.order.groups = groups.map(group => [...group]);
    if (this.current) {
      this.view.showTask(this.current);
      this.view.showOrder(this.order, this.current);
    } else {
      this.view.showEmpty(answer?.detail ?? 'Fetching the next rankings …', answer?.retry_after_seconds ?? 0);
    }
    this.counts();
  }

  counts() { this.view.showCounts(this.done, this.judged.length, this.queue.length + this.left); }

  /** A change of the order, shown and said. @param {(order: Order) => boolean} change */
  change(change) {
    if (!this.current || !change(this.order)) { return; }
    this.view.showOrder(this.order, this.current);
    this.view.announce(this.order);
  }

  /** @param {object} said ranking, or choice skip or report @param {string[]} reasons */
  judge(said, reasons) {
    const lease = this.current;
    const judgment = {
      id: ulid(), pair: lease.pair, lease: lease.lease, ...said, active_ms: Math.round(this.active()), shown_at: lease.shownAt, decided_at: new Date().toISOString(),
      reasons, note: this.note || undefined, guideline: lease.guideline, input: this.input ?? 'key',
    };
    this.judged.push({ lease, id: judgment.id, groups: said.ranking ?? [], note: this.note });
    this.done++;
    this.queue.shift();
    this.delivery.keep(judgment);
    this.show();
    this.fill();
  }

  finish() {
    if (!this.current) { return; }
    if (this.order.isWhole) { this.judge({ ranking: this.order.groups.map(group => [...group]) }, this.ratings.take().reasons); } else { this.view.say('Place every answer first.'); }
  }

  /** Not judged, and why. @param {'skip' | 'report'} choice @param {string[]} reasons */
  pass(choice, reasons) { this.judge({ choice }, reasons); }

  /** Takes back the last ranking of this session and shows it again as it was, with its note. */
  undo() {
    const last = this.judged.pop();
    if (!last) { this.view.say('Nothing to undo in this session.'); return; }
    this.done--;
    this.queue.unshift(last.lease);
    this.delivery.keep({ id: ulid(), pair: last.lease.pair, lease: last.lease.lease, choice: 'undo', supersedes: last.id, reasons: [], guideline: last.lease.guideline, input: 'key' });
    this.show(last.groups, null, last.note);
    this.view.say('Taken back.');
  }
}

function wire(ranking, root) {
  const { view } = ranking;
  const commands = {
    ...view.dialogs.commands(ranking),
    up: () => ranking.change(order => order.move(-1)), down: () => ranking.change(order => order.move(1)), tie: () => ranking.change(order => order.tie()), drop: () => ranking.change(order => order.drop()),
    send: () => ranking.finish(), undo: () => ranking.undo(), why: () => ranking.ratings.focus('reasons'),
  };
  const keys = { ArrowUp: 'up', ArrowDown: 'down', k: 'up', j: 'down', '=': 'tie', t: 'tie', Backspace: 'drop', Enter: 'send', z: 'undo', x: 'skip', r: 'report', n: 'note', w: 'why', g: 'guideline', '?': 'help', Escape: 'close' };
  const enabled = () => localStorage.getItem('odpo-keys') !== 'off';

  document.addEventListener('keydown', event => {
    if (view.dialogs.takesKey(event)) { event.preventDefault(); return; }
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey || event.target.closest?.('input, textarea, select, [contenteditable]')) { return; }
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (key === 'Enter' && event.target.closest?.('button, a')) { return; }
    const digit = /^[1-8]$/.test(key) ? Number(key) - 1 : -1;
    const command = keys[key];
    if ((digit < 0 && !command) || (key.length === 1 && !enabled()) || (event.repeat && !['up', 'down'].includes(command))) { return; }
    event.preventDefault();
    if (performance.now() - view.paintedAt < guardMilliseconds && command !== 'undo') { return; }
    ranking.input = 'key';
    if (digit >= 0) { ranking.change(order => order.take(digit)); } else { commands[command](); }
  });
  let pointer = 'mouse';
  root.addEventListener('pointerdown', event => { pointer = event.pointerType === 'mouse' ? 'mouse' : 'touch'; });
  root.addEventListener('click', event => {
    const button = event.target.closest('button');
    if (!button) { return; }
    ranking.input = pointer;
    if (button.dataset.take) { ranking.change(order => order.take(Number(button.dataset.take))); }
    if (button.dataset.step) { ranking.order.selected = Number(button.dataset.of); commands[button.dataset.step](); }
    if (button.dataset.command) { button.blur(); commands[button.dataset.command](); }
  });
  dragging(ranking, view.part('order'));
  const toggle = root.querySelector('#single-keys');
  toggle.checked = enabled();
  toggle.addEventListener('change', () => localStorage.setItem('odpo-keys', toggle.checked ? 'on' : 'off'));
  document.addEventListener('visibilitychange', () => {
    ranking.activeMs = ranking.active();
    ranking.visibleSince = document.visibilityState === 'visible' ? performance.now() : null;
    ranking.delivery.send();
  });
  window.addEventListener('online', () => ranking.delivery.send());
}

/** Drag and drop within the order: onto the upper half of another puts before it, onto the lower half behind it. */
function dragging(ranking, list) {
  let dragged = null;
  list.addEventListener('dragstart', event => { dragged = Number(event.target.closest('li').dataset.answer); event.dataTransfer.effectAllowed = 'move'; });
  list.addEventListener('dragover', event => { if (dragged !== null) { event.preventDefault(); } });
  list.addEventListener('drop', event => {
    const item = event.target.closest('li');
    if (dragged === null || !item) { return; }
    event.preventDefault();
    const box = item.getBoundingClientRect();
    const [moved, behind] = [dragged, event.clientY > box.top + (box.height / 2)];
    ranking.input = 'mouse';
    ranking.change(order => order.put(moved, Number(item.dataset.answer), behind));
  });
  list.addEventListener('dragend', () => { dragged = null; });
}

const root = document.querySelector('#rank');
const ranking = new Ranking(root, await Outbox.open(`odpo-${root.dataset.project}-${root.dataset.annotator}`));
wire(ranking, root);
root.dataset.ready = 'true';
await ranking.start();
