import { defineConfig } from '@playwright/test';
import type { AppOptions } from './fixtures.ts';

/** The same specs twice: in the browser, and in the desktop app. `npm run e2e` finds both runtimes and sets their paths. */
export default defineConfig<AppOptions>({
  testDir: 'tasks',
  outputDir: '../test-results/e2e',
  // One window at a time, and no second chance: a test that fails now and then shows a fault now and then.
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['json']],
  use: { trace: 'off', screenshot: 'off', actionTimeout: 10_000 },
  projects: [
    { name: 'web', use: { shell: 'web' } },
    { name: 'desktop', use: { shell: 'desktop' } },
  ],
});
