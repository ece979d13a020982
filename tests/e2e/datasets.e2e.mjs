import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { person, projectWithPairs, signIn } from './people.mjs';
import { until } from './server.mjs';

export const name = 'Dataset pages: two versions are cut, tagged, compared and downloaded, and a retraction is told on the version that it taints';

const project = 'cuts';

export async function run({ server, page }) {
  await projectWithPairs(server, project, 10);
  const ada = await person(server, 'ada', ['annotator']);
  const { key } = await server.call('POST', '/api/v1/keys', { name: 'ada', roles: ['annotator'], person: ada.id });
  let count = 0;
  const judge = async pairs => {
    const { items } = await server.call('POST', `/api/v1/projects/${project}/leases`, { count: pairs }, key);
    await server.call('POST', `/api/v1/projects/${project}/judgments`,
      items.map(lease => ({ id: `01KE6SGFG0${String(count++).padStart(16, '0')}`, pair: lease.pair, lease: lease.lease, choice: 'left', strength: 2, active_ms: 5000, input: 'api' })), key);
  };
  const shoot = async label => {
    for (const colorScheme of process.env.ORLEANS_DPO_SHOTS ? ['dark', 'light'] : []) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${process.env.ORLEANS_DPO_SHOTS}/${label}-${colorScheme}.png`, fullPage: true });
    }
  };
  const boss = await person(server, 'grace', ['admin', 'operator', 'researcher']);
  await signIn(page, boss.url);

  // The button cuts, and the list shows the version without a reload.
  await page.goto(`${server.url}/p/${project}/datasets`);
  for (const [version, pairs] of [['v1', 4], ['v2', 2]]) {
    await judge(pairs);
    await page.getByRole('button', { name: 'Cut a version now' }).click();
    await page.locator('tr', { has: page.getByRole('link', { name: version, exact: true }) }).getByText('published').waitFor();
  }

  await page.getByRole('link', { name: 'v2', exact: true }).click();
  await page.getByRole('heading', { name: 'Version v2' }).waitFor();
  await page.getByLabel('Tag').fill('paper-1.0');
  await page.getByRole('button', { name: 'Set or move here' }).click();
  await page.locator('h1 .tag', { hasText: 'paper-1.0' }).waitFor();
  assert.equal((await server.call('GET', `/api/v1/projects/${project}/datasets/paper-1.0`)).version, 2);

  // A tag can be protected as it is set: from then on the page offers only an administrator to take it away, and asks first.
  const tags = () => server.call('GET', `/api/v1/projects/${project}/datasets/tags`);
  assert.deepEqual(await tags(), [{ tag: 'paper-1.0', version: 2, name: 'v2', protected: false }]);
  await page.getByLabel('Tag').fill('cited');
  await page.getByLabel('protect').check();
  await page.getByRole('button', { name: 'Set or move here' }).click();
  await page.getByText('cited is protected').waitFor();
  assert.deepEqual((await tags()).find(tag => tag.tag === 'cited'), { tag: 'cited', version: 2, name: 'v2', protected: true });
  page.once('dialog', dialog => dialog.dismiss());
  await page.getByRole('button', { name: 'Take cited away all the same' }).click();
  assert.equal((await tags()).length, 2);
  await shoot('dataset');

  // Every link of the page answers; a table downloads under a name that says what it is.
  const links = await page.locator('main a').evaluateAll(all => all.map(link => link.href));
  assert.ok(links.length > 20, `${links.length} links`);
  for (const link of links) { assert.equal((await page.request.get(link)).status(), 200, link); }
  const started = page.waitForEvent('download');
  await page.getByRole('link', { name: 'judgments.jsonl', exact: true }).click();
  const download = await started;
  assert.equal(download.suggestedFilename(), `${project}-v2-judgments.jsonl`);
  assert.equal(readFileSync(await download.path(), 'utf8').trim().split('\n').length, 6);
  const diff = (await (await page.request.get(server.url + await page.getByRole('link', { name: 'since v1' }).getAttribute('href'))).text()).trim().split('\n').map(line => JSON.parse(line));
  assert.ok(diff.length > 1, 'added rows and a summary');

  await page.goto(`${server.url}/p/${project}/datasets`);
  await page.locator('tr .tag', { hasText: 'paper-1.0' }).waitFor();
  await shoot('datasets');

  // A recipe of its own: soft labels as of v1; one that asks for the impossible is refused in words.
  await page.getByText('Cut with another recipe').click();
  await page.locator('[name=labels]').selectOption('soft');
  await page.getByLabel('As of').fill('v1');
  await page.getByLabel('Same texts once').check();
  await shoot('cut');
  await page.getByRole('button', { name: 'Cut', exact: true }).click();
  await page.locator('tr', { has: page.getByRole('link', { name: 'v3', exact: true }) }).getByText('published').waitFor();
  const soft = await server.call('GET', `/api/v1/projects/${project}/datasets/v3`);
  assert.equal(soft.counts.judgments, 4);
  assert.match(JSON.stringify(soft.recipe), /soft/);

  // Moving the protected tag from the page of another version is refused in words.
  const list = page.url();
  await page.goto(`${server.url}/p/${project}/datasets/v3`);
  await page.getByLabel('Tag').fill('cited');
  await page.getByRole('button', { name: 'Set or move here' }).click();
  await page.locator('#page-message.error', { hasText: 'protected' }).waitFor();
  await page.goto(list);
  await page.getByText('Cut with another recipe').click();
  await page.getByLabel('As of').fill('v99');
  await page.getByRole('button', { name: 'Cut', exact: true }).click();
  await page.locator('#page-message.error', { hasText: 'v99' }).waitFor();

  // Taken out later: the version says so, and why; then the tag is taken away.
  await server.call('POST', `/api/v1/projects/${project}/retractions`, { annotator: ada.id, reason: 'A script pressed left.' });
  await page.goto(`${server.url}/p/${project}/datasets/v2`);
  await page.locator('.tainted', { hasText: 'A script pressed left.' }).waitFor();
  await shoot('dataset-tainted');
  await page.getByRole('button', { name: 'Take paper-1.0 away' }).click();
  await until('page without the tag', async () => (await page.locator('h1 .tag').count()) === 1);

  // A researcher is offered neither protection nor its end.
  const lise = await person(server, 'lise', ['researcher']);
  await page.context().clearCookies();
  await signIn(page, lise.url);
  await page.goto(`${server.url}/p/${project}/datasets/v2`);
  await page.getByText('cited is protected').waitFor();
  assert.equal(await page.getByLabel('protect').count(), 0);
  assert.equal(await page.getByRole('button', { name: /Take cited away/ }).count(), 0);

  // An administrator takes it away all the same.
  await page.context().clearCookies();
  await signIn(page, (await server.call('POST', `/api/v1/people/${boss.id}/links`, {})).url);
  await page.goto(`${server.url}/p/${project}/datasets/v2`);
  page.once('dialog', dialog => dialog.accept());
  await page.getByRole('button', { name: 'Take cited away all the same' }).click();
  await until('page without any tag', async () => (await page.locator('h1 .tag').count()) === 0);
}
