/** One side of a review: the objects that a design exports, cluster by cluster, with the records they come from. */
import { emitFiles } from '../compile/index.ts';
import { addressTitle, isAnyone, type PlacedObject, textFile } from '../diff/index.ts';
import { type Cidr, contains, hostCidr, looseCidr } from '../lib/ip.ts';
import { memoWeak } from '../lib/memo.ts';
import { unique } from '../lib/sort.ts';
import { type Lookup, lookup, type Ref, type Topology } from '../model/index.ts';
import type { WorkloadEnd } from '../reach/index.ts';
import { whyLeftOut } from './flows-left-out.ts';
import type { Naming } from './review-naming.ts';

export interface DesignSide {
  readonly topology: Topology;
  readonly index: Lookup;
  /** Files that hold no objects are among them, each as one object. */
  readonly objects: readonly PlacedObject[];
  readonly byCluster: ReadonlyMap<string, readonly PlacedObject[]>;
  /** The records an object was made from. */
  readonly causes: ReadonlyMap<object, readonly Ref[]>;
  /** Why flows are no part of the export, by their ids. */
  readonly leftOut: ReadonlyMap<string, string>;
  /** The record of a workload that an evaluation speaks of. */
  workloadOf(cluster: string, end: WorkloadEnd): string | undefined;
}

/** What a design exports, kept with it. */
export const emittedBy = memoWeak(emitFiles);

/** Kept with the design: a review of one that stays, edit after edit, compiles only the other side. */
export const designSide = memoWeak((topology: Topology): DesignSide => {
  const objects: PlacedObject[] = [];
  const byCluster = new Map<string, PlacedObject[]>();
  const causes = new Map<object, readonly Ref[]>();
  const workloads = new Map<string, string>();
  const { files, problems } = emittedBy(topology);
  for (const file of files) {
    const { cluster } = file;
    const place = { ...(cluster !== undefined && { cluster }), file: file.path };
    const emitted =
      'objects' in file ? file.objects : [{ object: textFile(file.path, file.text), causes: file.causes }];
    for (const { object, causes: own } of emitted) {
      const placed = { object, ...place };
      objects.push(placed);
      causes.set(object, own);
      if (cluster === undefined || !('objects' in file)) continue;
      const known = byCluster.get(cluster);
      if (known === undefined) byCluster.set(cluster, [placed]);
      else known.push(placed);
      const workload = own.find((ref) => ref.kind === 'workload');
      const { namespace, name } = object.metadata;
      if (
        workload !== undefined &&
        object.kind !== 'PersistentVolumeClaim' &&
        file.path.endsWith('/inventory/workloads.yaml')
      )
        workloads.set(`${cluster}/${namespace}/${object.kind}/${name}`, workload.id);
    }
  }
  return {
    topology,
    index: lookup(topology),
    objects,
    byCluster,
    causes,
    leftOut: whyLeftOut(problems),
    workloadOf: (cluster, end) => workloads.get(`${cluster}/${end.namespace}/${end.kind}/${end.name}`),
  };
});

/** What tells a workload of one version that of the other. */
export function unitKey(side: DesignSide, cluster: string, end: WorkloadEnd): string {
  const id = side.workloadOf(cluster, end);
  return id === undefined ? `${end.namespace}/${end.name}[${end.kind}]` : `workload:${id}`;
}

export function workloadOfKey(key: string): string | undefined {
  return key.startsWith('workload:') ? key.slice('workload:'.length) : undefined;
}

export function namingOf(before: DesignSide, after: DesignSide): Naming {
  const idsOf = (side: DesignSide) => new Set(side.index.workloads.map((w) => w.id));
  const [older, newer] = [idsOf(before), idsOf(after)];
  // A cluster that replaces another holds its workloads as well.
  const homesOf = ({ index }: DesignSide, id: string) => index.homesOf(index.get('workload', id)?.namespace);
  const isElsewhere = (id: string) => {
    const homes = homesOf(before, id);
    return !homesOf(after, id).some((cluster) => homes.includes(cluster));
  };
  return {
    clusters: unique([...before.byCluster.keys(), ...after.byCluster.keys()]).sort(),
    endOf: (_, key) => {
      const id = workloadOfKey(key);
      if (id === undefined) return { id: key, title: key };
      const { index } = newer.has(id) ? after : before;
      const zone = index.zoneOf({ kind: 'workload', id });
      return { id, title: index.titleOf({ kind: 'workload', id }), ...(zone !== undefined && { zone }) };
    },
    externalOf: (cidrs) => externalOf(after, cidrs) ?? externalOf(before, cidrs),
    placeOf: (cidrs) => placeOf(after, cidrs) ?? placeOf(before, cidrs),
    designs: { before: before.topology, after: after.topology },
    came: new Set([...newer].filter((id) => !older.has(id))),
    went: new Set([...older].filter((id) => !newer.has(id))),
    changedHome: new Set([...newer].filter((id) => older.has(id) && isElsewhere(id))),
  };
}

/** The first external, by id, that stands for all of the addresses; its title says which where it stands for more. */
function externalOf({ topology, index }: DesignSide, cidrs: readonly string[]) {
  const ranges = cidrs.flatMap((cidr) => looseCidr(cidr) ?? []);
  const found = Object.entries(topology.externals ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .find(([, external]) => {
      if (external.kind === 'internet' && external.cidrs === undefined) return isAnyone(cidrs);
      const own = (external.cidrs ?? []).flatMap((cidr) => looseCidr(cidr) ?? []);
      return ranges.every((range) => isWithin(range, own));
    });
  if (found === undefined) return undefined;
  const [id, { kind, trust, cidrs: all = [] }] = found;
  const isPart = kind !== 'internet' && !all.every((cidr) => isWithin(looseCidr(cidr), ranges));
  const name = index.titleOf({ kind: 'external', id });
  return { id, title: isPart ? `${name} (${addressTitle(cidrs)})` : name, ...(trust !== undefined && { trust }) };
}

/** What of a cluster has all of the addresses: its nodes, its pods, or what its pods leave it with. */
function placeOf({ index }: DesignSide, cidrs: readonly string[]): string | undefined {
  const ranges = cidrs.flatMap((cidr) => looseCidr(cidr) ?? []);
  if (ranges.length === 0) return undefined;
  for (const { id, networks, egress } of index.clusters) {
    const leaving = [egress?.cluster, ...Object.values({ ...egress?.zones, ...egress?.namespaces })];
    const places: ReadonlyArray<readonly [string, readonly string[]]> = [
      ['egress', leaving.flatMap((addresses) => addresses ?? []).map((address) => hostCidr(address) ?? address)],
      ['nodes', networks?.nodes ?? []],
      ['pods', networks?.pods ?? []],
    ];
    const found = places.find(([, own]) =>
      ranges.every((range) =>
        isWithin(
          range,
          own.flatMap((cidr) => looseCidr(cidr) ?? []),
        ),
      ),
    );
    if (found !== undefined) return `${found[0]} of ${index.titleOf({ kind: 'cluster', id })} (${addressTitle(cidrs)})`;
  }
  return undefined;
}

function isWithin(range: Cidr | undefined, outer: readonly Cidr[]): boolean {
  return range !== undefined && outer.some((own) => contains(own, range));
}
