/** Storage of one cluster in no target's words: its classes, who may use them, and what they need open. */
import type { StoragePort } from '../../catalog/index.ts';
import type { Ref } from '../../model/index.ts';

export interface StorageClassIr {
  /** The id of the record. */
  readonly id: string;
  /** Its name in the cluster: a DNS-1123 subdomain. */
  readonly name: string;
  readonly provisioner: string;
  /** Every value is text, as the API demands; sorted by key. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly reclaim: 'Delete' | 'Retain';
  readonly binding: 'Immediate' | 'WaitForFirstConsumer';
  readonly expansion: boolean;
  readonly isDefault: boolean;
  readonly mountOptions: readonly string[];
  /** Where its volumes may lie; absent where the design does not say. */
  readonly topology?: { readonly key: string; readonly values: readonly string[] };
  readonly causes: readonly Ref[];
}

/** What volumes of a class can be changed to: a VolumeAttributesClass. */
export interface AttributesClassIr {
  readonly name: string;
  /** The name of the StorageClass whose volumes take it. */
  readonly storageClass: string;
  readonly driver: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly causes: readonly Ref[];
}

export interface ZoneStorageIr {
  readonly zone: string;
  /** Names of the classes that its claims may use, sorted. Empty: no claim is admitted. */
  readonly allowed: readonly string[];
  /** True where the cluster's default class is among them, so that a claim may leave its class out. */
  readonly mayLeaveOut: boolean;
  /** Names of the VolumeAttributesClasses that its claims may use, sorted. */
  readonly attributes: readonly string[];
  readonly causes: readonly Ref[];
}

export interface StorageQuotaIr {
  /** The namespace, by its name in the cluster. */
  readonly namespace: string;
  /** Absent for a namespace without a zone, which may use no class. */
  readonly zone?: string;
  /** Names of the classes of the design that it must not use, also of those that other clusters have; sorted. */
  readonly denied: readonly string[];
  /** Names of the VolumeAttributesClasses it must not use, sorted. */
  readonly deniedAttributes: readonly string[];
  /** True where it may use no class at all. */
  readonly none: boolean;
  readonly causes: readonly Ref[];
}

/** What has to be open so that the nodes of a cluster reach an endpoint. Nodes connect, so no network policy sees it. */
export interface StorageFirewallRow {
  readonly endpoint: string;
  /** Zones whose claims need it and whose nodes have these addresses, sorted by id. */
  readonly zones: readonly string[];
  /** `node`: every node that mounts. `controller`: wherever the driver's controller runs. */
  readonly purpose: 'node' | 'controller';
  /** Canonical CIDRs: of the zones' nodes where their pools say them, else of the cluster's; empty where neither is said. */
  readonly from: readonly string[];
  /** An address or DNS name. */
  readonly to: string;
  readonly ports: readonly StoragePort[];
  readonly causes: readonly Ref[];
}

export interface StorageIr {
  /** Sorted by name. */
  readonly classes: readonly StorageClassIr[];
  /** Sorted by name; undefined where this Kubernetes has no such kind. */
  readonly attributes: readonly AttributesClassIr[] | undefined;
  /** Zones with a namespace in this cluster, outermost first. */
  readonly zones: readonly ZoneStorageIr[];
  /** One for each namespace that is refused something, sorted by name. */
  readonly quotas: readonly StorageQuotaIr[];
  readonly firewall: readonly StorageFirewallRow[];
}
