// Edits the settings as the API has them and saves with If-Match: an edit that somebody else made meanwhile is refused, not overwritten.
import { call, Problem } from './api.js';

const form = document.querySelector('#settings');
const area = form.elements.settings;
const line = document.querySelector('#page-message');
let etag = '';

function show(message, isError) {
  line.textContent = message;
  line.hidden = false;
  line.classList.toggle('error', isError);
}

async function load() {
  const response = await fetch(form.dataset.url, { credentials: 'same-origin' });
  if (!response.ok) { show(`The settings could not be read (${response.status}).`, true); return; }
  etag = response.headers.get('etag') ?? '';
  area.value = JSON.stringify((await response.json()).settings, null, 2);
  area.disabled = false;
}

form.addEventListener('submit', async event => {
  event.preventDefault();
  let settings;
  try {
    settings = JSON.parse(area.value);
  } catch (error) {
    show(`This is not JSON: ${error.message}`, true);
    return;
  }
  try {
    await call('PUT', `${form.dataset.url}/settings`, settings, { headers: { 'If-Match': etag } });
    await load();
    show('Saved.', false);
  } catch (error) {
    show(error instanceof Problem ? error.message : 'The server cannot be reached; nothing was changed.', true);
  }
});

await load();
