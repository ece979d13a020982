// The pairs of a project: pages of a list, or hits of a text search as they are found; and files that bring in more. Texts are hostile: they go in as text only.
import { call, Problem } from './api.js';

const form = document.querySelector('#find');
const part = name => document.querySelector(`[data-part="${name}"]`);
const body = part('rows').tBodies[0];
let running = null;
let next = null;

function filters(names) {
  const given = new URLSearchParams();
  for (const name of names) {
    const value = form.elements[name].value.trim();
    if (value) { given.set(name, value); }
  }
  return given;
}

function add(pair, origin, status, votes, what) {
  const row = body.insertRow();
  const link = document.createElement('a');
  link.href = form.dataset.page + pair;
  link.textContent = `${pair.slice(0, 12)}…`;
  const first = row.insertCell();
  const code = document.createElement('code');
  code.append(link);
  first.append(code);
  for (const value of [origin, status, votes, what]) { row.insertCell().textContent = value; }
  row.cells[3].className = 'right';
  row.cells[4].className = 'reason';
  part('rows').hidden = false;
}

function what(pair) {
  const remarks = [pair.purpose === 'vote' ? '' : pair.purpose, pair.leased > 0 ? `${pair.leased} out on lease` : '', pair.skips > 0 ? `${pair.skips} skips` : '', pair.reports > 0 ? `${pair.reports} reports` : '']
    .filter(words => words).join(', ');
  return remarks ? `${pair.prompt} (${remarks})` : pair.prompt;
}

async function list(signal) {
  const query = filters(['status', 'origin', 'lang', 'tag']);
  query.set('limit', '100');
  query.set('excerpt', 'true');
  // A page may be empty while the list goes on, so a walk ends with rows or with the end.
  for (let shown = 0; shown === 0;) {
    if (next) { query.set('cursor', next); }
    const page = await call('GET', `${form.dataset.base}/pairs?${query}`, undefined, { signal });
    for (const pair of page.items) { add(pair.id, pair.origin, pair.status, `${pair.counted} of ${pair.wanted}`, what(pair)); }
    shown += page.items.length;
    next = page.next;
    if (!next) { break; }
  }
  part('more').hidden = !next;
  part('state').textContent = body.rows.length === 0 ? 'No pair fits.' : `${body.rows.length} pairs${next ? ', and more' : ''}.`;
}

async function search(signal) {
  const response = await fetch(`${form.dataset.base}/search?${filters(['q', 'status', 'origin'])}`, { credentials: 'same-origin', signal });
  if (!response.ok) { throw new Problem(response.status, await response.json().catch(() => ({}))); }
  part('state').textContent = 'Searching …';
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines.map(each => JSON.parse(each))) {
      if (line.pair) { add(line.pair, line.origin, line.state, '', `${line.found_in.join(', ')}: ${line.excerpt}`); } else {
        part('state').textContent = `${line.hits} hit${line.hits === 1 ? '' : 's'} in ${line.searched.toLocaleString('en')} pairs${line.more ? '; there may be more' : ''}.`;
      }
    }
  }
}

async function show(fresh) {
  running?.abort();
  const mine = running = new AbortController();
  if (fresh) {
    body.replaceChildren();
    next = null;
    part('rows').hidden = true;
    part('more').hidden = true;
  }
  const text = form.elements.q.value.trim();
  part('stop').hidden = !text;
  try {
    await (text ? search(mine.signal) : list(mine.signal));
  } catch (error) {
    if (running !== mine) { return; }
    part('state').textContent = mine.signal.aborted ? `Stopped with ${body.rows.length} hits.` : error instanceof Problem ? error.message : 'The server cannot be reached.';
  }
  if (running === mine) { part('stop').hidden = true; }
}

form.addEventListener('submit', event => { event.preventDefault(); show(true); });
part('more').addEventListener('click', () => show(false));
part('stop').addEventListener('click', () => running?.abort());

const bring = document.querySelector('#bring');

function report(heading, lines = []) {
  const title = document.createElement('p');
  title.textContent = heading;
  const all = document.createElement('ul');
  all.append(...lines.map(line => Object.assign(document.createElement('li'), { textContent: line })));
  part('report').replaceChildren(title, all);
}

bring?.addEventListener('submit', async event => {
  event.preventDefault();
  const file = bring.elements.file.files[0];
  const kind = bring.elements.kind.value;
  const url = `${bring.dataset.base}/${kind}${kind.includes('?') ? '&' : '?'}all_or_nothing=${bring.elements.strict.checked}`;
  const button = bring.querySelector('button');
  button.disabled = true;
  report(`Sending ${file.name} …`);
  try {
    const response = await fetch(url, {
      method: 'POST', credentials: 'same-origin', body: file,
      headers: { 'Content-Type': file.name.endsWith('.json') ? 'application/json' : 'application/x-ndjson', 'Idempotency-Key': crypto.randomUUID() },
    });
    const answer = await response.json();
    const errors = (answer.errors ?? []).slice(0, 20).map(error => `Line ${error.line}${error.field ? `, ${error.field}` : ''}: ${error.message}`);
    if (!response.ok && !answer.errors) { report(`Refused${answer.line ? `, line ${answer.line}` : ''}: ${answer.detail ?? answer.title}`); return; }
    const counts = Object.entries(answer).filter(([, value]) => typeof value === 'number').map(([name, value]) => `${name.replaceAll('_', ' ')} ${value}`);
    report(`${response.ok ? 'Done' : 'Nothing was brought in'}: ${counts.join(', ')}.`, errors);
    if (response.ok) { show(true); }
  } catch {
    report('The server cannot be reached. What it had read is stored; send the same file again, known rows are counted once.');
  } finally {
    button.disabled = false;
  }
});

show(true);
