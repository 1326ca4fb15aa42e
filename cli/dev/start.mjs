// @ts-check
/**
 * `npm start [-- PATH] [-- --web] [-- --watch]`: opens the app. An Electron window where Electron is there or can be
 * downloaded and there is a screen; otherwise the same window in the machine's browser, with one line that says why.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { build, packageFolder } from './build.mjs';
import { findElectron, hasDisplay, sandboxFlags, whyNotStarting } from './find-electron.mjs';

const { values, positionals } = parseArgs({
  options: {
    web: { type: 'boolean' },
    watch: { type: 'boolean' },
    port: { type: 'string' },
    'no-open': { type: 'boolean' },
  },
  allowPositionals: true,
});
// npm runs scripts in the package's folder; the path counts from where the user typed it.
const design = positionals[0] === undefined ? undefined : resolve(process.env.INIT_CWD ?? '.', positionals[0]);
if (design !== undefined && !existsSync(design)) {
  console.error(`${design} is not there. Name a design, or a folder with designs.`);
  process.exit(2);
}

try {
  await start();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

async function start() {
  const desktop = values.web === true ? { reason: 'the browser was asked for' } : findDesktop();
  const built = await build(desktop.path === undefined ? ['renderer', 'web'] : ['renderer', 'main', 'preload']);
  if (built.length > 0) console.error(`Built ${built.join(', ')}.`);
  if (values.watch === true) await watchRenderer();
  if (desktop.path === undefined) {
    console.error(`Opening in the browser, because ${desktop.reason}.`);
    openWeb();
  } else {
    openDesktop(desktop.path);
  }
}

/** @returns {import('./find-electron.mjs').FoundElectron} */
function findDesktop() {
  if (!hasDisplay()) return { reason: 'there is no display for an Electron window' };
  const electron = findElectron({ mayDownload: true });
  if (electron.path === undefined) return electron;
  const fault = whyNotStarting(electron.path);
  return fault === undefined ? electron : { reason: fault };
}

/** @param {string} electron */
function openDesktop(electron) {
  const args = [...sandboxFlags(), packageFolder, ...(design === undefined ? [] : [design])];
  const child = spawn(electron, args, { stdio: 'inherit' });
  passSignals(child);
  child.once('exit', (code) => process.exit(code ?? 0));
}

function openWeb() {
  const args = [join(packageFolder, 'dist', 'desktop', 'web.js')];
  if (design !== undefined) args.push(design);
  if (values.port !== undefined) args.push('--port', values.port);
  const child = spawn(process.execPath, args, { stdio: ['inherit', 'pipe', 'inherit'] });
  passSignals(child);
  child.once('exit', (code) => process.exit(code ?? 0));
  let isOpened = false;
  createInterface({ input: child.stdout }).on('line', (line) => {
    console.log(line);
    const url = /^Open (http:\S+)/.exec(line)?.[1];
    if (url === undefined || isOpened || values['no-open'] === true) return;
    isOpened = true;
    openBrowser(url);
  });
}

/**
 * Opens the machine's browser where it has one; the address stands in the terminal in any case.
 * @param {string} url
 */
function openBrowser(url) {
  const [command, ...args] = browserCommand();
  if (command === undefined) return;
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  child.once('error', () => undefined);
  child.unref();
}

function browserCommand() {
  if (process.platform === 'darwin') return ['open'];
  // `start` is a word of the shell; rundll32 takes the address as it is.
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  if (!hasDisplay()) return [];
  return ['xdg-open', 'chromium', 'google-chrome', 'firefox']
    .filter((name) => spawnSync('which', [name]).status === 0)
    .slice(0, 1);
}

async function watchRenderer() {
  const { build: viteBuild } = await import('vite');
  console.error('Watching renderer/ and shared/: load the window again after a change.');
  await viteBuild({
    root: join(packageFolder, 'renderer'),
    configFile: join(packageFolder, 'vite.config.ts'),
    logLevel: 'info',
    build: { watch: {}, minify: false },
  });
}

/** @param {import('node:child_process').ChildProcess} child */
function passSignals(child) {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal));
}
