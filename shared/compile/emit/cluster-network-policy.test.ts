import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type KubeObject, parseManifests } from '../../k8s/index.ts';
import { arbitraryTopology } from '../../testing/arbitraries.ts';
import { design, readCase } from '../../testing/cluster-ir.ts';
import { withPlugin } from '../../testing/designs.ts';
import { build } from '../../testing/kustomize.ts';
import { typedComplaints } from '../../testing/typed-kinds.ts';
import { type Bundle, compile } from '../index.ts';

const kind = 'ClusterNetworkPolicy';
const guardsOf = ({ files }: Bundle): KubeObject[] =>
  files
    .filter(({ path }) => path.includes('/guard-rails/cluster-network-policy/'))
    .flatMap(({ path, text }) => parseManifests(text, { file: path }).objects.map((o) => o.object));

const anyone = { action: 'Deny', from: [{ namespaces: {} }] };

describe('guard rails in the API of Kubernetes', () => {
  it.each(['v1alpha2', 'v1beta1'] as const)(
    'should be what the CRD takes, each of a priority of its own, for any design: %s',
    (version) => {
      let seen = 0;
      fc.assert(
        fc.property(arbitraryTopology(), (topology) => {
          const { clusters } = topology;
          const bundle = compile(withPlugin(topology, { name: 'kube-ovn', clusterNetworkPolicy: version }));
          for (const cluster of Object.keys(clusters ?? {})) {
            const own = guardsOf({ ...bundle, files: bundle.files.filter((f) => f.cluster === cluster) });
            expect(own.flatMap(typedComplaints)).toEqual([]);
            expect(new Set(own.map((o) => o.apiVersion))).toEqual(
              new Set(own.length === 0 ? [] : [`policy.networking.k8s.io/${version}`]),
            );
            const priorities = own.map((o) => (o.spec as { priority: number }).priority);
            expect(new Set(priorities).size).toBe(own.length);
            seen += own.length;
          }
        }),
        { numRuns: 60 },
      );
      expect(seen).toBeGreaterThan(50);
    },
  );

  it('should be what the CRD takes while they pass everything', () => {
    const bundle = compile(readCase('guard-rails-cluster-network-policy'));
    const [cluster] = bundle.files.flatMap((f) => f.cluster ?? []);
    const passing = build(bundle, `rollout/${cluster}/1-observe`).filter((o) => o.kind === kind);
    expect(passing.length).toBeGreaterThan(0);
    expect(passing.flatMap(typedComplaints)).toEqual([]);
  });

  it.each([
    ['an empty subject', { subject: {} }, /^spec\.subject: must hold exactly one field$/],
    ['a priority that is too high', { priority: 1001 }, /^spec\.priority/],
    ['a rule without peers', { ingress: [{ action: 'Deny' }] }, /^spec\.ingress\.0\.from/],
    ['an empty list of peers', { ingress: [{ action: 'Deny', from: [] }] }, /^spec\.ingress\.0\.from/],
    ['an empty list of protocols', { ingress: [{ ...anyone, protocols: [] }] }, /^spec\.ingress\.0\.protocols/],
    ['addresses that enter', { ingress: [{ action: 'Deny', from: [{ networks: ['0.0.0.0/0'] }] }] }, /networks/],
    ['a protocol without a port', { ingress: [{ ...anyone, protocols: [{ tcp: {} }] }] }, /destinationPort/],
    [
      'a range of one port',
      { ingress: [{ ...anyone, protocols: [{ tcp: { destinationPort: { range: { start: 1, end: 1 } } } }] }] },
      /start must be less than end$/,
    ],
    ['nodes', { egress: [{ action: 'Deny', to: [{ nodes: {} }] }] }, /nodes/],
    [
      'a named port beside networks',
      { egress: [{ action: 'Deny', to: [{ networks: ['::/0'] }], protocols: [{ destinationNamedPort: 'http' }] }] },
      /named port/,
    ],
    [
      'more than 25 peers',
      { ingress: [{ action: 'Deny', from: Array.from({ length: 26 }, () => ({ namespaces: {} })) }] },
      /^spec\.ingress\.0\.from/,
    ],
    ['the action of an older API', { ingress: [{ ...anyone, action: 'Allow' }] }, /^spec\.ingress\.0\.action/],
  ])('should be held to refusing %s, as the CRD does', (_, change, complaint) => {
    const spec = { tier: 'Admin', priority: 0, subject: { namespaces: {} }, ...change };
    const object = { apiVersion: 'policy.networking.k8s.io/v1beta1', kind, metadata: { name: 'x' }, spec };
    expect(typedComplaints(object)?.[0]).toMatch(complaint);
  });
});

describe('names of passes', () => {
  it('should be distinct where the name of a namespace begins like the word for addresses', () => {
    const cluster = (pods: string) => ({
      distribution: 'kubeadm',
      version: '1.37',
      seenAs: 'routed',
      networks: { pods: [pods] },
      cni: { name: 'calico', version: '3.32', clusterNetworkPolicy: 'v1alpha2' },
    });
    const bundle = compile(
      design({
        apiVersion: 'zonewright/v1',
        kind: 'Topology',
        metadata: { name: 'x' },
        zones: { app: { trust: 50 }, db: { trust: 80 } },
        matrix: { app: { db: { access: 'block-all' } } },
        clusters: { prod: cluster('10.20.0.0/16'), far: cluster('10.30.0.0/16') },
        namespaces: {
          jobs: { cluster: 'prod', zone: 'app' },
          'addresses-jobs': { cluster: 'prod', zone: 'app' },
          near: { cluster: 'prod', zone: 'db' },
          away: { cluster: 'far', zone: 'db' },
        },
        workloads: {
          fetch: { namespace: 'jobs' },
          load: { namespace: 'addresses-jobs' },
          pg: { namespace: 'near', ports: { sql: { port: 5432 } } },
          pg2: { namespace: 'away', ports: { sql: { port: 5432 } } },
        },
        flows: {
          f: {
            from: { zone: 'app' },
            to: { zone: 'db' },
            ports: [{ port: 5432 }],
            exception: { reason: 'migration', owner: 'arch', until: '2027-01-31' },
          },
        },
      }),
    );
    const names = guardsOf({ ...bundle, files: bundle.files.filter((f) => f.cluster === 'prod') }).map(
      ({ metadata }) => metadata.name,
    );
    expect(names).toContain('pass-addresses-jobs.f-out');
    expect(new Set(names).size).toBe(names.length);
  });
});
