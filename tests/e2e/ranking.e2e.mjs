import assert from 'node:assert/strict';
import { person, signIn } from './people.mjs';
import { until, wait } from './server.mjs';

export const name = 'Answers are ranked by keyboard, with ties, undo, a network cut, a killed server and a drag, and every order is kept once; skips, reports and orders say why';

const project = 'ranks';

export async function run({ server, context, page }) {
  await server.call('POST', '/api/v1/projects', { id: project, settings: { title: 'Rankings', guideline: 'Prefer the **clearer** answer.', reasons: [{ slug: 'clearer', title: 'Clearer' }, { slug: 'wrong-facts', title: 'Wrong facts' }] } });
  await server.call('POST', `/api/v1/projects/${project}/rankings`, Array.from({ length: 7 }, (_, i) => ({
    prompt: `What is good about film number ${i}?`,
    responses: ['a', 'b', 'c', 'd'].map(letter => ({ text: `answer ${letter} to ${i}: the **plot** ${'is told with care. '.repeat(1 + 'abcd'.indexOf(letter))}<script>window.hacked = 1</script>`, source: `writer-${letter}` })),
  })));
  const ada = await person(server, 'ada', ['annotator']);
  await signIn(page, ada.url);
  await page.goto(`${server.url}/p/${project}/rank`);
  const root = page.locator('#rank');
  const shown = () => root.getAttribute('data-task');
  const order = () => root.getAttribute('data-order');
  const held = async () => Number(await page.locator('[data-part=outbox]').getAttribute('data-held'));
  const letters = () => page.locator('.answer .body').evaluateAll(bodies => bodies.map(body => body.textContent.match(/answer (\w)/)[1]));
  const kept = new Map();   // prompt → order as letters, as the screen said when it was sent
  const painted = async () => {
    await until('painted task', async () => (await root.getAttribute('data-painted')) === (await shown()) && shown());
    await wait(170);   // the guard against double presses
  };
  const posted = [];
  page.on('request', request => { if (request.method() === 'POST' && request.url().endsWith('/judgments')) { posted.push(...request.postDataJSON()); } });
  const press = async keys => { for (const key of keys) { await page.keyboard.press(key); } };

  /** Presses keys, checks the order they make, sends it. */
  const rank = async (keys, expected) => {
    await painted();
    const task = await shown();
    await press(keys);
    await until(`order ${expected}`, async () => (await order()) === expected);
    const names = await letters();
    const prompt = await page.locator('[data-part=prompt]').innerText();
    kept.set(prompt.trim(), expected.replace(/\d/g, digit => names[Number(digit) - 1]));
    await page.keyboard.press('Enter');
    await until('next task', async () => (await shown()) !== task);
    return { task, prompt: prompt.trim() };
  };

  // An order that is not whole is not sent.
  await painted();
  await press(['2', 'Enter']);
  await page.getByText('Place every answer first.').waitFor();
  await page.keyboard.press('Backspace');
  assert.equal(await order(), '');
  assert.equal(await page.locator('[data-command=send]').isDisabled(), true);

  const first = await rank(['3', '1', '4', '2'], '3>1>4>2');
  assert.equal(await page.evaluate(() => window.hacked), undefined);

  // Undo shows the order as it was; moved and tied it is sent anew.
  await until('sent', async () => (await held()) === 0);
  await page.keyboard.press('z');
  await until('task of the undone order', async () => (await shown()) === first.task);
  assert.equal(await order(), '3>1>4>2');
  await rank(['2', 'ArrowUp', 'ArrowUp', '4', '='], '3>2>1=4');

  // A note and a reason go with an order, and only with that one; taken back, the order has its note again, and keys typed into it rank nothing.
  await painted();
  await page.keyboard.press('n');
  await page.keyboard.type('2 and 3 say the same = a tie.');
  await page.keyboard.press('Escape');
  assert.equal(await order(), '');
  await press(['w', 'Tab', 'Space', 'Enter']);
  const noted = await rank(['1', '2', '=', '3', '=', '4', '1', 'ArrowUp'], '1>2=3>4');
  await until('announced', async () => (await page.locator('[data-part=say]').count()) === 1);
  const withNote = await until('sent with its note', async () => posted.find(judgment => judgment.note));
  assert.equal(withNote.note, '2 and 3 say the same = a tie.');
  assert.deepEqual(withNote.reasons, ['wrong-facts']);
  assert.equal(await page.locator('[data-part=ratings] input:checked').count(), 0, 'the next order begins without reasons');
  await painted();
  await page.keyboard.press('z');
  await until('task of the noted order', async () => (await shown()) === noted.task);
  await page.keyboard.press('n');
  assert.equal(await page.locator('[data-part=note] textarea').inputValue(), '2 and 3 say the same = a tie.');
  await page.keyboard.press('Control+Enter');
  await rank([], '1>2=3>4');
  await until('sent again with its note', async () => posted.filter(judgment => judgment.note === withNote.note).length === 2);

  // By mouse: cards place, an item is dragged to the front.
  await painted();
  for (const number of ['1', '2', '3', '4']) { await page.locator(`.answer [data-take="${number - 1}"]`).click(); }
  await page.locator('[data-part=order] li[data-answer="3"]').dragTo(page.locator('[data-part=order] li[data-answer="0"]'), { targetPosition: { x: 60, y: 4 } });
  await until('dragged order', async () => (await order()) === '4>1>2>3');
  if (process.env.ORLEANS_DPO_SHOTS) {
    for (const [colorScheme, width] of [['light', 1400], ['dark', 1400], ['light', 420]]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({ path: `${process.env.ORLEANS_DPO_SHOTS}/rank-${colorScheme}-${width}.png`, fullPage: true });
    }
    await page.setViewportSize({ width: 1400, height: 900 });
  }
  await page.evaluate(() => document.activeElement.blur());
  await rank([], '4>1>2>3');

  // The network goes and comes; the server is killed, the page reloaded.
  await until('sent before the cut', async () => (await held()) === 0);
  await context.setOffline(true);
  await rank(['4', '3', '2', '1'], '4>3>2>1');
  await until('held', async () => (await held()) === 1);
  await context.setOffline(false);
  await until('sent', async () => (await held()) === 0);
  await painted();
  await server.kill();
  await rank(['1', '3', '2', '4'], '1>3>2>4');
  await until('held', async () => (await held()) === 1);
  await server.run();
  await page.reload();
  await until('sent after reload', async () => (await root.getAttribute('data-ready')) === 'true' && (await held()) === 0);

  // The last two are skipped and reported, each with a reason; Escape leaves the question, and digits that answer it place nothing.
  const pass = async (keys, label) => {
    await painted();
    const task = await shown();
    await press(keys.slice(0, -1));
    await page.locator('[data-part=reasons]').getByText(label).waitFor();
    if (process.env.ORLEANS_DPO_SHOTS) { await page.screenshot({ path: `${process.env.ORLEANS_DPO_SHOTS}/rank-${label.split(' ')[0]}.png` }); }
    await press(keys.slice(-1));
    await until('another task or none', async () => (await shown()) !== task);
    return until('sent', async () => posted.find(judgment => judgment.pair === task));
  };
  await painted();
  await press(['x', '7', 'Escape']);
  assert.equal(await page.locator('[data-part=reasons]').isVisible(), false);
  assert.equal(await order(), '');
  const skipped = await pass(['x', '2'], 'Skip this ranking');
  assert.deepEqual([skipped.choice, skipped.reasons, skipped.note], ['skip', ['not-my-subject'], undefined]);
  await painted();
  await page.locator('[data-command=report]').click();
  await page.locator('[data-part=reasons] [data-command=close]').click();
  assert.equal(await page.locator('[data-part=reasons]').isVisible(), false);
  await page.locator('[data-command=note]').click();
  await page.locator('[data-part=note] textarea').fill('Number 3 names a person.');
  if (process.env.ORLEANS_DPO_SHOTS) { await wait(300); await page.screenshot({ path: `${process.env.ORLEANS_DPO_SHOTS}/rank-note.png` }); }
  await page.locator('[data-part=keep]').click();
  assert.equal(await page.locator('[data-part=note]').isVisible(), false);
  const reported = await pass(['r', '2'], 'Report this ranking');
  assert.deepEqual([reported.choice, reported.reasons, reported.note], ['report', ['personal-data'], 'Number 3 names a person.']);
  await until('empty queue and outbox', async () => (await root.getAttribute('data-state')) === 'empty' && (await held()) === 0);

  const { items } = await server.call('GET', `/api/v1/projects/${project}/rankings?limit=100`);
  const judged = [];
  for (const { id } of items) {
    const view = await server.call('GET', `/api/v1/projects/${project}/rankings/${id}`);
    for (const judgment of view.judgments.filter(each => each.choice === 'ranked')) {
      judged.push(view.prompt);
      assert.ok(judgment.counted);
      const said = judgment.ranking.map(group => group.map(index => view.responses[index].text.match(/answer (\w)/)[1]).sort().join('=')).join('>');
      assert.equal(said, kept.get(view.prompt.trim()).split('>').map(group => group.split('=').sort().join('=')).join('>'));
    }
  }
  assert.equal(judged.length, kept.size, 'an order was lost or kept twice');
  assert.equal(judged.length, 5);
  assert.equal((await server.call('GET', `/api/v1/projects/${project}/rankings?reported=true`)).items.length, 1);
}
