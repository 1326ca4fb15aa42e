import type { Problem } from '../../shared/lib/problem.ts';
import { evaluate } from '../../shared/reach/index.ts';
import {
  connectivityAsCsv,
  connectivityAsDot,
  connectivityAsJson,
  connectivityAsMarkdown,
  connectivityAsText,
  problemsAsText,
  problemsAtLeast,
} from '../../shared/report/index.ts';
import { type CliCommand, type Io, oneOf, UsageError } from '../command.ts';
import { readManifestInput } from '../manifests.ts';

export const command: CliCommand = {
  help: `Usage: zonewright connectivity FILE|DIR [OPTIONS]

Lists every connection that the network policies allow, and no other: between workloads, and between workloads and
addresses outside the cluster. DIR is a folder of manifests; FILE a design, whose export is judged, or one file of
manifests; - is standard input. What cannot be read is named on standard error, and the rest is judged.

  --format txt|json|csv|md|dot   how to print the connections (default: txt)

Exit codes: 0 fine, 2 bad usage or unreadable input.
`,
  options: { format: { type: 'string' } },
  async run({ values, positionals }, io) {
    const format = oneOf(values, 'format', ['txt', 'json', 'csv', 'md', 'dot'], 'txt');
    const [argument, ...more] = positionals;
    if (argument === undefined || more.length > 0)
      throw new UsageError('name one design, or one folder or file of manifests.');
    const input = await readManifestInput(argument, io);
    const clusters = input.clusters.map(({ cluster, sources }) => ({
      ...(cluster !== undefined && input.clusters.length > 1 && { cluster }),
      reach: evaluate(sources),
    }));
    const problems: readonly Problem[] = [...input.problems, ...clusters.flatMap(({ reach }) => reach.problems)];
    // With JSON the problems are part of the data.
    if (format !== 'json') io.stderr(problemsAsText(problemsAtLeast(problems, 'warning')));
    const pieces = {
      txt: connectivityAsText(clusters),
      json: connectivityAsJson(clusters, problems),
      csv: connectivityAsCsv(clusters),
      md: connectivityAsMarkdown(clusters),
      dot: connectivityAsDot(clusters),
    }[format];
    await writeAll(pieces, io);
    for (const choice of new Set(clusters.flatMap(({ reach }) => reach.choices))) io.stderr(`Note: ${choice}\n`);
    return 0;
  },
};

const chunkSize = 1 << 16;

/** Hands pieces on in chunks, and makes the next one only when the reader has taken the last. */
async function writeAll(pieces: Iterable<string>, io: Io): Promise<void> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < chunkSize) continue;
    await io.stdout(chunk);
    chunk = '';
  }
  if (chunk !== '') await io.stdout(chunk);
}
