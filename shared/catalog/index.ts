export { administratorGroups, gitopsAccounts } from './administrators.ts';
export type { CiliumInfo } from './cilium.ts';
export { ciliumInfo, isMeshName, isPolicyName } from './cilium.ts';
export type { ClusterWidePolicies, CniInfo, DnsNamePolicies, EgressKind, GuardRailKind } from './cnis.ts';
export { cniInfo, cnis, guardRailKind, pluginPorts } from './cnis.ts';
export type { ClusterPort, DistributionInfo, PortlessProtocol } from './distributions.ts';
export { distributionInfo, distributions } from './distributions.ts';
export type { ContainerdConfig, ContainerdConfigVersion, EngineInfo, EngineName } from './engines.ts';
export { containerdConfig, engineInfo, engines, isAtLeastVersion } from './engines.ts';
export { isolationStrength, isWeaker } from './isolation.ts';
export type { KubernetesFeature } from './kubernetes-versions.ts';
export {
  fullKubernetesVersion,
  kubernetesFeatureSince,
  kubernetesHas,
  newestKubernetes,
} from './kubernetes-versions.ts';
export type { PlatformComponent, PlatformPart } from './platform.ts';
export { metricsPortNames, platformComponents, usualMetricsPort } from './platform.ts';
export type { ContainerdRuntime, CrioRuntime, LegacyRuntime, RuntimeInfo, RuntimeNeed } from './runtimes.ts';
export { legacyRuntime, legacyRuntimes, runtimeInfo, runtimes } from './runtimes.ts';
export type { SecretPurpose, StoragePort, StorageTypeInfo } from './storage-types.ts';
export { storageTypeInfo, storageTypes } from './storage-types.ts';
