import Ajv2020 from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryTopology } from '../testing/arbitraries.ts';
import { jsonSchema, loadDesign } from './index.ts';
import { rootShape } from './schema.ts';

describe('the published JSON Schema', () => {
  const validate = new Ajv2020({ strict: false }).compile(jsonSchema());

  it('should accept every design', () => {
    fc.assert(
      fc.property(arbitraryTopology(), (topology) => {
        expect(validate(topology)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it.each<[string, unknown]>([
    ['an unknown field', { zones: { dmz: { trust: 1, intraZon: 'deny' } } }],
    ['a version without quotes', { clusters: { c: { distribution: 'kind', version: 1.37 } } }],
    ['a missing field', { zones: { dmz: {} } }],
    ['an id that is no DNS label', { zones: { 'My Zone': { trust: 1 } } }],
    ['two ends in one', { flows: { f: { from: { zone: 'a', workload: 'b' }, to: { zone: 'a' }, ports: 'all' } } }],
  ])('should refuse %s, as loading does', (_, part) => {
    const design = { apiVersion: 'zonewright/v1', kind: 'Topology', metadata: { name: 'n' }, ...(part as object) };
    expect(validate(design)).toBe(false);
    // JSON is YAML, so the same value can be loaded.
    expect(loadDesign(JSON.stringify(design)).problems.length).toBeGreaterThan(0);
  });

  it('should speak to people and name no place of its own', () => {
    const schema = jsonSchema();
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(schema.title).toBe('Zonewright design');
    expect(JSON.stringify(schema)).not.toContain('"$id"');
    expect(JSON.stringify(schema)).toContain('0 to 100, unique in the design.');
  });
});

describe('the skeleton of the schema', () => {
  it('should know order, options and what can be left out', () => {
    expect([...rootShape.fields.keys()].slice(0, 5)).toEqual(['apiVersion', 'kind', 'metadata', 'zones', 'matrix']);
    const flow = rootShape.fields.get('flows')?.item;
    expect(flow?.fields.get('from')).toMatchObject({ kind: 'struct', isOptional: false });
    expect(flow?.fields.get('ports')).toMatchObject({ kind: 'list', isOptional: false });
    expect(flow?.fields.get('via')).toMatchObject({ kind: 'struct', isOptional: true });
  });
});
