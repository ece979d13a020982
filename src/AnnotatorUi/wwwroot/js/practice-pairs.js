// The operator's list of practice pairs: shown, added, removed. Texts go in as text.
import { call, Problem } from './api.js';

const section = document.querySelector('#practice-pairs');
const line = document.querySelector('#page-message');
const body = section.querySelector('tbody');
const form = section.querySelector('form');
const answers = { a: 'first', b: 'second', tie: 'tie', both_bad: 'both bad' };

function show(message, isError) {
  line.textContent = message;
  line.hidden = false;
  line.classList.toggle('error', isError);
}

/** Runs a change, then shows the list anew. */
async function change(act, done) {
  try {
    await act();
    show(done, false);
    await list();
  } catch (error) {
    show(error instanceof Problem ? error.message : 'The server cannot be reached; nothing was changed.', true);
  }
}

function cell(text) {
  const td = document.createElement('td');
  td.textContent = text;
  return td;
}

function row(pair) {
  const tr = document.createElement('tr');
  const prompt = pair.prompt.text ?? pair.prompt.messages.map(message => message.content).join('\n');
  const remove = document.createElement('button');
  remove.type = 'button';
  remove.textContent = 'Remove';
  remove.addEventListener('click', () => change(() => call('DELETE', `${section.dataset.url}/${pair.id}`), 'Removed: nobody is given this pair any more.'));
  const last = document.createElement('td');
  last.append(remove);
  tr.append(cell(prompt), cell(pair.response_a), cell(pair.response_b), cell(answers[pair.right]), cell(pair.explanation), last);
  return tr;
}

async function list() {
  const { items } = await call('GET', `${section.dataset.url}?limit=1000`);
  body.replaceChildren(...items.map(row));
  section.dataset.count = String(items.length);
}

form.addEventListener('submit', event => {
  event.preventDefault();
  change(async () => {
    await call('POST', section.dataset.url, [Object.fromEntries(new FormData(form))]);
    form.reset();
  }, 'Added.');
});

await list();
