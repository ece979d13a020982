// The report of a training run, opened as a file: nothing fetched, nothing logged, hostile texts stay texts, light and dark.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export const name = 'a training report opens without a request, an error or a script';

const hostile = '</pre><script>window.hit=1</script><img src=x onerror="window.hit=2">\u202eevil';

function folder() {
  const at = mkdtempSync(join(tmpdir(), 'report-'));
  const step = i => ({
    step: i, steps: 120, epoch: i / 40, loss: 0.69 * Math.exp(-i / 50), 'rewards/chosen': i / 60, 'rewards/rejected': -i / 40, 'rewards/margins': i / 24, 'rewards/accuracies': Math.min(1, 0.5 + i / 100),
    'logps/chosen': -30 - i / 20, 'logps/rejected': -31 - i / 8, learning_rate: 1e-5 * (1 - i / 121), grad_norm: 2 + Math.sin(i), num_tokens: 900 * i, tokens_per_second: 4000 + 300 * Math.cos(i), seconds: i / 4, rows: 8, mfu: 0.4, seconds_left: 0,
    ...(i === 9 ? { notice: `Step 9: ${hostile}` } : {}),
  });
  writeFileSync(join(at, 'metrics.jsonl'), Array.from({ length: 120 }, (_, i) => JSON.stringify(step(i + 1)) + '\n').join(''));
  writeFileSync(join(at, 'rows.jsonl'), Array.from({ length: 40 }, (_, i) => JSON.stringify({ pair_id: `pr_${i}`, prompt: [{ role: 'user', content: hostile }], chosen: hostile.repeat(i === 3 ? 80 : 1), rejected: 'no' }) + '\n').join(''));
  const visit = i => ({ step: 1 + Math.floor(i / 8), line: 1 + i % 40, pair: i % 40 === 3 ? hostile : `pr_${i % 40}`, margin: i % 40 === 3 ? -4 : 1 + (i % 7) / 10, chosen: 0.5, logp_chosen: -30, logp_rejected: -31 });
  writeFileSync(join(at, 'pairs.jsonl'), Array.from({ length: 240 }, (_, i) => JSON.stringify(visit(i)) + '\n').join(''));
  writeFileSync(join(at, 'run.json'), JSON.stringify({ format: 1, run: { learning_rate: '1E-05', rows: 'ab'.repeat(32) }, data: join(at, 'rows.jsonl'), model: 'start', rows: 40, rows_too_long: 2, steps: 120, step_zero_loss: 0.6931, step_zero_check: 'start = reference: rewards 0' }));
  return at;
}

export async function run({ context }) {
  const at = folder();
  try {
    const root = process.env.ORLEANS_DPO_ROOT ?? join(import.meta.dirname, '../..');
    execFileSync(join(process.env.ORLEANS_DPO_PUBLISHED ?? join(root, 'artifacts/published'), 'Trainer/Orleans.Dpo.Trainer'), ['report', at]);
    const page = await context.newPage();
    const [requests, logged] = [[], []];
    page.on('request', request => requests.push(request.url()));
    page.on('console', message => logged.push(message.text()));
    page.on('pageerror', error => logged.push(error.message));
    const address = pathToFileURL(join(at, 'report.html')).href;
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await page.goto(address);
      if (process.env.ORLEANS_DPO_SHOTS) { await page.screenshot({ path: `${process.env.ORLEANS_DPO_SHOTS}/report-${colorScheme}.png`, fullPage: true }); }
    }
    expect(requests.every(url => url === address), `requests: ${requests}`);
    expect(logged.length === 0, `logged: ${logged}`);
    expect(await page.evaluate(() => window.hit) === undefined, 'a text of a row acted on the page');
    expect(await page.locator('figure svg[role=img]').count() === 9, 'nine charts');
    expect(await page.locator('article.pair pre').count() === 3, 'one suspect pair with its texts');
    expect((await page.locator('article.pair pre').first().textContent()).includes('<script>window.hit=1</script>'), 'the text is shown as it is');
    expect(await page.locator('script, img').count() === 0, 'no scripts, no images');
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'fits a narrow screen');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.locator('details[open] table').count() === 1, 'the numbers of a chart open by keyboard');
    await page.close();
  } finally {
    rmSync(at, { recursive: true });
  }
}

function expect(holds, what) { if (!holds) { throw new Error(what); } }
