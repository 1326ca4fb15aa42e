/** Permitted connections per end and direction: what the lowering of the network hands to its emitters. */

import type { PortlessProtocol } from '../../catalog/index.ts';
import type { Protocol, Ref } from '../../model/index.ts';
import type { CoverageNote } from '../bundle.ts';
import type { PortRangesIr } from './port-ranges.ts';

/** An inclusive range of ports of the pod, or a port by the name it has at the pod. */
export interface PortIr {
  readonly protocol: Protocol;
  readonly port: number | string;
  /** Only with a number. */
  readonly endPort?: number;
}

export type PeerIr =
  | {
      readonly kind: 'pods';
      /** Names in their cluster, sorted, never empty. */
      readonly namespaces: readonly string[];
      /** Labels that the pods carry; empty means every pod of the namespaces. */
      readonly selector: Readonly<Record<string, string>>;
      /** Another cluster of the same mesh: its id, and its name in the mesh. Only a mesh's own kind of policy can name it. */
      readonly cluster?: string;
    }
  | {
      readonly kind: 'names';
      /** DNS names, sorted, never empty; `*` stands for any part. Egress only, and only where the network plugin can. */
      readonly names: readonly string[];
    }
  | {
      readonly kind: 'range';
      /** Canonical CIDR of one family. */
      readonly cidr: string;
      /** Canonical, each strictly inside `cidr`, disjoint, sorted by address. */
      readonly except: readonly string[];
      /** True for an address of the cluster's own API server, which some network plugins know by an identity instead. */
      readonly isApiServer?: true;
    };

/** Any of the peers on any of the ports. Neither list is ever empty. */
export interface GrantIr {
  readonly peers: readonly PeerIr[];
  /** `all`: every port of every protocol. */
  readonly ports: 'all' | readonly PortIr[];
}

/** One policy: what the pods it selects in one namespace may do in one direction. */
export interface RuleIr {
  /** The name of the policy; unique in its namespace. */
  readonly name: string;
  /** The id of the namespace. */
  readonly namespace: string;
  readonly direction: 'ingress' | 'egress';
  /** Labels of the pods it is about; empty means every pod of the namespace. */
  readonly subject: Readonly<Record<string, string>>;
  readonly grants: readonly GrantIr[];
  readonly causes: readonly Ref[];
}

/** A Service for a receiver that is exposed or dialled from another cluster. */
export interface ServiceIr {
  readonly workload: string;
  /** The id of the namespace. */
  readonly namespace: string;
  readonly name: string;
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer';
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: ReadonlyArray<{
    readonly name: string;
    readonly protocol: Protocol;
    readonly port: number;
    readonly targetPort: number;
    readonly nodePort?: number;
  }>;
  /** Absent for ClusterIP. */
  readonly externalTrafficPolicy?: 'Local' | 'Cluster';
  /** The ranges its clients come from; empty where they come from anywhere. */
  readonly sourceRanges: readonly string[];
  readonly dualStack: boolean;
  /** Addresses the design counts on; whoever runs the load balancer assigns them. */
  readonly addresses: readonly string[];
  readonly causes: readonly Ref[];
}

/** What a gateway or an ingress listens on and where it leads, for flows that enter through one. */
export interface GatewayIr {
  readonly kind: 'gateway' | 'ingress';
  /** The workload whose pods forward. */
  readonly proxy: string;
  readonly zone: string;
  /** The id of its namespace. */
  readonly namespace: string;
  readonly addresses: readonly string[];
  readonly listeners: readonly ListenerIr[];
  readonly causes: readonly Ref[];
}

export interface ListenerIr {
  readonly protocol: 'TCP' | 'UDP';
  /** The port that clients dial. */
  readonly port: number;
  /** The name of the port at the proxy. */
  readonly portName: string;
  /** Receivers in the gateway's own cluster, by id; never empty. */
  readonly backends: readonly BackendIr[];
}

export interface BackendIr {
  readonly workload: string;
  /** The id of the namespace. */
  readonly namespace: string;
  /** The name of the receiver's Service. */
  readonly service: string;
  /** The port of the receiver's Service. */
  readonly port: number;
  readonly causes: readonly Ref[];
}

/** One row for the firewall team: a connection that leaves or enters a cluster. */
export interface FirewallRowIr {
  readonly flow: string;
  readonly source: FirewallEndIr;
  readonly destination: FirewallEndIr;
  /** How the source's address comes about: kept, its node's, a fixed egress address. */
  readonly nat: 'none' | 'node' | 'egress-ip';
  /** `all` where every protocol is meant. Those that know no ports are spoken between nodes alone. */
  readonly protocol: Protocol | PortlessProtocol | 'all';
  readonly dial?: { readonly start: number; readonly end: number };
  readonly target?: { readonly start: number; readonly end: number };
  readonly purpose: string;
  readonly owner: string;
  readonly ticket: string;
  readonly until: string;
  readonly enforcedBy: string;
  readonly causes: readonly Ref[];
}

export interface FirewallEndIr {
  readonly zone: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly workload: string;
  /** CIDR, or DNS name for storage that is reached by name. */
  readonly address: string;
  /** Ranges inside `address` that are not meant. */
  readonly except: readonly string[];
}

/**
 * The matrix of one cluster as guard rails, in no network plugin's words. They bound what policies of namespaces can
 * allow and allow nothing themselves: what is `permitted` here is left to the policies, what is `blocked` is denied
 * whatever any policy says.
 */
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

export interface NetworkIr {
  /** Sorted by namespace, then name. Default deny is not among them: every namespace gets it. */
  readonly rules: readonly RuleIr[];
  /** What no policy of a namespace may allow, whatever it says. */
  readonly guardRails: GuardRailsIr;
  readonly services: readonly ServiceIr[];
  /** Sorted by proxy. */
  readonly gateways: readonly GatewayIr[];
  /** Rows whose traffic this cluster receives, and those of its own flows to outside. */
  readonly firewall: readonly FirewallRowIr[];
  readonly coverage: readonly CoverageNote[];
}
