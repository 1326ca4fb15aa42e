import { describe, expect, it } from 'vitest';
import { parseManifests } from '../k8s/index.ts';
import { evaluate } from './index.ts';

function read(text: string) {
  return evaluate(parseManifests(text, { file: 'all.yaml' }).objects);
}

const pod = (name: string, more = '') => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop${more} }
spec: { containers: [{ name: c }] }
`;

describe('readCluster', () => {
  it('should give pods the name of their owner, but not of the node', () => {
    const owned = (kind: string) => `, ownerReferences: [{ apiVersion: apps/v1, kind: ${kind}, name: own }]`;
    const { pods } = read([pod('a', owned('ReplicaSet')), pod('b', owned('Node')), pod('c')].join('---\n'));
    expect(pods.map((p) => `${p.name}[${p.kind}]`)).toEqual(['b[Pod]', 'c[Pod]', 'own[ReplicaSet]']);
  });

  it('should keep pods of one owner apart where their labels differ, and once where they do not', () => {
    const of = (label: string) => `, labels: { app: ${label} }, ownerReferences: [{ kind: ReplicaSet, name: own }]`;
    const { pods } = read([pod('a', of('old')), pod('b', of('old')), pod('c', of('new'))].join('---\n'));
    expect(pods.map((p) => [p.name, p.labels.app])).toEqual([
      ['own', 'old'],
      ['own', 'new'],
    ]);
  });

  it('should judge the later of two objects with one name, and say so where they differ', () => {
    const first = pod('a', ', labels: { app: old }');
    const { pods, problems } = read([first, first, pod('a', ', labels: { app: new }')].join('---\n'));
    expect(pods.map((p) => p.labels.app)).toEqual(['new']);
    expect(problems).toEqual([
      expect.objectContaining({
        rule: 'manifest/duplicate-object',
        severity: 'warning',
        file: 'all.yaml',
        line: 11,
        message:
          'There is another, different Pod shop/a. The other is in all.yaml, line 6. A cluster keeps only one of them; the later one is judged. Remove or rename one.',
      }),
    ]);
  });

  it('should find the pods of kinds that it does not know by their template', () => {
    const rollout = `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: web, namespace: shop }
spec: { template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: c }] } } }
`;
    const { pods, problems } = read(rollout);
    expect(pods.map((p) => [p.kind, p.name, p.labels])).toEqual([['Rollout', 'web', { app: 'web' }]]);
    expect(problems).toEqual([]);
  });

  it('should name kinds that it passes over, once each, and not those of Kubernetes', () => {
    const certificate = (name: string) =>
      `apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: { name: ${name} }\n`;
    const service = 'apiVersion: v1\nkind: Service\nmetadata: { name: s }\n';
    const { problems } = read([certificate('x'), service, certificate('z')].join('---\n'));
    expect(problems.map((p) => [p.rule, p.severity, p.line])).toEqual([['manifest/unknown-kind', 'info', 1]]);
    expect(problems[0]?.message).toContain('2 objects of kind Certificate (cert-manager.io/v1) are passed over');
  });
});

describe('policies that an API server refuses', () => {
  const network = (spec: string) =>
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: p, namespace: shop }\nspec: ${spec}\n`;
  const admin = (kind: string, spec: string) =>
    `apiVersion: policy.networking.k8s.io/v1alpha1\nkind: ${kind}\nmetadata: { name: default }\nspec: ${spec}\n`;
  const all = '{ namespaces: {} }';

  it.each([
    [network('{ podSelector: { matchLabels: { "a b": c } } }'), 'is no label key'],
    [network('{ podSelector: { matchLabels: { a: "-c" } } }'), 'is no label value'],
    [network('{ podSelector: { matchExpressions: [{ key: a, operator: In }] } }'), 'In needs values'],
    [network('{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0 } }] }] }'), 'is no address range'],
    [network('{ podSelector: {}, ingress: [{ ports: [{ port: 0 }] }] }'), 'must be a port'],
    [network('{ podSelector: {}, policyTypes: [Both] }'), 'is no policy type'],
    [
      admin('AdminNetworkPolicy', `{ priority: 1, subject: ${all}, ingress: [{ action: Accept, from: [${all}] }] }`),
      'is no action here; use one of Allow, Deny, Pass',
    ],
    [
      admin('BaselineAdminNetworkPolicy', `{ subject: ${all}, ingress: [{ action: Pass, from: [${all}] }] }`),
      'is no action here; use one of Allow, Deny',
    ],
    [
      admin('AdminNetworkPolicy', '{ priority: 1, subject: { namespaces: {}, pods: {} } }'),
      'exactly one of namespaces, pods',
    ],
    [
      admin(
        'AdminNetworkPolicy',
        `{ priority: 1, subject: ${all}, ingress: [{ action: Deny, from: [${all}], ports: [{ namedPort: x, portNumber: { port: 1 } }] }] }`,
      ),
      'exactly one of portNumber, portRange, namedPort',
    ],
    [admin('AdminNetworkPolicy', `{ priority: 1001, subject: ${all} }`), 'priority must be a number from 0 to 1000'],
  ])('should be left out with the reason: %s', (text, reason) => {
    const { policies, problems } = read(text);
    expect(policies).toEqual([]);
    expect(problems.map((p) => p.message).join('\n')).toContain(reason);
    for (const problem of problems)
      expect(problem).toMatchObject({ severity: 'error', file: 'all.yaml', line: expect.any(Number) });
  });
});
