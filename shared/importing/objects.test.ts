import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../k8s/index.ts';
import { keepOf } from './objects.ts';

const metadata = { name: 'a', namespace: 'shop' };

describe('keepOf', () => {
  it('should leave out of pods what no design asks for, and keep the sizes of claims', () => {
    const container = { name: 'main', image: 'x', ports: [{ containerPort: 80 }] };
    const resources = { requests: { storage: '1Gi' } };
    const spec = (more: object) => ({
      template: { spec: { containers: [{ ...container, ...more }] } },
      volumeClaimTemplates: [{ spec: { resources } }],
    });
    const set: KubeObject = {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata,
      spec: spec({ env: [], resources }),
    };
    expect(keepOf(set)).toEqual({ ...set, spec: spec({}) });
  });

  it('should keep objects without pods as they are, whatever their fields are called', () => {
    const policy: KubeObject = {
      apiVersion: 'example.com/v1',
      kind: 'Policy',
      metadata,
      spec: { env: ['a'], args: 1 },
    };
    expect(keepOf(policy)).toEqual(policy);
  });

  it('should leave out what tools wrote into the metadata', () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', note: 'x' };
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a', annotations, managedFields: [{}] } };
    expect(keepOf(object)).toEqual({ ...object, metadata: { name: 'a', annotations: { note: 'x' } } });
  });
});
