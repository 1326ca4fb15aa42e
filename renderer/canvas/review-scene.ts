/**
 * A review on the picture. Both versions are laid out as one design, so that nothing stands elsewhere when the one or the
 * other is shown: what went keeps its place, and what moved has two, the older of which is taken by a ghost.
 */
import { runtimeInfo } from '../../shared/catalog/index.ts';
import type { DifferenceClass, Entry, ReviewEntry } from '../../shared/diff/index.ts';
import { alignRenames } from '../../shared/diff/index.ts';
import { isEqual } from '../../shared/lib/is-equal.ts';
import {
  type End,
  type Flow,
  findRecord,
  type Isolation,
  isKind,
  type Kind,
  lookup,
  type Namespace,
  recordsOf,
  stationsOf,
  type Topology,
  type Workload,
} from '../../shared/model/index.ts';
import type { ReviewMark } from './canvas-types.ts';
import { ghostSign, isGhost, realId } from './ghost.ts';
import { noZone } from './layout-model.ts';

export interface Mark {
  readonly mark: ReviewMark;
  /** What stands on its tag or before its ports; empty for none. Without it a flow says what it says anyway. */
  readonly text?: string;
  /** What the change means, which decides the colour of flows: what opens is red, what closes is green. */
  readonly tone: DifferenceClass;
}

export type Marks = ReadonlyMap<string, Mark>;

export const noMarks: Marks = new Map();

export type Version = 'before' | 'both' | 'after';

export interface Scene {
  /** The records of both versions: what decides where things stand. */
  readonly union: Topology;
  /** The two versions under the ids of the union, which has every record of both. */
  readonly before: Topology;
  readonly after: Topology;
  /** By `kind:id` of the union. */
  readonly marks: Marks;
}

export function sceneOf(older: Topology, after: Topology, entries: readonly Entry[]): Scene {
  const ghosts = ghostsOf(entries);
  const before = withGhosts(named(alignRenames(older, after), entries), after, ghosts);
  return { union: unionOf(before, after), before, after, marks: marksOf(entries, before, after) };
}

/** What a version shows, and the marks that mean something in it. */
export function versionOf(scene: Scene, version: Version): { readonly topology: Topology; readonly marks: Marks } {
  if (version === 'both') return { topology: scene.union, marks: scene.marks };
  const topology = version === 'before' ? scene.before : scene.after;
  const here = new Map([...scene.marks].filter(([key]) => isInVersion(topology, key)));
  if (version === 'after') return { topology, marks: here };
  // Seen for itself, the place that something left is simply where it was.
  return {
    topology,
    marks: new Map([...here].map(([key, m]) => [key, isGhost(key) ? { ...m, mark: 'changed' as const } : m])),
  };
}

/** Whether a node or flow of the union is part of one version; bands, and what is no record, always are. */
export function isInVersion(topology: Topology, key: string): boolean {
  const colon = key.indexOf(':');
  const kind = key.slice(0, colon);
  const id = key.slice(colon + 1);
  if (kind === 'segment') {
    const [cluster = '', zone = ''] = id.split('/');
    const pools = Object.values(topology.clusters?.[cluster]?.pools ?? {});
    const placeOf = (known: string | undefined) => (known !== undefined && topology.zones?.[known] ? known : noZone);
    return (
      pools.some((p) => p.zone === zone) ||
      Object.values(topology.namespaces ?? {}).some((n) => n.cluster === cluster && placeOf(n.zone) === zone) ||
      (zone === noZone && topology.clusters?.[cluster] !== undefined)
    );
  }
  if (!isKind(kind)) return true;
  return findRecord(topology, { kind, id }) !== undefined;
}

type GhostIds = Readonly<Record<'namespace' | 'workload' | 'endpoint' | 'pool', ReadonlySet<string>>>;

/** The records that stand elsewhere after, by their ids. */
function ghostsOf(entries: readonly Entry[]): GhostIds {
  const of = (kind: Kind) =>
    new Set(entries.flatMap((e) => (e.subject.kind === kind && e.moves.length > 0 ? [e.subject.id] : [])));
  return { namespace: of('namespace'), workload: of('workload'), endpoint: of('endpoint'), pool: of('pool') };
}

function withGhosts(before: Topology, after: Topology, ghosts: GhostIds): Topology {
  const place = (ids: ReadonlySet<string>, id: string) => (ids.has(id) ? id + ghostSign : id);
  const namespaces = Object.fromEntries(
    Object.entries(before.namespaces ?? {}).map(([id, n]) => [
      place(ghosts.namespace, id),
      ghosts.namespace.has(id) ? { name: id, ...n } : n,
    ]),
  );
  // Whoever stood in a namespace that moved stood in its ghost.
  const moved = new Set(ghosts.workload);
  for (const [id, w] of Object.entries(before.workloads ?? {})) {
    if (ghosts.namespace.has(w.namespace) && after.workloads?.[id] !== undefined) moved.add(id);
  }
  const workloads = Object.fromEntries(
    Object.entries(before.workloads ?? {}).map(([id, w]): [string, Workload] => {
      const namespace = place(ghosts.namespace, w.namespace);
      return moved.has(id)
        ? [id + ghostSign, { name: id, ...w, namespace }]
        : [id, namespace === w.namespace ? w : { ...w, namespace }];
    }),
  );
  const endOf = (end: End): End => {
    if ('workload' in end && moved.has(end.workload)) return { ...end, workload: end.workload + ghostSign };
    if ('namespace' in end && ghosts.namespace.has(end.namespace))
      return { ...end, namespace: end.namespace + ghostSign };
    return end;
  };
  const viaOf = (via: NonNullable<Flow['via']>) =>
    via.proxy !== undefined && moved.has(via.proxy) ? { ...via, proxy: via.proxy + ghostSign } : via;
  const flows = Object.fromEntries(
    Object.entries(before.flows ?? {}).map(([id, flow]): [string, Flow] => {
      const led: Flow = {
        ...flow,
        from: endOf(flow.from),
        to: endOf(flow.to),
        ...(flow.via && { via: viaOf(flow.via) }),
      };
      const now = after.flows?.[id];
      const isLedElsewhere = now !== undefined && !isEqual(stationsOf(now), stationsOf(led));
      return [isLedElsewhere ? id + ghostSign : id, led];
    }),
  );
  const { endpoints, classes } = before.storage ?? {};
  const clusters = Object.fromEntries(
    Object.entries(before.clusters ?? {}).map(([id, cluster]) => [
      id,
      cluster.pools === undefined
        ? cluster
        : {
            ...cluster,
            pools: Object.fromEntries(
              Object.entries(cluster.pools).map(([pool, p]) => [
                ghosts.pool.has(`${id}/${pool}`) ? pool + ghostSign : pool,
                p,
              ]),
            ),
          },
    ]),
  );
  return {
    ...before,
    ...(before.clusters !== undefined && { clusters }),
    ...(before.namespaces !== undefined && { namespaces }),
    ...(before.workloads !== undefined && { workloads }),
    ...(before.flows !== undefined && { flows }),
    ...(before.storage !== undefined && {
      storage: {
        ...before.storage,
        ...(endpoints !== undefined && {
          endpoints: Object.fromEntries(
            Object.entries(endpoints).map(([id, e]) => [
              place(ghosts.endpoint, id),
              ghosts.endpoint.has(id) ? { name: id, ...e } : e,
            ]),
          ),
        }),
        ...(classes !== undefined && {
          classes: Object.fromEntries(
            Object.entries(classes).map(([id, c]) => [id, { ...c, endpoint: place(ghosts.endpoint, c.endpoint) }]),
          ),
        }),
      },
    }),
  };
}

/** Renamed records are called what they were called. */
function named(aligned: Topology, entries: readonly Entry[]): Topology {
  let result = aligned;
  for (const { subject, renamedFrom } of entries) {
    const section = nameable[subject.kind];
    if (renamedFrom === undefined || section === undefined) continue;
    const records = result[section] as Readonly<Record<string, { readonly name?: string }>> | undefined;
    const record = records?.[subject.id];
    if (record === undefined || record.name !== undefined) continue;
    result = { ...result, [section]: { ...records, [subject.id]: { ...record, name: renamedFrom } } };
  }
  return result;
}

const nameable: Readonly<Record<string, 'zones' | 'namespaces' | 'workloads' | 'externals' | undefined>> = {
  zone: 'zones',
  namespace: 'namespaces',
  workload: 'workloads',
  external: 'externals',
};

/** What is in both is as it is after; clusters have the pools of both. */
function unionOf(before: Topology, after: Topology): Topology {
  const both = <T>(a: Readonly<Record<string, T>> | undefined, b: Readonly<Record<string, T>> | undefined) =>
    a === undefined && b === undefined ? undefined : { ...a, ...b };
  const clusters = Object.fromEntries(
    Object.entries({ ...before.clusters, ...after.clusters }).map(([id, cluster]) => {
      const pools = both(before.clusters?.[id]?.pools, after.clusters?.[id]?.pools);
      return [id, pools === undefined ? cluster : { ...cluster, pools }];
    }),
  );
  return {
    ...after,
    zones: both(before.zones, after.zones),
    clusters,
    namespaces: both<Namespace>(before.namespaces, after.namespaces),
    workloads: both(before.workloads, after.workloads),
    externals: both(before.externals, after.externals),
    flows: both(before.flows, after.flows),
    runtimes: both(before.runtimes, after.runtimes),
    storage: {
      ...before.storage,
      ...after.storage,
      endpoints: both(before.storage?.endpoints, after.storage?.endpoints),
      classes: both(before.storage?.classes, after.storage?.classes),
    },
  };
}

function marksOf(entries: readonly Entry[], before: Topology, after: Topology): Marks {
  const marks = new Map<string, Mark>();
  for (const entry of entries) {
    const { kind, id } = entry.subject;
    if (!isKind(kind)) continue;
    marks.set(`${kind}:${id}`, { mark: entry.change, text: textOf(entry), tone: entry.class });
  }
  for (const [id, change] of runtimeChanges(before, after)) {
    const had = marks.get(`workload:${id}`);
    if (had === undefined || had.mark === 'changed') marks.set(`workload:${id}`, change);
  }
  // Ghosts of namespaces, workloads and endpoints say where it went; those of flows where it led.
  for (const kind of ['namespace', 'workload', 'endpoint', 'pool', 'flow'] as const) {
    for (const id of Object.keys(recordsOf(before, kind))) {
      if (!isGhost(id)) continue;
      const key = `${kind}:${realId(id)}`;
      const own = marks.get(key);
      const tone = own?.tone ?? 'neutral';
      marks.set(`${kind}:${id}`, { mark: 'removed', text: ghostText(kind, realId(id), own, after), tone });
    }
  }
  return marks;
}

/** What a design draws and a folder of manifests does not hold. */
export function driftMarks(entries: readonly ReviewEntry[]): Marks {
  return new Map(
    entries
      .filter((e) => e.layer === 'record' && e.change === 'removed' && isKind(e.subject.kind))
      .map((e) => [`${e.subject.kind}:${e.subject.id}`, { mark: 'removed', text: '− not live', tone: e.class }]),
  );
}

/** Workloads that run in another runtime, whoever decided that: they themselves, their zone, or the runtime's record. */
function runtimeChanges(before: Topology, after: Topology): Array<[string, Mark]> {
  const [older, newer] = [lookup(before), lookup(after)];
  return Object.keys(after.workloads ?? {}).flatMap((id): Array<[string, Mark]> => {
    const oldId = older.get('workload', id) === undefined ? id + ghostSign : id;
    if (older.get('workload', oldId) === undefined) return [];
    const [was, is] = [older.runtimeOf(oldId), newer.runtimeOf(id)];
    const [had, has] = [strengthOf(before, was), strengthOf(after, is)];
    if (was === is && had === has) return [];
    const tone = has < had ? 'weakens' : has > had ? 'strengthens' : 'neutral';
    const sign = { weakens: '▼', strengthens: '▲', neutral: '~' }[tone];
    return [[id, { mark: 'changed', text: `${sign} ${was ?? 'default'} → ${is ?? 'default'}`, tone }]];
  });
}

const strengths: readonly Isolation[] = ['shared-kernel', 'wasm', 'user-space-kernel', 'virtual-machine'];

function strengthOf(topology: Topology, id: string | undefined): number {
  const own = id === undefined ? undefined : topology.runtimes?.[id];
  return strengths.indexOf(own?.isolation ?? runtimeInfo(own?.from ?? id ?? '')?.isolation ?? 'shared-kernel');
}

/** A flow that only follows what it joins says nothing. */
function ghostText(kind: Kind, id: string, own: Mark | undefined, after: Topology): string {
  if (kind === 'flow') return own === undefined ? '' : '− was';
  const target = kind === 'workload' ? after.workloads?.[id]?.namespace : undefined;
  return own === undefined || target === undefined ? '→ moved' : `→ ${target}`;
}

function textOf(entry: Entry): string {
  const word = { added: 'added', removed: 'removed', changed: 'changed' }[entry.change];
  const sign = { added: '+', removed: '−', changed: '~' }[entry.change];
  if (entry.change === 'changed') {
    if (entry.renamedFrom !== undefined) return `~ was ${entry.renamedFrom}`;
    const [move] = entry.moves;
    if (move !== undefined) return `~ from ${move.from ?? 'nowhere'}`;
    const [field, ...more] = entry.fields;
    if (field !== undefined && more.length === 0 && isShort(field.before) && isShort(field.after))
      return `~ ${field.before ?? 'default'} → ${field.after ?? 'default'}`;
    if (field !== undefined)
      return `~ ${field.path.filter((p) => typeof p === 'string').join(' ')}${more.length > 0 ? ` +${more.length}` : ''}`;
  }
  return entry.class === 'neutral' ? `${sign} ${word}` : `${sign} ${entry.class}`;
}

function isShort(value: unknown): boolean {
  return (
    value === undefined ||
    ((typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') &&
      String(value).length <= 14)
  );
}
