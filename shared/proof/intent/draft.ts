/** What is gathered while a drawing is read for its connections: by cluster, then by the ends they belong to. */
import type { Lookup, Ref } from '../../model/index.ts';
import type { MeantPort, MeantPorts } from './ends.ts';
import type { Place } from './homes.ts';

/** Ranges, canonical CIDR, without the ranges in `except`. */
export interface MeantAddresses {
  readonly cidrs: readonly string[];
  readonly except: readonly string[];
}

export interface MeantAtEdge extends MeantAddresses {
  readonly ports: readonly MeantPorts[];
  readonly cause: Ref;
}

export interface MeantBetween {
  readonly from: Place;
  readonly to: Place;
  readonly ports: readonly MeantPort[];
  readonly cause: Ref;
}

export interface MeantByName {
  readonly from: Place;
  /** As they are drawn; `*` stands for any part. */
  readonly names: readonly string[];
  readonly ports: readonly MeantPorts[];
  readonly cause: Ref;
}

export type Meant = { readonly ports: readonly MeantPorts[]; readonly cause: Ref };
type Receivers = Map<string, Meant[]>;
type Senders = Map<string, Receivers>;
/** By cluster, workload and namespace. */
export type ByNamespace = Map<string, Map<string, Map<string, MeantPorts[]>>>;
/** By cluster, then workload. */
type Edges = Map<string, Map<string, MeantAtEdge[]>>;

/** What `ClusterIntent` and `Intent` have, while it is gathered. */
export interface Draft {
  readonly lookup: Lookup;
  readonly inside: Map<string, Senders>;
  readonly toNamespaces: ByNamespace;
  readonly fromNamespaces: ByNamespace;
  readonly outgoing: Edges;
  readonly incoming: Edges;
  readonly between: MeantBetween[];
  readonly byName: MeantByName[];
}

export function addAtNamespace(
  map: ByNamespace,
  { cluster, workload: id }: Place,
  namespace: string,
  ports: readonly MeantPorts[],
): void {
  const byWorkload = getOr(map, cluster, (): Map<string, Map<string, MeantPorts[]>> => new Map());
  const byNamespace = getOr(byWorkload, id, (): Map<string, MeantPorts[]> => new Map());
  getOr(byNamespace, namespace, (): MeantPorts[] => []).push(...ports);
}

export function addInside(
  inside: Map<string, Senders>,
  cluster: string,
  from: string,
  to: string,
  ports: readonly MeantPorts[],
  cause: Ref,
): void {
  const senders = getOr(inside, cluster, (): Senders => new Map());
  const receivers = getOr(senders, from, (): Receivers => new Map());
  getOr(receivers, to, (): Meant[] => []).push({ ports, cause });
}

export function atEdge(edges: Edges, { cluster, workload: id }: Place, meant: MeantAtEdge): void {
  const byWorkload = getOr(edges, cluster, (): Map<string, MeantAtEdge[]> => new Map());
  getOr(byWorkload, id, (): MeantAtEdge[] => []).push(meant);
}

function getOr<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
