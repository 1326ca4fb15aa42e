/**
 * Records that kept their content under another id. An id is only a name, so a renamed record is one change and not one
 * removed and one added record, with every reference to it changed besides.
 */
import { isMap } from '../lib/is-map.ts';
import type { Path } from '../lib/problem.ts';
import { compareText, sortBy, unique } from '../lib/sort.ts';
import {
  findRecord,
  type Kind,
  type Ref,
  type Reference,
  recordPath,
  recordsOf,
  ref,
  references,
  refKey,
  type Topology,
} from '../model/index.ts';
import { isSame, leaves } from './fields.ts';

export interface Rename {
  readonly kind: Kind;
  /** The ids in the older and in the newer design; a pool's are `cluster/pool`. */
  readonly from: string;
  readonly to: string;
}

/** What is referred to comes before what refers to it, so that later kinds are compared with references in step. */
const order: readonly Kind[] = [
  'runtime',
  'endpoint',
  'class',
  'zone',
  'cluster',
  'pool',
  'namespace',
  'workload',
  'external',
  'flow',
];

/** Below this, two records are a removed and an added one. */
const threshold = 0.7;
/** Above so many pairs only exact matches are looked for, so that comparing unrelated designs stays fast. */
const mostPairs = 40_000;

/** Renames from `before` to `after`, in a fixed order. No id is used twice. */
export function findRenames(before: Topology, after: Topology): Rename[] {
  const found: Rename[] = [];
  let rewritten = before;
  for (const kind of order) {
    const ofKind = matchKind(kind, rewritten, after);
    if (ofKind.length === 0) continue;
    const oldCluster = new Map(found.filter((r) => r.kind === 'cluster').map((r) => [r.to, r.from]));
    found.push(...ofKind.map((r) => (r.kind === 'pool' ? { ...r, from: withCluster(r.from, oldCluster) } : r)));
    rewritten = applyRenames(rewritten, ofKind);
  }
  return found;
}

/** The design with new ids and every reference to them rewritten. Swaps are possible: all ids change at once. */
export function applyRenames(topology: Topology, renames: readonly Rename[]): Topology {
  if (renames.length === 0) return topology;
  const lastPart = (r: Rename) => (r.kind === 'pool' ? (r.to.split('/')[1] ?? r.to) : r.to);
  const newIds = new Map(renames.map((r) => [refKey(ref(r.kind, r.from)), lastPart(r)]));
  const newKeys = new Map<string, string>();
  const newValues = new Map<string, string>();
  for (const rename of renames) newKeys.set(pathKey(recordPath(ref(rename.kind, rename.from))), lastPart(rename));
  for (const reference of references(topology)) {
    const id = newIds.get(refKey(reference.target));
    if (id !== undefined) (reference.at === 'key' ? newKeys : newValues).set(pathKey(reference.path), id);
  }
  const rebuild = (value: unknown, path: Path): unknown => {
    const key = pathKey(path);
    if (newValues.has(key)) return newValues.get(key);
    if (Array.isArray(value)) return value.map((item, i) => rebuild(item, [...path, i]));
    if (!isMap(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([k, item]) => [newKeys.get(pathKey([...path, k])) ?? k, rebuild(item, [...path, k])]),
    );
  };
  return rebuild(topology, []) as Topology;
}

/** What a record of the older design is called in the newer one. A pool goes with its cluster. */
export function renamedRef(renames: readonly Rename[]): (older: Ref) => Ref {
  const newIds = new Map(renames.map((r) => [refKey(ref(r.kind, r.from)), r.to]));
  return (older) => {
    const id = newIds.get(refKey(older));
    if (id !== undefined) return ref(older.kind, id);
    if (older.kind !== 'pool') return older;
    const [cluster = '', pool = ''] = older.id.split('/');
    return ref('pool', `${newIds.get(refKey(ref('cluster', cluster))) ?? cluster}/${pool}`);
  };
}

function matchKind(kind: Kind, before: Topology, after: Topology): Rename[] {
  const older = recordsOf(before, kind) as Readonly<Record<string, unknown>>;
  const newer = recordsOf(after, kind) as Readonly<Record<string, unknown>>;
  const removed = Object.keys(older)
    .filter((id) => !Object.hasOwn(newer, id))
    .sort(compareText);
  const added = Object.keys(newer)
    .filter((id) => !Object.hasOwn(older, id))
    .sort(compareText);
  if (removed.length === 0 || added.length === 0) return [];

  const refsBefore = incoming(before, after, kind);
  const refsAfter = incoming(after, before, kind);
  const featuresBefore = new Map(removed.map((id) => [id, features(id, older[id])]));
  const featuresAfter = new Map(added.map((id) => [id, features(id, newer[id])]));
  const isFull = removed.length * added.length <= mostPairs;
  const byPrint = new Map<string, string[]>();
  for (const [id, { prints }] of featuresAfter) {
    for (const print of prints) {
      const same = byPrint.get(print);
      if (same === undefined) byPrint.set(print, [id]);
      else if (same.length < 20) same.push(id);
    }
  }

  const pairs: Array<{
    readonly from: string;
    readonly to: string;
    readonly isExact: boolean;
    readonly score: number;
  }> = [];
  for (const from of removed) {
    const ours = featuresBefore.get(from) ?? noFeatures;
    for (const to of isFull ? added : unique(ours.prints.flatMap((print) => byPrint.get(print) ?? []))) {
      if (!isComparable(kind, from, to, older[from], newer[to])) continue;
      const theirs = featuresAfter.get(to) ?? noFeatures;
      const isExact = ours.prints.some((print) => theirs.prints.includes(print));
      const score = similarity(from, to, content(ours, theirs), refsBefore.get(from), refsAfter.get(to));
      if (isExact || score >= threshold) pairs.push({ from, to, isExact, score });
    }
  }
  const usedFrom = new Set<string>();
  const usedTo = new Set<string>();
  const renames: Rename[] = [];
  for (const pair of sortBy(
    pairs,
    (p) => (p.isExact ? 0 : 1),
    (p) => -p.score,
    (p) => p.from,
    (p) => p.to,
  )) {
    if (usedFrom.has(pair.from) || usedTo.has(pair.to)) continue;
    usedFrom.add(pair.from);
    usedTo.add(pair.to);
    renames.push({ kind, from: pair.from, to: pair.to });
  }
  return sortBy(renames, (r) => r.from);
}

/** A flow is its two ends, a pool belongs to its cluster: with another one they are other records. */
function isComparable(kind: Kind, from: string, to: string, before: unknown, after: unknown): boolean {
  if (kind === 'pool') return from.split('/')[0] === to.split('/')[0];
  if (kind !== 'flow' || !isMap(before) || !isMap(after)) return true;
  return isSame(before.from, after.from) && isSame(before.to, after.to);
}

/** 0 to 1: how much of the content is the same, who refers to it, and a little for how alike the ids are. */
function similarity(
  from: string,
  to: string,
  sameContent: number,
  refsBefore: ReadonlySet<string> | undefined,
  refsAfter: ReadonlySet<string> | undefined,
): number {
  const names = jaccard(pairsOf(from), pairsOf(to));
  if ((refsBefore?.size ?? 0) + (refsAfter?.size ?? 0) === 0) return 0.85 * sameContent + 0.15 * names;
  return 0.6 * sameContent + 0.3 * jaccard(refsBefore ?? new Set(), refsAfter ?? new Set()) + 0.1 * names;
}

/** The values of a record by path. A value that repeats the record's own id, such as a label, may follow a rename or not. */
interface Features {
  readonly values: ReadonlyMap<string, { readonly text: string; readonly isOwnId: boolean }>;
  /** Equal for records of equal content: once taken literally, once with "my id" for the own id. */
  readonly prints: readonly string[];
}

const noFeatures: Features = { values: new Map(), prints: [] };

function features(id: string, record: unknown): Features {
  const own = id.split('/').at(-1);
  const values = new Map(
    leaves(record)
      .filter((leaf) => leaf.path[0] !== 'pools')
      .map((leaf) => [leaf.path.join('/'), { text: JSON.stringify(leaf.value), isOwnId: leaf.value === own }] as const),
  );
  const print = (isMarked: boolean) =>
    JSON.stringify([...values].map(([path, v]) => [path, isMarked && v.isOwnId ? 'id' : v.text]));
  return { values, prints: unique([print(false), print(true)]) };
}

/** 0 to 1: the share of values that both have at the same path. */
function content(a: Features, b: Features): number {
  if (a.values.size === 0 && b.values.size === 0) return 1;
  let common = 0;
  for (const [path, value] of a.values) {
    const other = b.values.get(path);
    if (other !== undefined && (value.text === other.text || (value.isOwnId && other.isOwnId))) common += 1;
  }
  return common / (a.values.size + b.values.size - common);
}

/** Who names each record, as far as the holder stands in the other design too. */
function incoming(topology: Topology, other: Topology, kind: Kind): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const reference of references(topology)) {
    if (reference.target.kind !== kind || !isInBoth(reference, other)) continue;
    const set = found.get(reference.target.id) ?? new Set();
    const tail = reference.at === 'key' ? reference.path.slice(0, -1) : reference.path;
    set.add(tail.join('/'));
    found.set(reference.target.id, set);
  }
  return found;
}

function isInBoth(reference: Reference, other: Topology): boolean {
  const holder: Ref | undefined = reference.from;
  return holder !== undefined && findRecord(other, holder) !== undefined;
}

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 && b.size === 0) return 1;
  let common = 0;
  for (const item of a) if (b.has(item)) common += 1;
  return common / (a.size + b.size - common);
}

function pairsOf(text: string): Set<string> {
  const padded = ` ${text} `;
  return new Set(Array.from({ length: padded.length - 1 }, (_, i) => padded.slice(i, i + 2)));
}

function withCluster(poolId: string, oldCluster: ReadonlyMap<string, string>): string {
  const [cluster = '', pool = ''] = poolId.split('/');
  return `${oldCluster.get(cluster) ?? cluster}/${pool}`;
}

const pathKey = (path: Path) => JSON.stringify(path);
