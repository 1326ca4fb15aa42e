/**
 * Between clusters: the addresses each side sees, and what its own policies say about them. In a mesh that knows identities,
 * the other pods themselves.
 */
import { hosts, nodesOfCluster, seenFrom, thingOf } from '../proof/index.ts';
import { type Change, type DirectionExplanation, explain, type Protocol } from '../reach/index.ts';
import { inRange, isHiddenByNodes, isRouted, type Meeting, type ReachModel } from './reach-model.ts';

export interface CrossingLeg {
  readonly direction: DirectionExplanation;
  /** The address or range that stands for the other side, or its name where it is known by identity. */
  readonly address: string;
  /** The port on this leg: what is dialled, or the port of the pod. */
  readonly what: string;
  readonly smallestChange: readonly Change[];
}

export interface Crossing {
  /** True where both plugins know the pods of the other cluster. */
  readonly byIdentity: boolean;
  /** Why the sender has nothing to dial. */
  readonly noAddress: string;
  /** What would give it something. */
  readonly addressNeeded: string;
  /** Leaving and entering, for a port of the receiver's pods; undefined where a side sees no address. */
  legsFor(protocol: Protocol, port: number): readonly [CrossingLeg | undefined, CrossingLeg | undefined];
}

/** Undefined where one of the clusters does not hold its workload. */
export function crossing(model: ReachModel, [a, b]: Meeting, from: string, to: string): Crossing | undefined {
  const { index } = model;
  const [sender, receiver] = [a.things.get(from), b.things.get(to)];
  const target = index.get('workload', to);
  if (sender === undefined || receiver === undefined || target === undefined) return undefined;
  const far = thingOf(index, a.reach, to, b.cluster);
  const seen = thingOf(index, b.reach, from, a.cluster);
  if (far !== undefined && seen !== undefined)
    return {
      byIdentity: true,
      noAddress: '',
      addressNeeded: '',
      legsFor: (protocol, port) => {
        const what = `${protocol} ${port}`;
        const title = (id: string, cluster: string) =>
          `${index.titleOf({ kind: 'workload', id })} in cluster “${cluster}”`;
        const out = explain(a.reach, sender, far, protocol, port);
        const into = explain(b.reach, seen, receiver, protocol, port);
        return [
          leg(out.directions[0], title(to, b.cluster), what, out.smallestChange),
          leg(into.directions[1], title(from, a.cluster), what, into.smallestChange),
        ];
      },
    };
  const networks = index.get('cluster', b.cluster)?.networks;
  const routed = isRouted(model, a.cluster, b.cluster);
  const dialled = routed ? (networks?.pods ?? []) : hosts(target.service?.addresses ?? []);
  const arriving =
    !routed && isHiddenByNodes(model, to)
      ? nodesOfCluster(index, b.cluster)
      : seenFrom(index, { cluster: a.cluster, workload: from });
  const dialOf = (protocol: Protocol, port: number): number => {
    if (routed) return port;
    const found = Object.entries(target.ports ?? {}).find(
      ([, p]) => p.port === port && (p.protocol ?? 'TCP') === protocol,
    );
    const name = found?.[0] ?? '';
    const { service } = target;
    return (service?.type === 'NodePort' ? service.nodePorts?.[name] : undefined) ?? service?.ports?.[name] ?? port;
  };
  return {
    byIdentity: false,
    noAddress: routed
      ? `Cluster “${b.cluster}” names no network for its pods, so there is nothing to dial.`
      : `“${index.titleOf({ kind: 'workload', id: to })}” has no service with an address that other clusters could dial.`,
    addressNeeded: routed
      ? `Say in the design which network the pods of “${b.cluster}” have.`
      : `Give “${index.titleOf({ kind: 'workload', id: to })}” a service with an address in the design.`,
    legsFor: (protocol, port) => {
      const dial = dialOf(protocol, port);
      return [
        best(dialled, (cidr) =>
          inRange(a.reach, [cidr]).map((piece) => {
            const { directions, ...rest } = explain(a.reach, sender, piece, protocol, dial);
            return leg(directions[0], bare(cidr), `${protocol} ${dial}`, rest.smallestChange);
          }),
        ),
        best(arriving, (cidr) =>
          inRange(b.reach, [cidr]).map((piece) => {
            const { directions, ...rest } = explain(b.reach, piece, receiver, protocol, port);
            return leg(directions[1], bare(cidr), `${protocol} ${port}`, rest.smallestChange);
          }),
        ),
      ];
    },
  };
}

function leg(
  direction: DirectionExplanation,
  address: string,
  what: string,
  smallestChange: readonly Change[],
): CrossingLeg {
  return { direction, address, what, smallestChange };
}

/** A single address without its prefix length. */
function bare(cidr: string): string {
  return cidr.replace(cidr.includes(':') ? /\/128$/ : /\/32$/, '');
}

/** One address that is let through is enough; otherwise the first says why not. */
function best(cidrs: readonly string[], legsAt: (cidr: string) => readonly CrossingLeg[]): CrossingLeg | undefined {
  const all = cidrs.flatMap(legsAt);
  return all.find((found) => found.direction.verdict === 'allowed') ?? all[0];
}
