import { driftOf, facts } from '../../shared/analysis/index.ts';
import { compile } from '../../shared/compile/index.ts';
import {
  compareGrade,
  diffConnections,
  diffObjects,
  diffTopology,
  entriesOf,
  type Grade,
  type PlacedObject,
} from '../../shared/diff/index.ts';
import { compareText } from '../../shared/lib/sort.ts';
import type { Topology } from '../../shared/model/index.ts';
import {
  countDifference,
  type DifferenceLine,
  differenceAsJson,
  differenceAsMarkdown,
  differenceAsText,
  linesOfConnections,
  linesOfObjects,
  linesOfRecords,
  problemsAsText,
  sortDifference,
} from '../../shared/report/index.ts';
import { type CliCommand, type Io, oneOf, UsageError } from '../command.ts';
import { placeObjects, readSide, type Side } from '../design.ts';

/** The words of problems stand for the words of the matrix, so that one habit fits all commands. */
const grades = {
  low: 'low',
  medium: 'medium',
  high: 'high',
  critical: 'critical',
  info: 'low',
  warning: 'medium',
  error: 'high',
} as const;

export const diff: CliCommand = {
  name: 'diff',
  summary: 'compare two designs or two folders of manifests',
  help: `Usage: zonewright diff A B [OPTIONS]

Compares by identity, never as text: two designs by record; folders of manifests by object, and by what their policies
allow: which connections opened and which closed, with the workloads that came and went. A and B are each a design
(- is standard input), a folder of manifests, or either at a revision of the git repository around, as REVISION:path.
A design against a folder of what is live shows the drift: what is live and not drawn (opens), drawn and not live (closes),
and held less than drawn (weakens). A folder against a design compares with what the design would export.

  --fail-on opens|weakens|any   exit with 1 where something opens; opens or weakens; or differs at all
  --severity low|medium|high|critical
                                count for --fail-on only what is at least as grave (default: low);
                                info, warning and error stand for low, medium and high
  --format txt|json|md          how to print the difference (default: txt)

Exit codes: 0 fine, 1 something that --fail-on names, 2 bad usage or unreadable input.
`,
  options: { 'fail-on': { type: 'string' }, severity: { type: 'string' }, format: { type: 'string' } },
  async run({ values, positionals }, io) {
    const failOn = oneOf(values, 'fail-on', ['never', 'opens', 'weakens', 'any'], 'never');
    const least = grades[oneOf(values, 'severity', Object.keys(grades) as Array<keyof typeof grades>, 'low')];
    const format = oneOf(values, 'format', ['txt', 'json', 'md'], 'txt');
    const [first, second, ...more] = positionals;
    if (first === undefined || second === undefined || more.length > 0)
      throw new UsageError('name two designs, folders or revisions to compare.');
    if (first === '-' && second === '-') throw new UsageError('- (standard input) can be named only once.');

    const before = await readSide(first, io);
    const after = await readSide(second, io);
    const lines = sortDifference(compareSides(before, after, io));
    const print = { txt: differenceAsText, json: differenceAsJson, md: asMarkdown(before.name, after.name) }[format];
    await io.stdout(print(lines));
    io.stderr(`${countDifference(lines)}\n`);
    return lines.some((line) => counts(line, failOn, least)) ? 1 : 0;
  },
};

function compareSides(before: Side, after: Side, io: Io): DifferenceLine[] {
  if (before.kind === 'design' && after.kind === 'design') {
    return linesOfRecords(diffTopology(before.document.topology, after.document.topology, facts));
  }
  if (before.kind === 'design' && after.kind === 'manifests') return driftLines(before.document.topology, after, io);
  const [old, young] = [objectsOf(before), objectsOf(after)];
  return [...linesOfObjects(diffObjects(old, young)), ...connectionLines(old, young)];
}

/** What is drawn against what is live: by record, connection, isolation and object. */
function driftLines(topology: Topology, live: Side & { readonly kind: 'manifests' }, io: Io): DifferenceLine[] {
  const clusters = [...byCluster(live.objects)].map(([cluster, objects]) => ({
    name: cluster === '' ? live.name : cluster,
    sources: objects.map(({ object, file, line }) => ({
      object,
      ...(file !== undefined && { file }),
      ...(line !== undefined && { line }),
    })),
  }));
  const { review, problems } = driftOf(topology, clusters);
  io.stderr(`${problemsAsText(problems)}Before is what is drawn, after is what is live.\n`);
  return entriesOf(review);
}

/** Millions of pairs may differ; a reader of the list has understood long before its end. */
const mostConnections = 10_000;

/** Two clusters are compared where they have the same name, or where each side has only one. */
function connectionLines(before: readonly PlacedObject[], after: readonly PlacedObject[]): DifferenceLine[] {
  const [old, young] = [byCluster(before), byCluster(after)];
  const compareOne = (a: readonly PlacedObject[], b: readonly PlacedObject[], cluster?: string) =>
    linesOfConnections(diffConnections(a, b, { most: mostConnections }), cluster);
  if (old.size === 1 && young.size === 1) return compareOne(before, after);
  return [...new Set([...old.keys(), ...young.keys()])]
    .sort(compareText)
    .flatMap((cluster) => compareOne(old.get(cluster) ?? [], young.get(cluster) ?? [], cluster));
}

function byCluster(objects: readonly PlacedObject[]): ReadonlyMap<string, readonly PlacedObject[]> {
  const found = new Map<string, PlacedObject[]>();
  for (const object of objects) {
    const own = found.get(object.cluster ?? '');
    if (own === undefined) found.set(object.cluster ?? '', [object]);
    else own.push(object);
  }
  return found;
}

function objectsOf(side: Side) {
  return side.kind === 'manifests'
    ? side.objects
    : placeObjects(compile(side.document.topology).files, side.name).objects;
}

function counts(line: DifferenceLine, failOn: 'never' | 'opens' | 'weakens' | 'any', least: Grade): boolean {
  const isKind =
    failOn === 'any' ||
    (failOn !== 'never' && line.class === 'opens') ||
    (failOn === 'weakens' && line.class === 'weakens');
  return isKind && compareGrade(line.severity, least) <= 0;
}

function asMarkdown(before: string, after: string): (lines: readonly DifferenceLine[]) => string {
  return (lines) => differenceAsMarkdown(lines, { before, after });
}
