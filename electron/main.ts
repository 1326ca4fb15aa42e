/** The desktop: starts, wires, quits. */
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { app, BrowserWindow, Menu, session } from 'electron';
import type { Channel, Handlers, HostInfo } from '../shared/host/index.ts';
import { grantedAccess } from './access.ts';
import { recentFilesAt } from './files/recent-files.ts';
import { recoveryAt } from './files/recovery.ts';
import { desktopHandlers } from './handlers/desktop.ts';
import { sharedHandlers } from './handlers/shared.ts';
import { registerChannels } from './ipc.ts';
import { buildMenu } from './menu.ts';
import { isDesignArgument, placesBelow, versionOf } from './places.ts';
import { declareScheme, servePage } from './protocol.ts';
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
let toOpenWhenReady: string | undefined;
let isQuitting = false;

if (app.requestSingleInstanceLock({ cwd: process.cwd() })) start();
else app.quit();

function start(): void {
  app.on('second-instance', (_event, argv, workingFolder) => {
    const path = designIn(argv, workingFolder);
    if (path === undefined) void newWindow(undefined);
    else void showDesign(path);
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
  ours.on('will-download', (event, item) => {
    // Pictures are saved from blobs of the page itself.
    if (!item.getURL().startsWith('blob:app://zonewright/')) event.preventDefault();
  });
  registerChannels((id) => windows.get(id)?.handlers);
  Menu.setApplicationMenu(buildMenu({ send: sendAction, newWindow: () => void newWindow(undefined) }));
  await newWindow(toOpenWhenReady ?? designIn(process.argv, process.cwd()));
}

async function newWindow(path: string | undefined): Promise<void> {
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
  windows.set(own.id, {
    own,
    handlers: { ...sharedHandlers(context), ...desktopHandlers({ ...context, own, newWindow }) },
  });
  own.window.on('close', () => void keepBounds(boundsFile, own.window));
  own.window.on('closed', () => void windows.delete(own.id));
}

/** A design handed over by another start: in front where it is open, else in a window of its own. */
async function showDesign(path: string): Promise<void> {
  const shown = [...windows.values()].find(({ own }) => own.path() === path);
  if (shown === undefined) return newWindow(path);
  if (shown.own.window.isMinimized()) shown.own.window.restore();
  shown.own.window.focus();
}

function sendAction(id: string): void {
  const front = BrowserWindow.getFocusedWindow();
  const target = front === null ? [...windows.values()].at(-1) : windows.get(front.webContents.id);
  target?.own.ask({ kind: 'action', id });
}

function infoOf(own: DesignWindow): HostInfo {
  const { platform } = process;
  const path = own.path();
  return {
    shell: 'desktop',
    platform: platform === 'linux' || platform === 'darwin' || platform === 'win32' ? platform : 'other',
    version,
    ...(path === undefined ? {} : { openAtStart: path }),
  };
}

function designIn(argv: readonly string[], workingFolder: string): string | undefined {
  // The first argument is the program; Electron's own switches and the application's folder are no designs.
  const argument = argv.slice(1).find(isDesignArgument);
  if (argument === undefined) return undefined;
  const path = resolve(workingFolder, argument);
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? path : undefined;
}
