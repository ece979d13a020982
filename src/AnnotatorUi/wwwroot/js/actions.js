// Buttons and forms that call the API: <button data-action="POST /api/…" data-body='{"reason":"…"}' data-confirm="…">.
import { call, Problem } from './api.js';

function show(message, isError) {
  const line = document.querySelector('#page-message');
  line.textContent = message;
  line.hidden = false;
  line.classList.toggle('error', isError);
}

async function act(action, body) {
  const [method, url] = action.split(' ');
  try {
    return await call(method, url, body, { headers: { 'Idempotency-Key': crypto.randomUUID() } });
  } catch (error) {
    show(error instanceof Problem ? error.message : 'The server cannot be reached; nothing was changed.', true);
    return undefined;
  }
}

document.addEventListener('click', async event => {
  const button = event.target instanceof Element ? event.target.closest('button[data-action]') : null;
  if (!button || (button.dataset.confirm && !window.confirm(button.dataset.confirm))) { return; }
  button.disabled = true;
  const answer = await act(button.dataset.action, button.dataset.body ? JSON.parse(button.dataset.body) : {});
  button.disabled = false;
  if (answer === undefined) { return; }
  if (answer?.url) { show(`One-time link: ${answer.url}`, false); } else { document.dispatchEvent(new Event('odpo-refresh')); }
});

document.addEventListener('submit', async event => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.dataset.action) { return; }
  event.preventDefault();
  const body = {};
  for (const [name, value] of new FormData(form)) {
    if (name.endsWith('[]')) { (body[name.slice(0, -2)] ??= []).push(value); } else { body[name] = value; }
  }
  const answer = await act(form.dataset.action, body);
  if (answer !== undefined) {
    form.reset();
    if (answer?.key) { show(`API key, shown once: ${answer.key}`, false); }
    document.dispatchEvent(new Event('odpo-refresh'));
  }
});
