/**
 * The bridge into the page: the channels of the contract, one request listener, and nothing else of Electron. Built as
 * CommonJS, which is all that a sandboxed preload script may be.
 */
import { contextBridge, ipcRenderer } from 'electron';
import { channelNames, type HostRequest, requestChannel } from '../shared/host/index.ts';

const known: ReadonlySet<string> = new Set(channelNames);

contextBridge.exposeInMainWorld('zonewright', {
  send(channel: string, args: unknown): Promise<unknown> {
    if (!known.has(channel)) return Promise.reject(new Error(`There is no channel ${channel}.`));
    return ipcRenderer.invoke(channel, args);
  },
  onRequest(listener: (request: HostRequest) => void): () => void {
    const receive = (_event: unknown, request: HostRequest) => listener(request);
    ipcRenderer.on(requestChannel, receive);
    return () => {
      ipcRenderer.removeListener(requestChannel, receive);
    };
  },
});
