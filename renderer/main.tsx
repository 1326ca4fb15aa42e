/** The window: picks the shell around it, makes the stores, and renders. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { findAction, runAction } from './actions/registry.ts';
import { ActionsProvider, isTyping } from './actions/use-actions.tsx';
import { Breakdown } from './Breakdown.tsx';
import { HostProvider } from './host/host-context.tsx';
import { pickHost } from './host/pick-host.ts';
import { askChooser } from './panels/chooser/index.ts';
import { createSession } from './session/session.ts';
import { SessionProvider } from './session/session-context.tsx';
import { createAnalysisStore, proofAsker, workerAsker } from './store/analysis-client.ts';
import { createDocumentStore } from './store/document-store.ts';
import { createObservedStore, observedWorker } from './store/observed-store.ts';
import { workerReviewClient } from './store/review-client.ts';
import { createReviewStore } from './store/review-store.ts';
import { StoresProvider } from './store/stores.tsx';
import { textWriter } from './store/text-client.ts';
import { createUiStore } from './store/ui-store.ts';
import './ui/theme.css';
import './ui/ui.css';
import './app.css';

const { host, web } = pickHost();
const documents = createDocumentStore();
const ui = createUiStore();
const analysis = createAnalysisStore(documents, workerAsker(), today, proofAsker(), { pause: 150, latest: 1000 });
const stores = {
  documents,
  ui,
  analysis,
  observed: createObservedStore(documents, observedWorker()),
  review: createReviewStore(),
  reviewer: workerReviewClient(),
};
const session = createSession({
  host,
  documents,
  ui,
  now: Date.now,
  makeId: () => crypto.randomUUID(),
  writeText: textWriter(),
  runAction: (id) => {
    if (editsText(id)) return;
    const action = findAction(id);
    if (action !== undefined) void runAction(action, { stores, host, session });
  },
});
web?.setChooser(askChooser);
window.addEventListener('pagehide', () => void session.keepNow());

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');
createRoot(root).render(
  <StrictMode>
    <HostProvider host={host}>
      <StoresProvider stores={stores}>
        <SessionProvider session={session}>
          <Breakdown>
            <ActionsProvider>
              <App />
            </ActionsProvider>
          </Breakdown>
        </SessionProvider>
      </StoresProvider>
    </HostProvider>
  </StrictMode>,
);
void session.start();
window.addEventListener('keydown', () => document.documentElement.setAttribute('data-keyboard', ''), { once: true });

/** The native menu's Copy, Undo and so on mean the text while somebody types into a field. */
function editsText(id: string): boolean {
  const commands: Readonly<Record<string, string>> = {
    'edit.undo': 'undo',
    'edit.redo': 'redo',
    'edit.cut': 'cut',
    'edit.copy': 'copy',
    'edit.paste': 'paste',
    'edit.delete': 'delete',
    'edit.select-all': 'selectAll',
  };
  const command = commands[id];
  if (command === undefined || !isTyping(document.activeElement)) return false;
  document.execCommand(command);
  return true;
}

/** YYYY-MM-DD where the user is. */
function today(): string {
  const now = new Date();
  const two = (n: number) => String(n).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
