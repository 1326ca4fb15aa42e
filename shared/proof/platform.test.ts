/** The proofs of placement, storage and runtimes, against exports as they are. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../compile/index.ts';
import type { Topology } from '../model/index.ts';
import { arbitraryTopology } from '../testing/arbitraries.ts';
import { readCase } from '../testing/cluster-ir.ts';
import { designOf, exportsOf, findingsOf, small, withVersion } from '../testing/platform.ts';
import { provePlatform } from './index.ts';

const templates = readdirSync('templates').filter((name) => name.endsWith('.zones.yaml'));
const casesFolder = 'shared/compile/cases';
const cases = readdirSync(casesFolder).filter((name) => existsSync(`${casesFolder}/${name}/topology.yaml`));

/** What cannot be had, by case; every other question of every case is answered as it was drawn. */
const limits: Readonly<Record<string, readonly string[]>> = {
  'egress-by-zone': ['Where pods of namespace “stray” may run is not drawn.'],
  'gvisor-in-the-dmz': ['Zone “old” offers runtime “nabla”, and no pod can be given it.'],
  'nfs-and-ceph-by-zone': ['Where pods of namespace “lost” may run is not drawn.'],
};

/** Why a random design may ask for what cannot be had: each is a fault of the drawing, and a finding says it there too. */
const statedLimits = [
  /^It belongs to no zone/,
  /^It cannot be exported: another namespace of the cluster is called/,
  /^It is not exported: /,
  // A workload that names a runtime which its zone or its cluster does not have.
  /^There is no RuntimeClass/,
  /^Zone \S+ offers (no runtime class|the runtime classes)/,
  /^Pods of zone \S+ may not use the network of their node/,
  // A zone without nodes in this cluster, where nothing can pin its pods.
  /^Pods of zone \S+ run on its nodes only/,
  /^Their node selector or tolerations do not fit/,
];

describe('who listens to the proofs', () => {
  it('should be told what each cluster is asked, with the answer', () => {
    const heard = new Map<string, Set<string>>();
    const tell = (resource: string, outcome: string) =>
      heard.set(resource, (heard.get(resource) ?? new Set()).add(outcome));
    const clusters = new Set<string>();
    provePlatform(small, exportsOf(small), (cluster, request, verdict) => {
      clusters.add(cluster);
      tell(request.resource, verdict.outcome);
    });
    expect([...clusters]).toEqual(['prod']);
    for (const resource of ['pods', 'persistentvolumeclaims', 'statefulsets'])
      expect([...(heard.get(resource) ?? [])].sort(), resource).toEqual(['admitted', 'refused']);
    expect(heard.has('namespaces/status')).toBe(true);
  });
});

describe('provePlatform', () => {
  it.each(templates)('should find that the export of %s places, stores and runs as drawn', (name) => {
    const topology = designOf(readFileSync(`templates/${name}`, 'utf8'));
    const proofs = provePlatform(topology, exportsOf(topology));
    expect(findingsOf(proofs)).toEqual([]);
    expect(Object.values(proofs).every((p) => p.equal > 10)).toBe(true);
  });

  it.each(cases)('should find that the export of case %s does what is drawn, or name the limit', (name) => {
    const topology = readCase(name);
    const findings = findingsOf(provePlatform(topology, exportsOf(topology)));
    expect(findings.map((f) => f.what)).toEqual(limits[name] ?? []);
    for (const finding of findings) expect(finding.reason).toMatch(/\w\.$/);
  });

  it('should find the export of any design equal, or name a stated limit of the drawing', () => {
    let answered = 0;
    fc.assert(
      fc.property(arbitraryTopology(), (topology) => {
        const proofs = provePlatform(topology, exportsOf(topology));
        const findings = findingsOf(proofs);
        expect(findings.filter((f) => f.kind === 'extra')).toEqual([]);
        for (const { what, reason } of findings) {
          expect(what).toMatch(/\.$/);
          expect(reason).toMatch(/\w.*\.$/s);
          expect(
            statedLimits.some((limit) => limit.test(reason)),
            `${what} ${reason}`,
          ).toBe(true);
        }
        answered += Object.values(proofs).reduce((sum, p) => sum + p.equal, 0);
      }),
      { numRuns: 75 },
    );
    expect(answered).toBeGreaterThan(500);
  });

  it('should say that a cluster without admission policies cannot be proven', () => {
    const topology = withVersion(small, '1.29');
    const proofs = provePlatform(topology, exportsOf(topology));
    expect(findingsOf(proofs).map((f) => [f.kind, f.subject.id])).toEqual([
      ['cannot-say', 'prod'],
      ['cannot-say', 'prod'],
      ['cannot-say', 'prod'],
    ]);
    expect(proofs.placement.findings[0]?.reason).toContain('it came with 1.30');
  });

  it.each(['kubeadm', 'kind', 'k3s', 'rke2', 'capi', 'openshift', 'eks'] as const)(
    'should find both of a blue-green pair as drawn where the successor is on %s, each with its own configuration',
    (distribution) => {
      const topology = designOf(readFileSync('templates/one-cluster-three-zones.zones.yaml', 'utf8'));
      const [[old, record] = []] = Object.entries(topology.clusters ?? {});
      if (old === undefined || record === undefined) throw new Error('no cluster');
      const { engine: _, platform: __, ...rest } = record;
      const next = { ...rest, distribution, version: '1.36', replaces: old };
      const pair: Topology = { ...topology, clusters: { ...topology.clusters, next } };
      const proofs = provePlatform(pair, exportsOf(pair));
      expect(findingsOf(proofs)).toEqual([]);
      const files = compile(pair).files.map((f) => f.path);
      expect(files.some((path) => path.startsWith('next/cluster/'))).toBe(true);
      expect(files.some((path) => path.startsWith(`${old}/cluster/`))).toBe(true);
    },
  );

  it.each(['1.30', '1.35', '1.36', '1.37'])('should find the small design equal on Kubernetes %s', (version) => {
    for (const distribution of ['kubeadm', 'kind', 'k3s', 'rke2', 'capi', 'openshift', 'eks', 'managed'] as const) {
      const topology = withVersion(small, version, distribution);
      expect(findingsOf(provePlatform(topology, exportsOf(topology))), distribution).toEqual([]);
    }
  });

  it('should find hundreds of workloads in as many namespaces equal', () => {
    const topology = large(400);
    const exports = exportsOf(topology);
    const proofs = provePlatform(topology, exports);
    expect(findingsOf(proofs)).toEqual([]);
    expect(proofs.placement.equal).toBeGreaterThan(400);
  });
});

/** Three zones in one cluster, each with namespaces of its own kind. */
function large(count: number): Topology {
  const zones = ['dmz', 'app', 'db'];
  const each = <T>(record: (i: number, zone: string) => T): Record<string, T> =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, record(i, zones[i % 3] ?? 'app')]));
  return {
    ...small,
    namespaces: each((_, zone) => ({ cluster: 'prod', zone })),
    workloads: each((i, zone) => ({
      namespace: `n${i}`,
      ports: { http: { port: 1000 + i } },
      ...(zone !== 'dmz' && { storage: { data: {} } }),
    })),
  };
}
