import { describe, expect, it } from 'vitest';
import { parseManifests } from '../../k8s/index.ts';
import { describeExplanation } from '../describe.ts';
import { evaluate } from '../evaluate.ts';
import { explain } from '../explain.ts';
import type { EvaluateOptions } from '../options.ts';
import { describePorts } from '../port-set.ts';

const pods = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { zone: app } }
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
spec: { containers: [{ name: c }] }
---
apiVersion: v1
kind: Pod
metadata: { name: agent, namespace: shop, labels: { app: agent } }
spec: { hostNetwork: true, containers: [{ name: c }] }
---
apiVersion: v1
kind: Pod
metadata: { name: db, namespace: data, labels: { app: db } }
spec: { containers: [{ name: c }] }
`;

function read(policies: string, options: EvaluateOptions = {}) {
  const text = `${pods.trim()}\n---\n${policies.trim()}\n`;
  const reach = evaluate(parseManifests(text, { file: 'all.yaml' }).objects, options);
  const thing = (name: string) =>
    name.includes('/')
      ? reach.pods.findIndex(
          (p) => `${p.cluster === undefined ? '' : `${p.cluster}:`}${p.namespace}/${p.name}` === name,
        )
      : reach.pods.length + reach.pieces.findIndex((p) => p.family === 4 && p.end >= ipv4(name));
  const allowed = (from: string, to: string) =>
    describePorts(reach.ports.ranges(reach.allowed(thing(from), thing(to))));
  return { reach, thing, allowed, messages: reach.problems.map((p) => p.message) };
}

function ipv4(text: string): bigint {
  return text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function policy(spec: string, kind = 'CiliumNetworkPolicy'): string {
  const metadata = kind === 'CiliumNetworkPolicy' ? '{ name: p, namespace: data }' : '{ name: p }';
  return `apiVersion: cilium.io/v2\nkind: ${kind}\nmetadata: ${metadata}\n${spec}`;
}

describe('policies of Cilium', () => {
  it('should isolate a direction that has rules, and keep to their ports', () => {
    const { allowed } = read(
      policy(`spec:
  endpointSelector: {}
  ingress:
    - fromEndpoints: [{ matchLabels: { k8s:io.kubernetes.pod.namespace: shop } }]
      toPorts: [{ ports: [{ port: "5432", protocol: TCP }] }]`),
    );
    expect(allowed('shop/web', 'data/db')).toBe('TCP 5432');
    expect(allowed('8.8.8.8', 'data/db')).toBe('no connections');
    expect(allowed('data/db', 'shop/web')).toBe('all connections');
  });

  it('should isolate by a rule without peers and ports, which allows nothing', () => {
    const { allowed } = read(policy('spec: { endpointSelector: {}, ingress: [{}] }'));
    expect(allowed('shop/web', 'data/db')).toBe('no connections');
  });

  it('should neither isolate nor allow anything where the default deny is switched off', () => {
    const off = policy(`spec:
  endpointSelector: {}
  enableDefaultDeny: { ingress: false }
  ingress: [{ fromEndpoints: [{ matchLabels: { app: nobody } }] }]`);
    expect(read(off).allowed('shop/web', 'data/db')).toBe('all connections');
  });

  it('should deny before all that others allow, and say which rule does, in which line', () => {
    const { reach, thing } = read(`
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: open, namespace: data }
spec: { podSelector: {}, ingress: [{}] }
---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: { name: guard }
specs:
  - endpointSelector: { matchLabels: { app: nobody } }
    ingress: [{}]
  - endpointSelector: { matchLabels: { io.kubernetes.pod.namespace: data } }
    enableDefaultDeny: { ingress: false }
    ingressDeny:
      - fromEndpoints: [{ matchLabels: { io.cilium.k8s.namespace.labels.zone: app } }]
`);
    const explanation = explain(reach, thing('shop/web'), thing('data/db'), 'TCP', 5432);
    expect(explanation.verdict).toBe('denied');
    const text = describeExplanation(
      { namespace: 'shop', kind: 'Pod', name: 'web' },
      { namespace: 'data', kind: 'Pod', name: 'db' },
      { ports: [{ protocol: 'TCP', start: 5432, end: 5432 }], explanation },
    );
    const place = 'specs[1].ingressDeny[0] of CiliumClusterwideNetworkPolicy guard (all.yaml:34)';
    expect(text.directions[1].decision).toContain(place);
    expect(text.changes).toEqual([`To allow it, take the peer or the port out of ${place}.`]);
  });

  it('should mean only addresses outside by ranges and by world, and nodes by their entity where they are known', () => {
    const rule = (peers: string) => policy(`spec: { endpointSelector: {}, egress: [${peers}] }`);
    const known = { nodes: ['10.1.0.0/24'], 'api-server': ['10.9.0.7/32'] };
    const wide = read(rule('{ toCIDR: [10.0.0.0/8] }'), { known });
    expect(wide.allowed('data/db', '10.2.0.1')).toBe('all connections');
    expect(wide.allowed('data/db', '10.1.0.9')).toBe('no connections');
    expect(wide.allowed('data/db', 'shop/web')).toBe('no connections');
    const world = read(rule('{ toEntities: [world] }'), { known });
    expect([world.allowed('data/db', '8.8.8.8'), world.allowed('data/db', '10.1.0.9')]).toEqual([
      'all connections',
      'no connections',
    ]);
    const nodes = read(rule('{ toEntities: [remote-node] }, { toEntities: [kube-apiserver] }'), { known });
    expect(nodes.allowed('data/db', '10.1.0.9')).toBe('all connections');
    expect(nodes.allowed('data/db', '10.9.0.7')).toBe('all connections');
    expect(nodes.allowed('data/db', 'shop/agent')).toBe('all connections');
    expect(nodes.allowed('data/db', '10.9.0.8')).toBe('no connections');
    expect(read(rule('{ toEntities: [remote-node] }')).reach.choices.join(' ')).toContain('nodes or the API server');
  });

  it('should know pods of other clusters of the mesh by the label of their cluster, and by nothing else', () => {
    const far = parseManifests(pods).objects;
    const spec = (labels: string) =>
      policy(`spec: { endpointSelector: {}, ingress: [{ fromEndpoints: [{ matchLabels: { ${labels} } }] }] }`);
    const mesh = { cluster: 'near', others: [{ cluster: 'far', objects: far }], selectsAll: false };
    const shop = 'io.kubernetes.pod.namespace: shop';
    const local = read(spec(shop), { mesh });
    expect(local.allowed('shop/web', 'data/db')).toBe('all connections');
    expect(local.allowed('far:shop/web', 'data/db')).toBe('no connections');
    const named = read(spec(`${shop}, io.cilium.k8s.policy.cluster: far`), { mesh });
    expect(named.allowed('shop/web', 'data/db')).toBe('no connections');
    expect(named.allowed('far:shop/web', 'data/db')).toBe('all connections');
    // A name that no cluster has means none, not the own one.
    const unknown = read(spec(`${shop}, io.cilium.k8s.policy.cluster: elsewhere`), { mesh });
    expect(unknown.allowed('shop/web', 'data/db')).toBe('no connections');
    // Before Cilium 1.19 a selector without the label means every cluster.
    expect(read(spec(shop), { mesh: { ...mesh, selectsAll: true } }).allowed('far:shop/web', 'data/db')).toBe(
      'all connections',
    );
  });

  it('should keep the DNS names a rule allows and those it lets pods ask for, and open no address by them', () => {
    const { reach, allowed } = read(
      policy(`spec:
  endpointSelector: {}
  egress:
    - toEndpoints: [{ matchLabels: { k8s-app: kube-dns } }]
      toPorts: [{ ports: [{ port: "53", protocol: ANY }], rules: { dns: [{ matchPattern: "*" }] } }]
    - toFQDNs: [{ matchName: Api.Example.com }, { matchPattern: "*.example.org" }]
      toPorts: [{ ports: [{ port: "443", protocol: TCP }] }]`),
    );
    const rules = reach.policies[0]?.egress ?? [];
    expect(rules.map((r) => [r.names, r.dns])).toEqual([
      [undefined, ['*']],
      [['api.example.com', '*.example.org'], undefined],
    ]);
    expect(allowed('data/db', '8.8.8.8')).toBe('no connections');
    expect(reach.choices.join(' ')).toContain('DNS name');
  });

  it('should say what it cannot judge, and what Cilium refuses', () => {
    const said = (spec: string, kind?: string) => read(policy(`spec: ${spec}`, kind)).messages.join('\n');
    const only = (rule: string) => `{ endpointSelector: {}, egress: [${rule}] }`;
    expect(said('{ nodeSelector: {}, ingress: [{}] }', 'CiliumClusterwideNetworkPolicy')).toContain('holds nodes');
    expect(said('{ nodeSelector: {}, ingress: [{}] }')).toContain('only a CiliumClusterwideNetworkPolicy');
    expect(said(only('{ toServices: [{ k8sService: { serviceName: x } }] }'))).toContain('not in manifests');
    expect(said(only('{ toNodes: [{}] }'))).toContain('not in manifests');
    expect(said(only('{ toEntities: [unmanaged] }'))).toContain('not in manifests');
    expect(said(only('{ toEntities: [everybody] }'))).toContain('is no entity');
    expect(said(only('{ toEntities: [world], toCIDR: [10.0.0.0/8] }'))).toContain('cannot stand in one rule');
    expect(said(only('{ toPorts: [{ ports: [{ port: 443 }] }] }'))).toContain('a number in quotes');
    expect(said(only('{ fromEntities: [world] }'))).toContain('has no “fromEntities”');
    expect(said(only('{ toCIDRSet: [{ cidr: 10.0.0.0/8, except: [11.0.0.0/8] }] }'))).toContain('inside 10.0.0.0/8');
    expect(said(only('{ toCIDRSet: [{ cidrGroupRef: partners }] }'))).toContain('CiliumCIDRGroup');
    expect(said('{ endpointSelector: {}, egressDeny: [{ toFQDNs: [{ matchName: a.b }] }] }')).toContain('denying rule');
    for (const name of ['.a', 'a..b', `${'a'.repeat(200)}!`])
      expect(said(only(`{ toFQDNs: [{ matchName: "${name}" }] }`))).toContain('exactly one of matchName');
    expect(said('{ endpointSelector: {}, nodeSelector: {} }')).toContain('exactly one of');
    expect(said(only('{ toPorts: [{ ports: [{ port: "80" }], rules: { http: [{}] } }] }'))).toContain('narrows');
    expect(said(only('{ toEndpoints: [{}], icmps: [{ fields: [{ type: 8 }] }] }'))).toBe('');
  });

  it('should leave out an object with one fault as a whole', () => {
    const { allowed } = read(
      policy(`specs:
  - { endpointSelector: {}, ingress: [{}] }
  - { endpointSelector: {}, ingress: [{ fromEntities: [wrong] }] }`),
    );
    expect(allowed('shop/web', 'data/db')).toBe('all connections');
  });
});
