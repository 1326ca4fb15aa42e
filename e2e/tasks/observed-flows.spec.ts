import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { bakery } from '../designs.ts';
import { hubbleLine } from '../hubble-log.ts';
import { expect, type Planner, test } from '../planner.ts';

// A flow that the log never shows, beside the one that it does; metrics may be drawn, and were not.
const design = bakery.replace('[8080/tcp]', '[8080/tcp, 9090/tcp]').replace(
  'flows:\n',
  `flows:
  night-baking: {from: {workload: oven}, to: {workload: counter}, ports: [{port: https}], reason: Old, owner: team-kitchen}
`,
);
const log = [
  hubbleLine({ from: 'web/counter-7d9f8b6c5-x2x4z', to: 'kitchen/oven-0', port: 8080 }),
  'level=info msg="connected to relay"',
  ...Array.from({ length: 12 }, () => hubbleLine({ from: 'web/counter-0', to: 'kitchen/oven-0', port: 9090 })),
  hubbleLine({ from: 'kitchen/oven-0', to: '203.0.113.7', port: 443, time: '2026-11-03T09:30:00Z' }),
  hubbleLine({ from: 'web/counter-0', to: 'kitchen/oven-0', port: 22, dropped: true }),
  hubbleLine({ from: 'office/desk-0', to: 'office/printer-0', port: 631 }),
].join('\n');

/** Of the line that nobody drew, beside the arrow that somebody did. */
const lineLabel = ({ page }: Planner) => page.getByTestId('label-observed:workload:counter>workload:oven');
const metrics = 'counter oven 9090/TCP';
const toBank = 'oven 203.0.113.7 443/TCP';

async function open(planner: Planner, text = log): Promise<void> {
  const path = await planner.putFile('hubble.jsonl', text);
  await planner.page.getByTestId('bottom-observed').click();
  await planner.openFlowLog(path);
  await expect(planner.page.getByTestId('observed-entries')).toBeVisible();
}

test('a log is laid over the drawing, filtered, and the drawing is mended from it by mouse', async ({ planner }) => {
  const { page } = planner;
  await planner.openDesign(design);
  await open(planner);

  // What was seen stands on its arrow, what never was as well, and what is not drawn has a line of its own.
  await expect(planner.flowLabel('counter-oven')).toHaveText('✓ 1× 8080');
  await expect(planner.flowLabel('night-baking')).toHaveText('○ 0× blocked 8443');
  await expect(lineLabel(planner)).toHaveText('! 2 ports 13×');
  await expect(page.getByTestId('bottom-observed')).toContainText('3');

  // Lines that nobody finds in the list are accounted for, with where they stand.
  await expect(page.getByTestId('observed-account')).toContainText('17 lines, 15 of them listed.');
  await expect(page.getByTestId('observed-account-no-flow')).toContainText('One line is no flow of Hubble');
  await expect(page.getByTestId('observed-account-no-flow')).toContainText('line 2');
  await expect(page.getByTestId('observed-account-elsewhere')).toContainText('line 17');

  await page.getByTestId('observed-filter-not-drawn').click();
  await expect(page.getByTestId('observed-entries').getByRole('option')).toHaveCount(3);
  await expect(planner.observedEntry(metrics)).toContainText('12×');
  await expect(planner.observedEntry(metrics)).toContainText('2026-11-02 08:00');
  await expect(planner.observedEntry('counter oven 22/TCP')).toContainText('all dropped');
  await expect(planner.flow('counter-oven')).not.toHaveClass(/flow-seen/);

  // Following an entry selects its ends; drawing it makes an arrow, and the entry counts as drawn.
  await planner.observedEntry(metrics).click();
  await expect(planner.shape('workload', 'counter')).toHaveClass(/is-selected/);
  await page.getByTestId('observed-draw').click();
  await expect(planner.toast).toContainText('Flow “counter-oven-2” is drawn.');
  await expect(planner.flow('counter-oven-2')).toBeVisible();
  await expect(planner.observedEntry(metrics)).toHaveCount(0);
  await planner.toast.getByRole('button', { name: 'Undo' }).click();
  await expect(planner.flow('counter-oven-2')).toHaveCount(0);
  await expect(planner.observedEntry(metrics)).toBeVisible();

  await page.getByTestId('observed-filter-never-seen').click();
  await planner.observedEntry('flow night-baking').click();
  await page.getByTestId('observed-remove').click();
  await expect(planner.flow('night-baking')).toHaveCount(0);
  await expect(page.getByText('Every flow that is drawn was seen.')).toBeVisible();
  await planner.undo();
  await expect(planner.flow('night-baking')).toBeVisible();

  // An arrow or a line clicked on the picture leads to its entry.
  await page.getByTestId('observed-all').click();
  await planner.flowLabel('counter-oven').click();
  await expect(planner.observedEntry('counter oven 8080/TCP')).toHaveAttribute('aria-selected', 'true');
  await lineLabel(planner).click();
  await expect(planner.observedEntry(metrics)).toHaveAttribute('aria-selected', 'true');

  await page.getByTestId('observed-end').click();
  await expect(planner.flowLabel('counter-oven')).toHaveText('8080');
  await expect(page.getByTestId('observed-open')).toBeVisible();
});

test('the same is done by keyboard alone', async ({ planner }) => {
  const { page } = planner;
  const path = await planner.openDesign(design);
  const logPath = await planner.putFile('hubble.jsonl', log);
  await planner.command('observed', 'go.observed');
  await expect(page.getByTestId('observed-open')).toBeFocused();
  await planner.openFlowLog(logPath, () => planner.press('Enter'));
  await expect(page.getByTestId('observed-entries')).toBeFocused();

  await planner.press('ArrowDown');
  await expect(planner.observedEntry(metrics)).toHaveAttribute('aria-selected', 'true');
  await planner.press('ArrowDown');
  await expect(planner.observedEntry(toBank)).toHaveAttribute('aria-selected', 'true');
  // An address that nobody drew comes as an external with that address alone, in one step with its flow.
  await planner.press('Enter');
  await expect(planner.shape('external', '203-0-113-7')).toBeVisible();
  // The matrix lets nothing from here to the outside, and the entry says so.
  await planner.press('Home');
  await planner.press('ArrowDown');
  await expect(page.getByTestId('observed-selected')).toContainText('the matrix or the zone does not let it');
  await planner.press('Control+z');
  await expect(planner.shape('external', '203-0-113-7')).toHaveCount(0);
  await planner.press('Control+Shift+z');
  await expect(planner.shape('external', '203-0-113-7')).toBeVisible();

  await planner.press('End');
  await expect(planner.observedEntry('counter oven 8080/TCP')).toHaveAttribute('aria-selected', 'true');
  await planner.press('ArrowUp');
  await expect(planner.observedEntry('flow night-baking')).toHaveAttribute('aria-selected', 'true');
  await planner.press('Delete');
  await expect(planner.flow('night-baking')).toHaveCount(0);
  await planner.save();
  expect(await planner.designOnDisk(path)).toMatchObject({
    externals: { '203-0-113-7': { cidrs: ['203.0.113.7/32'] } },
    flows: {
      'counter-oven': {},
      'oven-203-0-113-7': { from: { workload: 'oven' }, to: { external: '203-0-113-7' }, ports: [{ port: 443 }] },
    },
  });
});

test('a log that is dropped is laid over the design, and what is none is refused with a reason', async ({
  planner,
}) => {
  const { page } = planner;
  await planner.openDesign(design);
  await planner.drop('flows.txt', log);
  await expect(planner.observedEntry(metrics)).toBeVisible();
  await planner.openFlowLog(await planner.putFile('notes.txt', 'one\ntwo\n'));
  await expect(page.getByTestId('observed-failure')).toContainText('None of its lines is a flow of Hubble.');
  // What lay over the design still does.
  await expect(planner.observedEntry(metrics)).toBeVisible();
  // Another design is dropped as ever, and takes no log with it.
  await planner.drop('other.zones.yaml', design.replace('name: bakery', 'name: other'));
  await expect(planner.documentName).toContainText('other');
  await expect(page.getByTestId('observed-open')).toBeVisible();
});

test('a log and what it was rotated to are one, packed or not', async ({ planner }) => {
  const { page } = planner;
  await planner.openDesign(design);
  await page.getByTestId('bottom-observed').click();
  const half = log.split('\n');
  const first = await planner.putFile('events.log', `${half.slice(0, 10).join('\n')}\n`);
  const rest = join(planner.app.folder, 'events-1.log.gz');
  await writeFile(rest, gzipSync(half.slice(10).join('\n')));
  await planner.openFlowLog([first, rest]);
  await expect(planner.observedEntry(metrics)).toContainText('12×');
  await expect(page.getByTestId('observed-account')).toContainText('events.log and 1 more');
  await expect(page.getByTestId('observed-account')).toContainText('17 lines, 15 of them listed.');
  await expect(page.getByTestId('observed-account-elsewhere')).toContainText('line events-1.log.gz:7');

  await writeFile(rest, gzipSync(log).subarray(0, 50));
  await planner.openFlowLog(rest);
  await expect(page.getByTestId('observed-failure')).toContainText('events-1.log.gz cannot be read to its end');
});

test('a large log is read while the window works, and can be called off', async ({ planner }) => {
  const { page } = planner;
  await planner.openDesign(design);
  await open(planner);
  const path = join(planner.app.folder, 'large.jsonl');
  const file = createWriteStream(path);
  const block = `${Array.from({ length: 2000 }, (_, n) => hubbleLine({ from: 'web/counter-0', to: 'kitchen/oven-0', port: 1000 + n })).join('\n')}\n`;
  // Some 240 MB.
  for (let i = 0; i < 250; i += 1) if (!file.write(block)) await once(file, 'drain');
  file.end();
  await finished(file);

  await planner.openFlowLog(path);
  await expect(page.getByTestId('observed-reading')).toContainText(/[1-9]\d? % of \d+ MB/);
  // Meanwhile what lay there before is walked, and the design edited.
  await planner.observedEntry(metrics).click();
  await expect(planner.observedEntry(metrics)).toHaveAttribute('aria-selected', 'true');
  await planner.observedEntry('flow night-baking').click();
  await planner.fill('reason', 'Bread');
  await page.getByTestId('observed-stop').click();
  await expect(page.getByTestId('observed-reading')).toHaveCount(0);
  await expect(planner.observedEntry(metrics)).toBeVisible();

  await planner.openFlowLog(path);
  await expect(page.getByTestId('observed-account')).toContainText('500,000 lines', { timeout: 60_000 });
  await expect(page.getByTestId('observed-filter-not-drawn')).toContainText('2000');
  await rm(path);
});
