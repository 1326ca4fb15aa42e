import {
  type ClusterNames,
  drawManifests,
  driftOf,
  isNamedCluster,
  placeManifests,
  proveConnectionsOf,
  reviewDesigns,
  reviewManifests,
} from '../../shared/analysis/index.ts';
import { compile } from '../../shared/compile/index.ts';
import { compareGrade, entriesOf, type Grade, type Review, type ReviewEntry } from '../../shared/diff/index.ts';
import { clusterFolders, folderOf } from '../../shared/importing/index.ts';
import type { Topology } from '../../shared/model/index.ts';
import type { SourceObject } from '../../shared/reach/index.ts';
import {
  countReview,
  describeFinding,
  type Pictures,
  picturesOf,
  problemsAsText,
  reviewAsHtml,
  reviewAsJson,
  reviewAsMarkdown,
  reviewAsSarif,
  reviewAsText,
} from '../../shared/report/index.ts';
import { type CliCommand, InputError, type Io, listOption, oneOf, textOption, UsageError } from '../command.ts';
import { readSide, type Side, sideBeside } from '../design.ts';
import { readContexts } from '../estate.ts';
import { fileOf, placesIn } from '../review-places.ts';

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

const formats = ['txt', 'json', 'md', 'html', 'sarif'] as const;

export const command: CliCommand = {
  help: `Usage: zonewright diff A B [OPTIONS]
       zonewright diff DESIGN --context NAME... [OPTIONS]

Compares by identity, never as text, and puts what follows from an edit under the edit: connections that open and close
as the policy engine reads them from both exports, isolation that is lost or gained, objects that change. Manifests are
compared in the same way, object by object. A and B are each a design, a file or folder of manifests, - for either from
standard input, or any of them at a revision of the git repository around, as REVISION:path. A folder that holds one
design and no manifests stands for that design. An empty file has nothing drawn in it, or no objects.

A design against manifests of what is live shows the drift: what is live and not drawn (opens), drawn and not live
(closes), and held less than drawn (weakens). Manifests against a design compare with what the design would export. With
--context the live side is read from clusters, as zonewright import does. Where a design has several clusters, folders
directly below what is live that are called like one of them are those clusters; the index of an export says it as well.

  --fail-on opens|weakens|any   exit with 1 where something opens; opens or weakens; or differs at all
  --severity low|medium|high|critical
                                count for --fail-on only what is at least as grave (default: low);
                                info, warning and error stand for low, medium and high
  --prove                       prove the newer of two designs as well, and say whom beside the drawn workloads its
                                export would let in; takes seconds for a large design
  --context NAME                read the live side from the cluster of this context; may be repeated
  --kubeconfig FILE             where the contexts are (default: as kubectl)
  --cluster NAME=CLUSTER        the folder, file or context NAME is CLUSTER of the design, and each folder a cluster; may
                                be repeated
  --format txt|json|md|html|sarif
                                how to print the review (default: txt); md is made for a comment on a change,
                                html is one page with pictures of both versions

Exit codes: 0 fine, 1 something that --fail-on names, 2 bad usage or unreadable input.
`,
  options: {
    'fail-on': { type: 'string' },
    severity: { type: 'string' },
    prove: { type: 'boolean' },
    format: { type: 'string' },
    context: { type: 'string', multiple: true },
    kubeconfig: { type: 'string' },
    cluster: { type: 'string', multiple: true },
  },
  async run({ values, positionals }, io) {
    const failOn = oneOf(values, 'fail-on', ['never', 'opens', 'weakens', 'any'], 'never');
    const least = grades[oneOf(values, 'severity', Object.keys(grades) as Array<keyof typeof grades>, 'low')];
    const format = oneOf(values, 'format', formats, 'txt');
    const [first, second, ...more] = positionals;
    const contexts = listOption(values, 'context');
    if (first === undefined || more.length > 0 || contexts.length > 0 === (second !== undefined))
      throw new UsageError(
        'name two designs, sets of manifests or revisions to compare, or a design and contexts with --context.',
      );
    if (first === '-' && second === '-') throw new UsageError('- (standard input) can be named only once.');

    io.tell('Reading both sides…');
    const older = await readSide(first, io);
    const newer =
      second === undefined
        ? await liveSide(contexts, textOption(values, 'kubeconfig'), io)
        : await readSide(second, io);
    const [before, after] = [sideBeside(older, newer), sideBeside(newer, older)];
    if (values.prove === true && (before.kind !== 'design' || after.kind !== 'design'))
      throw new UsageError('--prove is for two designs: only of a drawing is there something to prove.');
    const review = reviewOf(before, after, listOption(values, 'cluster'), io);
    io.tell('Printing…');
    await io.stdout(print(review, before, after, format, io));
    io.stderr(`${countReview(review)}\n`);
    if (values.prove === true && after.kind === 'design') {
      io.tell('Proving the newer design…');
      io.stderr(noteOfProof(after.document.topology, after.name));
    }
    return entriesOf(review).some((entry) => counts(entry, failOn, least)) ? 1 : 0;
  },
};

async function liveSide(contexts: readonly string[], kubeconfig: string | undefined, io: Io): Promise<Side> {
  const { clusters, problems, name } = await readContexts(contexts, kubeconfig, io);
  io.stderr(problemsAsText(problems));
  const objects = clusters.flatMap((c) => c.sources.map(({ object }) => ({ object, cluster: c.name })));
  return { kind: 'manifests', name, objects };
}

function reviewOf(before: Side, after: Side, wishes: readonly string[], io: Io): Pick<Review, 'groups'> {
  if (before.kind === 'design' && after.kind === 'manifests') {
    const { topology } = before.document;
    return drift(topology, after, clusterNames(topology, wishes), io);
  }
  if (wishes.length > 0) throw new UsageError('--cluster is for a design against what is live.');
  if (before.kind === 'design' && after.kind === 'design')
    return reviewDesigns(before.document.topology, after.document.topology, io.tell);
  return reviewManifests(objectsOf(before), objectsOf(after), io.tell);
}

/**
 * A review compares workloads that are drawn, and for pods that are not it relies on the proof. Where that fails, it says
 * so, and whom the export would let in.
 */
function noteOfProof(topology: Topology, name: string): string {
  const { counts, findings } = proveConnectionsOf(topology);
  if (counts.extra === 0) return `The export of ${name} allows nothing that nobody drew.\n`;
  const strangers = findings.filter(({ kind, from, to }) => kind === 'extra' && ('pods' in from || 'pods' in to));
  const shown = strangers.slice(0, 5).map((finding) => `  ${describeFinding(finding)}\n`);
  const more = strangers.length > shown.length ? `  and ${strangers.length - shown.length} more.\n` : '';
  return `${name} is not proven: its export allows ${counts.extra} ${counts.extra === 1 ? 'connection' : 'connections'} that nobody drew. Pods that are not drawn may get in beside the workloads that the review names.\n${shown.join('')}${more}`;
}

/** `east=prod`: what was read from the folder or context `east` is cluster `prod` of the design. */
function clusterNames({ clusters = {} }: Topology, wishes: readonly string[]): ClusterNames {
  return new Map(
    wishes.map((wish) => {
      const at = wish.lastIndexOf('=');
      const [name, id] = [wish.slice(0, at), wish.slice(at + 1)];
      if (at < 1) throw new UsageError(`--cluster must be NAME=CLUSTER, not ${JSON.stringify(wish)}.`);
      if (!Object.hasOwn(clusters, id))
        throw new UsageError(
          `--cluster names the cluster ${JSON.stringify(id)}, and the design has ${Object.keys(clusters).join(', ') || 'none'}.`,
        );
      return [name, id];
    }),
  );
}

/** What is drawn against what is live: by record, connection, isolation and object. */
function drift(
  topology: Topology,
  live: Side & { readonly kind: 'manifests' },
  named: ClusterNames,
  io: Io,
): Pick<Review, 'groups'> {
  const folders = new Set(live.objects.map(({ file = '' }) => folderOf(file)));
  for (const name of named.keys())
    if (name !== live.name && !folders.has(name) && !live.objects.some((o) => o.cluster === name))
      throw new InputError(`--cluster names ${JSON.stringify(name)}, and nothing was read under that name.`);
  const clusterOf = clusterFolders(folders, { name: live.name, isCluster: isNamedCluster(topology, named) });
  const byCluster = new Map<string, SourceObject[]>();
  for (const { object, file, line, cluster = clusterOf(folderOf(file ?? '')) } of live.objects) {
    const source = { object, ...(file !== undefined && { file }), ...(line !== undefined && { line }) };
    const known = byCluster.get(cluster);
    if (known === undefined) byCluster.set(cluster, [source]);
    else known.push(source);
  }
  const clusters = [...byCluster].map(([name, sources]) => ({ name, sources }));
  io.tell('Comparing what is drawn with what is live…');
  const { review, compared, problems } = driftOf(topology, clusters, named);
  // No difference of nothing would pass for an answer.
  if (compared.size === 0)
    throw new InputError(
      `Nothing could be compared: no cluster of the design is among what was read from ${live.name}. --cluster NAME=CLUSTER says which is which.\n${problemsAsText(problems).trimEnd()}`,
    );
  const pairs = [...compared].map(([id, name]) => `Cluster “${id}” is compared with ${name}.\n`).join('');
  io.stderr(`${problemsAsText(problems)}${pairs}Before is what is drawn, after is what is live.\n`);
  return review;
}

function objectsOf(side: Side) {
  return side.kind === 'manifests'
    ? side.objects
    : placeManifests(compile(side.document.topology).files, side.name).objects;
}

function print(
  review: Pick<Review, 'groups'>,
  before: Side,
  after: Side,
  format: (typeof formats)[number],
  io: Io,
): string {
  const names = { before: before.name, after: after.name };
  switch (format) {
    case 'json':
      return reviewAsJson(review);
    case 'md':
      return reviewAsMarkdown(review, names);
    case 'html': {
      return reviewAsHtml(review, names, picturesBetween(before, after, review));
    }
    case 'sarif':
      return reviewAsSarif(review, { version: io.version, about: fileOf(after.name) }, placesIn(before, after));
    default:
      return reviewAsText(review);
  }
}

/** Pictures of both versions; of a design against what is live there is none, because only one of them is drawn. */
function picturesBetween(before: Side, after: Side, review: Pick<Review, 'groups'>): Pictures | undefined {
  if (before.kind === 'design' && after.kind === 'design')
    return picturesOf(before.document.topology, after.document.topology, review);
  if (before.kind === 'design') return undefined;
  const drawn = drawManifests(objectsOf(before), objectsOf(after));
  return drawn && { ...picturesOf(drawn.before, drawn.after, drawn.review), areProposed: true };
}

function counts(entry: ReviewEntry, failOn: 'never' | 'opens' | 'weakens' | 'any', least: Grade): boolean {
  const isKindOf =
    failOn === 'any' ||
    (failOn !== 'never' && entry.class === 'opens') ||
    (failOn === 'weakens' && entry.class === 'weakens');
  return isKindOf && compareGrade(entry.severity, least) <= 0;
}
