import { expect, keptIn, type Planner, test } from '../planner.ts';

test('the window is light or dark as its user wants, and stays so', async ({ planner }) => {
  await planner.page.emulateMedia({ colorScheme: 'light' });
  await planner.startFromTemplate('online-boutique');
  const light = await background(planner);
  await planner.command('dark theme', 'view.theme-dark');
  await expect.poll(() => background(planner)).not.toEqual(light);
  const dark = await background(planner);
  expect(brightness(dark)).toBeLessThan(80);
  expect(brightness(light)).toBeGreaterThan(180);

  await expect.poll(() => keptIn(planner.app, 'settings.json')).toContain('dark');
  await planner.app.restart();
  await planner.startFromTemplate('online-boutique');
  await expect.poll(() => background(planner)).toEqual(dark);

  // What the system wants counts where the user leaves it to it.
  await planner.command('theme of the system', 'view.theme-system');
  await planner.page.emulateMedia({ colorScheme: 'light' });
  await expect.poll(() => background(planner)).toEqual(light);
  await planner.page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(() => background(planner)).toEqual(dark);
});

async function background(planner: Planner): Promise<readonly number[]> {
  const color = await planner.canvas.evaluate((element) => {
    let at: Element | null = element;
    while (at !== null) {
      const { backgroundColor } = getComputedStyle(at);
      if (backgroundColor !== 'rgba(0, 0, 0, 0)' && backgroundColor !== 'transparent') return backgroundColor;
      at = at.parentElement;
    }
    return 'rgb(255, 255, 255)';
  });
  return (color.match(/\d+(\.\d+)?/g) ?? []).slice(0, 3).map(Number);
}

function brightness([r = 0, g = 0, b = 0]: readonly number[]): number {
  return (r + g + b) / 3;
}
