import { describe, expect, it } from 'vitest';
import { parseManifests } from '../../k8s/index.ts';
import { design } from '../../testing/cluster-ir.ts';
import { compile } from '../index.ts';

describe('names of passes', () => {
  it('should be distinct where the name of a namespace begins like the word for addresses', () => {
    const cluster = (pods: string) => ({
      distribution: 'kubeadm',
      version: '1.37',
      seenAs: 'routed',
      networks: { pods: [pods] },
      cni: { name: 'calico', version: '3.32', clusterNetworkPolicy: 'v1alpha2' },
    });
    const { files } = compile(
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
    const names = files
      .filter(({ path }) => path.startsWith('prod/guard-rails/cluster-network-policy/'))
      .flatMap(({ path, text }) => parseManifests(text, { file: path }).objects)
      .map(({ object }) => object.metadata.name);
    expect(names).toContain('pass-addresses-jobs.f-out');
    expect(new Set(names).size).toBe(names.length);
  });
});
