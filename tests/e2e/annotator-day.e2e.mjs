import assert from 'node:assert/strict';
import { judgments, person, projectWithPairs, signIn } from './people.mjs';
import { until, wait } from './server.mjs';

export const name = 'An annotator labels by keyboard through a network cut, a reload and a killed server, and no judgment is lost or doubled';

const project = 'day';

export async function run({ server, context, page }) {
  await projectWithPairs(server, project, 40);
  const ada = await person(server, 'ada', ['annotator']);
  await signIn(page, ada.url);
  await page.goto(`${server.url}/p/${project}/annotate`);
  const root = page.locator('#annotate');
  const shown = () => root.getAttribute('data-pair');
  const held = async () => Number(await page.locator('[data-part=outbox]').getAttribute('data-held'));
  const seen = [];
  const sent = new Map();   // opaque name of the pair by judgment: what the browser says, and all that it knows
  page.on('request', request => {
    if (request.method() !== 'POST' || !request.url().endsWith('/judgments')) { return; }
    for (const judgment of request.postDataJSON()) { sent.set(judgment.id, judgment.pair); }
  });

  /** Presses a key on a freshly painted pair and waits for the next one. */
  const vote = async key => {
    const pair = await until('painted pair', async () => (await root.getAttribute('data-painted')) === (await shown()) && shown());
    await wait(170);   // the guard against double presses
    await page.keyboard.press(key);
    await until('next pair', async () => (await shown()) !== pair);
    seen.push(pair);
    return pair;
  };

  assert.equal(await page.evaluate(() => window.hacked), undefined);
  for (const key of ['s', 'd', 'f', 'j', 'k', 'l', ' ', 'b', '1', '7']) { await vote(key); }
  await until('empty outbox', async () => (await held()) === 0);

  // Text in the pair is shown as text, Markdown rendered by the server.
  assert.ok(await page.locator('[data-part=left-body] strong, [data-part=right-body] strong').count() > 0);
  assert.equal(await page.locator('[data-part=left-body] script, [data-part=right-body] script').count(), 0);

  // Undo: the pair comes back, another verdict replaces the first.
  const undone = seen.at(-1);
  await page.keyboard.press('z');
  await until('pair of the undone vote', async () => (await shown()) === undone);
  seen.pop();
  await vote('f');

  const prefetched = () => until('three prefetched pairs', async () => Number(await root.getAttribute('data-queued')) >= 4);

  // The network goes: labelling goes on, the badge counts.
  await prefetched();
  await context.setOffline(true);
  await vote('j');
  await vote('k');
  await until('held judgments', async () => (await held()) === 2);
  await context.setOffline(false);
  await until('sent judgments', async () => (await held()) === 0);

  // The server is killed in the middle; what was pressed meanwhile survives a reload too.
  await prefetched();
  await server.kill();
  await vote('s');
  await vote('l');
  await until('held judgments', async () => (await held()) === 2);
  await server.run();
  await until('sent judgments', async () => (await held()) === 0);
  await prefetched();
  await server.kill();
  await vote('d');
  await until('held judgment', async () => (await held()) === 1);
  await server.run();
  await page.reload();
  await until('sent judgments after reload', async () => (await root.getAttribute('data-ready')) === 'true' && (await held()) === 0);

  // Skip with a reason from the palette.
  await until('pair', async () => (await root.getAttribute('data-painted')) === (await shown()) && shown());
  const skipped = await shown();
  await page.keyboard.press('x');
  await page.keyboard.press('2');
  await until('next pair after skip', async () => (await shown()) !== skipped);
  await until('sent skip', async () => (await held()) === 0);

  const live = (await judgments(server, project)).filter(row => row.choice !== 'skip' && !row.superseded_by && row.live !== false);
  const counted = live.filter(row => seen.includes(sent.get(row.judgment_id)));
  assert.deepEqual(counted.map(row => sent.get(row.judgment_id)).sort(), [...new Set(seen)].sort());
  assert.equal(new Set(counted.map(row => row.pair_id)).size, counted.length, 'two names were one pair');
  assert.equal(new Set(seen).size, seen.length, 'a pair was shown twice');
  const again = counted.find(row => sent.get(row.judgment_id) === undone);
  assert.equal(Math.abs(again.strength), 1);
}
