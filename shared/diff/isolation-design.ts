/** Facts of isolation that only a design states: what zones share, and how others see them. */
import { lookup, type Topology } from '../model/index.ts';
import { gradeOfZone } from './classify-context.ts';
import { compareGrade, type Grade } from './entry.ts';
import { own } from './fields.ts';
import type { IsolationFact } from './isolation.ts';

export function factsOfDesign(topology: Topology): IsolationFact[] {
  return [
    ...sharedNodes(topology),
    ...nodesOfZones(topology),
    ...sharedStorage(topology),
    ...sharedAddresses(topology),
  ];
}

type Pair = readonly [string, string];

/** Two zones are furthest apart in clusters of their own, then on nodes of their own, then on nodes they share. */
function sharedNodes(topology: Topology): IsolationFact[] {
  const index = lookup(topology);
  return zonePairs(topology).map(([a, b]): IsolationFact => {
    const both = index.clusters.filter((c) => [a, b].every((zone) => index.zonesOfCluster(c.id).includes(zone)));
    const mixed = both.filter((c) => index.poolsOf(c.id).length === 0);
    const names = (clusters: ReadonlyArray<{ readonly id: string }>) => clusters.map((c) => c.id).join(', ');
    return {
      key: `nodes/${a}/${b}`,
      rank: both.length === 0 ? 2 : mixed.length === 0 ? 1 : 0,
      state:
        both.length === 0
          ? 'no cluster holds both'
          : mixed.length === 0
            ? `they are in one cluster (${names(both)}), each on its own nodes`
            : `they share the nodes of ${names(mixed)}`,
      ...pairOf(topology, [a, b]),
      about: 'strength',
      sources: [
        ...both.flatMap((c) => [`cluster:${c.id}`, ...index.poolsOf(c.id).map((pool) => `pool:${pool.id}`)]),
        ...[a, b].flatMap((zone) => index.namespacesOfZone(zone).map((n) => `namespace:${n.id}`)),
      ],
    };
  });
}

/** Whether a zone has nodes where it has namespaces; without them its pods wait. */
function nodesOfZones(topology: Topology): IsolationFact[] {
  const index = lookup(topology);
  return index.clusters.flatMap((cluster) =>
    index.zonesOfCluster(cluster.id).flatMap((zone): IsolationFact[] => {
      const pools = index.poolsOf(cluster.id);
      if (pools.length === 0 || !index.namespacesOfCluster(cluster.id).some((n) => n.zone === zone)) return [];
      const own = pools.filter((pool) => pool.zone === zone);
      return [
        {
          key: `home/${cluster.id}/${zone}`,
          rank: own.length === 0 ? 1 : 0,
          state: own.length === 0 ? `its pods find no node in ${cluster.id}` : `its pods have nodes in ${cluster.id}`,
          subject: { kind: 'zone', id: zone },
          title: index.titleOf({ kind: 'zone', id: zone }),
          zones: [zone],
          grade: gradeOfZone(zone, topology),
          about: 'possible',
          sources: pools.map((pool) => `pool:${pool.id}`),
        },
      ];
    }),
  );
}

/** Zones that write to one place read each other's data as far as that place lets them. */
function sharedStorage(topology: Topology): IsolationFact[] {
  const index = lookup(topology);
  const endpoints = topology.storage?.endpoints ?? {};
  const placesOf = (zone: string) => {
    const found = new Map<string, string[]>();
    for (const id of index.get('zone', zone)?.storageClasses ?? []) {
      const endpoint = index.get('class', id)?.endpoint;
      const record = index.get('endpoint', endpoint);
      if (endpoint === undefined || record === undefined) continue;
      const places = [endpoint, ...(record.addresses ?? []).map((a) => `${a} ${record.export ?? ''}`)];
      for (const place of places)
        found.set(place, [...(found.get(place) ?? []), `class:${id}`, `endpoint:${endpoint}`]);
    }
    return found;
  };
  const places = new Map(index.zones.map((zone) => [zone.id, placesOf(zone.id)]));
  const shared = zonePairs(topology).map(([a, b]): IsolationFact => {
    const [x, y] = [places.get(a), places.get(b)];
    const common = [...(x?.keys() ?? [])].filter((place) => y?.has(place)).sort();
    const names = common.map((place) => place.trim()).filter((place) => Object.hasOwn(endpoints, place));
    const shown = names.length > 0 ? names : common.map((place) => place.trim());
    return {
      key: `storage/${a}/${b}`,
      rank: common.length === 0 ? 1 : 0,
      state: common.length === 0 ? 'they share no storage' : `they share storage endpoint ${shown.join(', ')}`,
      ...pairOf(topology, [a, b]),
      about: 'strength',
      sources: [...[x, y].flatMap((own) => [...(own?.values() ?? [])].flat()), `zone:${a}`, `zone:${b}`],
    };
  });
  const foreign = index.zones.map((zone): IsolationFact => {
    const elsewhere = (zone.storageClasses ?? []).flatMap((id) => {
      const endpoint = index.get('class', id)?.endpoint;
      const home = index.get('endpoint', endpoint)?.zone;
      return home === undefined || home === zone.id ? [] : [{ id, endpoint: endpoint ?? '', home }];
    });
    return {
      key: `storage-home/${zone.id}`,
      rank: -elsewhere.length,
      state:
        elsewhere.length === 0
          ? 'its volumes stand in the zone'
          : `its volumes stand in other zones (${elsewhere.map((e) => `${e.endpoint} in ${e.home}`).join(', ')})`,
      subject: { kind: 'zone', id: zone.id },
      title: index.titleOf({ kind: 'zone', id: zone.id }),
      zones: [zone.id],
      grade: gradeOfZone(zone.id, topology),
      about: 'strength',
      sources: [
        ...(zone.storageClasses ?? []).flatMap((id) => [
          `class:${id}`,
          `endpoint:${index.get('class', id)?.endpoint ?? ''}`,
        ]),
        `zone:${zone.id}`,
      ],
    };
  });
  return [...shared, ...foreign];
}

/** Zones whose pods leave their cluster under one address cannot be told apart by whoever receives them. */
function sharedAddresses(topology: Topology): IsolationFact[] {
  const index = lookup(topology);
  if (index.clusters.length < 2) return [];
  const seen = (zone: string) => {
    const found = new Map<string, string>();
    for (const namespace of index.namespacesOfZone(zone)) {
      const cluster = index.get('cluster', namespace.cluster);
      if (cluster === undefined || cluster.seenAs === 'mesh' || cluster.seenAs === 'routed') continue;
      const { egress } = cluster;
      const fixed = [own(egress?.namespaces, namespace.id), own(egress?.zones, zone), egress?.cluster].find(
        Array.isArray,
      );
      const addresses: readonly string[] =
        cluster.seenAs === 'egress' ? (fixed ?? []) : (cluster.networks?.nodes ?? []);
      for (const address of addresses) found.set(address, namespace.cluster);
    }
    return found;
  };
  const byZone = new Map(index.zones.map((zone) => [zone.id, seen(zone.id)]));
  return zonePairs(topology).map(([a, b]): IsolationFact => {
    const [x, y] = [byZone.get(a), byZone.get(b)];
    const common = [...(x?.keys() ?? [])].filter((address) => y?.has(address)).sort();
    return {
      key: `seen/${a}/${b}`,
      rank: common.length === 0 ? 1 : 0,
      state:
        common.length === 0
          ? 'other clusters tell them apart by address'
          : `other clusters see both under ${common.join(', ')}`,
      ...pairOf(topology, [a, b]),
      about: 'strength',
      sources: [...new Set([...(x?.values() ?? []), ...(y?.values() ?? [])])].map((cluster) => `cluster:${cluster}`),
    };
  });
}

function zonePairs(topology: Topology): Pair[] {
  const zones = lookup(topology)
    .zones.map((zone) => zone.id)
    .sort();
  return zones.flatMap((a, i) => zones.slice(i + 1).map((b): Pair => [a, b]));
}

function pairOf(topology: Topology, [a, b]: Pair): Pick<IsolationFact, 'subject' | 'title' | 'zones' | 'grade'> {
  const index = lookup(topology);
  const grades: Grade[] = [gradeOfZone(a, topology), gradeOfZone(b, topology)];
  return {
    subject: { kind: 'zone', id: `${a}, ${b}` },
    title: `${index.titleOf({ kind: 'zone', id: a })} and ${index.titleOf({ kind: 'zone', id: b })}`,
    zones: [a, b],
    grade: grades.sort(compareGrade)[0] ?? 'low',
  };
}
