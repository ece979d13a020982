import assert from 'node:assert/strict';
import { person, projectWithPairs, signIn } from './people.mjs';
import { until } from './server.mjs';

export const name = 'The quality page shows each annotator; a paused one gets a sentence and goes on when the pause is lifted; disputes are judged blind';

const verdict = (lease, choice) => ({ id: ulid(), pair: lease.pair, lease: lease.lease, choice, strength: choice === 'tie' ? undefined : 2, active_ms: 4000 + Math.floor(Math.random() * 9000), input: 'api' });

let count = 0;
const ulid = () => `01KE6SGFG0${String(count++).padStart(16, '0')}`;

/** A person who judges everything through the API. */
async function judge(server, project, who, choose) {
  const { key } = await server.call('POST', '/api/v1/keys', { name: who.name, roles: ['annotator'], person: who.id });
  for (;;) {
    const { items } = await server.call('POST', `/api/v1/projects/${project}/leases`, { count: 4 }, key);
    if (items.length === 0) { return; }
    await server.call('POST', `/api/v1/projects/${project}/judgments`, items.map(lease => verdict(lease, choose(lease))), key);
  }
}

export async function run({ server, context, page }) {
  await projectWithPairs(server, 'checked', 24, { overlap: 3 });
  const shots = process.env.ORLEANS_DPO_SHOTS;
  const shoot = async (where, label) => { if (shots) { await where.screenshot({ path: `${shots}/${label}.png`, fullPage: true }); } };
  const good = lease => (lease.left.includes('charming') ? 'left' : 'right');
  const people = {};
  for (const who of ['edith', 'frida', 'gus']) { people[who] = { ...await person(server, who, ['annotator']), name: who }; }
  await judge(server, 'checked', people.edith, good);
  await judge(server, 'checked', people.frida, lease => (lease.prompt.text.includes('number 1') ? 'tie' : good(lease)));

  const boss = await person(server, 'quentin', ['admin', 'operator', 'researcher']);
  await signIn(page, boss.url);
  await page.goto(`${server.url}/p/checked/quality`);
  await page.getByRole('heading', { name: 'Quality', exact: true }).waitFor();
  assert.equal(await page.locator('tr[data-annotator]').count(), 2);
  await page.getByText('48 on 24 pairs').waitFor();
  assert.match(await page.locator('main').innerText(), /undefined|α/);
  await page.getByText('undefined (No ranking was put in order by two people.)').waitFor();

  // Paused by the operator: the annotator is told in words, and what was sent stays.
  page.on('dialog', dialog => dialog.accept());
  const row = page.locator(`tr[data-annotator="${people.edith.id}"]`);
  await row.getByRole('button', { name: 'Pause' }).click();
  await row.getByText('Paused since').waitFor();
  await shoot(page, 'quality-paused');
  const annotator = await context.browser().newContext();
  const screen = await annotator.newPage();
  await signIn(screen, people.edith.url);
  await screen.goto(`${server.url}/p/checked/annotate`);
  await screen.getByText('Everything you sent is kept').waitFor();
  await shoot(screen, 'annotate-paused');
  await row.getByRole('button', { name: 'Let go on' }).click();
  await row.getByRole('button', { name: 'Pause' }).waitFor();
  await screen.reload();
  await screen.getByText('You have judged all that is open').waitFor();
  await annotator.close();

  // A third voice makes disputes; an adjudicator judges them blind and then sees the votes.
  await judge(server, 'checked', people.gus, lease => (lease.prompt.text.includes('number 1') ? (good(lease) === 'left' ? 'right' : 'left') : good(lease)));
  await until('disputes', async () => (await server.call('GET', '/api/v1/projects/checked/adjudication')).disputed > 0);
  await page.goto(`${server.url}/p/checked/adjudicate`);
  await page.locator('#annotate[data-painted]').waitFor();
  await page.waitForTimeout(200);
  await page.keyboard.press('d');
  await page.getByText('The pair before, by others:').waitFor();
  await shoot(page, 'adjudicate');
  await page.goto(`${server.url}/p/checked/quality?Intervals=true`);
  await page.getByText('intervals of').waitFor();
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot(page, 'quality-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await shoot(page, 'quality');
}
