import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { toFileError } from '../../electron/files/file-error.ts';
import { decodeText } from '../../electron/files/read.ts';
import { accountProblems, FlowLog, layOver } from '../../shared/observed/index.ts';
import { observedAsJson, observedAsText, problemsAsText } from '../../shared/report/index.ts';
import { type CliCommand, type Io, oneOf, UsageError } from '../command.ts';
import { nameOf, readDesignText, wholeDesign } from '../design.ts';

export const observed: CliCommand = {
  name: 'observed',
  summary: 'lay flows that Hubble saw over a design',
  help: `Usage: zonewright observed FILE FLOWS [OPTIONS]

Reads a log of Hubble (hubble observe -o jsonpb, one JSON object a line; - is standard input) and says what was seen and is
not drawn, so that an export would break it; what is drawn and was never seen; and what was seen and is drawn.

  --format txt|json   how to print it (default: txt)

Exit codes: 0 fine, 1 something that is not drawn was seen and let through, 2 bad usage or unreadable input.
`,
  options: { format: { type: 'string' } },
  async run({ values, positionals }, io) {
    const format = oneOf(values, 'format', ['txt', 'json'], 'txt');
    const [file, flows, ...more] = positionals;
    if (file === undefined || flows === undefined || more.length > 0 || (file === '-' && flows === '-'))
      throw new UsageError('name one design and one log of flows.');
    const { document } = wholeDesign(await readDesignText(file, io), nameOf(file));
    const log = new FlowLog();
    for await (const piece of piecesOf(flows, io)) log.write(piece);
    log.end();
    const result = layOver(document.topology, log);
    const problems = accountProblems(result.account).map((p) => ({ ...p, file: nameOf(flows) }));
    if (format === 'txt') io.stderr(problemsAsText(problems));
    await io.stdout({ txt: observedAsText, json: observedAsJson }[format](result));
    return result.notDrawn.some((s) => s.count > s.dropped) ? 1 : 0;
  },
};

/** The text of a log, piece by piece. */
async function* piecesOf(argument: string, io: Io): AsyncIterable<string> {
  if (argument === '-') {
    yield decodeText(await io.stdin(), 'Standard input');
    return;
  }
  const path = resolve(io.cwd, argument);
  try {
    yield* createReadStream(path, 'utf8');
  } catch (error) {
    throw toFileError(error, 'read', path);
  }
}
