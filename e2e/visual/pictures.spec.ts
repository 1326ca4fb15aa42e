/**
 * Takes the pictures of the README: the window as it is, on a template, light and dark. They are looked at by people, not
 * compared by pixel. `npm run e2e -- --project=visual` takes them anew.
 */
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from '../planner.ts';

const packageFolder = resolve(import.meta.dirname, '..', '..');

/** The first is the README's; the others are for looking at. What is selected shows the inspector at work. */
const scenes = [
  { template: 'one-cluster-three-zones', select: 'claims-api', picture: 'docs/pictures/design' },
  { template: 'three-zones-three-clusters', select: 'orders', picture: 'test-results/pictures/three-clusters' },
  { template: 'online-boutique', select: 'checkoutservice', picture: 'test-results/pictures/boutique' },
] as const;

for (const scene of scenes) {
  test(`the window on ${scene.template}, light and dark`, async ({ planner }) => {
    await planner.startFromTemplate(scene.template);
    await planner.seesProof('Proven');
    await planner.click(planner.shape('workload', scene.select));
    await expect(planner.field('id')).toHaveValue(scene.select);
    for (const theme of ['light', 'dark'] as const) {
      await planner.command(`${theme} theme`, `view.theme-${theme}`);
      await planner.page.mouse.move(0, 0);
      await planner.page.evaluate(() => document.fonts.ready);
      const path = join(packageFolder, `${scene.picture}-${theme}.png`);
      await planner.page.screenshot({ path, animations: 'disabled', caret: 'hide' });
      expect((await stat(path)).size).toBeLessThan(300 * 1024);
    }
  });
}
