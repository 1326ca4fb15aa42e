/** The native menu. Its items name actions of the window, which decides what they do and whether they apply. */
import { Menu, type MenuItemConstructorOptions } from 'electron';

export interface MenuOptions {
  /** Sends the id of an action to the window in front. */
  send(actionId: string): void;
  newWindow(): void;
}

export function buildMenu({ send, newWindow }: MenuOptions): Menu {
  const isMac = process.platform === 'darwin';
  // The window handles the keys itself, also in a browser; the menu shows them and takes them only where macOS insists.
  const action = (id: string, label: string, accelerator?: string): MenuItemConstructorOptions => ({
    id,
    label,
    ...(accelerator === undefined ? {} : { accelerator, registerAccelerator: false }),
    click: () => send(id),
  });
  const line: MenuItemConstructorOptions = { type: 'separator' };
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' } satisfies MenuItemConstructorOptions] : []),
    {
      label: '&File',
      submenu: [
        action('file.new', 'New…', 'CmdOrCtrl+N'),
        { label: 'New Window', accelerator: 'CmdOrCtrl+Shift+N', click: newWindow },
        action('file.open', 'Open…', 'CmdOrCtrl+O'),
        action('file.import', 'Import Manifests…'),
        line,
        action('file.save', 'Save', 'CmdOrCtrl+S'),
        action('file.save-as', 'Save As…', 'CmdOrCtrl+Shift+S'),
        line,
        action('file.export', 'Export Manifests…', 'CmdOrCtrl+E'),
        {
          label: 'Save the Picture',
          submenu: [
            action('file.picture-svg', 'As SVG…'),
            action('file.picture-png', 'As PNG…'),
            action('file.picture-pdf', 'As PDF…'),
          ],
        },
        line,
        isMac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    {
      label: '&Edit',
      submenu: [
        action('edit.undo', 'Undo', 'CmdOrCtrl+Z'),
        action('edit.redo', 'Redo', isMac ? 'Cmd+Shift+Z' : 'Ctrl+Y'),
        line,
        action('edit.cut', 'Cut', 'CmdOrCtrl+X'),
        action('edit.copy', 'Copy', 'CmdOrCtrl+C'),
        action('edit.paste', 'Paste', 'CmdOrCtrl+V'),
        action('edit.delete', 'Delete', 'Delete'),
        action('edit.select-all', 'Select All', 'CmdOrCtrl+A'),
      ],
    },
    {
      label: '&View',
      submenu: [
        action('go.design', 'Design'),
        action('go.matrix', 'Matrix'),
        action('go.manifests', 'Manifests'),
        action('go.review', 'Review'),
        line,
        action('go.search', 'Search', 'CmdOrCtrl+F'),
        action('go.command-palette', 'All Commands', 'CmdOrCtrl+K'),
        line,
        action('view.toggle-left', 'Palette and Outline', 'CmdOrCtrl+B'),
        action('view.toggle-right', 'Inspector', 'CmdOrCtrl+I'),
        action('view.toggle-bottom', 'Problems', 'CmdOrCtrl+J'),
        line,
        action('view.theme-light', 'Light'),
        action('view.theme-dark', 'Dark'),
        action('view.theme-system', 'As the System'),
        line,
        { role: 'togglefullscreen' },
        { role: 'toggleDevTools' },
      ],
    },
    { role: 'windowMenu' },
    { role: 'help', submenu: [action('help.shortcuts', 'Keyboard Shortcuts')] },
  ];
  return Menu.buildFromTemplate(template);
}
