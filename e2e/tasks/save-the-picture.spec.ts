import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bakery } from '../designs.ts';
import { expect, test } from '../planner.ts';

test('the whole picture is saved as SVG, PNG and PDF, also what is not in view', async ({ planner }) => {
  await planner.openDesign(bakery);
  await planner.seesAnalysis();
  // Most of the picture is out of sight.
  await planner.press('Control+0');
  await planner.press('Control+=');
  await planner.press('Control+=');

  const saved = async (format: string) => {
    const path = join(planner.app.folder, `bakery.${format}`);
    await planner.app.answerDownload(path, () => planner.command(`picture as ${format}`, `file.picture-${format}`));
    await expect(planner.toast).toContainText(`bakery.${format}`);
    return expect
      .poll(() =>
        readFile(path).then(
          (b) => b.length,
          () => 0,
        ),
      )
      .toBeGreaterThan(500)
      .then(() => readFile(path));
  };
  const svg = (await saved('svg')).toString('utf8');
  for (const name of ['DMZ', 'Application', 'counter', 'oven', 'kitchen', 'office']) expect(svg).toContain(`>${name}<`);
  expect((await saved('png')).subarray(1, 4).toString('latin1')).toBe('PNG');
  expect((await saved('pdf')).subarray(0, 5).toString('latin1')).toBe('%PDF-');
});
