import type { z } from 'zod';
import { type Kind, schema } from '../../../../shared/model/index.ts';
import { clusterFields } from './cluster.ts';
import type { Field } from './define.ts';
import { externalFields } from './external.ts';
import { flowFields } from './flow.ts';
import { namespaceFields } from './namespace.ts';
import { poolFields } from './pool.ts';
import { runtimeFields } from './runtime.ts';
import { classFields, endpointFields } from './storage.ts';
import { workloadFields } from './workload.ts';
import { zoneFields } from './zone.ts';

export const fieldsOf: Readonly<Record<Kind, readonly Field[]>> = {
  zone: zoneFields,
  cluster: clusterFields,
  pool: poolFields,
  namespace: namespaceFields,
  workload: workloadFields,
  external: externalFields,
  flow: flowFields,
  endpoint: endpointFields,
  class: classFields,
  runtime: runtimeFields,
};

export const schemaOf: Readonly<Record<Kind, z.ZodObject>> = {
  zone: schema.zone,
  cluster: schema.cluster,
  pool: schema.pool,
  namespace: schema.namespace,
  workload: schema.workload,
  external: schema.external,
  flow: schema.flow,
  endpoint: schema.storageEndpoint,
  class: schema.storageClass,
  runtime: schema.runtime,
};
