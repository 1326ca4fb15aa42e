import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { createGunzip } from 'node:zlib';
import { toFileError } from '../../electron/files/file-error.ts';
import { encodingOf } from '../../shared/lib/encoding.ts';
import { accountProblems, FlowLog, isPacked, layOver } from '../../shared/observed/index.ts';
import { observedAsJson, observedAsText, problemsAsText } from '../../shared/report/index.ts';
import { type CliCommand, InputError, type Io, oneOf, UsageError } from '../command.ts';
import { nameOf, readDesignText, wholeDesign } from '../design.ts';

export const command: CliCommand = {
  help: `Usage: zonewright observed FILE FLOWS... [OPTIONS]

Reads logs of Hubble (hubble observe -o jsonpb, or what Cilium's exporter writes: one JSON object a line; - is standard
input) and says what was seen and is not drawn, so that an export would break it; what is drawn and was never seen; and
what was seen and is drawn. Several files, such as a log and what it was rotated to, are one log; files packed with gzip
are read as they are.

  --format txt|json   how to print it (default: txt)

Exit codes: 0 fine, 1 something that is not drawn was seen and let through, 2 bad usage or unreadable input.
`,
  options: { format: { type: 'string' } },
  async run({ values, positionals }, io) {
    const format = oneOf(values, 'format', ['txt', 'json'], 'txt');
    const [file, ...logs] = positionals;
    if (file === undefined || logs.length === 0) throw new UsageError('name one design and at least one log of flows.');
    if (positionals.filter((p) => p === '-').length > 1)
      throw new UsageError('- (standard input) can be named only once.');
    const { document } = wholeDesign(await readDesignText(file, io), nameOf(file));
    const log = new FlowLog();
    for (const flows of logs) {
      log.begin(nameOf(flows));
      for await (const piece of piecesOf(flows, io)) log.write(piece);
    }
    log.end();
    const result = layOver(document.topology, log);
    const problems = accountProblems(result.account);
    if (format === 'txt') io.stderr(problemsAsText(problems));
    await io.stdout({ txt: observedAsText, json: observedAsJson }[format](result));
    return result.notDrawn.some((s) => s.count > s.dropped) ? 1 : 0;
  },
};

/** The text of a log, piece by piece. */
async function* piecesOf(argument: string, io: Io): AsyncIterable<string> {
  if (argument === '-') {
    yield* textOf(io.stdinPieces(), argument);
    return;
  }
  const path = resolve(io.cwd, argument);
  try {
    yield* textOf(createReadStream(path), argument);
  } catch (error) {
    throw error instanceof InputError ? error : toFileError(error, 'read', path);
  }
}

/** Unpacked where its first bytes are those of gzip, whatever the file is called. */
async function* textOf(pieces: AsyncIterable<Uint8Array>, argument: string): AsyncIterable<string> {
  const { isPacked, bytes } = await peeked(pieces);
  let decoder: TextDecoder | undefined;
  try {
    const plain = isPacked ? pipeline(Readable.from(bytes), createGunzip(), () => undefined) : bytes;
    for await (const piece of plain) {
      decoder ??= new TextDecoder(encodingOf(piece));
      yield decoder.decode(piece, { stream: true });
    }
  } catch (error) {
    if (!isPacked) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError(`${nameOf(argument)} is packed with gzip and cannot be unpacked: ${why}. Copy it again.`);
  }
  yield decoder?.decode() ?? '';
}

async function peeked(pieces: AsyncIterable<Uint8Array>) {
  const reader = pieces[Symbol.asyncIterator]();
  const first = await reader.next();
  async function* all(): AsyncGenerator<Uint8Array> {
    for (let piece = first; piece.done !== true; piece = await reader.next()) yield piece.value;
  }
  return { isPacked: first.done !== true && isPacked(first.value), bytes: all() };
}
