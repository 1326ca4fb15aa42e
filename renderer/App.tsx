import { useEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import { encodingOf } from '../shared/lib/encoding.ts';
import { isPacked, looksLikeFlowLog } from '../shared/observed/index.ts';
import { findAction, runAction } from './actions/registry.ts';
import { useActionContext } from './actions/use-actions.tsx';
import { Dialogs } from './Dialogs.tsx';
import { ChooserDialog } from './panels/chooser/index.ts';
import { ClustersDialog } from './panels/clusters/index.ts';
import { StartPanel } from './panels/templates/index.ts';
import { StatusBar } from './StatusBar.tsx';
import { useSession, useSessionState } from './session/session-context.tsx';
import { useStores, useUi } from './store/stores.tsx';
import { TopBar } from './TopBar.tsx';
import { useTopDialog } from './ui/open-dialogs.ts';
import { Toast } from './ui/Toast.tsx';
import { Workspace } from './Workspace.tsx';

export function App() {
  const started = useUi((s) => s.started);
  const failed = useSessionState((s) => s.failure !== undefined);
  useTheme();
  const drop = useFileDrop();
  return (
    <div className="app" {...drop.handlers}>
      <TopBar />
      <main className="app__main">{started && !failed ? <Workspace /> : <StartPanel />}</main>
      {started && !failed && <StatusBar />}
      <Dialogs />
      <ChooserDialog />
      <ClustersDialog />
      <CurrentMessage />
      {drop.isOver && <div className="app__drop">{drop.hint}</div>}
    </div>
  );
}

function CurrentMessage() {
  const message = useUi((s) => s.message);
  const context = useActionContext();
  const { ui } = useStores();
  const dialog = useTopDialog();
  if (message === undefined) return null;
  const close = () => {
    if (ui.getState().message?.serial === message.serial) ui.getState().set({ message: undefined });
  };
  const action = message.action;
  return createPortal(
    <div className="app__toast" key={message.serial}>
      <Toast
        tone={message.tone}
        text={message.text}
        onClose={close}
        {...(action !== undefined && {
          action: {
            label: action.label,
            onRun: () => {
              const found = findAction(action.id);
              if (found !== undefined) void runAction(found, context);
              close();
            },
          },
        })}
      />
    </div>,
    // Behind a dialog it would be dimmed, and nobody could click it.
    dialog ?? document.body,
  );
}

/** Light or dark on the root element: the user's choice, else the system's. */
function useTheme(): void {
  const theme = useUi((s) => s.theme);
  useEffect(() => {
    const system = window.matchMedia('(prefers-color-scheme: dark)');
    const apply = () => {
      const isDark = theme === 'dark' || (theme === 'system' && system.matches);
      document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
    };
    apply();
    system.addEventListener('change', apply);
    return () => system.removeEventListener('change', apply);
  }, [theme]);
}

/** By what stands in it; of what is packed with gzip nothing else is opened. */
async function isFlowLog(file: File): Promise<boolean> {
  const head = new Uint8Array(await file.slice(0, 65_536).arrayBuffer());
  return isPacked(head) || looksLikeFlowLog(textOf(head));
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

/**
 * A design file dropped anywhere on the window opens; a log of observed flows, in one file or several, is laid over the design that is open. Drags
 * from the palette are none of this one's business.
 */
function useFileDrop() {
  const session = useSession();
  const { observed, ui } = useStores();
  const started = useUi((s) => s.started);
  const [isOver, setOver] = useState(false);
  const hasFile = (e: React.DragEvent) => e.dataTransfer.types.includes('Files');
  const take = async (file: File, more: readonly File[]) => {
    // Its name says nothing for sure, and its first lines do.
    if (!(await isFlowLog(file))) {
      await session.openText(file.name, textOf(new Uint8Array(await file.arrayBuffer())));
    } else if (started) {
      ui.getState().set({ view: 'design', bottomOpen: true, bottomTab: 'observed' });
      observed.getState().open(file, ...more);
      observed.getState().set({ isCalled: true });
    } else {
      ui.getState().show({
        tone: 'info',
        text: `${file.name} is a log of observed flows. Open the design first that it is to be laid over.`,
      });
    }
  };
  return {
    isOver,
    hint: started
      ? 'Drop a design to open it, or a log of observed flows to lay it over this one'
      : 'Drop the design to open it',
    handlers: {
      onDragOver: (e: React.DragEvent) => {
        if (!hasFile(e)) return;
        e.preventDefault();
        setOver(true);
      },
      onDragLeave: (e: React.DragEvent) => {
        if (e.relatedTarget === null) setOver(false);
      },
      onDrop: (e: React.DragEvent) => {
        if (!hasFile(e)) return;
        e.preventDefault();
        setOver(false);
        const [file, ...more] = e.dataTransfer.files;
        if (file !== undefined) void take(file, more);
      },
    },
  };
}
