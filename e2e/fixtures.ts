/**
 * Starts the real application on a folder of its own, in the browser or as the desktop app, and gives both the same
 * face: a page, a folder, and a way to answer the dialogs of either shell. Any error in the window fails the test.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import {
  type Browser,
  test as base,
  chromium,
  type ElectronApplication,
  _electron as electron,
  type Page,
} from '@playwright/test';

export { expect } from '@playwright/test';

export interface AppOptions {
  shell: 'web' | 'desktop';
}

export interface StartOptions {
  /** A design to open at start, absolute. */
  readonly design?: string;
}

export interface App {
  readonly page: Page;
  readonly shell: 'web' | 'desktop';
  /** An empty folder for the test's designs and exports; what the web host may see. */
  readonly folder: string;
  /** Where the application keeps what is its own: settings, recent files, unsaved edits. */
  readonly state: string;
  /** What the window wrote to the console as an error, and what it threw. Checked after the test. */
  readonly errors: string[];
  /** Does `action`, which opens a dialog, and answers it with a path (below `folder`), or cancels it. */
  answerOpen(path: string | undefined, action: () => Promise<unknown>): Promise<void>;
  answerSave(path: string | undefined, action: () => Promise<unknown>): Promise<void>;
  answerFolder(path: string | undefined, action: () => Promise<unknown>): Promise<void>;
  /** Does `action`, which gives a file away: a download in the browser, a dialog on the desktop. It lies at `path` then. */
  answerDownload(path: string, action: () => Promise<unknown>): Promise<void>;
  /** Chooses an action from the menu: the native one on the desktop, the window's own in the browser. */
  chooseFromMainMenu(action: string): Promise<void>;
  /** The same app, driven in the window that the action opens. */
  newWindow(action: () => Promise<unknown>): Promise<App>;
  /** Ends the application as a crash would, and starts it again on the same folder and state. */
  restart(options?: StartOptions): Promise<void>;
}

interface Running {
  readonly page: Page;
  readonly electron?: ElectronApplication;
  kill(): Promise<void>;
}

const packageFolder = resolve(import.meta.dirname, '..');
/** Snapshots are taken in the window's own time: they are a quarter of the work of a run, and most of what one measures. */
const isTraced = process.env.ZONEWRIGHT_TRACE === '1';
const viewport = { width: 1440, height: 900 };

export const test = base.extend<AppOptions & { startOptions: StartOptions; folder: string; app: App }>({
  shell: ['web', { option: true }],
  startOptions: [{}, { option: true }],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures out of this pattern.
  folder: async ({}, use) => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'zonewright-e2e-')));
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },
  app: async ({ shell, folder, startOptions }, use, testInfo) => {
    const state = await mkdtemp(join(tmpdir(), 'zonewright-state-'));
    const errors: string[] = [];
    const start = async (options: StartOptions) => {
      const started = await (shell === 'web' ? startWeb : startDesktop)(folder, state, options);
      await drawn(started.page, errors);
      if (isTraced) await tracing(started).start({ screenshots: true, snapshots: true });
      return started;
    };
    let running = await start(startOptions);
    const app: App = {
      get page() {
        return running.page;
      },
      shell,
      folder,
      state,
      errors,
      answerOpen(path, action) {
        return answer(this.page, 'open', path, action);
      },
      answerSave(path, action) {
        return answer(this.page, 'save', path, action);
      },
      answerFolder(path, action) {
        return answer(this.page, 'folder', path, action);
      },
      async answerDownload(path, action) {
        if (running.electron !== undefined) return answerNative(running.electron, path, action);
        const download = running.page.waitForEvent('download');
        await action();
        await (await download).saveAs(path);
      },
      async chooseFromMainMenu(action) {
        if (running.electron === undefined) {
          await running.page.getByTestId('main-menu').click();
          await running.page.getByTestId('main-menu-items').getByTestId(`menu-${action}`).click();
          return;
        }
        await running.electron.evaluate(({ Menu }, id) => {
          const item = Menu.getApplicationMenu()?.getMenuItemById(id);
          if (item === undefined || item === null) throw new Error(`The menu has no ${id}.`);
          item.click();
        }, action);
      },
      async newWindow(action) {
        const { page, electron } = running;
        const opened = electron === undefined ? page.context().waitForEvent('page') : electron.waitForEvent('window');
        await action();
        const other = await opened;
        await drawn(other, errors);
        return Object.create(app, { page: { value: other } });
      },
      async restart(options = {}) {
        await running.kill();
        running = await start(options);
      },
    };
    async function answer(
      page: Page,
      kind: 'open' | 'save' | 'folder',
      path: string | undefined,
      action: () => Promise<unknown>,
    ): Promise<void> {
      if (running.electron === undefined)
        return answerInWindow(page, kind, path === undefined ? undefined : relative(folder, path), action);
      // A native folder dialog makes the folder that it answers with.
      if (kind === 'folder' && path !== undefined) await mkdir(path, { recursive: true });
      await answerNative(running.electron, path, action);
    }

    await use(app);

    const hasFailed = testInfo.status !== testInfo.expectedStatus || errors.length > 0;
    if (isTraced)
      await tracing(running)
        .stop(hasFailed ? { path: testInfo.outputPath('trace.zip') } : {})
        .catch(() => undefined);
    if (hasFailed) await running.page.screenshot({ path: testInfo.outputPath('window.png') }).catch(() => undefined);
    await running.kill();
    // The helper processes of a killed desktop app may write for a moment longer.
    await rm(state, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    if (errors.length > 0) throw new Error(`The window reported errors:\n${errors.join('\n')}`);
  },
});

async function startWeb(folder: string, state: string, options: StartOptions): Promise<Running> {
  const server = spawn(process.execPath, [join(packageFolder, 'dist', 'desktop', 'web.js'), options.design ?? folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ZONEWRIGHT_STATE_DIR: state },
  });
  let browser: Browser | undefined;
  try {
    const url = await printedAddress(server);
    browser = await chromium.launch({ executablePath: required('CHROME_PATH'), args: chromiumFlags() });
    const context = await browser.newContext({ viewport, acceptDownloads: true });
    const page = await context.newPage();
    await page.goto(url);
    const opened = browser;
    return {
      page,
      async kill() {
        await opened.close();
        server.kill('SIGKILL');
      },
    };
  } catch (error) {
    await browser?.close();
    server.kill('SIGKILL');
    throw error;
  }
}

async function startDesktop(folder: string, state: string, options: StartOptions): Promise<Running> {
  const app = await askElectron(() =>
    electron.launch({
      executablePath: required('ZONEWRIGHT_ELECTRON'),
      cwd: folder,
      args: [
        ...chromiumFlags(),
        `--user-data-dir=${state}`,
        packageFolder,
        ...(options.design === undefined ? [] : [options.design]),
      ],
      timeout: 60_000,
    }),
  );
  const page = await app.firstWindow();
  await app.evaluate(({ BrowserWindow }, size) => {
    for (const window of BrowserWindow.getAllWindows()) window.setContentSize(size.width, size.height);
  }, viewport);
  const child = app.process();
  return {
    page,
    electron: app,
    async kill() {
      // At once and without asking about unsaved edits, as a crash would.
      const isOver = new Promise((done) => child.once('exit', done));
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await isOver;
    },
  };
}

/**
 * What Playwright says when it loses what Electron's inspector tells it: the first handshake on a busy machine, before a
 * line of the application has run, and an answer while the main process collects garbage.
 */
const lostByInspector = /electron\.launch: Timeout|garbage collected/;

/** Asks Electron for something that may be asked twice, and does so where the inspector lost it, and only then. */
async function askElectron<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Error) || !lostByInspector.test(error.message)) throw error;
    return ask();
  }
}

/** The dialogs of the system cannot be driven: they are replaced by ones that answer. */
async function answerNative(
  app: ElectronApplication,
  path: string | undefined,
  action: () => Promise<unknown>,
): Promise<void> {
  await askElectron(() =>
    app.evaluate(({ dialog }, chosen) => {
      const state = globalThis as { zonewrightAnswered?: number };
      state.zonewrightAnswered = 0;
      const answered = <T>(value: T) => {
        state.zonewrightAnswered = (state.zonewrightAnswered ?? 0) + 1;
        return Promise.resolve(value);
      };
      dialog.showOpenDialog = () =>
        answered({ canceled: chosen === undefined, filePaths: chosen === undefined ? [] : [chosen] });
      dialog.showSaveDialog = () => answered({ canceled: chosen === undefined, filePath: chosen ?? '' });
    }, path),
  );
  await action();
  await base.expect
    .poll(() =>
      askElectron(() => app.evaluate(() => (globalThis as { zonewrightAnswered?: number }).zonewrightAnswered)),
    )
    .toBe(1);
}

async function answerInWindow(
  page: Page,
  kind: 'open' | 'save' | 'folder',
  path: string | undefined,
  action: () => Promise<unknown>,
): Promise<void> {
  const chooser = page.getByTestId('chooser');
  await action();
  await chooser.waitFor();
  // A chooser that suggests a path has done so; what is typed before that would be overwritten.
  if (kind !== 'open') await base.expect(page.getByTestId('chooser-path')).not.toHaveValue('');
  if (path === undefined) {
    await page.keyboard.press('Escape');
  } else {
    await page.getByTestId('chooser-path').fill(path);
    await page.getByTestId('chooser-accept').click();
  }
  await chooser.waitFor({ state: 'detached' });
}

/** Keys pressed before a window is drawn have nobody to hear them. */
async function drawn(page: Page, errors: string[]): Promise<void> {
  watch(page, errors);
  // Whoever listens takes the chooser from the system. Taken only when a test waits for one, it may be opened before.
  page.on('filechooser', () => undefined);
  await page.waitForLoadState('domcontentloaded');
  await page.locator('#root > *').first().waitFor();
}

function watch(page: Page, errors: string[]): void {
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => errors.push(`thrown: ${error.stack ?? error.message}`));
}

function tracing(running: Running) {
  return running.page.context().tracing;
}

function printedAddress(server: ChildProcess): Promise<string> {
  return new Promise((done, fail) => {
    const { stdout } = server;
    if (stdout === null) return fail(new Error('The web host has no output.'));
    createInterface({ input: stdout }).on('line', (line) => {
      const url = /^Open (http:\S+)$/.exec(line)?.[1];
      if (url !== undefined) done(url);
    });
    server.once('exit', (code) => fail(new Error(`The web host ended with ${code} before it printed its address.`)));
  });
}

/** Chromium refuses its sandbox as root; tests are the only place where it is switched off. */
function chromiumFlags(): string[] {
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return [...root, '--disable-gpu', '--force-device-scale-factor=1'];
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set. Start the specs with npm run e2e.`);
  return value;
}
