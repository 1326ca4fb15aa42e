/**
 * What NetworkPolicy cannot say in a cluster whose network plugin knows peers by identity: pods of other clusters of the
 * mesh, hosts by DNS name, nodes and the API server. There a range of addresses never means a node, however wide it is.
 */
import { ciliumInfo } from '../../catalog/index.ts';
import { cidrAt, contains, formatCidr, overlaps, parseCidr } from '../../lib/ip.ts';
import type { ClusterIr } from '../ir.ts';
import { allNodes } from '../lower/addresses.ts';
import { sameMesh } from '../lower/mesh.ts';
import type { GrantIr, PeerIr, RuleIr } from '../lower/network-ir.ts';

type RangePeer = Extract<PeerIr, { readonly kind: 'range' }>;

export interface IdentityGrant {
  /** Pods of other clusters. */
  readonly pods: ReadonlyArray<Extract<PeerIr, { readonly kind: 'pods' }>>;
  readonly names: readonly string[];
  readonly nodes: boolean;
  readonly apiServer: boolean;
  readonly ports: GrantIr['ports'];
}

export interface SplitRule {
  /** What NetworkPolicy says; grants without a peer left are gone. */
  readonly byAddress: readonly GrantIr[];
  readonly byIdentity: readonly IdentityGrant[];
  /** Ranges of the rule that hold some of the cluster's nodes and not all of them, so that nothing can name these. */
  readonly halfNodes: readonly string[];
}

export function splitRule(ir: Pick<ClusterIr, 'cluster' | 'lookup'>, rule: RuleIr): SplitRule {
  if (ciliumInfo(ir.cluster) === undefined) return { byAddress: rule.grants, byIdentity: [], halfNodes: [] };
  const nodes = allNodes(ir.cluster);
  // Nodes of every cluster of the mesh have the identity of a node.
  const meshNodes = ir.lookup.clusters.flatMap((c) =>
    c.id === ir.cluster.id || sameMesh(c, ir.cluster) ? allNodes(c) : [],
  );
  const byAddress: GrantIr[] = [];
  const byIdentity: IdentityGrant[] = [];
  const halfNodes: string[] = [];
  for (const { peers, ports } of rule.grants) {
    const ranges = peers.filter((p): p is RangePeer => p.kind === 'range' && p.isApiServer !== true);
    const holdsNodes = nodes.length > 0 && nodes.every((cidr) => holdsRange(ranges, cidr));
    if (!holdsNodes)
      halfNodes.push(...ranges.filter((r) => meshNodes.some((cidr) => touches(r, cidr))).map((r) => r.cidr));
    const plain = peers.filter((peer) =>
      peer.kind === 'pods' ? peer.cluster === undefined : peer.kind === 'range' && isPlain(peer, meshNodes),
    );
    if (plain.length > 0) byAddress.push({ peers: plain, ports });
    const identities = {
      pods: peers.flatMap((peer) => (peer.kind === 'pods' && peer.cluster !== undefined ? [peer] : [])),
      names: peers.flatMap((peer) => (peer.kind === 'names' ? peer.names : [])),
      nodes: holdsNodes,
      apiServer: peers.some((peer) => peer.kind === 'range' && peer.isApiServer === true),
    };
    if (identities.pods.length + identities.names.length > 0 || identities.nodes || identities.apiServer)
      byIdentity.push({ ...identities, ports });
  }
  return { byAddress, byIdentity, halfNodes };
}

/** False for the API server and for ranges that hold nothing but nodes: as a range they would match nobody. */
function isPlain(peer: RangePeer, nodes: readonly string[]): boolean {
  return peer.isApiServer !== true && !nodes.some((cidr) => isInside(cidr, peer.cidr));
}

function isInside(outer: string, inner: string): boolean {
  const [a, b] = [parseCidr(outer), parseCidr(inner)];
  return a !== undefined && b !== undefined && contains(a, b);
}

function touches(peer: RangePeer, range: string): boolean {
  const [own, other] = [parseCidr(peer.cidr), parseCidr(range)];
  if (own === undefined || other === undefined || !overlaps(own, other)) return false;
  return !peer.except.some((hole) => isInside(hole, range) || isInside(hole, peer.cidr));
}

/** Whether every address of the range is in one of the peers. */
export function holdsRange(peers: readonly RangePeer[], range: string): boolean {
  const whole = parseCidr(range);
  if (whole === undefined) return false;
  const near = peers.filter((peer) => touches(peer, range));
  if (near.length === 0) return false;
  const isWhole = near.some(
    (peer) =>
      isInside(peer.cidr, range) &&
      peer.except.every((hole) => {
        const cut = parseCidr(hole);
        return cut === undefined || !overlaps(cut, whole);
      }),
  );
  if (isWhole) return true;
  if (whole.prefix >= (whole.family === 4 ? 32 : 128)) return false;
  const half = (start: bigint) => formatCidr(cidrAt(whole.family, start, whole.prefix + 1));
  return holdsRange(near, half(whole.start)) && holdsRange(near, half(whole.end));
}
