import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { person, signIn } from './people.mjs';
import { until, wait } from './server.mjs';

export const name = 'Twenty-four judgments by keyboard start a round; it trains live, is gated in plain words, and the policy writes the next pairs';

const project = 'loop';
const model = join(import.meta.dirname, '../../models/film-reviews-tiny');

/** Prompts in the demo grammar's words, enough of them that a fifth is held out. */
function prompts() {
  const who = ['my sister', 'a friend', 'my neighbour', 'my brother', 'two colleagues', 'my father', 'my aunt', 'my class'];
  const when = ['yesterday', 'last night', 'on Sunday', 'last week', 'on a long flight', 'after work', 'at a small festival', 'during the holidays'];
  return who.flatMap(w => when.map(t => ({ prompt: `I watched this with ${w} ${t}, and` })));
}

async function uploadPolicy(server) {
  const { id } = await server.call('POST', `/api/v1/projects/${project}/policies`, {});
  for (const file of readdirSync(model).filter(name => /\.(json|safetensors)$/.test(name))) {
    const response = await fetch(`${server.url}/api/v1/projects/${project}/policies/${id}/files/${file}`, {
      method: 'PUT', headers: { Authorization: `Bearer ${server.key}` }, body: readFileSync(join(model, file)),
    });
    assert.ok(response.ok, `${file}: ${response.status} ${await response.clone().text()}`);
  }
  return server.call('POST', `/api/v1/projects/${project}/policies/${id}/publish`, {});
}

export async function run({ server, page }) {
  await server.call('POST', '/api/v1/projects', {
    id: project,
    settings: {
      title: 'The loop', guideline: 'Prefer the kinder review.', test_share: 0.2,
      generation: { pairs: 30, top_p: 0.95, max_new_tokens: 56, old_new_share: 0.3, low_water: 4 },
      rounds: {
        judgments_trigger: 24, training: { beta: 0.3, learning_rate: 3e-4, epochs: 2, batch_size: 8, final_learning_rate_share: 0.1 },
        gate: { profile: 'trial', prompts: 12 },
      },
    },
  });
  await server.call('POST', `/api/v1/projects/${project}/prompts`, prompts());
  const start = await uploadPolicy(server);
  assert.equal(start.is_active, true);
  const grace = await person(server, 'grace', ['annotator', 'operator', 'researcher']);
  await signIn(page, grace.url);
  await page.goto(`${server.url}/p/${project}/annotate`);
  const root = page.locator('#annotate');
  for (let i = 0; i < 24; i++) {
    const pair = await until('pair written by the policy', async () => (await root.getAttribute('data-state')) === 'pair'
      && (await root.getAttribute('data-painted')) === (await root.getAttribute('data-pair')) && root.getAttribute('data-pair'), 120);
    if (i === 3 && process.env.ORLEANS_DPO_SHOTS) { await page.screenshot({ path: `${process.env.ORLEANS_DPO_SHOTS}/annotate.png` }); }
    await wait(170);
    const [left, right] = [await page.locator('[data-part=left-body]').innerText(), await page.locator('[data-part=right-body]').innerText()];
    await page.keyboard.press(left.length <= right.length ? 'd' : 'k');
    await until('next pair', async () => (await root.getAttribute('data-pair')) !== pair);
  }
  await until('sent judgments', async () => Number(await page.locator('[data-part=outbox]').getAttribute('data-held')) === 0);

  // The operator sees the round live, without reloading.
  await page.goto(`${server.url}/p/${project}/rounds`);
  await until('round on the page', async () => (await page.locator('a[href$="/rounds/r1"]').count()) > 0, 60);
  await page.goto(`${server.url}/p/${project}/rounds/r1`);
  await until('live curve', async () => Number(await page.locator('#charts').getAttribute('data-points')) >= 3, 120);
  const verdict = await until('verdict of the gate', async () => {
    const text = await page.locator('[data-live=state] .lead').innerText();
    return /promoted|rejected|failed/.test(text) && text;
  }, 180);
  if (process.env.ORLEANS_DPO_SHOTS) { await page.screenshot({ path: `${process.env.ORLEANS_DPO_SHOTS}/round.png`, fullPage: true }); }
  const round = await server.call('GET', `/api/v1/projects/${project}/rounds/r1`);
  assert.match(round.state, /promoted|rejected/, verdict);
  assert.ok(round.reason.length > 20, 'the verdict comes in words');
  assert.match(round.train.step_zero_check, /ln 2|0\.693/);

  // The researcher downloads the version that the round trained on.
  await page.goto(`${server.url}/p/${project}/datasets`);
  await page.getByRole('link', { name: 'v1', exact: true }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'dpo.jsonl', exact: true }).click();
  const rows = readFileSync(await (await download).path(), 'utf8').trim().split('\n').map(line => JSON.parse(line));
  const version = await server.call('GET', `/api/v1/projects/${project}/datasets/v1`);
  assert.ok(rows.length > 0 && rows.every(row => row.prompt && row.chosen && row.rejected && row.chosen !== row.rejected));
  assert.match(version.identity, /^[0-9a-f]{64}$/);

  // Labelling goes on with pairs that the active policy wrote, old against new ones among them when it was promoted.
  const active = (await server.call('GET', `/api/v1/projects/${project}`)).active_policy;
  assert.equal(active, round.state === 'promoted' ? round.candidate : start.id);
  await until('next generation', async () => (await server.call('GET', `/api/v1/projects/${project}/generations`)).items.some(g => g.state === 'done' && g.policy === active && (active === start.id || g.opponent)), 120);
  await page.goto(`${server.url}/p/${project}/annotate`);
  await until('next pair to label', async () => (await root.getAttribute('data-state')) === 'pair');

  // The annotator's judgments are taken out: the round and its policy say so on their pages.
  await server.call('POST', `/api/v1/projects/${project}/retractions`, { annotator: grace.id, reason: 'Labels of a rehearsal.' });
  await page.goto(`${server.url}/p/${project}/rounds/r1`);
  await page.locator('.tainted', { hasText: 'Labels of a rehearsal.' }).waitFor();
  await page.goto(`${server.url}/p/${project}/policies`);
  await page.locator('.tainted', { hasText: `${round.candidate} is tainted` }).waitFor();
  if (process.env.ORLEANS_DPO_SHOTS) { await page.screenshot({ path: `${process.env.ORLEANS_DPO_SHOTS}/policies-tainted.png`, fullPage: true }); }
}
