/**
 * Everything that somebody who holds a workload or a zone can reach, hop by hop, by what the exported manifests allow.
 * A hop is one allowed connection; externals are reached and never left again.
 */
import { runtimeInfo } from '../catalog/index.ts';
import { compareText } from '../lib/sort.ts';
import { type Isolation, type Ref, ref, refKey } from '../model/index.ts';
import { seenFrom } from '../proof/index.ts';
import { type AskedEnd, allowedPorts, type ReachModel } from './reach-model.ts';

export interface BlastRadius {
  readonly origin: Ref;
  /** Hops by record (`workload:redis`), 0 for the origin's own workloads. */
  readonly hops: Readonly<Record<string, number>>;
  /** From the first hop on; sorted by id. */
  readonly levels: ReadonlyArray<{ readonly hop: number; readonly refs: readonly Ref[] }>;
  readonly isolation: readonly IsolationNote[];
}

/** What keeps somebody who holds a container away from its node, for the origin's workloads that share one runtime. */
export interface IsolationNote {
  readonly isolation: Isolation;
  readonly workloads: readonly string[];
  readonly text: string;
  /** Workloads whose pods may stand on the same nodes and are at risk as well. */
  readonly atRisk: readonly string[];
}

export function blastRadius(model: ReachModel, origin: Ref): BlastRadius {
  const { index } = model;
  const start = index.workloadsOf(origin).map((w) => w.id);
  const hops: Record<string, number> = {};
  for (const id of start) hops[refKey(ref('workload', id))] = 0;
  const left = new Set(allEnds(model).filter((end) => hops[refKey(end)] === undefined));
  const asked = new Set<string>();
  const levels: Array<{ hop: number; refs: Ref[] }> = [];
  let frontier: readonly string[] = start;
  for (let hop = 1; frontier.length > 0; hop += 1) {
    const reached: Ref[] = [];
    for (const from of frontier) {
      const key = likeness(model, from);
      if (key === undefined || asked.has(key)) continue;
      asked.add(key);
      for (const end of reachableFrom(model, from, left)) {
        left.delete(end);
        hops[refKey(end)] = hop;
        reached.push(end);
      }
    }
    reached.sort((a, b) => Number(a.kind === 'external') - Number(b.kind === 'external') || compareText(a.id, b.id));
    if (reached.length > 0) levels.push({ hop, refs: reached });
    frontier = reached.flatMap((r) => (r.kind === 'workload' ? [r.id] : []));
  }
  return { origin, hops, levels, isolation: isolationNotes(model, start) };
}

type End = Ref<'workload'> | Ref<'external'>;

function allEnds({ index }: ReachModel): End[] {
  return [
    ...index.workloads.map(({ id }) => ref('workload', id)),
    ...Object.keys(index.topology.externals ?? {}).map((id) => ref('external', id)),
  ];
}

/** Workloads of which no policy tells one from the other, here and in other clusters, reach the same; one is asked. */
function likeness(model: ReachModel, workload: string): string | undefined {
  const parts = model.homesOf(workload).flatMap(({ cluster, reach, things }) => {
    const thing = things.get(workload);
    const seen = seenFrom(model.index, { cluster, workload }).join();
    return thing === undefined ? [] : [`${cluster} ${reach.classes.classOf[thing] ?? 0} ${seen}`];
  });
  return parts.length === 0 ? undefined : parts.join('; ');
}

function reachableFrom(model: ReachModel, from: string, ends: ReadonlySet<End>): End[] {
  const [own, ...others] = model.homesOf(from);
  const sender = own?.things.get(from);
  const isReached = (end: End) => allowedPorts(model, { kind: 'workload', id: from }, end as AskedEnd).length > 0;
  if (own === undefined || sender === undefined || others.length > 0) return [...ends].filter(isReached);
  const { classOf } = own.reach.classes;
  // Valid until the next row is asked for, and nothing below asks for one.
  const row = own.reach.row(classOf[sender] ?? 0);
  return [...ends].filter((end) => {
    const receiver = end.kind === 'workload' ? own.things.get(end.id) : undefined;
    if (receiver !== undefined) return row[classOf[receiver] ?? 0] !== 0;
    return isReached(end);
  });
}

function isolationNotes(model: ReachModel, workloads: readonly string[]): IsolationNote[] {
  const groups = new Map<string, { isolation: Isolation; label: string; workloads: string[] }>();
  for (const id of workloads) {
    const { isolation, label } = runtimeOf(model, id);
    const key = `${isolation} ${label}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { isolation, label, workloads: [id] });
    else known.workloads.push(id);
  }
  return [...groups.values()].map(({ isolation, label, workloads: own }) => {
    const pools = [...new Set(own.flatMap((id) => poolsOf(model, id)))].sort(compareText);
    const neighbours = model.index.workloads
      .map((w) => w.id)
      .filter((id) => !own.includes(id) && poolsOf(model, id).some((pool) => pools.includes(pool)));
    const names = pools.map((id) => (model.index.clusters.length === 1 ? (id.split('/')[1] ?? id) : id));
    const where = pools.length === 0 ? 'its nodes' : `${pools.length === 1 ? 'pool' : 'pools'} ${names.join(', ')}`;
    const count = `${neighbours.length} other ${neighbours.length === 1 ? 'workload' : 'workloads'}`;
    const others =
      neighbours.length === 0
        ? 'No other workload of the design may stand there.'
        : `So ${count} that may stand on ${where} ${neighbours.length === 1 ? 'is' : 'are'} at risk as well.`;
    const text = {
      'shared-kernel': `${label}: its containers share the kernel of their node, so whoever breaks out of one holds the node, whatever the policies say. ${others}`,
      wasm: `${label}: its code runs in a Wasm sandbox, which is a process on the kernel of the node. After a break-out the node is lost. ${others}`,
      'user-space-kernel': `${label}: a kernel in user space stands between its containers and the node. A break-out has to get through it before anything else on ${where} is at risk.`,
      'virtual-machine': `${label}: its pods run in virtual machines with a kernel of their own. A break-out has to get through the hypervisor before anything else on ${where} is at risk.`,
    }[isolation];
    const isWeak = isolation === 'shared-kernel' || isolation === 'wasm';
    return { isolation, workloads: own, text, atRisk: isWeak ? neighbours : [] };
  });
}

function runtimeOf({ index }: ReachModel, workload: string): { isolation: Isolation; label: string } {
  const id = index.runtimeOf(workload);
  const own = id === undefined ? undefined : index.get('runtime', id);
  const known = runtimeInfo(own?.from ?? id ?? '');
  return {
    isolation: own?.isolation ?? known?.isolation ?? 'shared-kernel',
    label: own?.name ?? known?.label ?? id ?? 'Default runtime',
  };
}

/** The node pools a workload may land on: those of its zone in its cluster that have its runtime. */
function poolsOf({ index }: ReachModel, workload: string): readonly string[] {
  const end: Ref = { kind: 'workload', id: workload };
  const zone = index.zoneOf(end);
  if (zone === undefined) return [];
  const runtime = index.runtimeOf(workload);
  return index
    .homesOf(index.get('workload', workload)?.namespace)
    .flatMap((cluster) => index.poolsOf(cluster, zone))
    .filter((pool) => runtime === undefined || pool.runtimes === undefined || pool.runtimes.includes(runtime))
    .map((pool) => pool.id);
}
