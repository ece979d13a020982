// The page of one version: sets a tag, which operators may protect, and reads the page again after a change.
import { call, Problem } from './api.js';

const line = document.querySelector('#page-message');
const form = document.querySelector('form[data-tag]');

function say(message) {
  line.textContent = message;
  line.hidden = false;
  line.classList.add('error');
}

form?.addEventListener('submit', async event => {
  event.preventDefault();
  try {
    const given = new FormData(form);
    await call('PUT', `${form.dataset.tag}${encodeURIComponent(given.get('tag'))}${given.has('protect') ? '?protect=true' : ''}`);
    location.reload();
  } catch (error) {
    say(error instanceof Problem ? error.message : 'The server cannot be reached; nothing was changed.');
  }
});

document.addEventListener('odpo-refresh', () => location.reload());
