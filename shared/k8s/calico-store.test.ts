import { describe, expect, it } from 'vitest';
import { asServedByCalico } from './calico-store.ts';

const metadata = { name: 'partners', namespace: 'shop' };

describe('asServedByCalico', () => {
  it('should give a stored object the version and the labels that the API serves', () => {
    const annotations = {
      note: 'kept',
      'projectcalico.org/metadata': '{"uid":"1","labels":{"role":"partner"},"annotations":{"by":"calicoctl"}}',
    };
    expect(
      asServedByCalico({
        apiVersion: 'crd.projectcalico.org/v1',
        kind: 'NetworkSet',
        metadata: { ...metadata, annotations },
        spec: { nets: ['203.0.113.0/24'] },
      }),
    ).toEqual({
      apiVersion: 'projectcalico.org/v3',
      kind: 'NetworkSet',
      metadata: { ...metadata, labels: { role: 'partner' }, annotations: { note: 'kept', by: 'calicoctl' } },
      spec: { nets: ['203.0.113.0/24'] },
    });
  });

  it('should read what it can of a broken annotation', () => {
    for (const text of ['{', 'null', '7', '{"labels":[1],"annotations":"x"}']) {
      const annotations = { 'projectcalico.org/metadata': text };
      const object = { apiVersion: 'crd.projectcalico.org/v1', kind: 'Tier', metadata: { ...metadata, annotations } };
      expect(asServedByCalico(object)).toEqual({ apiVersion: 'projectcalico.org/v3', kind: 'Tier', metadata });
    }
  });

  it('should give back any other object as it is', () => {
    const object = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata };
    expect(asServedByCalico(object)).toBe(object);
  });
});
