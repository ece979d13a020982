import assert from 'node:assert/strict';
import { person, projectWithPairs, signIn } from './people.mjs';
import { until, wait } from './server.mjs';

export const name = 'A new annotator practises by keyboard, sees after each pair what the guideline says, fails, tries again, and is admitted to real pairs';

const drill = i => ({
  prompt: `Review number ${i} of a film, please.`, response_a: `A **clear** review of film ${i}: it says what works and why.`, response_b: `Film ${i} is a film. <script>window.hacked = 1</script>`,
  right: 'a', explanation: 'The guideline prefers a review that gives reasons.',
});

export async function run({ server, context, page }) {
  const shots = process.env.ORLEANS_DPO_SHOTS;
  const shoot = async (where, label) => { if (shots) { await where.screenshot({ path: `${shots}/${label}.png`, fullPage: true }); } };
  await projectWithPairs(server, 'school', 6, { assignment: { practice: 3, practice_pass: 0.66 } });

  // The operator adds practice pairs on the settings page.
  const boss = await person(server, 'quentin', ['admin', 'operator', 'researcher']);
  await signIn(page, boss.url);
  await page.goto(`${server.url}/p/school/settings`);
  await until('the empty list', async () => (await page.locator('#practice-pairs').getAttribute('data-count')) === '0');
  for (let i = 0; i < 3; i++) {
    const pair = drill(i);
    for (const field of ['prompt', 'response_a', 'response_b', 'explanation']) { await page.locator(`#practice-pairs [name=${field}]`).fill(pair[field]); }
    await page.locator('#practice-pairs input[value=a]').check();
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await until('the added pair', async () => (await page.locator('#practice-pairs').getAttribute('data-count')) === String(i + 1));
  }
  await server.call('POST', '/api/v1/projects/school/practice', [drill(3), drill(4), drill(5)]);
  await page.reload();
  await until('six pairs', async () => (await page.locator('#practice-pairs').getAttribute('data-count')) === '6');
  await page.locator('#practice-pairs').getByRole('button', { name: 'Remove' }).last().click();
  await until('five pairs', async () => (await page.locator('#practice-pairs').getAttribute('data-count')) === '5');
  await shoot(page, 'settings-practice');

  const ada = await person(server, 'ada', ['annotator']);
  const annotator = await context.browser().newContext({ viewport: { width: 1400, height: 900 } });
  const screen = await annotator.newPage();
  await signIn(screen, ada.url);
  await screen.goto(`${server.url}/p/school/annotate`);
  const root = screen.locator('#annotate');
  const feedback = screen.locator('[data-part=feedback]');

  /** Answers the shown practice pair rightly or not, by key. */
  const answer = async (rightly, label) => {
    await until('a painted practice pair', async () => (await root.getAttribute('data-mode')) === 'practice' && (await root.getAttribute('data-painted')) === (await root.getAttribute('data-pair')) && await feedback.isHidden());
    await wait(170);   // the guard against double presses
    const left = (await screen.locator('[data-part=left-body]').innerText()).includes('clear');
    if (label) { await shoot(screen, label); }
    await screen.keyboard.press(left === rightly ? 'd' : 'k');
    await feedback.waitFor();
    assert.equal(await feedback.getAttribute('data-kind'), rightly ? 'right' : 'wrong');
    await feedback.getByText(`the ${left ? 'left' : 'right'} one is better`).waitFor();
    await feedback.getByText('gives reasons').waitFor();
  };

  await answer(false, 'practice-pair');
  await shoot(screen, 'practice-wrong');
  await screen.keyboard.press('s');   // a verdict while feedback is shown says nothing
  await screen.keyboard.press('Enter');
  await answer(false);
  await screen.keyboard.press(' ');
  await screen.reload();              // the open attempt goes on where it was
  await answer(true);
  await screen.keyboard.press('Enter');
  await feedback.getByText('Not yet').waitFor();
  await feedback.getByText('1 of 3 right; 2 are needed.').waitFor();
  await shoot(screen, 'practice-failed');
  await screen.keyboard.press('Enter');
  for (let i = 0; i < 3; i++) {
    await answer(true);
    if (i === 0) { await screen.emulateMedia({ colorScheme: 'dark' }); await shoot(screen, 'practice-right-dark'); await screen.emulateMedia({ colorScheme: 'light' }); }
    await screen.keyboard.press('Enter');
  }
  await feedback.getByText('Practice passed').waitFor();
  await screen.keyboard.press('Enter');
  await until('a real pair', async () => (await root.getAttribute('data-mode')) === null && (await root.getAttribute('data-state')) === 'pair' && !(await root.getAttribute('data-pair')).startsWith('practice'));
  assert.equal(await screen.evaluate(() => window.hacked), undefined);
  assert.equal((await server.call('GET', '/api/v1/projects/school/quality')).votes, 0);
  await wait(200);
  await screen.keyboard.press('d');
  await until('one vote', async () => (await server.call('GET', '/api/v1/projects/school/quality')).votes === 1);
  await annotator.close();

  // The operator sees who practised, and policies have their strengths on their own page.
  await page.goto(`${server.url}/p/school/quality`);
  await page.locator(`tr[data-practised="${ada.id}"]`).getByText('admitted').waitFor();
  await shoot(page, 'quality-practice');
  await page.goto(`${server.url}/p/school/policies`);
  await page.getByRole('heading', { name: 'Policies by blind comparison' }).waitFor();
  await page.getByText('fewer than two policies').waitFor();
}
