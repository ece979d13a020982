// Pages that change while one looks at them: regions marked data-live are fetched again when the server says that something happened.
const source = document.querySelector('[data-events]');

let waiting = false;

async function refresh() {
  if (waiting) { return; }
  waiting = true;
  await new Promise(resolve => setTimeout(resolve, 300));   // several events of one step become one request
  waiting = false;
  const response = await fetch(location.href, { credentials: 'same-origin' }).catch(() => null);
  if (!response?.ok) { return; }
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  for (const region of document.querySelectorAll('[data-live]')) {
    const next = page.querySelector(`[data-live="${region.dataset.live}"]`);
    if (next && next.innerHTML !== region.innerHTML && !region.contains(document.activeElement)) { region.innerHTML = next.innerHTML; }
  }
}

document.addEventListener('odpo-refresh', refresh);

if (source) {
  const events = new EventSource(source.dataset.events);
  for (const kind of ['progress', 'round', 'generation', 'version']) { events.addEventListener(kind, refresh); }
  events.addEventListener('metrics', event => document.dispatchEvent(new CustomEvent('odpo-metrics', { detail: JSON.parse(event.data) })));
  events.onopen = refresh;   // after a restart of the server the page catches up
}
