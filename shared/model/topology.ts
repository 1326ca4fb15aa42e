/** The records of a design as types. Everything is readonly: edits are commands (shared/commands) on an immer draft. */
import type { z } from 'zod';
import type * as schema from './schema.ts';

type DeepReadonly<T> = T extends (infer U)[]
  ? ReadonlyArray<DeepReadonly<U>>
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;
type Infer<S extends z.ZodType> = DeepReadonly<z.infer<S>>;

export type Topology = Infer<typeof schema.topology>;
export type Metadata = Infer<typeof schema.metadata>;
export type Zone = Infer<typeof schema.zone>;
export type MatrixCell = Infer<typeof schema.matrixCell>;
export type Cluster = Infer<typeof schema.cluster>;
export type Pool = Infer<typeof schema.pool>;
export type Namespace = Infer<typeof schema.namespace>;
export type Workload = Infer<typeof schema.workload>;
export type External = Infer<typeof schema.external>;
export type Flow = Infer<typeof schema.flow>;
export type FlowPort = Infer<typeof schema.flowPort>;
export type End = Infer<typeof schema.end>;
export type StorageEndpoint = Infer<typeof schema.storageEndpoint>;
export type StorageClass = Infer<typeof schema.storageClass>;
export type Runtime = Infer<typeof schema.runtime>;
export type Layout = Infer<typeof schema.layout>;
export type Rect = {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly locked?: boolean;
};
export type Point = { readonly x: number; readonly y: number; readonly locked?: boolean };

export type Protocol = (typeof schema.protocols)[number];
export type Distribution = (typeof schema.distributions)[number];
export type WorkloadKind = (typeof schema.workloadKinds)[number];
export type ExposureKind = (typeof schema.exposureKinds)[number];
export type StorageType = (typeof schema.storageTypes)[number];
export type GitopsTool = (typeof schema.gitopsTools)[number];
export type Isolation = (typeof schema.isolations)[number];

/** An empty design that is valid and has nothing in it. */
export function emptyTopology(name: string): Topology {
  return { apiVersion: 'zonewright/v1', kind: 'Topology', metadata: { name } };
}
