/** What always holds of storage, runtimes and node configuration, whatever the design: also a broken one. */
import fc from 'fast-check';
import { load, loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../k8s/index.ts';
import { schema, type Topology } from '../model/index.ts';
import { admit } from '../testing/admit.ts';
import { design, emit, fileText, lowerWithoutNetwork, objectsOf } from '../testing/cluster-ir.ts';
import { kind } from './emit/cluster/kind.ts';
import { runtimeAdmission } from './emit/runtime-admission.ts';
import { runtimeClasses } from './emit/runtime-class.ts';
import { storageAdmission } from './emit/storage-admission.ts';
import { storageClasses } from './emit/storage-class.ts';
import { platformEmitters } from './pipeline.ts';

const zoneIds = ['a', 'b', 'c'];
const classIds = ['k1', 'k2', 'k3'];
const runtimeIds = ['r1', 'r2', 'r3'];
/** `gone` dangles. */
const some = (ids: readonly string[]) =>
  fc.option(fc.uniqueArray(fc.constantFrom(...ids, 'gone'), { maxLength: 3 }), { nil: undefined });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const record = <T>(ids: readonly string[], arbitrary: fc.Arbitrary<T>) =>
  fc
    .tuple(...ids.map(() => maybe(arbitrary)))
    .map((all) => Object.fromEntries(ids.flatMap((id, i) => (all[i] === undefined ? [] : [[id, all[i]]]))));

const zone = fc.record({
  runtimes: some(runtimeIds),
  storageClasses: some(classIds),
  cpu: maybe(fc.constantFrom('shared', 'exclusive')),
});
const pool = fc.record({
  zone: fc.constantFrom(...zoneIds, 'gone'),
  nodes: fc.integer({ min: 0, max: 30 }),
  kvm: maybe(fc.boolean()),
  runtimes: some(runtimeIds),
  labels: maybe(fc.constantFrom({ rack: 'r1' }, { 'kubernetes.io/x': 'y', a: 'yes' })),
  taints: maybe(
    fc.constantFrom(
      [{ key: 'zonewright/zone', value: 'b', effect: 'NoSchedule' }],
      [{ key: 'x', effect: 'NoExecute' }],
    ),
  ),
});
const cluster = fc.record({
  distribution: fc.constantFrom(...schema.distributions),
  version: fc.constantFrom('1.29', '1.35.1', '1.36', '1.37.1'),
  engine: maybe(
    fc.record({
      name: fc.constantFrom('containerd', 'cri-o'),
      version: maybe(fc.constantFrom('1.7', '2.1', '2.3', '1.37', 'odd')),
    }),
  ),
  networks: maybe(
    fc.constantFrom(
      { pods: ['10.0.0.0/16'] },
      { pods: ['10.0.0.0/28', '2001:db8::/56'], services: ['10.1.0.0/8'.replace('10.1', '11.0')] },
    ),
  ),
  api: maybe(fc.constantFrom({ address: '10.0.0.1' }, { address: '2001:db8::1', port: 443 })),
  controlPlane: maybe(fc.record({ count: fc.integer({ min: 1, max: 3 }) })),
  platform: maybe(
    fc.constantFrom(
      {},
      { image: 'x', networking: 'none' },
      { ClusterConfiguration: null, InitConfiguration: [] },
      {
        server: [],
        agent: { 'kubelet-arg': 'x' },
        profile: null,
      },
    ),
  ),
  pools: record(['p', 'q', 'control-plane'], pool),
});
const names = ['one', 'two', 'three', 'four'];
const topologies = fc
  .record({
    zones: fc
      .tuple(zone, zone, zone)
      .map((all) => Object.fromEntries(all.map((z, i) => [zoneIds[i], { ...z, trust: i * 10 }]))),
    clusters: record(['x', 'y'], cluster),
    namespaces: record(
      names,
      fc.record({ cluster: fc.constantFrom('x', 'y', 'gone'), zone: maybe(fc.constantFrom(...zoneIds, 'gone')) }),
    ),
    runtimes: record(
      runtimeIds,
      fc.record({
        from: fc.constantFrom('runc', 'crun', 'gvisor', 'kata-fc', 'nabla', 'own'),
        handler: maybe(fc.constantFrom('runc', 'h')),
        isolation: maybe(fc.constant('wasm')),
      }),
    ),
    endpoints: record(
      ['e', 'f'],
      fc.record({
        zone: fc.constantFrom('a', 'gone'),
        type: fc.constantFrom(...schema.storageTypes),
        addresses: maybe(fc.constantFrom([], ['10.9.0.1'])),
        export: maybe(fc.constant('/x')),
      }),
    ),
    classes: record(
      classIds,
      fc.record({
        endpoint: fc.constantFrom('e', 'f', 'gone'),
        name: maybe(fc.constantFrom('same', 'Bad name')),
        default: maybe(fc.boolean()),
      }),
    ),
  })
  .map(
    ({ endpoints, classes, ...rest }): Topology =>
      // Absent fields are left out as in a file, not written as undefined.
      design(
        JSON.parse(
          JSON.stringify({
            apiVersion: 'zonewright/v1',
            kind: 'Topology',
            metadata: { name: 'x' },
            ...rest,
            storage: { endpoints, classes },
          }),
        ),
      ),
  );

describe('any design', () => {
  it('should export files that parse, with a name and a cause for each object, and messages that end with a period', () => {
    fc.assert(
      fc.property(topologies, (topology) => {
        for (const { ir, problems, coverage } of lowerWithoutNetwork(topology)) {
          const emissions = platformEmitters.map((e) => emit(e, ir));
          const files = emissions.flatMap((e) => e.files);
          expect(new Set(files.map((f) => f.path)).size).toBe(files.length);
          for (const file of files) {
            const text = fileText(file);
            if (file.path.endsWith('.yaml'))
              expect(loadAll(text).every((d) => typeof d === 'object' && d !== null)).toBe(true);
            for (const list of 'objects' in file ? file.objects.map((o) => o.causes) : [file.causes])
              expect(list.length).toBeGreaterThan(0);
            const tables = text.split('\n').filter((line) => line.startsWith('['));
            if (/\.(toml|conf)$/.test(file.path)) expect(new Set(tables).size).toBe(tables.length);
          }
          for (const p of [...problems, ...emissions.flatMap((e) => e.problems)]) expect(p.message).toMatch(/\.$/);
          for (const c of [...coverage, ...emissions.flatMap((e) => e.coverage)]) expect(c.text).toMatch(/\.$/);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('should admit exactly the storage classes of a zone that are exported', () => {
    fc.assert(
      fc.property(topologies, (topology) => {
        for (const { ir } of lowerWithoutNetwork(topology)) {
          const objects = [storageClasses, storageAdmission].flatMap((e) => objectsOf(emit(e, ir)));
          if (ir.cluster.version === '1.29') continue;
          const exported = objects.filter((o) => o.kind === 'StorageClass').map((o) => o.metadata.name);
          for (const z of ir.zones.filter((s) => s.namespaces.length > 0)) {
            const usable = exported.filter((storageClassName) =>
              admits(objects, z.id, 'persistentvolumeclaims', { storageClassName }),
            );
            const allowed = ir.storage.classes
              .filter((c) => z.record.storageClasses?.includes(c.id))
              .map((c) => c.name);
            expect(usable).toEqual(allowed);
            const mayLeaveOut = ir.storage.zones.find((s) => s.zone === z.id)?.mayLeaveOut;
            expect(admits(objects, z.id, 'persistentvolumeclaims', {})).toBe(mayLeaveOut);
            expect(admits(objects, z.id, 'persistentvolumeclaims', { storageClassName: '' })).toBe(false);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('should never run a pod under a class that its zone does not name, nor under the node’s own where the zone wants another', () => {
    fc.assert(
      fc.property(topologies, (topology) => {
        for (const { ir } of lowerWithoutNetwork(topology)) {
          const objects = [runtimeClasses, runtimeAdmission].flatMap((e) => objectsOf(emit(e, ir)));
          if (ir.cluster.version === '1.29') continue;
          for (const z of ir.zones.filter((s) => s.namespaces.length > 0)) {
            const allowed = z.record.runtimes ?? [];
            for (const id of [...runtimeIds, 'gone', 'other']) {
              if (admits(objects, z.id, 'pods', { runtimeClassName: id })) expect(allowed).toContain(id);
            }
            const unset = ir.runtimes.zones.find((r) => r.zone === z.id)?.unset;
            if (allowed.length > 0 && unset === 'admit')
              expect(topology.runtimes?.[allowed[0] ?? '']?.from).toMatch(/^(runc|crun)$/);
            expect(admits(objects, z.id, 'pods', {})).toBe(unset !== 'refuse');
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('should hold one default storage class per cluster at most, and configurations of kind that name only their own nodes', () => {
    fc.assert(
      fc.property(topologies, (topology) => {
        for (const { ir } of lowerWithoutNetwork(topology)) {
          const defaults = objectsOf(emit(storageClasses, ir)).filter((o) => o.metadata.annotations !== undefined);
          expect(defaults.length).toBeLessThanOrEqual(1);
          for (const file of emit(kind, ir).files) {
            const { nodes } = load(fileText(file)) as { nodes: unknown[] };
            expect(nodes).toHaveLength(
              ir.nodes.controlPlaneCount + ir.nodes.pools.reduce((sum, p) => sum + p.nodes, 0),
            );
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});

function admits(objects: readonly KubeObject[], zoneId: string, resource: string, spec: object): boolean {
  return admit(objects, {
    resource,
    operation: 'CREATE',
    namespaceLabels: { 'zonewright/zone': zoneId },
    object: { metadata: {}, spec },
  }).admitted;
}
