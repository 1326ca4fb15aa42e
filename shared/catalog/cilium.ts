/**
 * What Cilium can do in a cluster, by its version and by who runs it.
 *
 * Sources: docs.cilium.io (security/policy, network/clustermesh/policy and the upgrade notes of 1.16 and 1.19);
 * cilium/cilium#28684 (ranges of ports are passed over before 1.16); learn.microsoft.com (Azure CNI powered by Cilium: names
 * and requests need a paid feature, meshes are none of its features, Kubernetes 1.31 comes with Cilium 1.16).
 */
import type { Cluster } from '../model/index.ts';
import { distributionInfo } from './distributions.ts';
import { isAtLeastVersion } from './engines.ts';

export interface CiliumInfo {
  /** Rules by DNS name. */
  readonly names: boolean;
  /** Whether clusters can be put together so that they know each other's pods. */
  readonly mesh: boolean;
  /** Since 1.16: `enableDefaultDeny`, with which a policy denies without cutting off all that it does not speak of. */
  readonly defaultDenySwitch: boolean;
  /** Since 1.16: ranges of ports, also in NetworkPolicy. */
  readonly portRanges: boolean;
  /** Since 1.19 a selector that names no cluster means the pods of its own; before, those of every cluster of the mesh. */
  readonly meansOwnCluster: boolean;
  /** False where the design does not say the version: a new one is assumed then. */
  readonly isVersionKnown: boolean;
}

/** Undefined where another network plugin enforces the policies. */
export function ciliumInfo(cluster: Pick<Cluster, 'cni' | 'distribution' | 'version'>): CiliumInfo | undefined {
  const name = cluster.cni?.name ?? distributionInfo(cluster.distribution).defaultCni;
  if (name !== 'cilium' && name !== 'azure-cilium') return undefined;
  const isAzure = name === 'azure-cilium';
  // Azure decides the version by that of Kubernetes.
  const azures = isAtLeastVersion(cluster.version, '1.31') === false ? '1.14' : '1.16';
  const version = cluster.cni?.version ?? (isAzure ? azures : '');
  const isSince = (minimum: string) => isAtLeastVersion(version, minimum) !== false;
  return {
    names: !isAzure,
    mesh: !isAzure,
    defaultDenySwitch: isSince('1.16'),
    portRanges: isSince('1.16'),
    meansOwnCluster: isSince('1.19'),
    isVersionKnown: isAtLeastVersion(version, '1.0') !== undefined,
  };
}

/** Names of clusters in a mesh of Cilium: at most 32 characters. */
export function isMeshName(name: string): boolean {
  return /^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$/.test(name);
}

/** Whether Cilium can hold a name in a policy: a DNS name, in which `*` may stand for any part. */
export function isPolicyName(name: string): boolean {
  return name.length <= 255 && /^([-a-zA-Z0-9_*]+\.)*[-a-zA-Z0-9_*]+\.?$/.test(name);
}
