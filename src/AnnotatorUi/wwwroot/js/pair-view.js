// What the annotation screen shows. Responses are hostile input: text goes in as text, HTML only as the server's renderer made it.
import { Dialogs } from './dialogs.js';

const emptyReasons = {
  fetching: 'Fetching the next pairs …',
  'no-pairs': 'There is nothing to judge yet: the policy is writing the next pairs.',
  'all-held': 'Others hold the remaining pairs. They come back here when a lease lapses.',
  'all-judged': 'You have judged everything there is. The next round brings new pairs.',
};

export class PairView {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.paintedAt = 0;
    this.lease = null;
    this.diffOn = false;
    this.dialogs = new Dialogs(root, 'pair');
    this.part = name => root.querySelector(`[data-part="${name}"]`);
    const [left, right] = [this.part('left-body'), this.part('right-body')];
    this.syncScroll(left, right);
    this.syncScroll(right, left);
  }

  /** @param {object} lease the pair to show @param {object | null} next rendered off-screen so that it is laid out when its turn comes */
  showPair(lease, next) {
    this.lease = lease;
    lease.shownAt = new Date().toISOString();
    this.root.dataset.state = 'pair';
    this.root.dataset.pair = lease.pair;
    this.fillPrompt(this.part('prompt'), lease);
    this.fillText(this.part('left-body'), lease.left, lease.leftHtml);
    this.fillText(this.part('right-body'), lease.right, lease.rightHtml);
    if (this.diffOn) { this.showDiff(); }
    this.fillText(this.part('ahead'), next ? `${next.left}\n${next.right}` : '', null);
    for (const name of ['left-body', 'right-body', 'prompt']) { this.part(name).scrollTop = 0; }
    requestAnimationFrame(() => { this.paintedAt = performance.now(); this.root.dataset.painted = lease.pair; });
  }

  showEmpty(reason, seconds, detail) {
    this.lease = null;
    this.root.dataset.state = 'empty';
    delete this.root.dataset.pair;
    this.part('empty').textContent = (detail ?? emptyReasons[reason] ?? reason) + (seconds > 0 ? ` Looking again in ${seconds} s.` : '');
  }

  /** @param {{annotator: string, choice: string, strength?: number}[]} votes of the pair judged last */
  showOthers(votes) {
    const words = { left: 'left', right: 'right', tie: 'tie', both_bad: 'both bad' };
    const strengths = ['', ' slightly', '', ' much'];
    this.part('others').textContent = 'The pair before, by others: ' + votes.map(vote => words[vote.choice] + (strengths[vote.strength] ?? '')).join(' · ');
  }

  /** @param {string} line where the practice stands, or nothing */
  showPractice(line) { this.part('practice').textContent = line; }

  /** What is right and why, after a verdict in practice. @param {'right' | 'wrong'} kind */
  showFeedback(kind, title, answer, explanation, button) {
    const panel = this.part('feedback');
    panel.dataset.kind = kind;
    panel.querySelector('h2').textContent = title;
    const [first, second] = panel.querySelectorAll('p');
    first.textContent = answer;
    second.textContent = explanation;
    const next = panel.querySelector('button');
    next.firstChild.textContent = `${button} `;
    panel.hidden = false;
    next.focus({ preventScroll: true });
  }

  closeFeedback() { this.part('feedback').hidden = true; }

  fillPrompt(element, lease) {
    const messages = lease.prompt.messages ?? [{ role: '', content: lease.prompt.text }];
    element.replaceChildren(...messages.map((message, i) => {
      const bubble = document.createElement('div');
      bubble.className = `bubble ${message.role}`;
      bubble.dir = 'auto';
      if (message.role) { bubble.dataset.role = message.role; }
      this.fillText(bubble, message.content, lease.promptHtml?.[i].html);
      return bubble;
    }));
  }

  fillText(element, text, html) {
    if (html) {
      element.innerHTML = html;
      element.classList.remove('plain');
    } else {
      element.textContent = text;
      element.classList.add('plain');
    }
  }

  toggleDiff() {
    this.diffOn = !this.diffOn;
    this.root.dataset.diff = this.diffOn ? 'on' : 'off';
    if (!this.lease) { return; }
    if (this.diffOn) { this.showDiff(); } else {
      this.fillText(this.part('left-body'), this.lease.left, this.lease.leftHtml);
      this.fillText(this.part('right-body'), this.lease.right, this.lease.rightHtml);
    }
  }

  /** Word differences: removed words marked on the left, added ones on the right. */
  showDiff() {
    const parts = window.Diff.diffWordsWithSpace(this.lease.left, this.lease.right);
    const side = (name, skip) => this.part(name).replaceChildren(...parts.filter(part => !part[skip]).map(part => {
      const node = document.createElement(part.added || part.removed ? 'mark' : 'span');
      node.textContent = part.value;
      return node;
    }));
    side('left-body', 'added');
    side('right-body', 'removed');
    for (const name of ['left-body', 'right-body']) { this.part(name).classList.add('plain'); }
  }

  syncScroll(from, to) {
    from.addEventListener('scroll', () => {
      if (this.scrolling === from) { this.scrolling = null; return; }
      this.scrolling = to;
      const range = from.scrollHeight - from.clientHeight;
      to.scrollTop = range > 0 ? (from.scrollTop / range) * (to.scrollHeight - to.clientHeight) : 0;
    }, { passive: true });
  }

  showCounts(today, undo, queued) {
    this.root.dataset.queued = String(queued);
    this.part('today').textContent = String(today);
    this.part('undo').textContent = String(undo);
  }

  showClock(milliseconds) {
    const seconds = Math.floor(milliseconds / 1000);
    this.part('clock').textContent = `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
  }

  showOutbox(held) {
    const badge = this.part('outbox');
    badge.dataset.held = String(held);
    badge.textContent = held === 0 ? 'saved ✓' : `${held} waiting to be sent`;
  }

  showConnection(message) {
    const line = this.part('connection');
    line.textContent = message;
    line.hidden = message === '';
  }

  say(message) { this.part('say').textContent = message; }
}
