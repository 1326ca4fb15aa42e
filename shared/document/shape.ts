/**
 * The schema's skeleton: which maps have named fields (and in which order the file lists them), which are keyed by id, and
 * which the canonical form spreads over lines. Saving, messages and the published schema read it instead of zod's own types.
 */
import type { z } from 'zod';

export interface Shape {
  readonly kind: 'struct' | 'map' | 'list' | 'scalar' | 'any';
  /** Of a struct, in schema order. */
  readonly fields: ReadonlyMap<string, Shape>;
  /** Of a map or list: the shape of its values. */
  readonly item?: Shape;
  readonly isOptional: boolean;
  /** Of a union: one shape per option. */
  readonly options: readonly Shape[];
  readonly description?: string;
  /** True where the canonical form always takes one line per entry. */
  readonly isBlock: boolean;
}

const noFields: ReadonlyMap<string, Shape> = new Map();
export const anyShape: Shape = { kind: 'any', fields: noFields, isOptional: true, options: [], isBlock: false };

/** `*` stands for any id. */
const blockPaths: ReadonlySet<string> = new Set(
  [
    '',
    'metadata',
    'storage',
    'layout',
    'layout.segments.*',
    'clusters.*.pools',
    'matrix.*',
    'rules',
    ...[
      'zones',
      'clusters',
      'namespaces',
      'workloads',
      'externals',
      'flows',
      'runtimes',
      'storage.endpoints',
      'storage.classes',
    ].map((p) => `${p}.*`),
  ].flatMap((path) => (path.endsWith('.*') ? [path.slice(0, -2), path] : [path])),
);
const blockMaps = /^layout\.(zones|segments|namespaces|workloads|externals|storage)$/;

export function shapeOf(schema: z.ZodType, path: readonly string[] = []): Shape {
  const place = path.join('.');
  const isBlock = blockPaths.has(place) || blockMaps.test(place);
  // The definition objects are zod's public introspection surface; only what is read here is typed.
  const def = schema.def as unknown as {
    type: string;
    innerType?: z.ZodType;
    shape?: Record<string, z.ZodType>;
    valueType?: z.ZodType;
    element?: z.ZodType;
    options?: readonly z.ZodType[];
  };
  const about = schema.description === undefined ? {} : { description: schema.description };
  const base = { fields: noFields, isOptional: false, options: [], isBlock, ...about };
  switch (def.type) {
    case 'optional':
      return { ...(def.innerType === undefined ? anyShape : shapeOf(def.innerType, path)), ...about, isOptional: true };
    case 'object':
      return {
        ...base,
        kind: 'struct',
        fields: new Map(Object.entries(def.shape ?? {}).map(([key, field]) => [key, shapeOf(field, [...path, key])])),
      };
    case 'record':
      return {
        ...base,
        kind: 'map',
        item: def.valueType === undefined ? anyShape : shapeOf(def.valueType, [...path, '*']),
      };
    case 'array':
      return {
        ...base,
        kind: 'list',
        item: def.element === undefined ? anyShape : shapeOf(def.element, [...path, '*']),
      };
    case 'union': {
      const options = (def.options ?? []).map((option) => shapeOf(option, path));
      const structs = options.filter((option) => option.kind === 'struct');
      const list = options.find((option) => option.kind === 'list');
      if (list !== undefined) return { ...list, ...about, options };
      if (structs.length === 0) return { ...base, kind: 'scalar', options };
      return { ...base, kind: 'struct', fields: new Map(structs.flatMap((option) => [...option.fields])), options };
    }
    case 'unknown':
      return { ...base, kind: 'any' };
    default:
      return { ...base, kind: 'scalar' };
  }
}

/** The shape of the value under a key or index. */
export function childShape(shape: Shape, key: string | number): Shape {
  if (shape.kind === 'struct') return shape.fields.get(String(key)) ?? anyShape;
  return shape.item ?? anyShape;
}

/** Own entries that are set, in the order in which the canonical form lists them. */
export function orderedEntries(value: object, shape: Shape): Array<[string, unknown]> {
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  if (shape.kind !== 'struct') return entries;
  const order = [...shape.fields.keys()];
  const rank = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length);
  return entries.sort(([a], [b]) => rank(a) - rank(b));
}
