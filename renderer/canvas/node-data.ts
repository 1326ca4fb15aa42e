/** What frames and cards say, read from the design. */
import { cniInfo, distributionInfo, runtimeInfo } from '../../shared/catalog/index.ts';
import {
  findRecord,
  type Isolation,
  type Lookup,
  type PoolEntry,
  type Ref,
  ref,
  type Topology,
} from '../../shared/model/index.ts';
import type { SegmentData, WorkloadData } from './canvas-types.ts';
import { portsText, replicasText } from './card-texts.ts';
import { realId } from './ghost.ts';

interface ShownRuntime {
  readonly title: string;
  readonly isolation: Isolation;
}
export type RuntimeReader = (id: string | undefined) => ShownRuntime;

/** What the design says of a runtime, else the catalogue; pods without any run in a container that shares the kernel. */
export function runtimeReader(topology: Topology): RuntimeReader {
  return (id) => {
    const own = id === undefined ? undefined : findRecord(topology, ref('runtime', id));
    const known = runtimeInfo(own?.from ?? id ?? '');
    return {
      // `gVisor (systrap)` and `Kata Containers, QEMU` are too long for a chip; the inspector has the whole name.
      title: own?.name ?? known?.label.split(/ ?[,(]/)[0] ?? id ?? 'default',
      isolation: own?.isolation ?? known?.isolation ?? 'shared-kernel',
    };
  };
}

export function workloadData(index: Lookup, runtimeOf: RuntimeReader, target: Ref): WorkloadData {
  const workload = index.get('workload', target.id);
  const kind = workload?.kind ?? 'Deployment';
  const runtime = index.runtimeOf(target.id);
  const shown = runtimeOf(runtime);
  return {
    ref: target,
    title: index.titleOf(target),
    kind,
    replicas: replicasText(workload ?? { namespace: '' }),
    ports: portsText(workload ?? { namespace: '' }),
    isolation: shown.isolation,
    runtime: runtimeBadge(index, runtimeOf, target.id),
    claims: Object.keys(workload?.storage ?? {}).length,
    hostNetwork: workload?.hostNetwork === true,
  };
}

/** Where pods simply share the kernel, a badge on every card would say nothing: it is empty then. */
export function runtimeBadge(index: Lookup, runtimeOf: RuntimeReader, workload: string): string {
  const runtime = index.runtimeOf(workload);
  const isPlain = runtimeOf(runtime).isolation === 'shared-kernel';
  return isPlain && index.get('workload', workload)?.runtime === undefined ? '' : (runtime ?? '');
}

/** What a zone allows, as its chips say it. Runtimes that would be called the same go by their ids, as on cards. */
export function zoneChips(
  index: Lookup,
  runtimeOf: RuntimeReader,
  id: string,
): { readonly runtimes: string[]; readonly classes: string[] } {
  const zone = index.get('zone', id);
  const runtimes = zone?.runtimes ?? [];
  const titles = runtimes.map((r) => runtimeOf(r).title);
  return {
    runtimes: titles.map((title, i) =>
      titles.indexOf(title) === titles.lastIndexOf(title) ? title : (runtimes[i] ?? title),
    ),
    classes: (zone?.storageClasses ?? []).map((c) => index.titleOf(ref('class', c))),
  };
}

export function poolText({ poolId, nodes, kvm }: PoolEntry): string {
  return `${nodes} ${nodes === 1 ? 'node' : 'nodes'} · pool ${realId(poolId)}${kvm ? ' · KVM' : ''}`;
}

export function clusterDetail(index: Lookup, id: string): string {
  const cluster = index.get('cluster', id);
  if (cluster === undefined) return 'does not exist';
  const distribution = `${distributionInfo(cluster.distribution).label} ${cluster.version}`;
  const cni = cluster.cni === undefined ? undefined : (cniInfo(cluster.cni.name)?.label ?? cluster.cni.name);
  return [distribution, cni, cluster.engine?.name].filter((t) => t !== undefined).join(' · ');
}

/** Namespaces of a zone that are drawn in the cluster they come from and run here as well. */
export function takenOver(index: Lookup, cluster: string, zone: string): string | undefined {
  const names = index
    .namespacesHeldBy(cluster)
    .filter((n) => n.cluster !== cluster && n.zone === zone)
    .map((n) => index.titleOf(ref('namespace', n.id)));
  return names.length === 0 ? undefined : names.join(', ');
}

/** The arrow points from the one that goes to the one that comes. */
export function pairOf(index: Lookup, id: string): SegmentData['pair'] {
  const name = (cluster: string) => index.titleOf(ref('cluster', cluster));
  const replaced = index.get('cluster', id)?.replaces;
  const successor = index.clusters.find((c) => c.replaces === id && c.id !== id)?.id;
  if (replaced !== undefined && replaced !== id && index.get('cluster', replaced) !== undefined)
    return {
      text: `${name(replaced)} →`,
      title: `Blue-green: ${name(id)} holds every namespace of ${name(replaced)} as well, and flows and firewall rows are made for either being the active one.`,
    };
  if (successor === undefined) return undefined;
  return {
    text: `→ ${name(successor)}`,
    title: `Blue-green: the namespaces here are in ${name(successor)} as well, and flows and firewall rows are made for either being the active one.`,
  };
}
