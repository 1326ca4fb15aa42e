/** Which addresses the nodes have that run the pods of a zone, as far as a design says. */
import { parseCidr } from '../../lib/ip.ts';
import type { Cluster, Lookup } from '../../model/index.ts';

/**
 * Pods of a zone run on the pools of their zone alone. Their addresses are those of the pools where each of these says its
 * own; of the whole cluster otherwise. Families are decided one by one.
 */
export function nodesOfZone(lookup: Lookup, cluster: string, zone: string | undefined): readonly string[] {
  const record = lookup.get('cluster', cluster);
  const pools = zone === undefined ? [] : Object.values(record?.pools ?? {}).filter((p) => p.zone === zone);
  return both((family) => {
    const each = pools.map((p) => inFamily(p.addresses, family));
    const isSaid = each.length > 0 && each.every((own) => own.length > 0);
    return isSaid ? each.flat() : nodesInFamily(record, family);
  });
}

/** Every node of a cluster: its node networks, else what all of its pools say. */
export function nodesOfCluster(lookup: Lookup, cluster: string): readonly string[] {
  const record = lookup.get('cluster', cluster);
  return both((family) => nodesInFamily(record, family));
}

function nodesInFamily(cluster: Cluster | undefined, family: 4 | 6): readonly string[] {
  const said = inFamily(cluster?.networks?.nodes, family);
  if (said.length > 0 || cluster === undefined) return said;
  const each = Object.values(cluster.pools ?? {}).map((p) => inFamily(p.addresses, family));
  return each.every((own) => own.length > 0) ? each.flat() : [];
}

function both(ranges: (family: 4 | 6) => readonly string[]): readonly string[] {
  return [...new Set([...ranges(4), ...ranges(6)])];
}

function inFamily(ranges: readonly string[] | undefined, family: 4 | 6): readonly string[] {
  return (ranges ?? []).filter((r) => parseCidr(r)?.family === family);
}
