// Says in plain words which of a page's things retracted judgments went into: <div data-taint="GET-address">, of one thing or a page of them.
import { call } from './api.js';

const place = document.querySelector('[data-taint]');

if (place) {
  for (let next = place.dataset.taint; next;) {
    const answer = await call('GET', next);
    for (const thing of answer.items ?? [answer]) {
      for (const taint of thing.tainted ?? []) {
        const line = document.createElement('p');
        line.className = 'lead tainted';
        line.textContent = `${answer.items ? `${thing.id} is tainted` : 'Tainted'} since ${taint.since.slice(0, 16).replace('T', ' ')} UTC (${taint.how}): ${taint.reason}`;
        place.append(line);
      }
    }
    next = answer.next ? `${place.dataset.taint}?cursor=${encodeURIComponent(answer.next)}` : null;
  }
}
