/** Reading a log of observed flows and laying it over designs, off the main thread. */
import { FlowLog, layOver } from '../../shared/observed/index.ts';
import type { ObservedReply, ObservedRequest } from './observed-store.ts';

const log = new FlowLog();

self.onmessage = ({ data }: MessageEvent<ObservedRequest>) => {
  answer(data).catch((error: unknown) => reply({ failure: error instanceof Error ? error.message : String(error) }));
};

async function answer(request: ObservedRequest): Promise<void> {
  const { topology, revision } = request;
  if (request.ask === 'read') {
    await read(request.file);
    const { lines, unread } = log;
    if (lines === 0) throw new Error('It is empty.');
    if (lines === unread.count)
      throw new Error('None of its lines is a flow of Hubble. Write it with “hubble observe -o jsonpb”.');
  }
  reply({ observed: layOver(topology, log), revision });
}

/** Piece by piece, so that a log of gigabytes takes no more memory than what it tells. */
async function read(file: Blob): Promise<void> {
  const decoder = new TextDecoder();
  let done = 0;
  let told = 0;
  const reader = file.stream().getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    log.write(decoder.decode(piece.value, { stream: true }));
    done += piece.value.byteLength;
    // A bar of a hundred steps is smooth enough.
    if (done - told < file.size / 100) continue;
    told = done;
    reply({ done });
  }
  log.write(decoder.decode());
  log.end();
}

function reply(message: ObservedReply): void {
  self.postMessage(message);
}
