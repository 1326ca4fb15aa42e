/** The native menu bar: what the window in front offers, and what only the desktop has. The window decides what an item does. */
import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { AppMenu, AppMenuItem } from '../shared/host/index.ts';

export interface MenuBar {
  /** Shows the menus of a window. */
  show(menus: readonly AppMenu[]): void;
}

/** `send`: asks the window in front for an action, by its id. */
export function menuBar(send: (actionId: string) => void): MenuBar {
  const build = (menus: readonly AppMenu[]) => Menu.setApplicationMenu(Menu.buildFromTemplate(templateOf(menus, send)));
  build([]);
  return {
    show(menus) {
      const items = menus.flatMap((menu) => menu.sections.flat());
      const shown = items.map(({ id }) => Menu.getApplicationMenu()?.getMenuItemById(id));
      // Building all of it anew would close a menu that is open.
      if (shown.some((item) => item === null || item === undefined)) build(menus);
      else
        for (const [i, item] of shown.entries())
          if (item !== null && item !== undefined) item.enabled = items[i]?.isEnabled ?? false;
    },
  };
}

const line: MenuItemConstructorOptions = { type: 'separator' };

function templateOf(menus: readonly AppMenu[], send: (actionId: string) => void): MenuItemConstructorOptions[] {
  const isMac = process.platform === 'darwin';
  const itemOf = ({ id, label, isEnabled, shortcut }: AppMenuItem): MenuItemConstructorOptions => ({
    id,
    label,
    enabled: isEnabled,
    ...keysOf(shortcut, isMac),
    click: () => send(id),
  });
  const own: Readonly<Record<string, MenuItemConstructorOptions[]>> = {
    File: isMac ? [] : [line, { role: 'quit' }],
    View: [line, { role: 'togglefullscreen' }, { role: 'toggleDevTools' }],
  };
  const bar = menus.map(
    ({ label, sections }): MenuItemConstructorOptions => ({
      label: `&${label}`,
      ...(label === 'Help' && { role: 'help' }),
      submenu: [
        ...sections.flatMap((items, i) => [...(i === 0 ? [] : [line]), ...items.map(itemOf)]),
        ...(own[label] ?? []),
      ],
    }),
  );
  return [
    ...(isMac ? [{ role: 'appMenu' } satisfies MenuItemConstructorOptions] : []),
    ...bar.slice(0, -1),
    { role: 'windowMenu' },
    ...bar.slice(-1),
  ];
}

/**
 * The window handles the keys itself, as in a browser, so the menu shows them and does not take them. macOS takes them in
 * any case; there only those with Cmd are shown, because a single letter would never reach a field again.
 */
function keysOf(shortcut: string | undefined, isMac: boolean): MenuItemConstructorOptions {
  if (shortcut === undefined || (isMac && !shortcut.startsWith('Mod+'))) return {};
  return { accelerator: shortcut.replace('Mod', 'CmdOrCtrl'), registerAccelerator: false };
}
