// @ts-check
/** Finds Chrome or Chromium for the end-to-end tests, or installs one. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { packageFolder } from './build.mjs';

/** @returns {string | undefined} */
export function findBrowser() {
  const named = process.env.CHROME_PATH;
  if (named !== undefined && named !== '') return existsSync(named) ? named : undefined;
  return [...playwrightBrowsers(), ...installedBrowsers()].find((path) => existsSync(path));
}

/**
 * Installs one and says so. Debian as root: the system's package; everywhere else Playwright's download.
 * @returns {string | undefined} where it is; undefined when that failed
 */
export function installBrowser() {
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    console.error('No Chrome or Chromium here: installing chromium with apt-get.');
    run('apt-get', ['update', '-qq']);
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium']);
  }
  if (findBrowser() === undefined) {
    console.error("No Chrome or Chromium here: installing Playwright's Chromium.");
    run(process.execPath, [
      join(packageFolder, 'node_modules', '@playwright', 'test', 'cli.js'),
      'install',
      'chromium',
    ]);
  }
  return findBrowser();
}

/** @param {string} command @param {string[]} args */
function run(command, args) {
  spawnSync(command, args, {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    timeout: 15 * 60_000,
  });
}

/** Those of the very version that the installed Playwright drives. */
function playwrightBrowsers() {
  const cache =
    process.env.PLAYWRIGHT_BROWSERS_PATH ??
    {
      darwin: join(homedir(), 'Library', 'Caches', 'ms-playwright'),
      win32: join(process.env.LOCALAPPDATA ?? homedir(), 'ms-playwright'),
    }[/** @type {string} */ (process.platform)] ??
    join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ms-playwright');
  if (!existsSync(cache)) return [];
  const list = join(packageFolder, 'node_modules', 'playwright-core', 'browsers.json');
  /** @type {{ browsers: Array<{ name: string, revision: string }> }} */
  const known = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : { browsers: [] };
  const revision = known.browsers.find((b) => b.name === 'chromium')?.revision;
  const inside = ['chrome-linux64/chrome', 'chrome-linux/chrome', 'chrome-win64/chrome.exe', 'chrome-win/chrome.exe'];
  for (const arch of ['chrome-mac', 'chrome-mac-arm64', 'chrome-mac-x64']) {
    inside.push(
      `${arch}/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing`,
      `${arch}/Chromium.app/Contents/MacOS/Chromium`,
    );
  }
  return readdirSync(cache)
    .filter((name) => name === `chromium-${revision}`)
    .flatMap((name) => inside.map((path) => join(cache, name, path)));
}

function installedBrowsers() {
  if (process.platform === 'darwin') {
    return ['Google Chrome.app/Contents/MacOS/Google Chrome', 'Chromium.app/Contents/MacOS/Chromium'].flatMap(
      (path) => [join('/Applications', path), join(homedir(), 'Applications', path)],
    );
  }
  if (process.platform === 'win32') {
    return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((name) => {
      const base = process.env[name];
      return base === undefined
        ? []
        : [
            join(base, 'Google', 'Chrome', 'Application', 'chrome.exe'),
            join(base, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
          ];
    });
  }
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    '/usr/bin',
    '/usr/local/bin',
    '/snap/bin',
    '/opt/google/chrome',
  ];
  return ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'chrome'].flatMap((name) =>
    folders.map((f) => join(f, name)),
  );
}
