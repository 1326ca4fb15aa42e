import { describe, expect, it } from 'vitest';
import { type AdmissionRequest, admit } from '../../testing/admit.ts';
import { design, emit, lowerWithoutNetwork, objectsOf, readCase } from '../../testing/cluster-ir.ts';
import { storageAdmission } from './storage-admission.ts';

const ir = lowerWithoutNetwork(readCase('nfs-and-ceph-by-zone'))[0]?.ir;
if (ir === undefined) throw new Error('the case has no cluster');
const objects = objectsOf(emit(storageAdmission, ir));
const inZone = (zone: string) => ({ 'zones.example.com/zone': zone });

function check(zone: string, request: Partial<AdmissionRequest> & { object: object }): boolean {
  return admit(objects, {
    operation: 'CREATE',
    resource: 'persistentvolumeclaims',
    namespaceLabels: inZone(zone),
    ...request,
  }).admitted;
}
const claim = (storageClassName?: string, metadata: object = {}) => ({
  metadata,
  spec: { ...(storageClassName !== undefined && { storageClassName }) },
});
const pod = (volume: object) => ({
  resource: 'pods',
  object: { metadata: {}, spec: { volumes: [{ name: 'v', ...volume }] } },
});
const set = (...templates: object[]) => ({
  group: 'apps',
  resource: 'statefulsets',
  object: { metadata: {}, spec: { ...(templates.length > 0 && { volumeClaimTemplates: templates }) } },
});
const ephemeral = (name?: string) => pod({ ephemeral: { volumeClaimTemplate: claim(name) } });

describe('storage admission', () => {
  it.each([
    ['dmz', 'nfs-dmz', true],
    ['dmz', 'ceph-app', false],
    ['dmz', 'nfs-dmz-2', false],
    ['app', 'ceph-app', true],
    ['app', 'shared-files', true],
    ['app', 'ceph-db', false],
    ['db', 'ceph-db', true],
    ['logs', 'nfs-dmz', false],
  ])('should decide in zone %s on a claim of class %s: %s', (zone, name, admitted) => {
    expect(check(zone, { object: claim(name) })).toBe(admitted);
    expect(check(zone, { object: claim(name), operation: 'UPDATE' })).toBe(admitted);
    expect(check(zone, set(claim(name)))).toBe(admitted);
    expect(check(zone, ephemeral(name))).toBe(admitted);
  });

  it('should refuse claims without a class and with an empty one, so that volumes made by hand cannot be bound', () => {
    for (const zone of ['logs', 'dmz', 'app', 'db']) {
      expect(check(zone, { object: claim() }), zone).toBe(false);
      expect(check(zone, { object: claim('') }), zone).toBe(false);
      expect(check(zone, ephemeral('')), zone).toBe(false);
      expect(check(zone, set(claim(''))), zone).toBe(false);
    }
  });

  it('should let templates leave the class out only where the zone allows the default class of the cluster', () => {
    expect(['logs', 'dmz', 'app', 'db'].filter((zone) => check(zone, set(claim())))).toEqual(['app']);
    expect(['logs', 'dmz', 'app', 'db'].filter((zone) => check(zone, ephemeral()))).toEqual(['app']);
  });

  it('should refuse a set with one wrong template among right ones', () => {
    expect(check('dmz', set(claim('nfs-dmz'), claim('ceph-db')))).toBe(false);
  });

  it('should admit StatefulSets and pods without volumes in every zone', () => {
    for (const zone of ['logs', 'dmz', 'app', 'db']) {
      expect(check(zone, set())).toBe(true);
      expect(check(zone, { resource: 'pods', object: { metadata: {}, spec: {} } })).toBe(true);
    }
  });

  it.each([
    'nfs',
    'iscsi',
    'csi',
    'hostPath',
    'rbd',
    'cephfs',
    'fc',
    'glusterfs',
    'azureFile',
    'flexVolume',
    'notInventedYet',
  ])('should refuse the inline volume %s, which bypasses every class', (source) => {
    expect(check('app', pod({ [source]: {} }))).toBe(false);
  });

  it.each(['configMap', 'downwardAPI', 'emptyDir', 'image', 'persistentVolumeClaim', 'projected', 'secret'])(
    'should admit the volume %s, also where a zone has no storage',
    (source) => {
      expect(check('logs', pod({ [source]: {} }))).toBe(true);
    },
  );

  it('should let the finalizer of a claim that is being deleted go, but not a new claim that pretends to be', () => {
    const deleting = claim('ceph-db', { deletionTimestamp: '2026-01-01T00:00:00Z' });
    expect(check('dmz', { object: deleting, operation: 'UPDATE' })).toBe(true);
    expect(check('dmz', { object: deleting, operation: 'CREATE' })).toBe(false);
    expect(check('dmz', { object: claim('ceph-db'), operation: 'UPDATE' })).toBe(false);
  });

  it('should refuse claims that take data from other namespaces', () => {
    const from = (dataSourceRef: object) => ({ metadata: {}, spec: { storageClassName: 'nfs-dmz', dataSourceRef } });
    const source = { kind: 'PersistentVolumeClaim', name: 'c' };
    expect(check('dmz', { object: from(source) })).toBe(true);
    expect(check('dmz', { object: from({ ...source, namespace: '' }) })).toBe(true);
    expect(check('dmz', { object: from({ ...source, namespace: 'shop' }) })).toBe(false);
  });

  it('should offer what volumes can be changed to with their class, and nothing where there is none', () => {
    const topology = design({
      apiVersion: 'zonewright/v1',
      kind: 'Topology',
      metadata: { name: 'x' },
      zones: { a: { trust: 1, storageClasses: ['c'] }, b: { trust: 2, storageClasses: ['d'] } },
      clusters: {
        k: { distribution: 'kubeadm', version: '1.34.1' },
        l: { distribution: 'kubeadm', version: '1.33.1' },
      },
      namespaces: {
        n: { cluster: 'k', zone: 'a' },
        m: { cluster: 'k', zone: 'b' },
        o: { cluster: 'l', zone: 'a' },
      },
      storage: {
        endpoints: { e: { zone: 'a', type: 'ebs' } },
        classes: { c: { endpoint: 'e', attributes: { fast: { iops: '9000' } } }, d: { endpoint: 'e' } },
      },
    });
    const [k = [], l = []] = lowerWithoutNetwork(topology).map((c) => objectsOf(emit(storageAdmission, c.ir)));
    const asks = (zone: string, storageClassName: string, volumeAttributesClassName?: string, of = k) =>
      (['CREATE', 'UPDATE'] as const).map(
        (operation) =>
          admit(of, {
            operation,
            resource: 'persistentvolumeclaims',
            namespaceLabels: { 'zonewright/zone': zone },
            object: {
              metadata: {},
              spec: { storageClassName, ...(volumeAttributesClassName !== undefined && { volumeAttributesClassName }) },
            },
          }).admitted,
      );
    expect(asks('a', 'c', 'c-fast')).toEqual([true, true]);
    expect(asks('a', 'c', '')).toEqual([true, true]);
    expect(asks('a', 'c', 'other')).toEqual([false, false]);
    expect(asks('b', 'd', 'c-fast')).toEqual([false, false]);
    expect(asks('b', 'd')).toEqual([true, true]);
    // The field is not there before 1.34, and no policy speaks of it.
    expect(JSON.stringify(l)).not.toContain('volumeAttributesClassName');
  });

  it('should leave namespaces of no zone alone', () => {
    expect(
      admit(objects, {
        operation: 'CREATE',
        resource: 'pods',
        namespaceLabels: {},
        object: pod({ hostPath: {} }).object,
      }).admitted,
    ).toBe(true);
  });

  it('should say in one line of ASCII what a zone offers', () => {
    const messages = admit(objects, {
      operation: 'CREATE',
      resource: 'persistentvolumeclaims',
      namespaceLabels: inZone('app'),
      object: claim('x'),
    }).messages;
    expect(messages).toEqual(['Zone app offers the storage classes ceph-app, shared-files only.']);
  });
});
