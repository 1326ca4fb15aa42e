// @ts-check
/**
 * Finds an Electron that really starts. Electron's package has no install script: the first `require('electron')`
 * downloads the binary and throws where it cannot, so the question is asked in a child process with a time limit.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from './build.mjs';

/**
 * @typedef {{ path: string, reason?: undefined } | { path?: undefined, reason: string }} FoundElectron
 * @param {{ mayDownload: boolean, timeoutSeconds?: number }} options
 * @returns {FoundElectron}
 */
export function findElectron({ mayDownload, timeoutSeconds = 180 }) {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override !== undefined && override !== '') {
    const path = join(override, executableName());
    return existsSync(path) ? { path } : { reason: `ELECTRON_OVERRIDE_DIST_PATH holds no ${executableName()}` };
  }
  if (!existsSync(join(packageFolder, 'node_modules', 'electron', 'package.json')))
    return { reason: 'the electron package is not installed' };
  const hasBinary = existsSync(join(packageFolder, 'node_modules', 'electron', 'path.txt'));
  if (!hasBinary && !mayDownload) return { reason: "Electron's binary was not downloaded" };
  if (!hasBinary) console.error('Downloading Electron, once …');
  const child = spawnSync(process.execPath, ['-e', 'process.stdout.write("\\n" + require("electron"))'], {
    cwd: packageFolder,
    encoding: 'utf8',
    timeout: timeoutSeconds * 1000,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // What the download prints comes before it.
  const path = child.stdout.split('\n').at(-1)?.trim() ?? '';
  if (child.status === 0 && path !== '' && existsSync(path)) return { path };
  const isTimeout = child.error !== undefined && 'code' in child.error && child.error.code === 'ETIMEDOUT';
  return { reason: isTimeout ? 'the download of Electron took too long' : 'Electron could not be downloaded' };
}

/** Whether there is a screen to open a window on. */
export function hasDisplay() {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/**
 * Whether the binary starts at all: its system libraries may be missing.
 * @param {string} path
 * @returns {string | undefined} why not
 */
export function whyNotStarting(path) {
  // As plain Node it needs no screen, and still has to load every library.
  const child = spawnSync(path, ['-e', 'process.versions.electron ?? process.exit(1)'], {
    encoding: 'utf8',
    timeout: 30_000,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  });
  if (child.status === 0) return undefined;
  const missing = /([\w.+-]+\.so[\w.]*): cannot open shared object file/.exec(child.stderr ?? '');
  return missing === null ? 'Electron does not start here' : `Electron lacks the system library ${missing[1]}`;
}

/** Chromium refuses to run its sandbox as root. */
export function sandboxFlags() {
  return process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}

function executableName() {
  switch (process.platform) {
    case 'darwin':
      return 'Electron.app/Contents/MacOS/Electron';
    case 'win32':
      return 'electron.exe';
    default:
      return 'electron';
  }
}
