// @ts-check
/**
 * `npm run e2e [-- SPEC…] [-- --project=web]`: drives the app as a user would, in the browser and, where an Electron runtime is
 * found, in the desktop app. Finds or installs what that needs.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { build, packageFolder } from './build.mjs';
import { findBrowser, installBrowser } from './find-browser.mjs';
import { findElectron, hasDisplay, whyNotStarting } from './find-electron.mjs';

/**
 * @typedef {{ passed: number, failed: number, failures?: readonly string[], unsteady?: readonly string[] }} Counts
 *   `failures`: the names of what failed, each with why. `unsteady`: of what passed at its second attempt only.
 * @typedef {Counts & { desktop: string | undefined }} EndToEndResult `desktop`: why it did not run.
 * @param {readonly string[]} [args] passed on to Playwright
 * @returns {Promise<EndToEndResult>}
 */
export async function runEndToEnd(args = []) {
  const browser = findBrowser() ?? installBrowser();
  if (browser === undefined) {
    console.error('There is no Chrome or Chromium, and none could be installed. Install one, or set CHROME_PATH.');
    return { passed: 0, failed: 1, desktop: undefined };
  }
  const desktop = findDesktop();
  await build(desktop.path === undefined ? ['renderer', 'web'] : ['renderer', 'web', 'main', 'preload']);

  const report = join(packageFolder, 'test-results', 'report.json');
  rmSync(report, { force: true });
  const namesProject = args.some((a) => a.startsWith('--project'));
  const projects = namesProject
    ? []
    : desktop.path === undefined
      ? ['--project=web']
      : ['--project=web', '--project=desktop'];
  const playwright = [
    join(packageFolder, 'node_modules', '@playwright', 'test', 'cli.js'),
    'test',
    '--config',
    join(packageFolder, 'e2e', 'playwright.config.ts'),
    ...projects,
    ...args,
  ];
  const needsScreen = desktop.path !== undefined && !hasDisplay();
  const [command, ...rest] = needsScreen
    ? ['xvfb-run', '--auto-servernum', '--server-args=-screen 0 1600x1000x24', process.execPath, ...playwright]
    : [process.execPath, ...playwright];
  const child = spawnSync(command ?? '', rest, {
    cwd: packageFolder,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      CHROME_PATH: browser,
      ...(desktop.path === undefined ? {} : { ZONEWRIGHT_ELECTRON: desktop.path }),
      PLAYWRIGHT_JSON_OUTPUT_FILE: report,
    },
  });
  const counts = countsIn(report);
  // A run that broke down before it counted anything is a failure too.
  const failed = child.status === 0 ? counts.failed : Math.max(1, counts.failed);
  if (failed > 0)
    console.error('ZONEWRIGHT_TRACE=1 npm run e2e -- SPEC keeps a trace of what fails, in test-results/e2e.');
  return { ...counts, failed, desktop: desktop.reason };
}

/** @returns {import('./find-electron.mjs').FoundElectron} */
function findDesktop() {
  const found = findElectron({ mayDownload: false });
  if (found.path === undefined) return found;
  const fault = whyNotStarting(found.path);
  if (fault !== undefined) return { reason: fault };
  if (!hasDisplay() && spawnSync('which', ['xvfb-run']).status !== 0)
    return { reason: 'there is no display and no xvfb-run' };
  return found;
}

/**
 * @param {string} report
 * @returns {Counts}
 */
function countsIn(report) {
  try {
    const { stats, suites } = JSON.parse(readFileSync(report, 'utf8'));
    /** @param {string} status */
    const of = (status) => suites.flatMap((/** @type {Suite} */ suite) => testsIn(suite, status));
    // A test that was not run has shown nothing.
    return {
      passed: Number(stats.expected) + Number(stats.flaky),
      failed: Number(stats.unexpected) + Number(stats.skipped),
      failures: [...of('unexpected'), ...of('skipped')],
      unsteady: of('flaky'),
    };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

/**
 * @typedef {{ error?: { message?: string } }} Attempt
 * @typedef {{ status: string, projectName: string, results: readonly Attempt[] }} Test
 * @typedef {{ title: string, file: string, specs?: readonly { title: string, tests: readonly Test[] }[], suites?: readonly Suite[] }} Suite
 * @param {Suite} suite
 * @param {string} status
 * @returns {string[]}
 */
function testsIn(suite, status) {
  const own = (suite.specs ?? []).flatMap((spec) =>
    spec.tests
      .filter((test) => test.status === status)
      .map(
        (test) =>
          `${suite.file} in ${test.projectName}: ${spec.title}${inOneLine(test.results.find((r) => r.error !== undefined)?.error?.message)}`,
      ),
  );
  return [...own, ...(suite.suites ?? []).flatMap((inner) => testsIn(inner, status))];
}

/**
 * Why a test failed, as it stands behind its name.
 *
 * @param {string} [message]
 */
export function inOneLine(message = '') {
  const line = stripVTControlCharacters(message).replaceAll(/\s+/g, ' ').trim().slice(0, 300);
  return line === '' ? '' : ` (${line})`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const result = await runEndToEnd(process.argv.slice(2)).catch((error) => {
    console.error(error instanceof Error ? error.message : error);
    return { passed: 0, failed: 1, desktop: undefined };
  });
  if (result.desktop !== undefined) console.log(`The desktop run had no runtime: ${result.desktop}.`);
  process.exitCode = result.failed === 0 ? 0 : 1;
}
