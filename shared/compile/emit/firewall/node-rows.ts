/**
 * What nodes need of each other where a firewall may stand between them: the API server, kubelets and the network plugin of a
 * cluster whose zones have node addresses of their own, and the nodes of the clusters of a mesh. Ranges that overlap are one
 * network, which no firewall divides. Source: kubernetes.io, "Ports and Protocols"; those of the network plugins stand in the catalogue.
 */
import { type ClusterPort, ciliumInfo, distributionInfo, pluginPorts } from '../../../catalog/index.ts';
import { overlaps, parseCidr } from '../../../lib/ip.ts';
import { unique } from '../../../lib/sort.ts';
import { apiServerAddresses, apiServerPort, type Ref, ref } from '../../../model/index.ts';
import type { ClusterIr } from '../../ir.ts';
import { allNodes, hostRanges, zoneNodes } from '../../lower/addresses.ts';
import { sameMesh } from '../../lower/mesh.ts';
import type { FirewallRowIr } from '../../lower/network-ir.ts';

/** Nodes with the same addresses, and the zones whose nodes they are. */
interface NodeNetwork {
  readonly cluster: string;
  readonly zones: readonly string[];
  /** Canonical CIDR. */
  readonly ranges: readonly string[];
}

const kubelet: readonly ClusterPort[] = [{ protocol: 'TCP', port: 10250 }];
/** Its API server, behind a load balancer and on node ports. */
const clusterMesh: readonly ClusterPort[] = [
  { protocol: 'TCP', port: 2379 },
  { protocol: 'TCP', port: 32379 },
];

export function nodeRows(clusters: readonly ClusterIr[]): FirewallRowIr[] {
  return clusters.flatMap((ir) => [
    ...insideCluster(ir),
    ...clusters.flatMap((other) => (other.id === ir.id ? [] : insideMesh(ir, other))),
  ]);
}

function insideCluster(ir: ClusterIr): FirewallRowIr[] {
  const { cluster } = ir;
  const networks = networksOf(ir);
  const zone = cluster.controlPlane?.zone ?? (ir.zones.length === 1 ? ir.zones[0]?.id : undefined);
  const plane = (ranges: readonly string[]): NodeNetwork => ({
    cluster: ir.id,
    zones: zone === undefined ? [] : [zone],
    ranges,
  });
  const servers = hostRanges(apiServerAddresses(cluster));
  // Kubelets dial the address of the cluster, which may be that of a load balancer in front of the servers.
  const dialled = unique([...hostRanges(cluster.api === undefined ? [] : [cluster.api.address]), ...servers]);
  const api: readonly ClusterPort[] = [
    { protocol: 'TCP', port: apiServerPort(cluster) },
    ...distributionInfo(cluster.distribution).joinPorts,
  ];
  return networks.flatMap((nodes) => [
    ...rowsBetween(ir, nodes, plane(dialled), api, 'Nodes call their API server'),
    ...rowsBetween(ir, plane(servers), nodes, kubelet, 'The API server calls kubelets'),
    ...networks.flatMap((others) =>
      others === nodes
        ? []
        : rowsBetween(ir, nodes, others, pluginPorts(cluster)?.usual ?? [], 'The network plugin between nodes'),
    ),
  ]);
}

function insideMesh(ir: ClusterIr, other: ClusterIr): FirewallRowIr[] {
  if (!sameMesh(ir.cluster, other.cluster) || [ir, other].some((c) => ciliumInfo(c.cluster)?.mesh !== true)) return [];
  const ports = [...clusterMesh, ...(pluginPorts(ir.cluster)?.usual ?? [])];
  return networksOf(ir).flatMap((nodes) =>
    networksOf(other).flatMap((others) => rowsBetween(ir, nodes, others, ports, 'Nodes of one mesh')),
  );
}

/** In the order of the zones. A cluster that says no pools has nodes of all of its zones anywhere. */
function networksOf({ id, cluster, zones }: ClusterIr): NodeNetwork[] {
  const pools = Object.values(cluster.pools ?? {});
  if (pools.length === 0) return [{ cluster: id, zones: zones.map((z) => z.id), ranges: allNodes(cluster) }];
  const found = new Map<string, NodeNetwork>();
  for (const zone of zones) {
    if (!pools.some((pool) => pool.zone === zone.id)) continue;
    const ranges = zoneNodes(cluster, zone.id);
    const key = ranges.join();
    found.set(key, { cluster: id, zones: [...(found.get(key)?.zones ?? []), zone.id], ranges });
  }
  return [...found.values()];
}

function rowsBetween(
  ir: ClusterIr,
  from: NodeNetwork,
  to: NodeNetwork,
  ports: readonly ClusterPort[],
  purpose: string,
): FirewallRowIr[] {
  // One zone has no firewall inside.
  if (from.cluster === to.cluster && from.zones.length === 1 && from.zones.join() === to.zones.join()) return [];
  const because: Ref[] = [
    ...unique([from.cluster, to.cluster]).map((id) => ref('cluster', id)),
    ...unique([...from.zones, ...to.zones])
      .filter((id) => ir.lookup.get('zone', id) !== undefined)
      .map((id) => ref('zone', id)),
  ];
  return from.ranges.flatMap((source) =>
    to.ranges.flatMap((target) =>
      isOneNetwork(source, target)
        ? []
        : ports.flatMap(({ protocol, port }): FirewallRowIr[] => {
            // IP-in-IP carries IPv4 between IPv4.
            if (protocol === 'IPIP' && source.includes(':')) return [];
            const range = port === undefined ? undefined : { start: port, end: port };
            const row: FirewallRowIr = {
              flow: '',
              source: endOf(from, source),
              destination: endOf(to, target),
              nat: 'none',
              protocol,
              ...(range !== undefined && { dial: range, target: range }),
              purpose: protocol === 'ICMP' ? `${purpose} by ping` : purpose,
              owner: '',
              ticket: '',
              until: '',
              enforcedBy: 'firewall',
              causes: because,
            };
            return [row];
          }),
    ),
  );
}

function endOf({ cluster, zones }: NodeNetwork, address: string): FirewallRowIr['source'] {
  return { zone: zones.join(' '), cluster, namespace: '', workload: '', address, except: [] };
}

/** Also where the families differ, between which nothing is sent. */
function isOneNetwork(a: string, b: string): boolean {
  const [one, other] = [parseCidr(a), parseCidr(b)];
  return one === undefined || other === undefined || one.family !== other.family || overlaps(one, other);
}
