// One pair with its texts, its writers, its judgments and its lineage. Texts are hostile: they go in as text only.
import { call, Problem } from './api.js';

const root = document.querySelector('#pair');
const part = name => root.querySelector(`[data-part="${name}"]`);
const links = { version: id => `/datasets/${id}`, round: id => `/rounds/${id}`, policy: () => '/policies' };

function fact(list, name, ...values) {
  const key = document.createElement('dt');
  key.textContent = name;
  const value = document.createElement('dd');
  value.append(...values);
  list.append(key, value);
}

function linked(things) {
  return things.flatMap((thing, i) => {
    const name = document.createElement(links[thing.kind] ? 'a' : 'span');
    name.textContent = thing.kind === 'generation' || thing.kind === 'prompt' || thing.kind === 'import' ? `${thing.kind} ${thing.id}` : thing.id;
    if (links[thing.kind]) { name.href = root.dataset.pages + links[thing.kind](thing.id); }
    return i === 0 ? [name] : [', ', name];
  });
}

function bubble(role, text) {
  const line = document.createElement('p');
  line.className = 'plain';
  line.dir = 'auto';
  line.textContent = text;
  if (role) {
    const name = document.createElement('span');
    name.className = 'quiet';
    name.textContent = `${role} `;
    line.prepend(name);
  }
  return line;
}

async function show() {
  const { base, pair } = root.dataset;
  const view = await call('GET', `${base}/pairs/${pair}`);
  fact(part('facts'), 'Origin', `${view.origin}, ${view.strategy}, propensity ${view.propensity}`);
  fact(part('facts'), 'Status', view.in_review ? 'in review' : view.is_open ? 'open' : 'closed');
  fact(part('facts'), 'Overlap', `${view.judgments.filter(judgment => judgment.counted).length} of ${view.overlap} votes`);
  fact(part('facts'), 'Split', view.split);
  part('prompt').append(...(Array.isArray(view.prompt) ? view.prompt : view.prompt.messages ?? [{ content: view.prompt.text ?? view.prompt }]).map(message => bubble(message.role, message.content)));
  for (const side of ['a', 'b']) {
    part(`${side}-name`).textContent = `${side.toUpperCase()}, by ${view[side].source}`;
    part(side).textContent = view[side].text;
  }
  for (const judgment of view.judgments) {
    const row = part('judgments').tBodies[0].insertRow();
    const verdict = judgment.choice.replace('_', ' ') + (judgment.strength ? `, strength ${judgment.strength}` : '');
    for (const value of [judgment.time.slice(0, 16).replace('T', ' '), judgment.annotator, verdict, judgment.purpose, judgment.counted ? 'yes' : 'no']) { row.insertCell().textContent = value; }
    const lineage = await call('GET', `${base}/lineage/${judgment.id}?pair=${pair}`);
    row.insertCell().append(...linked(lineage.down));
  }
  const lineage = await call('GET', `${base}/lineage/${pair}/trace?direction=up`);
  fact(part('lineage'), 'Made of', ...linked(lineage.steps));
  const made = await call('GET', `${base}/lineage/${pair}/trace?direction=down`);
  fact(part('lineage'), 'Made of it', ...linked(made.steps.filter(step => step.kind !== 'judgment')));
}

try {
  await show();
} catch (error) {
  const line = document.querySelector('#page-message');
  line.textContent = error instanceof Problem ? error.message : 'The server cannot be reached.';
  line.hidden = false;
  line.classList.add('error');
}
