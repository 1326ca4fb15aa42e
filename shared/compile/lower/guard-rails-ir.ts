/**
 * The matrix of one cluster as guard rails, in no network plugin's words. They bound what policies of namespaces can
 * allow and allow nothing themselves: what is `permitted` here is left to the policies, what is `blocked` is denied
 * whatever any policy says.
 */
import type { Ref } from '../../model/index.ts';
import type { PeerIr } from './network-ir.ts';
import type { PortRangesIr } from './port-ranges.ts';

export interface GuardRailsIr {
  /** One for each zone that has namespaces in this cluster, outermost first. */
  readonly zones: readonly ZoneGuardIr[];
}

export interface ZoneGuardIr {
  readonly zone: string;
  /** Names of the zone's namespaces in this cluster, sorted, never empty: the pods that the guard holds. */
  readonly namespaces: readonly string[];
  /** Who may open connections to them. */
  readonly ingress: ZoneGuardSideIr;
  /** To whom they may open connections. */
  readonly egress: ZoneGuardSideIr;
  readonly causes: readonly Ref[];
}

/** One direction of one zone. Asked in the order of the fields; in each list the first entry that holds the peer decides. */
export interface ZoneGuardSideIr {
  /** Drawn flows that go through what is blocked below: those with an exception, and those that dial another port. */
  readonly passes: readonly GuardPassIr[];
  /** A pod of this cluster (or of its mesh) that no entry holds is denied: it belongs to no zone and not to the platform. */
  readonly pods: readonly GuardPodsIr[];
  /** Everything that is no pod of this cluster. The last entry holds every address of both families. */
  readonly addresses: readonly GuardAddressesIr[];
}

/** As narrow as the policy that it lets through: left to the policies although the zone's border is closed. */
export interface GuardPassIr {
  /** The name of that policy; with the namespace and the selector it is unique in its direction. */
  readonly name: string;
  /** The namespace, by its name in the cluster, of the pods that the guard holds. */
  readonly namespace: string;
  /** Their labels; empty means every pod of the namespace. */
  readonly selector: Readonly<Record<string, string>>;
  readonly grants: ReadonlyArray<{
    readonly peers: readonly PeerIr[];
    /** Never empty. */
    readonly ports: PortRangesIr;
  }>;
  readonly causes: readonly Ref[];
}

export interface GuardPodsIr {
  /**
   * `dns`: the DNS of the cluster, for zones that must not ask it. `same-zone`: left to the policies as a whole, since the
   * matrix has no diagonal. `zone`: another zone. `platform`: namespaces of Kubernetes itself, which the matrix does not know.
   */
  readonly kind: 'dns' | 'same-zone' | 'zone' | 'platform';
  /** For `same-zone` and `zone`. */
  readonly zone?: string;
  /** Where the pods are in another cluster of the same mesh: its id. Only a mesh's own kind of policy can name them. */
  readonly cluster?: string;
  readonly peer: Extract<PeerIr, { readonly kind: 'pods' }>;
  readonly permitted: PortRangesIr;
  /** Exactly the ports that are not permitted. */
  readonly blocked: PortRangesIr;
  readonly causes: readonly Ref[];
}

export interface GuardAddressesIr {
  /** Canonical CIDR, IPv4 first. Ranges of later entries may hold these; earlier entries are taken out of them. */
  readonly ranges: readonly string[];
  readonly permitted: PortRangesIr;
  /** Exactly the ports that are not permitted. */
  readonly blocked: PortRangesIr;
  readonly causes: readonly Ref[];
}
