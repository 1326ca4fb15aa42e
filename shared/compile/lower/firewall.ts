/** Rows for the firewall team: one per address, port and family of a connection that crosses the border of a cluster. */
import { parseCidr } from '../../lib/ip.ts';
import { unique } from '../../lib/sort.ts';
import type { Entry, Flow, Ref } from '../../model/index.ts';
import { causes } from '../provenance.ts';
import type { ClusterScope } from '../scope.ts';
import type { RangePeer } from './addresses.ts';
import { type Draft, getOrMake, type PodEnd } from './draft.ts';
import type { FlowPortsAt } from './flow-ports.ts';
import type { FirewallEndIr, FirewallRowIr } from './network-ir.ts';

export interface Crossing {
  readonly flow: Entry<Flow>;
  readonly nat: FirewallRowIr['nat'];
  readonly sources: readonly RangePeer[];
  /** Who sends; several where they share the addresses. */
  readonly source: readonly NamedEnd[];
  readonly targets: readonly RangePeer[];
  readonly target: NamedEnd;
  readonly ports: FlowPortsAt;
  readonly causes: readonly Ref[];
}

export type NamedEnd = Omit<FirewallEndIr, 'address' | 'except'>;

export function firewallEnd({ cluster, namespace, workload }: PodEnd): NamedEnd {
  return { zone: namespace.zone ?? '', cluster: cluster.id, namespace: namespace.name, workload: workload?.id ?? '' };
}

export function pushFirewallRows(draft: Draft, cluster: string, crossing: Crossing): void {
  const rows = getOrMake(draft.firewall, cluster, (): FirewallRowIr[] => []);
  const { flow, nat, ports } = crossing;
  const source = shared(crossing.source);
  const about = {
    flow: flow.id,
    nat,
    purpose: flow.reason ?? '',
    owner: flow.owner ?? '',
    ticket: flow.ticket ?? '',
    until: flow.until ?? flow.exception?.until ?? '',
    enforcedBy: 'NetworkPolicy and firewall',
    causes: causes(crossing.causes),
  };
  for (const from of crossing.sources) {
    for (const to of crossing.targets) {
      if (parseCidr(from.cidr)?.family !== parseCidr(to.cidr)?.family) continue;
      const ends = {
        source: { ...source, address: from.cidr, except: from.except },
        destination: { ...crossing.target, address: to.cidr, except: to.except },
      };
      if (ports === 'all') rows.push({ ...about, ...ends, protocol: 'all' });
      else {
        for (const p of ports) {
          rows.push({ ...about, ...ends, protocol: p.protocol, dial: p.dial, target: { start: p.start, end: p.end } });
        }
      }
    }
  }
}

/** What an open zone lets its workloads do between two routed clusters: everything, from the pods of one to those of the other. */
export function pushZoneRows(
  draft: Draft,
  zone: string,
  from: { readonly id: string; readonly pods: readonly string[] },
  to: ClusterScope,
  because: readonly Ref[],
): void {
  const rows = getOrMake(draft.firewall, to.id, (): FirewallRowIr[] => []);
  const end = (cluster: string, address: string): FirewallEndIr => ({
    ...{ zone, cluster, namespace: '', workload: '', address },
    except: [],
  });
  for (const source of from.pods) {
    for (const target of to.cluster.networks?.pods ?? []) {
      if (parseCidr(source)?.family !== parseCidr(target)?.family) continue;
      rows.push({
        flow: '',
        source: end(from.id, source),
        destination: end(to.id, target),
        nat: 'none',
        protocol: 'all',
        purpose: `Inside zone ${zone}`,
        owner: '',
        ticket: '',
        until: '',
        enforcedBy: 'NetworkPolicy and firewall',
        causes: because,
      });
    }
  }
}

/** What all senders have in common; the rest stays empty, since a row speaks of all of them. */
function shared(ends: readonly NamedEnd[]): NamedEnd {
  const common = (key: keyof NamedEnd) => {
    const values = unique(ends.map((e) => e[key]));
    return values.length === 1 ? (values[0] ?? '') : '';
  };
  return {
    zone: common('zone'),
    cluster: common('cluster'),
    namespace: common('namespace'),
    workload: common('workload'),
  };
}
