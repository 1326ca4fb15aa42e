/** The host of a browser window: the same handlers behind the loopback web server that served the page. */
import { type Answer, type Host, HostError, type HostRequest, keyHeader, keyName } from '../../shared/host/index.ts';
import { zipTextFiles } from '../../shared/lib/zip.ts';
import type { Chooser, ChooserRequest } from './chooser.ts';
import { liveRecoveries } from './live-recoveries.ts';
import { callOver, sharedHost } from './remote-host.ts';

export interface WebHost extends Host {
  /** The window's own chooser dialog; without one, choosing is refused. */
  setChooser(chooser: Chooser): void;
}

export function webHost(): WebHost {
  keepKey();
  const call = callOver(post);
  const confirmed = new Set<string>();
  const base = sharedHost(call, liveRecoveries(navigator.locks), confirmed);
  let chooser: Chooser | undefined;
  let isDirty = false;

  function choose(request: Omit<ChooserRequest, 'list'>): Promise<string | undefined> {
    if (chooser === undefined)
      return Promise.reject(new HostError('failed', 'The window is not ready to choose files. Try again.'));
    return chooser({ ...request, list: base.listFolder });
  }

  window.addEventListener('beforeunload', (event) => {
    // The browser asks in its own words; edits are in the recovery store either way.
    if (isDirty) event.preventDefault();
  });

  return {
    ...base,
    async info() {
      const info = await base.info();
      const named = new URLSearchParams(window.location.search).get('open');
      return named === null ? info : { ...info, openAtStart: named };
    },
    async chooseAndOpen() {
      const path = await choose({ kind: 'open' });
      return path === undefined ? undefined : base.openFile(path);
    },
    async chooseSavePath(suggestedName) {
      const path = await choose({ kind: 'save', suggestedName });
      if (path !== undefined) confirmed.add(path);
      return path;
    },
    chooseFolder: () => choose({ kind: 'folder' }),
    async saveZip(suggestedName, files) {
      const blob = new Blob([zipTextFiles(files)], { type: 'application/zip' });
      download(suggestedName, blob);
      return suggestedName;
    },
    async savePicture(suggestedName, bytes) {
      download(suggestedName, new Blob([bytes]));
      return suggestedName;
    },
    async setDocumentState(state) {
      isDirty = state.isDirty;
      document.title = state.title;
    },
    async closeWindow() {
      isDirty = false;
      // Browsers close only windows that a script opened; where that is refused the window stays as it is.
      window.close();
    },
    async newWindow(path) {
      const query = path === undefined ? '' : `?open=${encodeURIComponent(path)}`;
      window.open(`${window.location.pathname}${query}`, '_blank', 'noopener');
    },
    onRequest: (_listener: (request: HostRequest) => void) => () => {},
    setChooser(next) {
      chooser = next;
    },
  };
}

/**
 * The page that answers the printed address holds the key of all messages. It is put where other windows of this server
 * find it and no other server does; unlike cookies, what a page stores belongs to one port.
 */
function keepKey(): void {
  const key = document.querySelector<HTMLMetaElement>(`meta[name="${keyName}"]`)?.content;
  if (key === undefined) return;
  localStorage.setItem(keyName, key);
  const address = new URL(window.location.href);
  address.searchParams.delete('token');
  window.history.replaceState(null, '', address);
}

async function post(channel: string, args: unknown): Promise<Answer<unknown>> {
  let response: Response;
  try {
    response = await fetch(`/rpc/${channel}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [keyHeader]: localStorage.getItem(keyName) ?? '' },
      body: JSON.stringify(args),
      credentials: 'same-origin',
    });
  } catch {
    throw new HostError(
      'failed',
      'Zonewright does not answer. Was it stopped in the terminal? Start it again; unsaved edits stay in this window until then.',
    );
  }
  if (response.headers.get('content-type')?.startsWith('application/json') === true) {
    return (await response.json()) as Answer<unknown>;
  }
  throw new HostError(
    response.status === 401 ? 'not-allowed' : 'failed',
    response.status === 401
      ? 'This window is not signed in to the running Zonewright. Open the address that it printed in the terminal.'
      : `Zonewright answered with status ${response.status}. Look at the terminal it runs in.`,
  );
}

function download(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has taken hold of the data once the click is handled.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
