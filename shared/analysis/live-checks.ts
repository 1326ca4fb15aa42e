/** Connections to try in the real cluster: each that is drawn has to work, and a share of those that are not has to fail. */
import { type Lookup, lookup, protocolOf, type Topology, type WorkloadKind, type Zone } from '../model/index.ts';
import { type ClusterIntent, intentOf } from '../proof/index.ts';

export interface CheckEnd {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
  /** Labels that select its pods. */
  readonly selector: Readonly<Record<string, string>>;
}

export interface LiveCheck {
  readonly name: string;
  readonly from: CheckEnd;
  readonly to: CheckEnd;
  readonly protocol: 'TCP' | 'UDP';
  readonly port: number;
  readonly isAllowed: boolean;
  /** The zone of the sender, where it takes only some images: also for the container that tries. */
  readonly images?: { readonly zone: string } & NonNullable<Zone['images']>;
}

export interface ClusterChecks {
  readonly cluster: string;
  readonly checks: readonly LiveCheck[];
  /** Pairs that have to fail and are not among the checks, because there are so many. */
  readonly leftOut: number;
}

/** How many connections of a cluster that have to fail are tried. */
export const mostDenied = 300;

/** Only ports that the receiver lists are tried: on others nobody listens, and a refusal would say nothing. */
export function liveChecks(topology: Topology): ClusterChecks[] {
  const index = lookup(topology);
  return [...intentOf(index).clusters.values()].map((own) => checksOf(index, own));
}

function checksOf(index: Lookup, own: ClusterIntent): ClusterChecks {
  // What runs to an end has no pods to try from, and pods on the host network are held by no policy.
  const tried = own.workloads.filter((id) => {
    const workload = index.get('workload', id);
    const isLasting = workload?.kind !== 'Job' && workload?.kind !== 'CronJob';
    return isLasting && workload?.hostNetwork !== true && (workload?.replicas ?? 1) > 0;
  });
  const allowed: LiveCheck[] = [];
  const denied: LiveCheck[] = [];
  for (const from of tried) {
    for (const to of tried) {
      if (from === to) continue;
      const zone = index.zoneOf({ kind: 'workload', id: from });
      const images = limitedImages(index, zone);
      const isOpen =
        zone !== undefined && own.openZones.has(zone) && index.zoneOf({ kind: 'workload', id: to }) === zone;
      const meant = (own.inside.get(from)?.get(to) ?? []).flatMap((m) => m.ports);
      for (const port of Object.values(index.get('workload', to)?.ports ?? {})) {
        const protocol = protocolOf(port);
        if (protocol === 'SCTP') continue;
        const isAllowed =
          isOpen || meant.some((m) => m.protocol === protocol && m.start <= port.port && port.port <= m.end);
        // Over UDP silence is no refusal, so only what has to work is tried.
        if (!isAllowed && protocol === 'UDP') continue;
        (isAllowed ? allowed : denied).push({
          name: `${from}-to-${to}-${protocol.toLowerCase()}-${port.port}`,
          from: endOf(index, from),
          to: endOf(index, to),
          protocol,
          port: port.port,
          isAllowed,
          ...(images && { images }),
        });
      }
    }
  }
  // Spread over all of them, so that no sender and no receiver is forgotten.
  const step = Math.max(1, Math.ceil(denied.length / mostDenied));
  const chosen = denied.filter((_, i) => i % step === 0);
  return { cluster: own.cluster, checks: [...allowed, ...chosen], leftOut: denied.length - chosen.length };
}

function limitedImages(index: Lookup, zone: string | undefined): LiveCheck['images'] {
  const images = index.get('zone', zone)?.images;
  const isLimited = images?.registries !== undefined || (images?.pin ?? 'none') !== 'none';
  return zone !== undefined && isLimited ? { zone, ...images } : undefined;
}

function endOf(index: Lookup, id: string): CheckEnd {
  const workload = index.get('workload', id);
  return {
    kind: workload?.kind ?? 'Deployment',
    namespace: index.nameOf({ kind: 'namespace', id: workload?.namespace ?? '' }),
    name: index.nameOf({ kind: 'workload', id }),
    selector: index.selectorOf(id),
  };
}
