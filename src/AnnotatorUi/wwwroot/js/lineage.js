// The trace of a thing both ways: nearest first, each step a link to its own trace and, where there is one, to its page.
import { call } from './api.js';

const form = document.querySelector('[data-lineage-find]');
const place = document.querySelector('[data-lineage]');

form?.addEventListener('submit', event => {
  event.preventDefault();
  const pair = form.elements.pair.value.trim();
  location.href = form.dataset.lineageFind + encodeURIComponent(form.elements.id.value.trim()) + (pair ? `?pair=${encodeURIComponent(pair)}` : '');
});

/** @param {string} kind @param {string} id @returns {string | null} the address of the thing's own page */
function pageOf(kind, id) {
  const pages = place.dataset.pages;
  if (kind === 'version') { return `${pages}datasets/${id}`; }
  if (kind === 'round') { return `${pages}rounds/${id}`; }
  return kind === 'policy' ? `${pages}policies` : null;
}

/** @param {string} text @param {string} href */
function link(text, href) {
  const anchor = document.createElement('a');
  anchor.href = href;
  anchor.textContent = text;
  return anchor;
}

/** @param {{id: string, kind: string, from?: string, distance: number}} step @param {string | null} pair */
function row(step, pair) {
  const item = document.createElement('li');
  item.style.setProperty('--distance', step.distance);
  const query = step.kind === 'judgment' && pair ? `?pair=${encodeURIComponent(pair)}` : '';
  item.append(Object.assign(document.createElement('span'), { className: 'tag', textContent: step.kind }), ' ',
    step.kind === 'judgment' && !query ? step.id : link(step.id, `${place.dataset.pages}lineage/${encodeURIComponent(step.id)}${query}`));
  if (step.from) { item.append(Object.assign(document.createElement('span'), { className: 'quiet', textContent: ` through ${step.from}` })); }
  const page = pageOf(step.kind, step.id);
  if (page) { item.append(' ', link('page', page)); }
  return item;
}

async function show() {
  const state = place.querySelector('.lineage-state');
  const query = place.dataset.pair ? `pair=${encodeURIComponent(place.dataset.pair)}` : '';
  try {
    const thing = await call('GET', `${place.dataset.lineage}?${query}`);
    const pair = thing.kind === 'pair' ? thing.id : place.dataset.pair || null;
    for (const list of place.querySelectorAll('ol')) {
      const direction = list.dataset.direction;
      const trace = await call('GET', `${place.dataset.lineage}/trace?direction=${direction}&${query}`);
      list.append(...trace.steps.map(step => row(step.distance === 1 ? { ...step, from: undefined } : step, pair)));
      if (trace.steps.length === 0) { list.replaceWith(Object.assign(document.createElement('p'), { textContent: 'Nothing.' })); }
      if (trace.more) { list.after(Object.assign(document.createElement('p'), { textContent: 'There is more; follow a step to see it.' })); }
    }
    const words = { ended: 'This judgment was superseded or retracted; versions that were cut before still have it.', deleted: 'This version was deleted; what was trained on it is still known.' };
    state.textContent = words[thing.state] ?? '';
    state.hidden = !words[thing.state];
    if (['version', 'round', 'policy'].includes(thing.kind)) {
      state.hidden = false;
      state.append(' ', link('The judgments behind it, as JSON lines', `${place.dataset.lineage}/judgments`));
    }
    place.querySelector('.lineage-sides').hidden = false;
  } catch (problem) {
    state.textContent = problem.message;
    state.classList.add('error');
  }
}

if (place) { await show(); }
