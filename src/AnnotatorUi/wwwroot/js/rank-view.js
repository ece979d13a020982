// What the ranking screen shows. Answers stay where they are, so that nothing jumps while one reads; the order is a list of its own.
import { Dialogs } from './dialogs.js';

const ordinals = ['1st', '2nd', '3rd', '4th', '5th', '6th', '7th', '8th'];

export class RankView {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.paintedAt = 0;
    this.dialogs = new Dialogs(root, 'ranking');
    this.part = name => root.querySelector(`[data-part="${name}"]`);
  }

  showTask(lease) {
    lease.shownAt = new Date().toISOString();
    this.root.dataset.state = 'task';
    this.root.dataset.task = lease.pair;
    this.part('prompt').replaceChildren(...(lease.prompt.messages ?? [{ role: '', content: lease.prompt.text }]).map((message, i) => {
      const bubble = node('div', `bubble ${message.role}`);
      if (message.role) { bubble.dataset.role = message.role; }
      return fill(bubble, message.content, lease.promptHtml?.[i]);
    }));
    this.part('answers').replaceChildren(...lease.responses.map((text, i) => {
      const card = node('section', 'answer');
      card.dataset.answer = String(i);
      card.setAttribute('aria-label', `Answer ${i + 1}`);
      const head = node('button', 'take');
      head.type = 'button';
      head.dataset.take = String(i);
      const badge = node('span', 'place');
      head.append(node('kbd', '', String(i + 1)), ' Answer ', String(i + 1), badge);
      const body = fill(node('div', 'body'), text, lease.html?.[i]);
      body.tabIndex = 0;
      card.append(head, body);
      return card;
    }));
    this.part('prompt').scrollTop = 0;
    requestAnimationFrame(() => { this.paintedAt = performance.now(); this.root.dataset.painted = lease.pair; });
  }

  /** @param {import('./order.js').Order} order */
  showOrder(order, lease) {
    const list = this.part('order');
    list.replaceChildren(...order.groups.flatMap((group, place) => group.map((answer, i) => this.item(answer, place, i > 0, order.selected === answer, lease))));
    for (const card of this.part('answers').children) {
      const place = order.placeOf(Number(card.dataset.answer));
      card.dataset.placed = String(place >= 0);
      card.dataset.selected = String(Number(card.dataset.answer) === order.selected);
      card.querySelector('.place').textContent = place < 0 ? '' : ` · ${ordinals[place]}${order.groups[place].length > 1 ? ', tied' : ''}`;
    }
    const left = order.unplaced.map(answer => answer + 1);
    this.part('left').textContent = left.length === 0 ? 'All are placed: Enter sends the order.' : `Not placed yet: ${left.join(', ')}`;
    this.root.querySelector('[data-command="send"]').disabled = left.length > 0;
    this.root.dataset.order = order.groups.map(group => group.map(answer => answer + 1).join('=')).join('>');
  }

  item(answer, place, isTied, isSelected, lease) {
    const item = node('li', isTied ? 'tied' : '');
    item.dataset.answer = String(answer);
    item.draggable = true;
    if (isSelected) { item.setAttribute('aria-current', 'true'); }
    const words = lease.responses[answer].replace(/\s+/g, ' ').slice(0, 80);
    const pick = node('button', 'pick');
    pick.type = 'button';
    pick.dataset.take = String(answer);
    pick.append(node('b', '', isTied ? '=' : ordinals[place]), ' ', node('kbd', '', String(answer + 1)), ' ', node('span', 'words', words));
    item.append(pick);
    for (const [command, label, sign] of [['up', 'up', '▲'], ['down', 'down', '▼'], ['tie', isTied ? 'untie' : 'tie with the one above', '='], ['drop', 'take out', '✕']]) {
      const button = node('button', 'step', sign);
      button.type = 'button';
      button.dataset.step = command;
      button.dataset.of = String(answer);
      button.setAttribute('aria-label', `Answer ${answer + 1}: ${label}`);
      item.append(button);
    }
    return item;
  }

  /** Said to screen readers after each change. */
  announce(order) {
    const place = order.placeOf(order.selected);
    if (place < 0) { this.say(order.groups.length === 0 ? 'Nothing is placed.' : ''); return; }
    const others = order.groups[place].filter(answer => answer !== order.selected).map(answer => answer + 1);
    this.say(`Answer ${order.selected + 1} is ${ordinals[place]}${others.length > 0 ? `, tied with ${others.join(' and ')}` : ''}. ${order.isWhole ? 'All are placed.' : `${order.unplaced.length} not placed.`}`);
  }

  showEmpty(text, seconds) {
    this.root.dataset.state = 'empty';
    delete this.root.dataset.task;
    this.part('empty').textContent = text + (seconds > 0 ? ` Looking again in ${seconds} s.` : '');
  }

  showCounts(done, undo, left) {
    this.part('today').textContent = String(done);
    this.part('undo').textContent = String(undo);
    this.part('open').textContent = String(left);
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

function node(tag, className, text) {
  const made = document.createElement(tag);
  if (className) { made.className = className; }
  if (text !== undefined) { made.textContent = text; }
  return made;
}

/** Text goes in as text; HTML only as the server's renderer made it. */
function fill(element, text, html) {
  element.dir = 'auto';
  if (html) { element.innerHTML = html; } else { element.textContent = text; element.classList.add('plain'); }
  return element;
}
