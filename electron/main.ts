/** The desktop: starts, wires, quits. */
import { join, resolve } from 'node:path';
import { app, BrowserWindow, dialog, session } from 'electron';
import type { AppMenu, Channel, Handlers, HostInfo } from '../shared/host/index.ts';
import { grantedAccess } from './access.ts';
import { recentFilesAt } from './files/recent-files.ts';
import { recoveryAt } from './files/recovery.ts';
import { desktopHandlers } from './handlers/desktop.ts';
import { sharedHandlers } from './handlers/shared.ts';
import { registerChannels } from './ipc.ts';
import { type MenuBar, menuBar } from './menu.ts';
import { placesBelow, userName, versionOf } from './places.ts';
import { declareScheme, servePage } from './protocol.ts';
import { targetArgument, targetOf } from './target.ts';
import { type DesignWindow, openWindow } from './window.ts';
import { keepBounds, readBounds } from './window-bounds.ts';

const packageFolder = resolve(import.meta.dirname, '..', '..');
const places = placesBelow(packageFolder);
const version = versionOf(packageFolder);

app.setName('Zonewright');
declareScheme();

const windows = new Map<number, { readonly own: DesignWindow; readonly handlers: Handlers<Channel> }>();
const state = app.getPath('userData');
const boundsFile = join(state, 'window.json');
const access = grantedAccess();
const recentFiles = recentFilesAt(join(state, 'recent.json'));
const recoveries = recoveryAt(join(state, 'recovery'));
let bar: MenuBar | undefined;
let toOpenWhenReady: string | undefined;
let isQuitting = false;

if (app.requestSingleInstanceLock()) start();
else app.quit();

function start(): void {
  app.on('second-instance', (_event, argv, workingFolder) => {
    void openNamed(argv, workingFolder);
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    if (app.isReady()) void showDesign(path);
    else toOpenWhenReady = path;
  });
  app.on('before-quit', () => {
    isQuitting = true;
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin' || isQuitting) app.quit();
  });
  app.on('activate', () => {
    if (windows.size === 0) void newWindow(undefined);
  });
  // Not awaited at the top level: the application is only ready once this module has run to its end.
  app.whenReady().then(ready, (error: unknown) => {
    console.error('zonewright: could not start', error);
    app.exit(1);
  });
}

async function ready(): Promise<void> {
  const ours = session.defaultSession;
  servePage(ours, places.renderer);
  // The clipboard is all that the window needs; it asks for it on the user's own click.
  ours.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(permission === 'clipboard-sanitized-write'),
  );
  ours.setPermissionCheckHandler((_contents, permission) => permission === 'clipboard-sanitized-write');
  // Nothing of the page is on the network. Its policy says so too; this holds whatever the page has become.
  ours.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !/^(app|blob|data|devtools):/.test(url) }));
  ours.on('will-download', (event, item) => {
    // Pictures are saved from blobs of the page itself.
    if (!item.getURL().startsWith('blob:app://zonewright/')) event.preventDefault();
  });
  registerChannels((id) => windows.get(id)?.handlers);
  bar = menuBar(sendAction);
  if (toOpenWhenReady === undefined) await openNamed(process.argv, process.cwd());
  else await newWindow(toOpenWhenReady);
}

async function newWindow(path: string | undefined): Promise<DesignWindow> {
  isQuitting = false;
  if (path !== undefined) access.grant(path);
  const own = openWindow({ preload: places.preload, bounds: await readBounds(boundsFile), openAtStart: path });
  const context = {
    access,
    recentFiles,
    recoveries,
    settingsFile: join(state, 'settings.json'),
    templatesFolder: places.templates,
    info: () => infoOf(own),
  };
  let menus: readonly AppMenu[] = [];
  const showMenus = () => {
    const front = BrowserWindow.getFocusedWindow();
    if (menus.length > 0 && (front === null || front === own.window)) bar?.show(menus);
  };
  windows.set(own.id, {
    own,
    handlers: {
      ...sharedHandlers(context),
      ...desktopHandlers({
        ...context,
        own,
        newWindow: async (path) => void (await newWindow(path)),
        showMenus: (next) => {
          menus = next;
          showMenus();
        },
      }),
    },
  });
  own.window.on('focus', showMenus);
  own.window.on('close', () => void keepBounds(boundsFile, own.window));
  own.window.on('closed', () => void windows.delete(own.id));
  return own;
}

/** A design handed over by another start: in front where it is open, else in a window of its own. */
async function showDesign(path: string): Promise<void> {
  const shown = [...windows.values()].find(({ own }) => own.path() === path);
  if (shown === undefined) return void (await newWindow(path));
  if (shown.own.window.isMinimized()) shown.own.window.restore();
  shown.own.window.focus();
}

function sendAction(id: string): void {
  const front = BrowserWindow.getFocusedWindow();
  const target = front === null ? [...windows.values()].at(-1) : windows.get(front.webContents.id);
  // On a Mac the menu outlives the last window.
  if (target === undefined) void newWindow(undefined);
  else target.own.ask({ kind: 'action', id });
}

function infoOf(own: DesignWindow): HostInfo {
  const { platform } = process;
  const path = own.path();
  return {
    shell: 'desktop',
    platform: platform === 'linux' || platform === 'darwin' || platform === 'win32' ? platform : 'other',
    version,
    ...userName(),
    ...(path === undefined ? {} : { openAtStart: path }),
  };
}

/** Opens what a start named; what cannot be opened is said, in the terminal and over an empty window. */
async function openNamed(argv: readonly string[], workingFolder: string): Promise<void> {
  const argument = targetArgument(argv, packageFolder);
  if (argument === undefined) return void (await newWindow(undefined));
  const fault = await openTarget(argument, workingFolder).catch((error: unknown) =>
    error instanceof Error ? error.message : String(error),
  );
  if (fault === undefined) return;
  console.error(`zonewright: ${fault}`);
  const own = await newWindow(undefined);
  void dialog.showMessageBox(own.window, { type: 'info', message: 'Zonewright opened no design.', detail: fault });
}

/** What is wrong with the argument; undefined where its design is shown. */
async function openTarget(argument: string, workingFolder: string): Promise<string | undefined> {
  const { kind, path } = targetOf(argument, workingFolder);
  if (kind === 'folder') {
    return `${path} is a folder, and a window of the desktop shows one design. Open a design in it with File, Open, name one at start, or work in the whole folder in the browser with npm start -- ${argument} --web.`;
  }
  await showDesign(path);
  return undefined;
}
