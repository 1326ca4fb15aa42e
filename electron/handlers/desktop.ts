/** The channels that only the desktop has: its dialogs, its windows. */
import { basename, extname } from 'node:path';
import { type BrowserWindow, dialog, type FileFilter } from 'electron';
import type { AppMenu, DesktopChannel, Handlers } from '../../shared/host/index.ts';
import { zipTextFiles } from '../../shared/lib/zip.ts';
import { permittedPath } from '../access.ts';
import { writeAtomic } from '../files/write-atomic.ts';
import type { DesignWindow } from '../window.ts';
import type { HandlerContext } from './context.ts';
import { openDesign } from './files.ts';

export interface DesktopContext extends HandlerContext {
  readonly own: DesignWindow;
  newWindow(path: string | undefined): Promise<void>;
  /** While the window is in front. */
  showMenus(menus: readonly AppMenu[]): void;
}

const designs: FileFilter[] = [
  { name: 'Zonewright designs', extensions: ['yaml', 'yml'] },
  { name: 'All files', extensions: ['*'] },
];

export function desktopHandlers(context: DesktopContext): Handlers<DesktopChannel> {
  const { access, own } = context;
  return {
    'file:choose-and-open': async () => {
      const { canceled, filePaths } = await dialog.showOpenDialog(own.window, {
        title: 'Open a design',
        filters: designs,
        properties: ['openFile'],
      });
      const [path] = filePaths;
      if (canceled || path === undefined) return undefined;
      access.grant(path);
      return openDesign(context, path);
    },
    'file:choose-save-path': ({ suggestedName }) =>
      chooseTarget(context, own.window, 'Save the design', suggestedName, designs),
    'folder:choose': async () => {
      const { canceled, filePaths } = await dialog.showOpenDialog(own.window, {
        title: 'Choose a folder for the manifests',
        properties: ['openDirectory', 'createDirectory', 'promptToCreate'],
      });
      const [path] = filePaths;
      if (canceled || path === undefined) return undefined;
      access.grant(path);
      return path;
    },
    'zip:save': async ({ suggestedName, files }) => {
      const zip: FileFilter[] = [{ name: 'Zip archives', extensions: ['zip'] }];
      const path = await chooseTarget(context, own.window, 'Save the manifests', suggestedName, zip);
      if (path !== undefined) await writeAtomic(path, zipTextFiles(files));
      return path;
    },
    'picture:save': async ({ suggestedName, bytes }) => {
      const format = extname(suggestedName).slice(1);
      const pictures: FileFilter[] = [{ name: `${format.toUpperCase()} pictures`, extensions: [format] }];
      const path = await chooseTarget(context, own.window, 'Save the picture', suggestedName, pictures);
      if (path !== undefined) await writeAtomic(path, bytes);
      return path;
    },
    'window:document-state': async (state) => own.setDocumentState(state),
    'window:menus': async ({ menus }) => context.showMenus(menus),
    'window:close-seen': async () => own.closeSeen(),
    'window:close': async () => own.closeNow(),
    'window:open': async ({ path }) =>
      context.newWindow(path === undefined ? undefined : await permittedPath(access, path)),
    'window:edit': async ({ command }) => {
      const { webContents } = own.window;
      if (command === 'select-all') webContents.selectAll();
      else webContents[command]();
    },
  };
}

async function chooseTarget(
  { access }: DesktopContext,
  window: BrowserWindow,
  title: string,
  suggestedName: string,
  filters: FileFilter[],
): Promise<string | undefined> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    title,
    // Only a name: where to save is for the user to say.
    defaultPath: basename(suggestedName),
    filters,
    properties: ['createDirectory', 'showOverwriteConfirmation'],
  });
  if (canceled || filePath === '') return undefined;
  access.grant(filePath);
  return filePath;
}
