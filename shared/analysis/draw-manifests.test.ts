import { describe, expect, it } from 'vitest';
import { compile } from '../compile/index.ts';
import { entriesOf } from '../diff/index.ts';
import { parseManifests } from '../k8s/index.ts';
import { largeDesign } from '../testing/designs.ts';
import { drawManifests, placeManifests, reviewManifests } from './index.ts';

const objects = (text: string) => parseManifests(text).objects.map(({ object, line }) => ({ object, line }));
const workload = (namespace: string, name: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: main, image: x, ports: [{name: http, containerPort: 8080}]}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: ${namespace}, labels: {zone: ${namespace}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: ${namespace}}
spec: {podSelector: {}, policyTypes: [Ingress]}
---
`;
const allow = (from: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: backend, namespace: orders}
spec:
  podSelector: {matchLabels: {app: backend}}
  policyTypes: [Ingress]
  ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ${from}}}}], ports: [{port: 8080}]}]
`;
const estate = workload('web', 'frontend') + workload('orders', 'backend') + workload('batch', 'job');

describe('drawManifests', () => {
  it('should draw both sides with the ends that the review names, and mark the arrow that came', () => {
    const [before, after] = [objects(estate + allow('web')), objects(estate + allow('batch'))];
    const drawn = drawManifests(before, after);
    const ends = entriesOf(reviewManifests(before, after)).flatMap(({ connection }) =>
      [...(connection?.from ?? []), ...(connection?.to ?? [])].flatMap((e) => (e.kind === 'workload' ? [e.id] : [])),
    );
    expect([...new Set(ends)].sort()).toEqual([
      'batch/job[Deployment]',
      'orders/backend[Deployment]',
      'web/frontend[Deployment]',
    ]);
    for (const id of ends) {
      expect(drawn?.before.workloads).toHaveProperty([id]);
      expect(drawn?.after.workloads).toHaveProperty([id]);
    }
    const flows = drawn?.review.records.filter((entry) => entry.subject.kind === 'flow');
    expect(flows?.map((entry) => [entry.change, entry.class])).toContainEqual(['added', 'opens']);
    expect(drawn?.review.records.filter((entry) => entry.moves.length > 0)).toEqual([]);
  });

  it('should keep a namespace in its zone where only what is beside it changed', () => {
    const drawn = drawManifests(objects(estate), objects(estate + workload('payments', 'card')));
    const zones = (side: 'before' | 'after') =>
      Object.entries(drawn?.[side].namespaces ?? {}).map(([id, n]) => [id, n.zone]);
    expect(zones('after')).toEqual(expect.arrayContaining(zones('before')));
    expect(drawn?.review.records.map((entry) => entry.subject.kind)).toContain('namespace');
  });

  it('should mark nothing between an export and itself', () => {
    const side = placeManifests(compile(largeDesign(30)).files, 'export').objects;
    expect(drawManifests(side, structuredClone(side))?.review.records).toEqual([]);
  });

  it('should draw nothing where there is no workload', () => {
    expect(drawManifests(objects(allow('web')), objects(allow('batch')))).toBeUndefined();
  });
});
