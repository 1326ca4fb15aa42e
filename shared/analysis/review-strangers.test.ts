import { describe, expect, it } from 'vitest';
import { parseManifests } from '../k8s/index.ts';
import { reviewManifests } from './index.ts';

const pod = (namespace: string, name: string) => `
---
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: ${namespace}, labels: {app: ${name}}}
spec: {containers: [{name: main}]}
`;

const shop = pod('web', 'front') + pod('data', 'store');

/** Who may reach the pods of `data`. */
const admits = (from: string, port = 5432) => `
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: in, namespace: data}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress: [{from: [${from}], ports: [{port: ${port}}]}]
`;

const web = '{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: web}}}';

function review(before: string, after: string) {
  const [older, newer] = [before, after].map((text) => parseManifests(shop + text, { file: 'x.yaml' }).objects);
  const { groups } = reviewManifests(older ?? [], newer ?? []);
  return groups.flatMap((group) =>
    group.entries
      .filter((entry) => entry.layer === 'connection')
      .map(({ class: judged, message, causes }) => [judged, message, causes.map((c) => c.id).join()]),
  );
}

describe('pods that are not there yet', () => {
  it('should be named where a policy grows to namespaces that nobody knows', () => {
    expect(review(admits(web), admits('{namespaceSelector: {}}'))).toContainEqual([
      'opens',
      'other pods in any other namespace can reach data/store[Pod] on TCP 5432, and could not before.',
      'data/in',
    ]);
  });

  it('should be named where a policy shrinks to the namespaces that are there', () => {
    expect(review(admits('{namespaceSelector: {}}'), admits(web))).toContainEqual([
      'closes',
      'other pods in any other namespace can no longer reach data/store[Pod] on TCP 5432.',
      'data/in',
    ]);
  });

  it('should be named by their labels where no pod has them', () => {
    expect(review(admits(web), admits(`${web}, {podSelector: {matchLabels: {role: admin}}}`))).toEqual([
      [
        'opens',
        'pods with role=admin in namespace data can reach data/store[Pod] on TCP 5432, and could not before.',
        'data/in',
      ],
    ]);
  });

  it('should tell namespaces of different labels apart', () => {
    const team = (name: string) => `{namespaceSelector: {matchLabels: {team: ${name}}}}`;
    expect(review(admits(team('a')), admits(team('b'))).map(([, message]) => message)).toEqual([
      'other pods in any other namespace with team=b can reach data/store[Pod] on TCP 5432, and could not before.',
      'other pods in any other namespace with team=a can no longer reach data/store[Pod] on TCP 5432.',
    ]);
  });

  it('should not be named beside pods of their namespace for which the same changes', () => {
    expect(review(admits(web), admits(web, 5433)).map(([, message]) => message)).toEqual([
      'web/front[Pod] can reach data/store[Pod] on TCP 5433, and can no longer on TCP 5432.',
    ]);
  });

  it('should not be named for a pod that came or went', () => {
    const own = admits('{podSelector: {matchLabels: {role: admin}}}');
    const narrower = own.replace('5432', '5433');
    const messages = review(own, narrower + pod('data', 'new')).map(([, message]) => message);
    expect(messages).toContain(
      'pods with role=admin in namespace data can reach data/store[Pod] on TCP 5433, and can no longer on TCP 5432.',
    );
    expect(messages.filter((message) => message?.includes('data/new') && message.includes('role=admin'))).toEqual([]);
  });

  it('should change nothing where nothing changed', () => {
    expect(review(admits('{namespaceSelector: {}}'), admits('{namespaceSelector: {}}'))).toEqual([]);
  });
});
