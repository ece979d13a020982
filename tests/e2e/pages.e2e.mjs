import assert from 'node:assert/strict';
import { person, projectWithPairs, signIn } from './people.mjs';
import { until } from './server.mjs';

export const name = 'Operator, researcher and admin pages load, follow the content security policy, and hide what a role may not do';

export async function run({ server, context, page }) {
  await projectWithPairs(server, 'pages', 8);
  const shots = process.env.ORLEANS_DPO_SHOTS;
  const shoot = async label => { if (shots) { await page.screenshot({ path: `${shots}/${label}.png` }); } };

  const boss = await person(server, 'grace', ['admin', 'operator', 'researcher', 'annotator']);
  await signIn(page, boss.url);
  for (const [path, heading] of [
    ['/', 'Projects'], ['/p/pages', 'Film reviews'], ['/p/pages/rounds', 'Rounds'], ['/p/pages/datasets', 'Dataset versions'],
    ['/p/pages/policies', 'Policies'], ['/p/pages/settings', 'Settings'], ['/people', 'People'],
  ]) {
    const response = await page.goto(server.url + path);
    assert.equal(response.status(), 200, path);
    assert.ok((response.headers()['content-security-policy'] ?? '').includes("script-src 'self'"), `${path} has no content security policy`);
    await page.getByRole('heading', { name: heading, exact: true }).waitFor();
    await shoot(`page${path.replaceAll('/', '-')}`);
  }
  assert.equal((await page.goto(`${server.url}/p/nowhere`)).status(), 404);

  // A used link does not work again.
  const stranger = await context.browser().newContext();
  const other = await stranger.newPage();
  await other.goto(boss.url);
  await other.getByRole('button', { name: 'Sign in' }).click();
  await other.getByRole('alert').waitFor();

  // Without signing in there is only the sign-in page; an annotator sees no operator's button.
  await other.goto(`${server.url}/p/pages/rounds`);
  assert.match(other.url(), /\/signin/);
  const ada = await person(server, 'ada', ['annotator']);
  await signIn(other, ada.url);
  await other.goto(`${server.url}/p/pages`);
  assert.equal(await other.getByRole('link', { name: 'Rounds' }).count(), 0);
  assert.equal((await other.goto(`${server.url}/p/pages/rounds`)).status() >= 400 || /denied|signin/.test(other.url()), true);
  assert.equal((await other.goto(`${server.url}/people`)).status() >= 400 || /denied|signin/.test(other.url()), true);
  await stranger.close();

  // The API documentation works in the browser.
  await page.goto(`${server.url}/api/docs`);
  await until('operations in Swagger UI', async () => (await page.locator('.opblock').count()) > 20);
  await shoot('api-docs');
}
