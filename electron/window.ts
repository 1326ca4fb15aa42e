/** One window: its fences, and the agreement about closing it. */
import { BrowserWindow, dialog } from 'electron';
import { type HostRequest, requestChannel } from '../shared/host/index.ts';
import { pageOrigin } from './protocol.ts';
import type { Bounds } from './window-bounds.ts';

export interface DesignWindow {
  readonly window: BrowserWindow;
  readonly id: number;
  ask(request: HostRequest): void;
  setDocumentState(state: { title: string; isDirty: boolean; path?: string | undefined }): void;
  /** The path of the open design, for starting again after a reload. */
  path(): string | undefined;
  /** The window answered the question about closing, whatever its user decides. */
  closeSeen(): void;
  closeNow(): void;
}

export interface WindowOptions {
  readonly preload: string;
  readonly bounds: Bounds | undefined;
  readonly openAtStart: string | undefined;
}

export function openWindow(options: WindowOptions): DesignWindow {
  const { bounds } = options;
  const window = new BrowserWindow({
    width: bounds?.width ?? 1440,
    height: bounds?.height ?? 900,
    ...(bounds === undefined ? {} : { x: bounds.x, y: bounds.y }),
    minWidth: 720,
    minHeight: 480,
    show: false,
    title: 'Zonewright',
    webPreferences: {
      preload: options.preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  });
  if (bounds?.isMaximized === true) window.maximize();
  window.once('ready-to-show', () => window.show());
  fence(window);

  let isDirty = false;
  let isAgreed = false;
  let isAsked = false;
  let isGone = false;
  let path = options.openAtStart;

  window.on('close', (event) => {
    if (isAgreed || !isDirty) return;
    event.preventDefault();
    // A window that lives answers at once that it heard the question; one that hangs gets asked about over its head.
    if (isGone || isAsked) return void closeOverItsHead();
    isAsked = true;
    window.webContents.send(requestChannel, { kind: 'close' } satisfies HostRequest);
  });
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    isGone = true;
    void offerReload(window, reason).then((reload) => {
      if (reload && !window.isDestroyed()) {
        isGone = false;
        isDirty = false;
        window.webContents.reload();
      }
    });
  });

  async function closeOverItsHead(): Promise<void> {
    const { response } = await dialog.showMessageBox(window, {
      type: 'warning',
      message: 'The window does not answer.',
      detail:
        'Closing it loses what was changed in the last seconds; older unsaved edits are offered at the next start.',
      buttons: ['Wait', 'Close Anyway'],
      defaultId: 0,
      cancelId: 0,
    });
    if (response === 1) closeNow();
  }

  function closeNow(): void {
    isAgreed = true;
    if (!window.isDestroyed()) window.close();
  }

  void window.loadURL(`${pageOrigin}/index.html`);
  return {
    window,
    id: window.webContents.id,
    ask: (request) => window.webContents.send(requestChannel, request),
    setDocumentState(state) {
      ({ isDirty, path } = { isDirty: state.isDirty, path: state.path });
      window.setTitle(state.title);
      window.setDocumentEdited(isDirty);
      if (process.platform === 'darwin') window.setRepresentedFilename(path ?? '');
    },
    path: () => path,
    closeSeen() {
      isAsked = false;
    },
    closeNow,
  };
}

/**
 * The page stays the page: no other address, no second window, no frame inside, no device, no dropped file as a page.
 * No address goes to the machine's browser either: a design could leave in one. The window shows no links.
 */
function fence(window: BrowserWindow): void {
  const { webContents } = window;
  webContents.on('will-navigate', (event) => event.preventDefault());
  webContents.on('will-redirect', (event) => event.preventDefault());
  webContents.on('will-frame-navigate', (event) => event.preventDefault());
  webContents.on('will-attach-webview', (event) => event.preventDefault());
  // Peer connections are no requests; without a proxy, which the page cannot set, none gets out.
  webContents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  webContents.on('page-title-updated', (event) => event.preventDefault());
}

async function offerReload(window: BrowserWindow, reason: string): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    message: 'The window stopped working.',
    detail: `Reason: ${reason}. Unsaved edits were kept and are offered when it is loaded again.`,
    buttons: ['Load Again', 'Leave It'],
    defaultId: 0,
    cancelId: 1,
  });
  return response === 0;
}
