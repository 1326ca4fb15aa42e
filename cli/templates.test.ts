import { readdirSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { findRecord, references, schema } from '../shared/model/index.ts';

const folder = new URL('../templates/', import.meta.url);
const templates = readdirSync(folder).filter((name) => name.endsWith('.zones.yaml'));

describe('templates', () => {
  it('should be at least the three that the start screen promises', () => {
    expect(templates).toEqual(
      expect.arrayContaining([
        'one-cluster-three-zones.zones.yaml',
        'online-boutique.zones.yaml',
        'three-zones-three-clusters.zones.yaml',
      ]),
    );
  });

  it.each(templates)('should fit the schema and name only records that exist: %s', (name) => {
    const topology = schema.topology.parse(load(readFileSync(new URL(name, folder), 'utf8')));
    const dangling = references(topology).filter((r) => findRecord(topology, r.target) === undefined);
    expect(dangling).toEqual([]);
  });
});
