import { describe, expect, it } from 'vitest';
import { emptyTopology, schema, type Topology } from '../../../../shared/model/index.ts';
import { createDocumentStore } from '../../../store/document-store.ts';
import { editField } from './edit.ts';

function opened(topology: Partial<Topology>) {
  const documents = createDocumentStore();
  documents.getState().open({
    topology: { ...emptyTopology('test'), ...topology },
    origin: { name: 'test.zones.yaml', writable: true },
    loadProblems: [],
  });
  return documents;
}

describe('editing a field', () => {
  it('should write what the schema takes and let it be undone', () => {
    const documents = opened({ zones: { dmz: { trust: 20 } } });
    const target = { documents, base: ['zones', 'dmz'], schema: schema.zone };
    expect(editField(target, ['images', 'pin'], 'digest')).toBeUndefined();
    expect(documents.getState().topology.zones?.dmz).toEqual({ trust: 20, images: { pin: 'digest' } });
    documents.getState().undo();
    expect(documents.getState().topology.zones?.dmz).toEqual({ trust: 20 });
  });

  it('should keep what the schema refuses out of the design and say why', () => {
    const documents = opened({ zones: { dmz: { trust: 20 } }, externals: { a: {} } });
    const zone = { documents, base: ['zones', 'dmz'], schema: schema.zone };
    expect(editField(zone, ['trust'], 101)).toBe('Write a number of at most 100.');
    expect(editField(zone, ['trust'], undefined)).toBe('This cannot be empty.');
    const external = { documents, base: ['externals', 'a'], schema: schema.external };
    expect(editField(external, ['cidrs'], ['10.0.0.1/8'])).toMatch(/^This must be an address range/);
    expect(documents.getState().topology.zones?.dmz).toEqual({ trust: 20 });
    expect(documents.getState().undoLabel).toBeUndefined();
  });

  it('should let one field be mended while another is still broken', () => {
    const broken = { distribution: 'kubeadm', version: 'next' } as const;
    const documents = opened({ clusters: { a: broken } });
    const target = { documents, base: ['clusters', 'a'], schema: schema.cluster };
    expect(editField(target, ['name'], 'Alpha')).toBeUndefined();
    expect(editField(target, ['version'], 'latest')).toBeUndefined();
    expect(editField(target, ['version'], '1.37')).toBeUndefined();
    expect(documents.getState().topology.clusters?.a).toEqual({
      distribution: 'kubeadm',
      version: '1.37',
      name: 'Alpha',
    });
  });

  it('should make one step of what is typed in one go', () => {
    const documents = opened({ zones: { dmz: { trust: 20 } } });
    const target = { documents, base: ['zones', 'dmz'], schema: schema.zone };
    for (const name of ['D', 'DM', 'DMZ']) editField(target, ['name'], name, 'typing-1');
    documents.getState().undo();
    expect(documents.getState().topology.zones?.dmz).toEqual({ trust: 20 });
  });
});
