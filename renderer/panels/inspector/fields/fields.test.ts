import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { emptyTopology, kindNames, lookup, schema } from '../../../../shared/model/index.ts';
import type { Field, FieldContext } from './define.ts';
import { metadataFields, rulesField } from './design.ts';
import { fieldsOf, schemaOf } from './index.ts';

const context: FieldContext = {
  topology: emptyTopology('test'),
  index: lookup(emptyTopology('test')),
  ref: { kind: 'workload', id: 'x' },
  record: {},
};

/** Editors that take a whole value, whatever its shape. */
const whole = new Set(['list', 'pairs', 'json', 'flow-ports', 'end', 'text', 'number', 'date', 'toggle', 'select']);

/** Every place of a record that somebody could want to set, with `*` for the keys of maps and the items of lists. */
function leaves(type: z.ZodType, path: readonly string[] = []): string[] {
  if (type instanceof z.ZodOptional) return leaves(type.unwrap() as z.ZodType, path);
  if (type instanceof z.ZodObject) {
    return Object.entries(type.shape).flatMap(([key, inner]) => leaves(inner as z.ZodType, [...path, key]));
  }
  if (type instanceof z.ZodRecord) return leaves(type.valueType as z.ZodType, [...path, '*']);
  if (type instanceof z.ZodArray) return leaves(type.element as z.ZodType, [...path, '*']);
  return [path.join('.')];
}

function edited(fields: readonly Field[], base: readonly string[] = []): string[] {
  return fields.flatMap((field) => {
    const path = [...base, ...field.path];
    if (field.editor === 'group') return edited(field.fields, path);
    if (field.editor === 'table') return edited(field.columns, [...path, '*']);
    return whole.has(field.editor) ? [path.join('.')] : [];
  });
}

/** A leaf has an editor where one stands at it or above it. */
function missing(type: z.ZodType, fields: readonly Field[]): string[] {
  const places = edited(fields);
  return leaves(type).filter((leaf) => !places.some((p) => leaf === p || leaf.startsWith(`${p}.`)));
}

/** What the table of pools in a cluster leaves out is edited in the inspector of the pool. */
const elsewhere = /^pools\.\*\.(description|addresses|runtimes|kvm|labels|taints)/;

describe('the fields of the inspector', () => {
  it.each(kindNames)('should cover every field of the schema of a %s', (kind) => {
    expect(missing(schemaOf[kind], fieldsOf[kind]).filter((leaf) => !elsewhere.test(leaf))).toEqual([]);
  });

  it('should cover the metadata and the rules of a design', () => {
    expect(missing(schema.metadata, metadataFields)).toEqual([]);
    expect(missing(z.record(z.string(), schema.ruleSetting), [rulesField])).toEqual([]);
  });

  it('should start to apply exports by GitOps with values that are valid', () => {
    const field = metadataFields.find((f) => f.path[0] === 'gitops');
    if (field?.editor !== 'group') throw new Error('no group');
    expect(schema.gitops.safeParse(field.make(context)).error).toBeUndefined();
  });

  it.each(kindNames)('should name only places that the schema of a %s has', (kind) => {
    const known = leaves(schemaOf[kind]);
    const unknown = edited(fieldsOf[kind]).filter(
      (p) => !known.some((leaf) => leaf === p || leaf.startsWith(`${p}.`) || p.startsWith(`${leaf}.`)),
    );
    expect(unknown).toEqual([]);
  });

  it.each(kindNames)('should make only entries and groups of a %s that are valid', (kind) => {
    for (const field of fieldsOf[kind]) {
      if (field.editor !== 'group' && field.editor !== 'table') continue;
      const made =
        field.editor === 'group'
          ? field.make(context)
          : field.of === 'list'
            ? [field.make(context, 'a')]
            : { a: field.make(context, 'a') };
      const value = field.path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), made) as Record<
        string,
        unknown
      >;
      const [top = ''] = field.path;
      expect((schemaOf[kind].shape[top] as z.ZodType).safeParse(value[top]).error).toBeUndefined();
    }
  });
});
