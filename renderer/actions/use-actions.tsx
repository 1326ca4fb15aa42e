/** Actions as React sees them: the context they run in, and the keys. */
import { createContext, type ReactNode, useContext, useEffect, useLayoutEffect, useMemo } from 'react';
import { useHost } from '../host/host-context.tsx';
import { useSession } from '../session/session-context.tsx';
import { useStores } from '../store/stores.tsx';
import { keepAppMenus } from './app-menu.ts';
import type { ActionContext } from './define.ts';
import { actions, canRun, findAction, runAction } from './registry.ts';
import { formatShortcut, matches } from './shortcuts.ts';

const Context = createContext<ActionContext | undefined>(undefined);

export function ActionsProvider({ children }: { readonly children: ReactNode }) {
  const stores = useStores();
  const host = useHost();
  const session = useSession();
  const context = useMemo(() => ({ stores, host, session }), [stores, host, session]);
  // Before the window is painted: whoever sees it may press a key at once.
  useLayoutEffect(() => {
    const onKeyDown = (e: KeyboardEvent) => handleKey(e, context);
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [context]);
  useEffect(() => keepAppMenus(context), [context]);
  return <Context.Provider value={context}>{children}</Context.Provider>;
}

export function useActionContext(): ActionContext {
  const context = useContext(Context);
  if (context === undefined) throw new Error('useActionContext needs an ActionsProvider above it');
  return context;
}

/** Runs an action by id; an id that does not exist is our own mistake. */
export function useRunAction(): (id: string) => void {
  const context = useActionContext();
  return (id) => {
    const action = findAction(id);
    if (action === undefined) throw new Error(`there is no action ${id}`);
    void runAction(action, context);
  };
}

export const isMac = typeof navigator !== 'undefined' && /Mac/.test(navigator.platform);

/** The keys of an action as people see them. */
export function shortcutOf(id: string): string | undefined {
  const [first] = findAction(id)?.shortcuts ?? [];
  return first === undefined ? undefined : formatShortcut(first, isMac);
}

function handleKey(e: KeyboardEvent, context: ActionContext): void {
  if (e.defaultPrevented || e.isComposing) return;
  const typing = isTyping(e.target);
  const found = actions.find(
    (a) => (!typing || a.whileTyping) && a.shortcuts?.some((s) => matches(s, e, isMac)) && canRun(a, context),
  );
  if (found === undefined) return;
  // Text that is marked on the page is copied as text.
  if (found.id === 'edit.copy' && window.getSelection()?.isCollapsed === false) return;
  e.preventDefault();
  void runAction(found, context);
}

/** Whether keys go into a field. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}
