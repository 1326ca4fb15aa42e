/**
 * Copying and pasting, within a design and from one to another. A clipboard is a fragment of a design: the copied
 * records in their own maps, so that whatever reads designs (references, renaming) reads a clipboard too.
 */
import { type Draft, produce } from 'immer';
import { sortBy } from '../lib/sort.ts';
import {
  allRefs,
  emptyTopology,
  endRef,
  findRecord,
  lookup,
  type Pool,
  type RecordOf,
  type Ref,
  recordPath,
  ref,
  references,
  refKey,
  schema,
  type Topology,
} from '../model/index.ts';
import { freeId } from './free-id.ts';
import { containerAt, deleteAt, setAt } from './path.ts';
import { renameRecord } from './record/rename.ts';
import { dropReferences, layoutPath, type NewRecord, withDependents } from './records.ts';

/** Plain JSON. */
export interface Clipboard {
  readonly kind: 'ZonewrightClipboard';
  /** The copied records; a cluster holds its pools. */
  readonly design: Topology;
  /** Pools that were copied without their cluster. */
  readonly pools: ReadonlyArray<{ readonly cluster: string; readonly id: string; readonly pool: Pool }>;
}

/** Where pasted records go that were copied without what they live in. */
export interface PasteTarget {
  readonly cluster?: string;
  readonly zone?: string;
  readonly namespace?: string;
}

export interface Pasted {
  /** The argument of record/add-many. */
  readonly records: readonly NewRecord[];
  /** Copied records that have no home here: a flow without one of its ends, a workload without a namespace. */
  readonly left: readonly Ref[];
}

/**
 * The records, what they contain on the canvas (a zone's namespaces and storage, a namespace's workloads, a cluster's
 * pools and namespaces, an endpoint's classes), and the flows between what is copied. Unknown records are passed over.
 */
export function copyRecords(topology: Topology, refs: readonly Ref[]): Clipboard {
  const copied = new Map<string, Ref>();
  const take = (one: Ref): void => {
    if (copied.has(refKey(one)) || findRecord(topology, one) === undefined) return;
    copied.set(refKey(one), one);
    for (const inner of contents(topology, one)) take(inner);
  };
  for (const one of refs) take(one);
  for (const flow of lookup(topology).flows) {
    if ([flow.from, flow.to].every((end) => copied.has(refKey(endRef(end))))) take(ref('flow', flow.id));
  }
  const kept = allRefs(topology).filter((r) => copied.has(refKey(r)));
  const pools: Array<Clipboard['pools'][number]> = [];
  const design = produce(emptyTopology('clipboard'), (draft) => {
    for (const one of kept) {
      const record = findRecord(topology, one);
      if (one.kind === 'pool') {
        const [cluster = '', id = ''] = one.id.split('/');
        if (!copied.has(refKey(ref('cluster', cluster)))) pools.push({ cluster, id, pool: record as Pool });
        continue;
      }
      setAt(draft, recordPath(one), record);
      const place = placeOf(topology, one);
      if (place !== undefined) setAt(draft, layoutPath(one) ?? [], place);
    }
  });
  return { kind: 'ZonewrightClipboard', design, pools };
}

/** Reads a clipboard from text. Undefined for anything else: what other programs copied is none of our business. */
export function parseClipboard(text: string): Clipboard | undefined {
  let value: Partial<Record<keyof Clipboard, unknown>> | null;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (value?.kind !== 'ZonewrightClipboard' || !Array.isArray(value.pools)) return undefined;
  const design = schema.topology.safeParse(value.design);
  const pools: Array<Clipboard['pools'][number]> = [];
  for (const entry of value.pools as Array<Partial<Record<string, unknown>> | null>) {
    const pool = schema.pool.safeParse(entry?.pool);
    const { cluster, id } = entry ?? {};
    if (!pool.success || typeof cluster !== 'string' || typeof id !== 'string') return undefined;
    pools.push({ cluster, id, pool: pool.data });
  }
  return design.success ? { kind: 'ZonewrightClipboard', design: design.data, pools } : undefined;
}

/**
 * The records of a clipboard with ids that are free here (their own where nobody has it), and the references among them
 * rewritten. What was copied without its home goes to the target, or stays where it was if this design has that. Other
 * references to what this design does not have are dropped where they are optional; where not, the record is left out.
 */
export function pasteRecords(topology: Topology, clipboard: Clipboard, target: PasteTarget = {}): Pasted {
  const rehomed = produce(clipboard.design, (draft) => rehome(draft, clipboard.design, target));
  const all = allRefs(rehomed).filter((r) => r.kind !== 'pool');
  const named = references(rehomed);
  const unknown = new Set(named.filter((r) => !exists(rehomed, r.target) && !exists(topology, r.target)));
  const homeless = withDependents(
    rehomed,
    [...unknown].flatMap((r) => (r.owning && r.from !== undefined ? [r.from] : [])),
  );
  const settled = produce(rehomed, (draft) => {
    dropReferences(
      draft,
      named.filter((r) => homeless.has(refKey(r.target)) || unknown.has(r)),
    );
    for (const one of homeless.values()) deleteAt(draft, recordPath(one));
  });

  const placed = all.filter((r) => !homeless.has(refKey(r)));
  const newIds = chooseIds(topology, all, placed);
  const renamed = produce(settled, (draft) => {
    for (const r of placed) renameRecord.run(draft, { ref: r, to: newIds.get(refKey(r)) ?? r.id });
  });

  const trusts = new Set(lookup(topology).zones.map((zone) => zone.trust));
  const records = placed.flatMap((r): NewRecord[] => {
    const now = ref(r.kind, newIds.get(refKey(r)) ?? r.id);
    const record = findRecord(renamed, now);
    const place = placeOf(renamed, now);
    if (record === undefined) return [];
    return [
      { ref: now, record: distinct(topology, now, record, trusts), ...(place !== undefined && { layout: place }) },
    ];
  });
  const pools = pastePools(topology, clipboard, target);
  return { records: [...records, ...pools.records], left: [...homeless.values(), ...pools.left] };
}

function contents(topology: Topology, one: Ref): Ref[] {
  const index = lookup(topology);
  const refs = <K extends Ref['kind']>(kind: K, items: ReadonlyArray<{ readonly id: string }>): Ref[] =>
    items.map(({ id }) => ref(kind, id));
  const where = (kind: 'endpoint' | 'class', field: 'zone' | 'endpoint'): Ref[] =>
    allRefs(topology).filter((r) => {
      const record = r.kind === kind ? (findRecord(topology, r) as { zone?: string; endpoint?: string }) : undefined;
      return record?.[field] === one.id;
    });
  switch (one.kind) {
    case 'zone':
      return [...refs('namespace', index.namespacesOfZone(one.id)), ...where('endpoint', 'zone')];
    case 'cluster':
      return [...refs('pool', index.poolsOf(one.id)), ...refs('namespace', index.namespacesOfCluster(one.id))];
    case 'namespace':
      return refs('workload', index.workloadsOfNamespace(one.id));
    case 'endpoint':
      return where('class', 'endpoint');
    default:
      return [];
  }
}

function exists(topology: Topology, wanted: Ref): boolean {
  return findRecord(topology, wanted) !== undefined;
}

function placeOf(topology: Topology, of: Ref): NewRecord['layout'] {
  const path = layoutPath(of);
  return path === undefined ? undefined : (containerAt(topology, path) as unknown as NewRecord['layout']);
}

function rehome(draft: Draft<Topology>, design: Topology, target: PasteTarget): void {
  for (const { path, at, target: named, from } of references(design)) {
    if (at !== 'value' || from === undefined || exists(design, named)) continue;
    const field = path.at(-1);
    const home = field === 'cluster' || field === 'zone' || field === 'namespace' ? target[field] : undefined;
    const lives = from.kind === 'workload' || from.kind === 'namespace' || from.kind === 'endpoint';
    if (lives && home !== undefined) setAt(draft, path, home);
  }
}

/** Free here and different from every id of the clipboard, so that renaming one after the other never collides. */
function chooseIds(topology: Topology, all: readonly Ref[], placed: readonly Ref[]): Map<string, string> {
  const reserved = new Map<Ref['kind'], Set<string>>();
  for (const r of all) reserved.set(r.kind, (reserved.get(r.kind) ?? new Set()).add(r.id));
  const chosen = new Map<string, string>();
  for (const r of placed) {
    const taken = reserved.get(r.kind) ?? new Set();
    const id = exists(topology, r) ? freeId(topology, r.kind, r.id, taken) : r.id;
    taken.add(id);
    chosen.set(refKey(r), id);
  }
  return chosen;
}

/** What must differ from the records that are here already: the trust of zones, written names, the default class. */
function distinct(topology: Topology, now: Ref, record: RecordOf[Ref['kind']], trusts: Set<number>): typeof record {
  if (now.kind === 'zone') {
    const zone = record as RecordOf['zone'];
    const [trust = zone.trust] = sortBy(
      Array.from({ length: 101 }, (_, value) => value).filter((value) => !trusts.has(value)),
      (value) => Math.abs(value - zone.trust),
      (value) => -value,
    );
    trusts.add(trust);
    return { ...zone, trust };
  }
  if (now.kind === 'class' && (record as RecordOf['class']).default === true) {
    const { default: _, ...rest } = record as RecordOf['class'];
    return rest;
  }
  if ((now.kind === 'namespace' || now.kind === 'workload') && nameIsTaken(topology, now.kind, record)) {
    const { name: _, ...rest } = record as RecordOf['namespace'] | RecordOf['workload'];
    return rest as typeof record;
  }
  return record;
}

function nameIsTaken(topology: Topology, kind: 'namespace' | 'workload', record: RecordOf[Ref['kind']]): boolean {
  const index = lookup(topology);
  const { name, cluster, namespace } = record as { name?: string; cluster?: string; namespace?: string };
  const siblings =
    kind === 'namespace' ? index.namespacesOfCluster(cluster ?? '') : index.workloadsOfNamespace(namespace ?? '');
  return name !== undefined && siblings.some((sibling) => index.nameOf(ref(kind, sibling.id)) === name);
}

function pastePools(topology: Topology, clipboard: Clipboard, target: PasteTarget): Pasted {
  const records: NewRecord[] = [];
  const left: Ref[] = [];
  const taken = new Set<string>();
  for (const { cluster: from, id, pool } of clipboard.pools) {
    const cluster = target.cluster ?? from;
    const zone = target.zone ?? pool.zone;
    if (!exists(topology, ref('cluster', cluster)) || !exists(topology, ref('zone', zone))) {
      left.push(ref('pool', `${from}/${id}`));
      continue;
    }
    const newId = freeId(topology, 'pool', `${cluster}/${id}`, taken);
    taken.add(newId);
    const runtimes = pool.runtimes?.filter((runtime) => exists(topology, ref('runtime', runtime)));
    records.push({ ref: ref('pool', newId), record: { ...pool, zone, ...(runtimes !== undefined && { runtimes }) } });
  }
  return { records, left };
}
