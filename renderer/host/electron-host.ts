/** The host of the desktop window: the bridge that the preload script put into the page. */
import type { Answer, Host, HostRequest } from '../../shared/host/index.ts';
import { liveRecoveries } from './live-recoveries.ts';
import { callOver, pathAndText, sharedHost } from './remote-host.ts';

/** What electron/preload.ts exposes, and nothing else. */
export interface Bridge {
  send(channel: string, args: unknown): Promise<Answer<unknown>>;
  onRequest(listener: (request: HostRequest) => void): () => void;
}

const editCommands = ['undo', 'redo', 'cut', 'copy', 'paste', 'delete', 'select-all'] as const;

export function electronHost(bridge: Bridge): Host {
  const call = callOver((channel, args) => bridge.send(channel, args));
  const confirmed = new Set<string>();
  return {
    ...sharedHost(call, liveRecoveries(navigator.locks), confirmed),
    chooseAndOpen: () => call('file:choose-and-open', {}),
    async chooseSavePath(suggestedName) {
      const path = await call('file:choose-save-path', { suggestedName });
      if (path !== undefined) confirmed.add(path);
      return path;
    },
    chooseFolder: () => call('folder:choose', {}),
    saveZip: (suggestedName, files) => call('zip:save', { suggestedName, files: files.map(pathAndText) }),
    savePicture: (suggestedName, bytes) => call('picture:save', { suggestedName, bytes }),
    async setDocumentState({ title, isDirty, path }) {
      document.title = title;
      await call('window:document-state', path === undefined ? { title, isDirty } : { title, isDirty, path });
    },
    showMenus: (menus) =>
      call('window:menus', {
        menus: menus.map((m) => ({
          label: m.label,
          sections: m.sections.map((items) => items.map((i) => ({ ...i }))),
        })),
      }),
    closeWindow: () => call('window:close', {}),
    newWindow: (path) => call('window:open', path === undefined ? {} : { path }),
    onRequest: (listener) =>
      bridge.onRequest((request) => {
        const command = request.kind === 'action' ? textEditOf(request.id) : undefined;
        if (command !== undefined) {
          void call('window:edit', { command });
          return;
        }
        listener(request);
        // The shell learns that the window is alive, so that a second attempt to close need not ask over its head.
        if (request.kind === 'close') void call('window:close-seen', {});
      }),
  };
}

/** The native edit that an item of the Edit menu means while the cursor is in a text field. */
function textEditOf(actionId: string): (typeof editCommands)[number] | undefined {
  const focused = document.activeElement;
  const isText =
    focused instanceof HTMLInputElement ||
    focused instanceof HTMLTextAreaElement ||
    (focused instanceof HTMLElement && focused.isContentEditable);
  return isText ? editCommands.find((command) => actionId === `edit.${command}`) : undefined;
}
