import assert from 'node:assert/strict';
import { person, projectWithPairs, signIn } from './people.mjs';
import { until } from './server.mjs';

export const name = 'A researcher follows the trace of a version in both directions, and its pages fit a phone';

export async function run({ server, context, page }) {
  await projectWithPairs(server, 'trace', 6);
  const boss = await person(server, 'grace', ['admin', 'operator', 'researcher', 'annotator']);
  await signIn(page, boss.url);
  const P = '/api/v1/projects/trace';
  for (const lease of (await server.call('POST', `${P}/leases`, { count: 4 })).items) {
    const id = `01JD${[...Array(22)].map(() => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[Math.floor(Math.random() * 32)]).join('')}`;
    const [stored] = await server.call('POST', `${P}/judgments`, [{ id, pair: lease.pair, lease: lease.lease, choice: 'left', strength: 2, active_ms: 5000, guideline: lease.guideline, input: 'api' }]);
    assert.equal(stored.status, 'stored', JSON.stringify(stored));
  }
  await server.call('POST', `${P}/datasets`, {});
  await until('published version', async () => (await server.call('GET', `${P}/datasets/v1`)).state === 'published');
  const judgment = (await server.call('GET', `${P}/judgments`)).items[0];

  // From the version's page to its trace, from the trace to the import, and from a judgment to the version.
  await page.goto(`${server.url}/p/trace/datasets/v1`);
  await page.getByRole('link', { name: 'what it was made of' }).click();
  await page.locator('[data-direction=up] a', { hasText: 'i1' }).click();
  await page.locator('[data-direction=down] a', { hasText: 'v1' }).waitFor();
  await page.goto(`${server.url}/p/trace/lineage`);
  await page.getByLabel('Id', { exact: true }).fill(judgment.id);
  await page.getByLabel('Pair, for a judgment').fill(judgment.pair);
  await page.getByRole('button', { name: 'Trace' }).click();
  await page.locator('[data-direction=up] a', { hasText: judgment.pair }).waitFor();
  await page.locator('[data-direction=down] a', { hasText: 'v1' }).waitFor();
  await page.locator('[data-direction=up] a', { hasText: judgment.pair }).click();
  await page.locator('[data-direction=down] a', { hasText: judgment.id }).click();
  await page.locator('[data-direction=down] a', { hasText: 'v1' }).waitFor();

  // What is not there is said in words.
  await page.goto(`${server.url}/p/trace/lineage/v9`);
  await page.getByText("There is no 'v9' in this project.").waitFor();

  const shots = process.env.ORLEANS_DPO_SHOTS;
  const paths = ['/p/trace', '/p/trace/lineage/v1', `/p/trace/lineage/${judgment.id}?pair=${judgment.pair}`, '/p/trace/lineage', '/p/trace/lineage/v9', '/p/trace/datasets', '/p/trace/datasets/v1', '/p/trace/quality', '/p/trace/rounds', '/p/trace/policies', '/p/trace/settings', '/people', '/'];
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of shots ? ['light', 'dark'] : ['light']) {
      await page.emulateMedia({ colorScheme });
      for (const path of paths) {
        await page.goto(server.url + path, { waitUntil: 'networkidle' }).catch(() => page.waitForLoadState('load'));
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (shots) { await page.screenshot({ path: `${shots}/wide${width}-${colorScheme}${path.split('?')[0].replaceAll('/', '-').slice(0, 30)}.png`, fullPage: true }); }
        assert.ok(wide <= 0 || (width < 800 && !path.includes('/lineage')), `${path} is ${wide} pixels wider than a window of ${width}`);
      }
    }
  }
}
