import type { LucideIcon } from 'lucide-react';
import { Moon, PanelBottom, PanelLeft, PanelRight, Sun, SunMoon } from 'lucide-react';
import type { Theme } from '../store/ui-store.ts';
import { defineAction } from './define.ts';

function toggle(side: 'left' | 'right' | 'bottom', label: string, icon: LucideIcon, shortcut: string) {
  const key = `${side}Open` as const;
  return defineAction({
    id: `view.toggle-${side}`,
    label,
    group: 'View',
    icon,
    shortcuts: [shortcut],
    whileTyping: true,
    run: ({ stores, session }) => {
      const isOpen = !stores.ui.getState()[key];
      stores.ui.getState().set({ [key]: isOpen });
      session.rememberPanels({ [side]: isOpen });
    },
  });
}

function theme(id: Theme, label: string, icon: LucideIcon) {
  return defineAction({
    id: `view.theme-${id}`,
    label,
    group: 'View',
    icon,
    withoutDesign: true,
    when: ({ stores }) => stores.ui.getState().theme !== id,
    run: ({ session }) => session.setTheme(id),
  });
}

export const panels = [
  toggle('left', 'Show or hide palette and outline', PanelLeft, 'Mod+B'),
  toggle('right', 'Show or hide inspector', PanelRight, 'Mod+I'),
  toggle('bottom', 'Show or hide problems', PanelBottom, 'Mod+J'),
];

export const themes = [
  theme('light', 'Light theme', Sun),
  theme('dark', 'Dark theme', Moon),
  theme('system', 'Theme of the system', SunMoon),
];
