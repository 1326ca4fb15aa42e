import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import { ActionButton } from './actions/ActionButton.tsx';
import type { Action } from './actions/define.ts';
import { menuItem } from './actions/menu-items.tsx';
import { actions } from './actions/registry.ts';
import { shortcutOf, useActionContext, useRunAction } from './actions/use-actions.tsx';
import { useSessionState } from './session/session-context.tsx';
import { useDocument, useStores, useUi } from './store/stores.tsx';
import type { View } from './store/ui-store.ts';
import { Menu, type MenuItem } from './ui/Menu.tsx';
import { Tabs } from './ui/Tabs.tsx';

const views: ReadonlyArray<{ readonly id: View; readonly label: string; readonly testId: string }> = [
  { id: 'design', label: 'Design', testId: 'view-design' },
  { id: 'matrix', label: 'Matrix', testId: 'view-matrix' },
  { id: 'manifests', label: 'Manifests', testId: 'view-manifests' },
  { id: 'review', label: 'Review', testId: 'view-review' },
];

export function TopBar() {
  const failed = useSessionState((s) => s.failure !== undefined);
  const started = useUi((s) => s.started) && !failed;
  const view = useUi((s) => s.view);
  const { ui } = useStores();
  return (
    <header className="top-bar">
      <div className="top-bar__left">
        <MainMenu />
        {started && <DocumentName />}
      </div>
      {started && (
        <Tabs
          look="segments"
          label="View"
          items={views}
          value={view}
          onChange={(next) => ui.getState().set({ view: next })}
        />
      )}
      <div className="top-bar__right">
        {started && (
          <>
            <PaletteHint />
            <ActionButton id="edit.undo" />
            <ActionButton id="go.explain" />
            <ActionButton id="file.export" label="Export" look="primary" />
          </>
        )}
      </div>
    </header>
  );
}

function PaletteHint() {
  const run = useRunAction();
  return (
    <button
      type="button"
      className="top-bar__hint"
      data-testid="action-go.command-palette"
      title="Find actions and records"
      onClick={() => run('go.command-palette')}
    >
      Find <kbd>{shortcutOf('go.command-palette')}</kbd>
    </button>
  );
}

function DocumentName() {
  const name = useDocument((s) => s.origin.name);
  const path = useDocument((s) => s.origin.path);
  const isDirty = useDocument((s) => s.isDirty);
  const writable = useDocument((s) => s.origin.writable);
  const state = path === undefined ? 'not saved yet' : isDirty ? 'edited' : writable ? '' : 'read-only';
  return (
    <h1 className="top-bar__file" title={path ?? name} data-testid="document-name">
      <span className="top-bar__name">{name}</span>
      {state !== '' && <span className="top-bar__state">{` · ${state}`}</span>}
    </h1>
  );
}

/** What a native menu bar holds, for windows that have none. */
function MainMenu() {
  const context = useActionContext();
  const [at, setAt] = useState<{ x: number; y: number }>();
  const close = useClose(setAt);
  return (
    <>
      <button
        type="button"
        className="top-bar__brand"
        aria-haspopup="menu"
        aria-expanded={at !== undefined}
        data-testid="main-menu"
        onClick={(e) => {
          const box = e.currentTarget.getBoundingClientRect();
          setAt({ x: box.left, y: box.bottom + 4 });
        }}
      >
        Zonewright
        <ChevronDown size={14} aria-hidden />
      </button>
      {at !== undefined && (
        <Menu
          label="Main menu"
          testId="main-menu-items"
          at={at}
          onClose={close}
          items={mainMenu((a) => menuItem(a, context))}
        />
      )}
    </>
  );
}

function useClose(set: (value: undefined) => void): () => void {
  const [close] = useState(() => () => set(undefined));
  return close;
}

const shown = new Set(['File', 'Edit', 'View', 'Arrange', 'Help']);

function mainMenu(toItem: (action: Action) => MenuItem): MenuItem[] {
  const items: MenuItem[] = [];
  let group = '';
  for (const action of actions) {
    if (!shown.has(action.group) || action.inContextMenu) continue;
    if (action.group !== group) {
      if (group !== '') items.push({ kind: 'separator', id: `before-${action.group}` });
      group = action.group;
    }
    items.push(toItem(action));
  }
  return items;
}
