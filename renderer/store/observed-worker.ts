/** Reading a log of observed flows and laying it over designs, off the main thread. */
import { encodingOf } from '../../shared/lib/encoding.ts';
import { FlowLog, isPacked, layOver } from '../../shared/observed/index.ts';
import type { ObservedReply, ObservedRequest } from './observed-store.ts';

const log = new FlowLog();

self.onmessage = ({ data }: MessageEvent<ObservedRequest>) => {
  answer(data).catch((error: unknown) => reply({ failure: error instanceof Error ? error.message : String(error) }));
};

async function answer(request: ObservedRequest): Promise<void> {
  const { topology, revision } = request;
  if (request.ask === 'read') {
    await read(request.files);
    const { lines, unread } = log;
    if (lines === 0) throw new Error('It is empty.');
    if (lines === unread.count)
      throw new Error('None of its lines is a flow of Hubble. Write it with “hubble observe -o jsonpb”.');
  }
  reply({ observed: layOver(topology, log), revision });
}

/** Piece by piece, so that a log of gigabytes takes no more memory than what it tells. */
async function read(files: readonly File[]): Promise<void> {
  const size = files.reduce((sum, file) => sum + file.size, 0);
  let done = 0;
  let told = 0;
  const tell = (piece: Uint8Array) => {
    done += piece.byteLength;
    // A bar of a hundred steps is smooth enough.
    if (done - told < size / 100) return;
    told = done;
    reply({ done });
  };
  for (const file of files) {
    log.begin(file.name);
    let decoder: TextDecoder | undefined;
    const reader = (await bytesOf(file, tell)).getReader();
    try {
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        decoder ??= new TextDecoder(encodingOf(piece.value));
        log.write(decoder.decode(piece.value, { stream: true }));
      }
    } catch (error) {
      throw new Error(`${file.name} cannot be read to its end: ${error instanceof Error ? error.message : error}.`);
    }
    log.write(decoder?.decode() ?? '');
  }
  log.end();
}

/** Unpacked where the file is packed with gzip; `tell` hears of what is read of the file itself. */
async function bytesOf(
  file: File,
  tell: (piece: Uint8Array) => void,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  type Bytes = Uint8Array<ArrayBuffer>;
  const told = new TransformStream<Bytes, Bytes>({
    transform: (piece, onward) => {
      tell(piece);
      onward.enqueue(piece);
    },
  });
  const head = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const bytes = file.stream().pipeThrough(told);
  return isPacked(head) ? bytes.pipeThrough(new DecompressionStream('gzip')) : bytes;
}

function reply(message: ObservedReply): void {
  self.postMessage(message);
}
