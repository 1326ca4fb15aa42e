import type { MenuItem } from '../ui/Menu.tsx';
import type { Action, ActionContext } from './define.ts';
import { actions, canRun, runAction } from './registry.ts';
import { shortcutOf } from './use-actions.tsx';

export function menuItem(action: Action, context: ActionContext): MenuItem {
  const Icon = action.icon;
  const shortcut = shortcutOf(action.id);
  return {
    kind: 'item',
    id: action.id,
    label: action.label,
    icon: <Icon size={15} aria-hidden />,
    isDisabled: !canRun(action, context),
    onRun: () => void runAction(action, context),
    ...(shortcut !== undefined && { shortcut }),
    ...(action.isDanger && { isDanger: true }),
  };
}

/** What can be done with what is selected, grouped; what cannot be done now is left out. */
export function contextMenuItems(context: ActionContext): MenuItem[] {
  const items: MenuItem[] = [];
  let group: string | undefined;
  for (const action of actions) {
    if (!action.inContextMenu || !canRun(action, context)) continue;
    const part = action.isDanger ? 'danger' : action.group;
    if (group !== undefined && part !== group) items.push({ kind: 'separator', id: `before-${action.id}` });
    group = part;
    items.push(menuItem(action, context));
  }
  return items;
}
