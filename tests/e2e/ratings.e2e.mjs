import assert from 'node:assert/strict';
import { judgments, person, projectWithPairs, signIn } from './people.mjs';
import { until, wait } from './server.mjs';

export const name = 'Aspects and reasons are rated by keyboard and stored with the judgment; a whole session is taken back press by press and judged anew';

const project = 'rated';

export async function run({ server, page }) {
  await projectWithPairs(server, project, 8, {
    aspects: [{ slug: 'clarity', title: 'Clarity', scale: 2 }, { slug: 'tone', title: 'Tone', scale: 1 }],
    reasons: [{ slug: 'wrong-facts', title: 'Wrong facts' }, { slug: 'too-short', title: 'Too short' }],
  });
  const ada = await person(server, 'ada', ['annotator']);
  await signIn(page, ada.url);
  await page.goto(`${server.url}/p/${project}/annotate`);
  const root = page.locator('#annotate');
  const panel = page.locator('[data-part=ratings]');
  const shown = () => root.getAttribute('data-pair');
  const sent = [];
  page.on('request', request => { if (request.method() === 'POST' && request.url().endsWith('/judgments')) { sent.push(...request.postDataJSON()); } });
  const painted = async () => {
    const pair = await until('painted pair', async () => (await root.getAttribute('data-painted')) === (await shown()) && shown());
    await wait(170);   // the guard against double presses
    return pair;
  };
  const press = async keys => { for (const key of keys) { await page.keyboard.press(key); } };
  const vote = async key => {
    const pair = await painted();
    await page.keyboard.press(key);
    await until('another pair or none', async () => (await shown()) !== pair);
    return pair;
  };
  const saved = () => until('empty outbox', async () => Number(await page.locator('[data-part=outbox]').getAttribute('data-held')) === 0);

  // Clarity one step to the left, tone to the right, the second reason; keys that mean a verdict mean none inside the panel.
  await painted();
  await press(['a', 'ArrowLeft', 's', 'a', 'ArrowRight', 't', 'Tab', 'Space']);
  assert.equal(await panel.locator('input:checked').count(), 3);
  if (process.env.ORLEANS_DPO_SHOTS) {
    for (const colorScheme of ['dark', 'light']) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${process.env.ORLEANS_DPO_SHOTS}/ratings-${colorScheme}.png` });
    }
  }
  await page.keyboard.press('Enter');
  await page.keyboard.press('n');
  await page.keyboard.type('Both are too short.');
  await page.keyboard.press('Escape');
  const rated = await vote('d');
  assert.equal(await panel.locator('input:checked').count(), 0, 'the next pair begins unrated');
  const others = [];
  for (let i = 0; i < 3; i++) {
    await painted();
    await press(['a', 'ArrowRight', 'Enter']);
    others.push(await vote('k'));
  }

  // Taken back press by press, down to the first; then nothing is left to take back.
  for (const pair of [...others].reverse().concat(rated)) {
    await page.keyboard.press('z');
    await until('pair of the undone vote', async () => (await shown()) === pair);
  }
  await page.keyboard.press('z');
  await page.getByText('Nothing to undo in this session.').waitFor();
  await saved();

  // Judged anew: the first rated and with the note that it had, the others plain.
  await painted();
  await page.keyboard.press('n');
  assert.equal(await page.locator('[data-part=note] textarea').inputValue(), 'Both are too short.');
  await page.keyboard.press('Escape');
  await press(['a', 'ArrowLeft', 'a', 'ArrowRight', 't', 'Tab', 'Space', 'Enter']);
  assert.equal(await vote('d'), rated);
  for (const pair of others) { assert.equal(await vote('j'), pair); }
  await saved();

  const rows = await judgments(server, project);
  const live = rows.filter(row => row.live);
  assert.equal(live.length, 4);
  assert.equal(sent.length, 12, 'four verdicts, four undone, four anew');
  assert.deepEqual(sent.filter(judgment => judgment.note).map(judgment => [judgment.pair, judgment.note]), [[rated, 'Both are too short.'], [rated, 'Both are too short.']]);
  const first = live.find(row => row.reasons.length > 0);
  assert.deepEqual(first.reasons, ['too-short']);
  assert.equal(sent.find(judgment => judgment.id === first.judgment_id).pair, rated);
  const response = await fetch(`${server.url}/api/v1/projects/${project}/datasets/v1/tables/ratings`, { headers: { Authorization: `Bearer ${server.key}` } });
  const ratings = (await response.text()).trim().split('\n').map(line => JSON.parse(line));
  const of = aspect => ratings.find(row => row.judgment_id === first.judgment_id && row.aspect === aspect)?.rating;
  assert.equal(of('clarity'), Math.sign(first.strength), 'clarity was better on the side of the verdict');
  assert.equal(of('tone'), -Math.sign(first.strength), 'tone was better on the other side');
  assert.equal(ratings.filter(row => row.live).length, 2, 'ratings of judgments that were taken back are not live');
  assert.equal(ratings.filter(row => !row.live && row.aspect === 'clarity').length, 4);
}
