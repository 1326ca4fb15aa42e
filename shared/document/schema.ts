/** The schema of a design as this area uses it: to validate, as a skeleton, and published as JSON Schema. */
import { z } from 'zod';
import { schema as model } from '../model/index.ts';
import type { Shape } from './shape.ts';
import { shapeOf } from './shape.ts';

export const schema = model.topology;
export const apiVersion = model.apiVersion;
export const rootShape: Shape = shapeOf(schema);

/**
 * The published JSON Schema (draft 2020-12) of `*.zones.yaml`. What JSON Schema cannot say (canonical CIDR, label syntax,
 * ranges of ports) is checked on loading only.
 */
export function jsonSchema(): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', unrepresentable: 'any', io: 'input' });
  return {
    $schema,
    title: 'Zonewright design',
    description: 'A design of network security zones, Kubernetes clusters, workloads, storage and flows.',
    ...rest,
  };
}
