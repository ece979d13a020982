import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { person, projectWithPairs, signIn } from './people.mjs';

export const name = 'Pairs are listed, searched and read with their judgments; files bring in more, and wrong rows are named';

const project = 'browse';

export async function run({ server, page }) {
  await projectWithPairs(server, project, 130);
  const ada = await person(server, 'ada', ['annotator']);
  const { key } = await server.call('POST', '/api/v1/keys', { name: 'ada', roles: ['annotator'], person: ada.id });
  const { items: [lease] } = await server.call('POST', `/api/v1/projects/${project}/leases`, { count: 1 }, key);
  await server.call('POST', `/api/v1/projects/${project}/judgments`, [{ id: '01KE6SGFG00000000000000001', pair: lease.pair, lease: lease.lease, choice: 'left', strength: 2, input: 'api' }], key);
  const shoot = async label => {
    if (!process.env.ORLEANS_DPO_SHOTS) { return; }
    await page.screenshot({ path: `${process.env.ORLEANS_DPO_SHOTS}/${label}.png` });
  };
  const boss = await person(server, 'grace', ['operator', 'researcher']);
  await signIn(page, boss.url);

  const rows = page.locator('[data-part=rows] tbody tr');
  await page.goto(`${server.url}/p/${project}/pairs`);
  await page.getByText('100 pairs, and more.').waitFor();
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByText('130 pairs.').waitFor();
  assert.match(await rows.first().innerText(), /I saw film number \d+ last night, and/);
  await shoot('pairs');

  await page.getByLabel('Text in prompt or answers').fill('number 77 drags');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.getByText('1 hit in 130 pairs.').waitFor();
  assert.equal(await rows.count(), 1);
  assert.match(await rows.first().innerText(), /number 77 drags/);
  await rows.first().getByRole('link').click();
  await page.getByText('I saw film number 77 last night, and').waitFor();
  await page.getByText('<script>window.hacked = 1</script> Skip it.').waitFor();
  assert.equal(await page.evaluate(() => window.hacked), undefined, 'an answer ran as a script');

  // The judged pair shows its judgment and, after a cut, what it went into.
  const version = await server.call('POST', `/api/v1/projects/${project}/datasets`, {});
  assert.equal(version.version, 1);
  await page.goto(`${server.url}/p/${project}/datasets`);
  await page.locator('tr', { has: page.getByRole('link', { name: 'v1', exact: true }) }).getByText('published').waitFor({ timeout: 10_000 });   // the page hears of it; it is not looked at again by chance
  const { items: [judgment] } = await server.call('GET', `/api/v1/projects/${project}/judgments`);
  await page.goto(`${server.url}/p/${project}/pairs/${judgment.pair}`);
  const line = page.locator('[data-part=judgments] tbody tr');
  await line.getByRole('link', { name: 'v1' }).waitFor();
  assert.match(await line.innerText(), /strength 2\s+vote\s+yes/);
  await page.locator('[data-part=lineage]').getByText('import').first().waitFor();
  await shoot('pair');

  // Other tools' data: the forms offered are the server's; a wrong row is named by line, the rest is in.
  await page.goto(`${server.url}/p/${project}/pairs`);
  await page.getByText('Bring in prompts, pairs or judgments').click();
  const offered = await page.locator('#bring option[value^="imports"]:not([value*="&as="])').allInnerTexts();
  const refusal = await page.request.post(`${server.url}/api/v1/projects/${project}/imports?format=nothing`, { data: '[]', headers: { Origin: server.url } });
  assert.ok((await refusal.json()).detail.includes(`format is one of ${offered.join(', ')};`), (await refusal.json()).detail);
  const file = join(mkdtempSync(join(tmpdir(), 'odpo e2e ')), 'preferences.jsonl');
  writeFileSync(file, [
    { prompt: 'Which is it?', chosen: 'This.', rejected: 'That.' }, { prompt: 'No answers' }, { prompt: 'And now?', chosen: 'Soon.', rejected: 'Never.' },
  ].map(row => JSON.stringify(row)).join('\n'));
  await page.locator('#bring select').selectOption('imports?format=trl');
  await page.locator('#bring input[type=file]').setInputFiles(file);
  await page.getByRole('button', { name: 'Bring in' }).click();
  await page.getByText(/^Done: .*pairs added 2/).waitFor();
  await page.getByText(/^Line 2/).waitFor();
  await shoot('bring-in');
  await page.getByLabel('all rows or none').check();
  await page.getByRole('button', { name: 'Bring in' }).click();
  await page.getByText(/^Nothing was brought in/).waitFor();

  // Rankings and gold are told of by line in the same way.
  for (const [kind, right] of [
    ['rankings', { prompt: 'Which order?', responses: ['first', 'second', 'third'] }], ['gold', { prompt: 'Known?', response_a: 'Yes.', response_b: 'No.', right: 'a' }],
  ]) {
    writeFileSync(file, [right, { prompt: 'Nothing else' }].map(row => JSON.stringify(row)).join('\n'));
    await page.locator('#bring select').selectOption(kind);
    await page.locator('#bring input[type=file]').setInputFiles(file);
    await page.getByLabel('all rows or none').check();
    await page.getByRole('button', { name: 'Bring in' }).click();
    await page.getByText(/^Nothing was brought in: rows 2/).waitFor();
    await page.getByLabel('all rows or none').uncheck();
    await page.getByRole('button', { name: 'Bring in' }).click();
    await page.getByText(new RegExp(`^Done: rows 2, ${kind === 'gold' ? 'gold' : 'added'} 1,`)).waitFor();
    await page.getByText(/^Line 2/).waitFor();
  }

  await page.getByLabel('Origin').fill('nowhere');
  await page.getByRole('button', { name: 'Show' }).click();
  await page.getByText('No pair fits.').waitFor();
}
