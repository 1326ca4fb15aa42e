/** Registers every channel of the contract. Answers only the main frame of our own page in a window of ours. */
import { type IpcMainInvokeEvent, ipcMain } from 'electron';
import { type Answer, type Channel, channelNames, type Handlers } from '../shared/host/index.ts';
import { dispatch } from './dispatch.ts';
import { pageOrigin } from './protocol.ts';

/** `handlersOf` gives the handlers of the window with that web contents id; undefined for one that is not ours. */
export function registerChannels(handlersOf: (id: number) => Handlers<Channel> | undefined): void {
  for (const channel of channelNames) {
    ipcMain.handle(channel, async (event, args: unknown): Promise<Answer<unknown>> => {
      const handlers = isOurPage(event) ? handlersOf(event.sender.id) : undefined;
      if (handlers === undefined)
        return { ok: false, code: 'not-allowed', message: 'Only the window of Zonewright itself may ask.' };
      return dispatch(handlers, channel, args);
    });
  }
}

function isOurPage(event: IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame === event.sender.mainFrame && frame.url.startsWith(`${pageOrigin}/`);
}
