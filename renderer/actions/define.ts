/**
 * What a user can do. Menu, command palette, shortcut, context menu and button read the same object, so that an action
 * is called the same, and works the same, wherever it is found.
 */
import type { LucideIcon } from 'lucide-react';
import type { Host } from '../../shared/host/index.ts';
import type { Session } from '../session/session.ts';
import type { Stores } from '../store/stores.tsx';

export interface ActionContext {
  readonly stores: Stores;
  readonly host: Host;
  readonly session: Session;
}

export type ActionGroup = 'File' | 'Edit' | 'View' | 'Draw' | 'Arrange' | 'Go' | 'Help';

export interface Action {
  /** `area.verb`: the native menu, the palette and tests call it by this. */
  readonly id: string;
  readonly label: string;
  readonly group: ActionGroup;
  readonly icon: LucideIcon;
  /** Keys such as `Mod+Shift+Z`, `F2`, `z`; the first is the one that is shown. Mod is Cmd on a Mac and Ctrl elsewhere. */
  readonly shortcuts?: readonly string[];
  /** True where the shortcut also works while somebody types into a field. */
  readonly whileTyping?: boolean;
  /** True where it works without an open design. */
  readonly withoutDesign?: boolean;
  /** Shown in the context menu of the canvas and the outline. */
  readonly inContextMenu?: boolean;
  readonly isDanger?: boolean;
  /** What it would do now, for the hint on its button: `Undo “Set replicas”`. */
  hint?(context: ActionContext): string | undefined;
  /** Whether it can be done now; absent: always. */
  when?(context: ActionContext): boolean;
  run(context: ActionContext): void | Promise<void>;
}

export function defineAction(action: Action): Action {
  return action;
}
