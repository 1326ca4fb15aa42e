import { defineConfig } from '@playwright/test';
import type { AppOptions } from './fixtures.ts';

/**
 * The same tasks twice: in the browser, and in the desktop app. `npm run e2e` finds both runtimes and sets their paths.
 * Timings and pictures are made on demand: `npm run e2e -- --project=perf`, `--project=visual`.
 */
export default defineConfig<AppOptions>({
  testDir: '.',
  outputDir: '../test-results/e2e',
  workers: 1,
  // A test that fails now and then shows a fault now and then, so by hand there is no second chance. Integration gives
  // one, lest a machine that stalls hold back work that is sound, and names at its end who needed it.
  retries: process.env.CI === 'true' ? 1 : 0,
  forbidOnly: true,
  // Speed is measured elsewhere: a wait ends with what it waits for, and only a failure pays for a generous limit.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: [['list'], ['json']],
  use: { trace: 'off', screenshot: 'off', actionTimeout: 30_000 },
  projects: [
    { name: 'web', testDir: 'tasks', use: { shell: 'web' } },
    { name: 'desktop', testDir: 'tasks', use: { shell: 'desktop' } },
    { name: 'perf', testDir: 'perf', use: { shell: 'web' } },
    { name: 'visual', testDir: 'visual', use: { shell: 'web' } },
  ],
});
