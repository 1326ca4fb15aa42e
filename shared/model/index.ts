export { apiServerAddresses, apiServerPort } from './api-server.ts';
export { changedIds } from './changed.ts';
export type { Kind, KindInfo, RecordOf, Ref } from './kinds.ts';
export {
  allRefs,
  findRecord,
  isKind,
  kindNames,
  kinds,
  parseRefKey,
  recordPath,
  recordsOf,
  ref,
  refKey,
} from './kinds.ts';
export { unlistedPorts, withPorts } from './listed-ports.ts';
export type { Entry, Lookup, MatrixDecision, PoolEntry } from './lookup.ts';
export { lookup, protocolOf, writtenCell } from './lookup.ts';
export type { ShortPorts } from './ports.ts';
export { formatShortPorts, parseShortPorts } from './ports.ts';
export type { ProxyPort } from './proxy-ports.ts';
export { proxyPorts } from './proxy-ports.ts';
export type { Reference } from './references.ts';
export { endRef, outside, references, stationsOf } from './references.ts';
export * as schema from './schema.ts';
export type {
  Cluster,
  Distribution,
  End,
  ExposureKind,
  External,
  Flow,
  FlowPort,
  GitopsTool,
  Isolation,
  Layout,
  MatrixCell,
  Metadata,
  Namespace,
  Point,
  Pool,
  Protocol,
  Rect,
  Runtime,
  StorageClass,
  StorageEndpoint,
  StorageType,
  Topology,
  Workload,
  WorkloadKind,
  Zone,
} from './topology.ts';
export { emptyTopology } from './topology.ts';
