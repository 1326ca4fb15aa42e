/** How the window looks, from one start to the next. */
import type { Settings } from '../../shared/host/index.ts';
import type { Theme } from '../store/ui-store.ts';
import type { Surroundings } from './session-state.ts';

export function createRemembering({ host, ui, store }: Surroundings) {
  function remember(part: Settings): void {
    const settings = { ...store.getState().settings, ...part };
    store.setState({ settings });
    // A window that cannot remember its look still works; the next change tries again.
    host.saveSettings(settings).catch(() => undefined);
  }

  return {
    apply: (settings: Settings): void => {
      store.setState({ settings });
      const { theme, panels } = settings;
      ui.getState().set({
        ...(theme !== undefined && { theme }),
        ...(typeof panels?.left === 'boolean' && { leftOpen: panels.left }),
        ...(typeof panels?.right === 'boolean' && { rightOpen: panels.right }),
        ...(typeof panels?.bottom === 'boolean' && { bottomOpen: panels.bottom }),
      });
    },

    setTheme: (theme: Theme): void => {
      ui.getState().set({ theme });
      remember({ theme });
    },

    /** Sizes and foldings of panels, for the next start. */
    rememberPanels: (panels: Readonly<Record<string, boolean | number>>): void => {
      remember({ panels: { ...store.getState().settings.panels, ...panels } });
    },
  };
}
