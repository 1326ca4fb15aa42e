import { describe, expect, it } from 'vitest';
import { design } from '../../../testing/cluster-ir.ts';
import { compile } from '../../index.ts';

/** What the files of a cluster say to the kubelets of a pool with exclusive CPUs, and to those of another. */
function saidTo(distribution: string, version: string, platform: object = {}) {
  const topology = design({
    apiVersion: 'zonewright/v1',
    kind: 'Topology',
    metadata: { name: 'x' },
    zones: { own: { trust: 1, cpu: 'exclusive' }, shared: { trust: 2 } },
    clusters: {
      k: {
        distribution,
        version,
        platform,
        pools: { fast: { zone: 'own', nodes: 1 }, usual: { zone: 'shared', nodes: 1 } },
      },
    },
    namespaces: { a: { cluster: 'k', zone: 'own' }, b: { cluster: 'k', zone: 'shared' } },
  });
  const files = compile(topology).files.filter((f) => /^k\/(cluster|nodes)\//.test(f.path) && f.path.endsWith('.yaml'));
  return files.map((f) => f.text).join('\n');
}

describe('exclusive CPUs', () => {
  it.each(['kubeadm', 'kind', 'k3s', 'rke2', 'capi', 'openshift', 'eks'])(
    'should be set on %s for the pool that asks for them alone: policy, whole cores, topology, and CPUs for the system',
    (distribution) => {
      const text = saidTo(distribution, '1.36');
      const times = (pattern: RegExp) => [...text.matchAll(pattern)].length;
      expect(
        times(/cpuManagerPolicy: static|cpu-manager-policy=static|name: cpu-manager-policy\n +value: static/g),
      ).toBe(1);
      expect(times(/full-pcpus-only: "true"|full-pcpus-only=true/g)).toBe(1);
      expect(times(/topologyManagerPolicy: best-effort|topology-manager-policy=best-effort|value: best-effort/g)).toBe(
        1,
      );
      // Without any the kubelet does not start.
      expect(times(/systemReserved:|system-reserved=|name: system-reserved/g)).toBe(1);
      const listed = saidTo(distribution, '1.36', { reservedSystemCPUs: '0-1' });
      expect(listed).toMatch(/reservedSystemCPUs: "?0-1|reserved-cpus=0-1|name: reserved-cpus\n +value: "?0-1/);
      // Both together are refused by the kubelet where they contradict each other.
      expect(listed).not.toMatch(/systemReserved:|system-reserved|kubeReserved:|kube-reserved/);
    },
  );

  it('should hand out whole cores only where no feature gate is needed', () => {
    expect(saidTo('kubeadm', '1.32')).toContain('cpuManagerPolicy: static');
    expect(saidTo('kubeadm', '1.32')).not.toContain('full-pcpus-only');
    expect(saidTo('k3s', '1.32')).not.toContain('full-pcpus-only');
  });
});
