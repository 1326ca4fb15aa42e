import { describe, expect, it } from 'vitest';
import { admit } from '../../testing/admit.ts';
import { design, emit, lowerWithoutNetwork, objectsOf, readCase } from '../../testing/cluster-ir.ts';
import { runtimeAdmission } from './runtime-admission.ts';
import { storageAdmission } from './storage-admission.ts';

const clusters = new Map(
  lowerWithoutNetwork(readCase('gvisor-in-the-dmz')).map(({ ir }) => [ir.id, objectsOf(emit(runtimeAdmission, ir))]),
);

/** The runtime class with which a pod is admitted: its name, `unset`, or `refused`. */
function check(
  cluster: string,
  zone: string,
  runtimeClassName?: string,
  objects = clusters.get(cluster) ?? [],
): string {
  const verdict = admit(objects, {
    resource: 'pods',
    operation: 'CREATE',
    namespaceLabels: { 'zonewright/zone': zone },
    object: { metadata: {}, spec: { ...(runtimeClassName !== undefined && { runtimeClassName }) } },
  });
  const { spec } = verdict.object as { spec: { runtimeClassName?: string } };
  return verdict.admitted ? (spec.runtimeClassName ?? 'unset') : 'refused';
}

describe('runtime admission', () => {
  it.each([
    ['dmz', 'gvisor', 'gvisor'],
    ['dmz', 'runc', 'runc'],
    ['dmz', 'kata-qemu', 'refused'],
    ['dmz', undefined, 'gvisor'],
    ['app', 'gvisor', 'refused'],
    ['app', undefined, 'runc'],
    ['lab', undefined, 'unset'],
    ['lab', 'runc', 'refused'],
    ['old', undefined, 'refused'],
    ['old', 'nabla', 'refused'],
    ['old', 'runc', 'refused'],
  ])('should run a pod of zone %s that names %s under %s, on Kubernetes 1.36', (zone, named, result) => {
    expect(check('prod', zone, named)).toBe(result);
  });

  it.each([
    [undefined, 'refused'],
    ['gvisor', 'gvisor'],
    ['runc', 'runc'],
  ])('should run a pod that names %s as %s before Kubernetes 1.36, where nothing sets a default', (named, result) => {
    expect(check('blue', 'dmz', named)).toBe(result);
  });

  it('should admit a pod without a class before 1.36 only where the default of the zone is what its nodes run anyway', () => {
    const unset = (engine: string, first: string) => {
      const topology = design({
        apiVersion: 'zonewright/v1',
        kind: 'Topology',
        metadata: { name: 'x' },
        zones: { a: { trust: 1, runtimes: [first] } },
        clusters: { c: { distribution: 'kubeadm', version: '1.35', engine: { name: engine } } },
        namespaces: { n: { cluster: 'c', zone: 'a' } },
        runtimes: { runc: { from: 'runc' }, crun: { from: 'crun' }, mine: { from: 'runc', handler: 'mine' } },
      });
      return lowerWithoutNetwork(topology).map(({ ir }) =>
        check('c', 'a', undefined, objectsOf(emit(runtimeAdmission, ir))),
      )[0];
    };
    expect(unset('containerd', 'runc')).toBe('unset');
    expect(unset('containerd', 'crun')).toBe('refused');
    expect(unset('containerd', 'mine')).toBe('refused');
    expect(unset('cri-o', 'crun')).toBe('unset');
    expect(unset('cri-o', 'runc')).toBe('refused');
  });

  it('should exempt nothing inside the namespaces of a zone', () => {
    for (const object of [...clusters.values()].flat()) {
      const { matchConstraints, matchResources } = object.spec as Record<string, Record<string, unknown> | undefined>;
      expect(matchConstraints?.excludeResourceRules ?? matchResources?.excludeResourceRules).toBeUndefined();
      expect(matchResources?.objectSelector ?? matchConstraints?.objectSelector).toBeUndefined();
    }
  });

  it('should say how a mutating policy is run again, which the API demands, and leave the class of others alone', () => {
    const mutating = (clusters.get('prod') ?? []).filter((o) => o.kind === 'MutatingAdmissionPolicy');
    expect(mutating.map((o) => o.metadata.name)).toEqual(['zone-dmz-default-runtime', 'zone-app-default-runtime']);
    for (const { spec } of mutating)
      expect(spec).toMatchObject({ reinvocationPolicy: 'IfNeeded', failurePolicy: 'Fail' });
    expect((clusters.get('blue') ?? []).some((o) => o.kind.startsWith('Mutating'))).toBe(false);
  });

  it('should write no policy that the API server does not know, and say what stays open', () => {
    const topology = design({
      apiVersion: 'zonewright/v1',
      kind: 'Topology',
      metadata: { name: 'x' },
      zones: { a: { trust: 1, runtimes: ['runc'] } },
      clusters: { c: { distribution: 'managed', version: '1.29' } },
      namespaces: { n: { cluster: 'c', zone: 'a' } },
      runtimes: { runc: { from: 'runc' } },
    });
    const [old] = lowerWithoutNetwork(topology);
    expect(old && [...emit(runtimeAdmission, old.ir).files, ...emit(storageAdmission, old.ir).files]).toEqual([]);
    const open = old?.coverage
      .filter((c) => c.text.includes('ValidatingAdmissionPolicy'))
      .map((c) => [c.state, c.subject]);
    expect(open).toEqual([
      ['not-enforced', 'Storage classes'],
      ['not-enforced', 'Runtimes'],
      ['not-enforced', 'Exposure, images and host access'],
    ]);
  });
});
