/**
 * The edge of a cluster: every workload against every piece of the address space that drawing or manifests tell apart, in
 * the direction in which the cluster's own policies judge.
 */
import { memo } from '../lib/memo.ts';
import { type Lookup, type Ref, refKey } from '../model/index.ts';
import { asCidrs, type Direction, type PortRange, type Reach } from '../reach/index.ts';
import type { EndsOfCluster } from './ends.ts';
import { distinct, type Finding, type Findings, letThroughBy } from './findings.ts';
import type { MeantAtEdge } from './intent/index.ts';
import { holder, type NodePieces, nodePieces } from './plugin.ts';

interface Difference {
  readonly set: number;
  readonly kind: Finding['kind'];
  readonly pieces: number[];
  readonly causes: Ref[];
  readonly reason?: string;
}

const halfNodes =
  'it means some of the nodes and not all of them; to Cilium nodes are no addresses, and whether a range can mean some depends on its policyCIDRMatchMode';
const farNodes =
  'Cilium knows the nodes of all clusters of a mesh as nodes and does not tell them apart; with externalTrafficPolicy Local no rule has to name nodes';

/** What stands between meaning and manifests at one workload in one direction: nothing for pieces where they agree. */
interface Compared {
  readonly differences: readonly Difference[];
  /** Causes of meanings that hold somewhere, as keys. */
  readonly agreed: ReadonlySet<string>;
}

export function proveEdge(index: Lookup, { cluster, own, reach, things }: EndsOfCluster, findings: Findings): number {
  let equal = 0;
  const { pieces } = reach;
  const { classOf } = reach.classes;
  const pieceThings = pieces.map((_, i) => reach.pods.length + i);
  const compare = edgeComparer(reach, nodePieces(index, cluster, pieces));
  const judge = (
    id: string,
    direction: Direction,
    meant: readonly MeantAtEdge[],
    allowedAt: (piece: number) => number,
  ) => {
    const { differences, agreed } = compare(meant, (piece) => allowedAt(pieceThings[piece] ?? 0));
    equal += agreed.size;
    const isHidden = reach.pods[things.get(id) ?? -1]?.hostNetwork === true;
    for (const { kind, set, pieces: found, causes, reason } of differences) {
      const addresses = { cidrs: asCidrs(found.flatMap((i) => pieces[i] ?? [])) };
      const [from, to] = direction === 'egress' ? [{ workload: id }, addresses] : [addresses, { workload: id }];
      const base = { cluster, from, to, ports: reach.ports.ranges(set), causes: distinct(causes) };
      findings.add(
        isHidden
          ? {
              kind: 'cannot-say',
              ...base,
              reason: `workload “${id}” is on the host network, where policies do not hold`,
            }
          : { kind, ...base, ...(reason !== undefined && { reason }) },
        () => (kind === 'extra' && !isHidden ? explain(id, direction, found[0] ?? 0, base.ports) : {}),
      );
    }
  };
  const explain = (id: string, direction: Direction, piece: number, open: readonly PortRange[]) => {
    const ends = [things.get(id) ?? 0, pieceThings[piece] ?? 0] as const;
    const [from, to] = direction === 'egress' ? ends : [ends[1], ends[0]];
    return letThroughBy(reach, from, to, open, direction);
  };
  const rowFrom = memo((id: number) => reach.row(id).slice());
  for (const id of own.workloads) {
    const thing = things.get(id);
    if (thing === undefined) continue;
    const at = classOf[thing] ?? 0;
    const row = reach.row(at).slice();
    judge(id, 'egress', own.outgoing.get(id) ?? [], (piece) => row[classOf[piece] ?? 0] ?? 0);
    judge(id, 'ingress', own.incoming.get(id) ?? [], (piece) => rowFrom(classOf[piece] ?? 0)[at] ?? 0);
  }
  return equal;
}

function edgeComparer({ ports, pieces }: Reach, nodes: NodePieces | undefined) {
  return (meantHere: readonly MeantAtEdge[], allowedAt: (piece: number) => number): Compared => {
    const members = meantHere.map((m) => {
      const inside = holder(m);
      const own = nodes?.own ?? [];
      const holdsNodes = own.length > 0 && own.every((i) => pieces[i] !== undefined && inside(pieces[i]));
      return { ...m, inside, set: ports.of(m.ports), holdsNodes };
    });
    const all = (of: typeof members) => of.reduce((sum, m) => ports.union(sum, m.set), 0);
    // To a plugin that knows nodes by identity, rules mean all of them or none; the API server is told from them.
    const withServer = all(members.filter((m) => m.cidrs.every((cidr) => nodes?.server.includes(cidr))));
    const withNodes = all(members.filter((m) => m.holdsNodes));
    const open = new Map<string, Difference>();
    const agreed = new Set<string>();
    pieces.forEach((piece, i) => {
      const fitting = members.filter((m) => m.inside(piece));
      const meant = all(fitting);
      const allowed = allowedAt(i);
      if (meant === allowed) {
        if (meant !== 0) for (const m of fitting) agreed.add(refKey(m.cause));
        return;
      }
      const note = (kind: Difference['kind'], set: number, reason?: string) => {
        if (set === 0) return;
        const key = `${kind} ${set} ${reason ?? ''}`;
        const known = open.get(key) ?? { set, kind, pieces: [], causes: [], ...(reason !== undefined && { reason }) };
        open.set(key, known);
        known.pieces.push(i);
        known.causes.push(...fitting.map((m) => m.cause));
      };
      const [extra, missing] = [ports.subtract(allowed, meant), ports.subtract(meant, allowed)];
      const isNode = nodes?.all.has(i) === true;
      // The nodes of other clusters of the mesh have the identity of nodes as well.
      const far = isNode && !nodes?.own.includes(i) ? ports.intersect(extra, withNodes) : 0;
      note('extra', ports.subtract(extra, far));
      note('extra-by-address', far, farNodes);
      const named = nodes?.servers.has(i) === true ? ports.union(withNodes, withServer) : withNodes;
      const half = isNode ? ports.subtract(missing, named) : 0;
      note('missing', ports.subtract(missing, half));
      note('cannot-say', half, halfNodes);
    });
    return { differences: [...open.values()], agreed };
  };
}
