// Cuts a dataset version by a recipe of its own. What is left empty stays as the project's recipe has it.
import { call, Problem } from './api.js';

const form = document.querySelector('#cut');

function body() {
  const recipe = {};
  const request = { recipe };
  for (const [name, value] of new FormData(form)) {
    const text = String(value).trim();
    if (!text) { continue; }
    if (name === 'as_of') { request.as_of = text; }
    else if ('list' in form.elements[name].dataset) { recipe[name] = text.split(/[\s,]+/); }
    else if (name === 'dedup') { recipe.dedup = true; }
    else { recipe[name] = form.elements[name].type === 'number' ? Number(text) : text; }
  }
  return request;
}

form?.addEventListener('submit', async event => {
  event.preventDefault();
  const line = document.querySelector('#page-message');
  line.classList.remove('error');
  try {
    const version = await call('POST', form.dataset.url, body(), { headers: { 'Idempotency-Key': crypto.randomUUID() } });
    line.textContent = `v${version.version} is being built.`;
    document.dispatchEvent(new Event('odpo-refresh'));
  } catch (error) {
    line.textContent = error instanceof Problem ? error.message : 'The server cannot be reached; nothing was changed.';
    line.classList.add('error');
  }
  line.hidden = false;
});
