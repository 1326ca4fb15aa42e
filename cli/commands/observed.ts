import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { toFileError } from '../../electron/files/file-error.ts';
import { decodeText } from '../../electron/files/read.ts';
import { Observation } from '../../shared/analysis/index.ts';
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
    const observation = new Observation(document.topology);
    for await (const line of linesOf(flows, io)) observation.add(line);
    const result = observation.result();
    if (format === 'txt') io.stderr(problemsAsText(result.problems.map((p) => ({ ...p, file: nameOf(flows) }))));
    await io.stdout({ txt: observedAsText, json: observedAsJson }[format](result));
    return result.notDrawn.some((s) => s.count > s.dropped) ? 1 : 0;
  },
};

async function* linesOf(argument: string, io: Io): AsyncIterable<string> {
  if (argument === '-') {
    yield* decodeText(await io.stdin(), 'Standard input').split('\n');
    return;
  }
  const path = resolve(io.cwd, argument);
  try {
    await access(path);
    yield* createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    throw toFileError(error, 'read', path);
  }
}
