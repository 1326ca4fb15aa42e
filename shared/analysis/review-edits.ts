/** The edits of a design as causes: which records an object of an export was made from, and which of them were edited. */
import { type Entry, editKey, hopsOf, type ObjectId } from '../diff/index.ts';
import { isMap } from '../lib/is-map.ts';
import { memoBy, memoWeak } from '../lib/memo.ts';
import { sortBy } from '../lib/sort.ts';
import { type End, endRef, isKind, kindNames, lookup, type Ref, refKey, type Topology } from '../model/index.ts';
import type { Candidate } from './review-causes.ts';

/** Fields that no connection depends on, by kind; `*` for all kinds. */
const silentFields: Readonly<Record<string, readonly string[]>> = {
  '*': ['description', 'owner'],
  workload: ['replicas', 'runtime', 'storage', 'kind'],
  flow: ['reason', 'ticket', 'until'],
  zone: ['name', 'runtimes', 'storageClasses', 'podSecurity', 'images', 'cpu'],
  cluster: ['name', 'engine', 'api', 'controlPlane', 'platform'],
  pool: ['nodes', 'runtimes', 'kvm', 'labels', 'taints'],
  external: ['name', 'trust'],
};

/** Fields that keep nothing apart, by kind; `*` for all kinds. */
const quietFields: Readonly<Record<string, readonly string[]>> = {
  '*': ['description', 'owner'],
  flow: ['reason', 'ticket'],
  zone: ['name'],
  cluster: ['name'],
  external: ['name'],
  pool: ['labels', 'nodes'],
  workload: ['replicas'],
};

/** What a connection is most likely due to comes first. */
const order = [
  'flow',
  'external',
  'matrix',
  'zone',
  'workload',
  'namespace',
  'cluster',
  'pool',
  'endpoint',
  'class',
  'runtime',
];

export class Edits {
  private readonly byKey: ReadonlyMap<string, Entry>;
  private readonly exporting: readonly Entry[];
  private readonly connecting: ReadonlyMap<string, Entry>;

  constructor(
    readonly entries: readonly Entry[],
    private readonly before: Topology,
    private readonly after: Topology,
  ) {
    this.exporting = entries.filter(({ subject }) => subject.kind !== 'layout' && subject.kind !== 'rule');
    this.byKey = new Map(entries.map((entry) => [editKey(entry.subject), entry]));
    // A pool that came or went with its cluster is part of that; by itself it could not even be tried.
    const isOfCluster = ({ kind, id }: Entry['subject']) =>
      kind === 'pool' && (this.byKey.get(`cluster:${id.split('/')[0]}`)?.change ?? 'changed') !== 'changed';
    this.connecting = new Map([...this.byKey].filter(([, entry]) => mayConnect(entry) && !isOfCluster(entry.subject)));
  }

  /** Edits of records among the given ones, whatever they changed. */
  among(keys: Iterable<string>): Entry[] {
    return sorted([...new Set(keys)].flatMap((key) => this.byKey.get(key) ?? []));
  }

  /**
   * Edits that an object of an export is due to: of the records it was made from; else of what bounds these; else of what
   * is in the same zone or is its cluster; else the only one there is. The record that the object is
   * named after leads, and of several the one that is in the others.
   */
  ofObject(refs: readonly Ref[], { cluster, name }: Pick<ObjectId, 'cluster' | 'name'>): Entry[] {
    const found = this.among(refs.map(refKey));
    if (found.length > 0) return sortBy(found, (entry) => (this.isCalled(entry, name) ? -rankOf(entry) : 1));
    const bounding = this.ofRecords(refs);
    if (bounding.length > 0) return bounding;
    const zones = new Set(refs.flatMap((ref) => (ref.kind === 'zone' ? [ref.id] : [])));
    const near = sorted(this.entries.filter((entry) => isAround(entry, zones, cluster)));
    if (near.length > 0) return near;
    return this.exporting.length === 1 ? [...this.exporting] : [];
  }

  /**
   * Edits that something is kept apart otherwise by: of the records that say it (`keys`) or that its objects were made from;
   * else of what bounds these; else of what is around; else the only one. Those that promise something by themselves speak
   * for the others.
   */
  ofIsolation(keys: readonly string[], refs: readonly Ref[], cluster: string | undefined): Entry[] {
    const loud = this.exporting.filter((entry) => !isQuiet(entry));
    const zones = new Set(refs.flatMap((ref) => (ref.kind === 'zone' ? [ref.id] : [])));
    const places = [
      () => this.among([...keys, ...refs.map(refKey)]),
      () => this.ofRecords(refs),
      () => sorted(this.entries.filter((entry) => isAround(entry, zones, cluster))),
      () => (loud.length === 1 ? loud : []),
    ];
    for (const place of places) {
      const found = place().filter((entry) => !isQuiet(entry));
      const promising = found.filter((entry) => entry.class !== 'neutral');
      if (found.length > 0) return promising.length > 0 ? promising : found;
    }
    return [];
  }

  private isCalled({ subject: { kind, id }, renamedFrom }: Entry, name: string): boolean {
    if (!isKind(kind)) return false;
    const titles = [this.before, this.after].map((topology) => lookup(topology).titleOf({ kind, id }));
    return [...titles, renamedFrom].includes(name);
  }

  /** Every edit that could change a connection. */
  get all(): readonly Entry[] {
    return sorted([...this.connecting.values()]);
  }

  /** Edits that may have changed a connection by way of objects that were made from these records. */
  ofRecords(refs: Iterable<Ref>): Entry[] {
    const keys = new Set<string>();
    for (const ref of refs) {
      keys.add(refKey(ref));
      if (ref.kind === 'flow') for (const key of this.aroundFlow(ref.id)) keys.add(key);
    }
    return sorted([...keys].flatMap((key) => this.connecting.get(key) ?? []));
  }

  /** Edits of workloads, and of what they are in, in either version. */
  readonly ofWorkloads = memoBy(
    (ids: readonly string[]) => ids.join(),
    (ids: readonly string[]) => this.aroundWorkloads(ids),
  );

  private aroundWorkloads(ids: readonly string[]): Entry[] {
    const keys = new Set<string>();
    for (const id of ids) {
      keys.add(`workload:${id}`);
      for (const topology of [this.before, this.after]) {
        const index = lookup(topology);
        const namespace = index.get('workload', id)?.namespace;
        if (namespace === undefined) continue;
        keys.add(`namespace:${namespace}`);
        const record = index.get('namespace', namespace);
        if (record?.zone !== undefined) keys.add(`zone:${record.zone}`);
        if (record === undefined) continue;
        keys.add(`cluster:${record.cluster}`);
        // Other clusters may see pods under the addresses of the nodes that run them.
        for (const pool of index.poolsOf(record.cluster, record.zone)) keys.add(`pool:${pool.id}`);
      }
    }
    const found = sorted([...keys].flatMap((key) => this.connecting.get(key) ?? []));
    // Other ports matter where a policy names them; whoever moved or has other labels meets other policies altogether.
    const placed = found.filter((entry) => !changesPortsOnly(entry));
    return placed.length > 0 ? placed : found;
  }

  /** Edited flows of which the two workloads are ends, or belong to ends, in either version. */
  flowsBetween(from: string, to: string): Entry[] {
    const isEnd = (end: End, id: string, topology: Topology) =>
      lookup(topology)
        .workloadsOf(endRef(end))
        .some((workload) => workload.id === id);
    return sorted(
      [...this.connecting.values()].filter(({ subject }) =>
        [this.before, this.after].some((topology) => {
          const flow = subject.kind === 'flow' ? lookup(topology).get('flow', subject.id) : undefined;
          return flow !== undefined && isEnd(flow.from, from, topology) && isEnd(flow.to, to, topology);
        }),
      ),
    );
  }

  /** What bounds a flow that itself was not edited: its ends, and the cells of the matrix it has to pass. */
  private *aroundFlow(id: string): Iterable<string> {
    for (const topology of [this.before, this.after]) {
      const flow = lookup(topology).get('flow', id);
      if (flow === undefined) continue;
      for (const end of [flow.from, flow.to]) yield refKey(endRef(end));
      for (const [from, to] of hopsOf(flow, topology)) yield `matrix:${from}/${to}`;
    }
  }
}

/** What is in others has a kind after theirs. */
function rankOf({ subject: { kind } }: Entry): number {
  return isKind(kind) ? kindNames.indexOf(kind) : 0;
}

/** One and the same list for the same edits, so that a finder keeps what it knows of them. */
export const asCandidates = memoWeak((entries: readonly Entry[]): readonly Candidate[] => entries.map(asCandidate));

/** Records that came or went are the ground that others stand on; a flow acts, and so does whatever was changed. */
function asCandidate({ subject, change }: Entry): Candidate {
  return { subject, isGround: change !== 'changed' && subject.kind !== 'flow' && subject.kind !== 'matrix' };
}

/** Whether an edit is in a zone, leaves it, enters it, or says what passes it; or is one of the cluster. */
function isAround({ subject, before, after }: Entry, zones: ReadonlySet<string>, cluster: string | undefined): boolean {
  if (subject.kind === 'matrix') return subject.id.split('/').some((zone) => zones.has(zone));
  if (subject.kind === 'cluster') return subject.id === cluster;
  return [before, after].some((record) => isMap(record) && typeof record.zone === 'string' && zones.has(record.zone));
}

function changesPortsOnly({ subject, change, fields }: Entry): boolean {
  return (
    subject.kind === 'workload' &&
    change === 'changed' &&
    fields.every((field) => field.path[0] === 'ports' || field.path[0] === 'service')
  );
}

function isQuiet({ subject, change, fields }: Entry): boolean {
  const quiet = [...(quietFields['*'] ?? []), ...(quietFields[subject.kind] ?? [])];
  return (
    change === 'changed' &&
    fields.length > 0 &&
    fields.every(({ path }) => quiet.includes(String(path[0])) || path.at(-1) === 'size')
  );
}

function mayConnect(entry: Entry): boolean {
  const { kind } = entry.subject;
  if (kind !== 'matrix' && !isKind(kind)) return false;
  if (['endpoint', 'class', 'runtime'].includes(kind)) return false;
  if (entry.change !== 'changed') return true;
  const silent = new Set([...(silentFields['*'] ?? []), ...(silentFields[kind] ?? [])]);
  return entry.fields.some((field) => !silent.has(String(field.path[0])));
}

function sorted(entries: readonly Entry[]): Entry[] {
  return [...entries].sort((a, b) => order.indexOf(a.subject.kind) - order.indexOf(b.subject.kind));
}
