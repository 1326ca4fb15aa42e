/** The menu bar of the desktop: the same actions in the same order as everywhere else. */
import type { AppMenu } from '../../shared/host/index.ts';
import { isEqual } from '../../shared/lib/is-equal.ts';
import { canvasView } from '../canvas/index.ts';
import type { Action, ActionContext } from './define.ts';
import { canRun, sections } from './registry.ts';

/** A menu for each group, and what of it can be done now. */
export function appMenus(context: ActionContext): AppMenu[] {
  const menus = new Map<string, AppMenu['sections'][number][]>();
  for (const section of sections) {
    const label = section[0]?.group ?? '';
    menus.set(label, [...(menus.get(label) ?? []), section.map((action) => itemOf(action, context))]);
  }
  return [...menus].map(([label, parts]) => ({ label, sections: parts }));
}

function itemOf(action: Action, context: ActionContext): AppMenu['sections'][number][number] {
  const [shortcut] = action.shortcuts ?? [];
  return {
    id: action.id,
    label: action.label,
    isEnabled: canRun(action, context),
    ...(shortcut !== undefined && { shortcut }),
  };
}

/** Keeps the shell's menu bar as the window is, where the shell has one. Returns the way to stop. */
export function keepAppMenus(context: ActionContext): () => void {
  const { host, stores } = context;
  if (host.showMenus === undefined) return () => undefined;
  let shown: readonly AppMenu[] = [];
  let frame: number | undefined;
  const show = () => {
    frame = undefined;
    const menus = appMenus(context);
    if (isEqual(menus, shown)) return;
    shown = menus;
    void host.showMenus?.(menus);
  };
  // Many small changes follow each other, and the menu only has to be right when somebody opens it.
  const changed = () => {
    frame ??= requestAnimationFrame(show);
  };
  show();
  const stops = [
    stores.ui.subscribe(changed),
    stores.documents.subscribe(changed),
    canvasView.subscribe((now, before) => {
      if (now.api !== before.api) changed();
    }),
  ];
  return () => {
    if (frame !== undefined) cancelAnimationFrame(frame);
    for (const stop of stops) stop();
  };
}
