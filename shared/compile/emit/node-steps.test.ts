import { describe, expect, it } from 'vitest';
import { design, emit, lowerWithoutNetwork, readCase, textAt } from '../../testing/cluster-ir.ts';
import { kubeadm } from './cluster/kubeadm.ts';
import { containerd } from './node/containerd.ts';
import { crio } from './node/crio.ts';
import { nodeSteps } from './node-steps.ts';

const allCases = [
  'nfs-and-ceph-by-zone',
  'gvisor-in-the-dmz',
  'kata-with-containerd-2-3',
  'kind-cluster',
  'kubeadm-with-exclusive-cpus',
  'engine-1-7',
  'k3s-and-rke2',
];
const clusters = allCases.flatMap((name) => lowerWithoutNetwork(readCase(name)).map(({ ir }) => ir));
const commandsOf = (text: string) => text.split('\n').filter((line) => line.startsWith('kubectl '));

describe('node steps', () => {
  it('should label every node of every pool with its zone', () => {
    for (const ir of clusters) {
      const commands = commandsOf(textAt(emit(nodeSteps, ir), 'nodes/steps.md'));
      for (const pool of ir.nodes.pools) {
        const own = commands.filter(
          (c) => c.startsWith('kubectl label') && c.includes(` node-restriction.kubernetes.io/zone=${pool.zone} `),
        );
        expect(own.length, `${ir.id} ${pool.name}`).toBeGreaterThan(0);
      }
    }
  });

  it('should use no shell: no variables, pipes, loops or quotes in any command', () => {
    for (const ir of clusters) {
      for (const command of commandsOf(textAt(emit(nodeSteps, ir), 'nodes/steps.md')))
        expect(command).toMatch(/^kubectl (label|taint) node [A-Za-z0-9 ./:=_-]+ --overwrite$/);
    }
  });

  it('should name only files to copy that the export holds', () => {
    for (const ir of clusters) {
      const written = [kubeadm, containerd, crio].flatMap((e) => emit(e, ir).files.map((f) => f.path));
      const named = [...textAt(emit(nodeSteps, ir), 'nodes/steps.md').matchAll(/^- `([^`]+)` to /gm)].map(
        (m) => m[1] ?? '',
      );
      for (const path of named) expect(written, ir.id).toContain(path);
      for (const path of written.filter((p) => p.startsWith('nodes/'))) expect(named, ir.id).toContain(path);
    }
  });

  it('should set taints by command only where no configuration does', () => {
    const stepsOf = (distribution: string) => {
      const topology = design({
        apiVersion: 'zonewright/v1',
        kind: 'Topology',
        metadata: { name: 'x' },
        zones: { a: { trust: 1 }, b: { trust: 2 } },
        clusters: {
          k: { distribution, version: '1.37.0', pools: { p: { zone: 'a', nodes: 1 }, q: { zone: 'b', nodes: 0 } } },
        },
      });
      const [lowered] = lowerWithoutNetwork(topology);
      if (lowered === undefined) throw new Error('no cluster');
      return {
        commands: commandsOf(textAt(emit(nodeSteps, lowered.ir), 'nodes/steps.md')),
        coverage: lowered.coverage,
      };
    };
    for (const distribution of ['kubeadm', 'kind', 'k3s', 'rke2', 'capi', 'eks'])
      expect(stepsOf(distribution).commands.some((c) => c.includes('taint'))).toBe(false);
    for (const distribution of ['openshift', 'managed']) {
      const { commands, coverage } = stepsOf(distribution);
      expect(commands).toContain('kubectl taint node NODE-p-1 zonewright/zone=a:NoSchedule --overwrite');
      const note = coverage.find((c) => /^(Cluster configuration|Taints of the node pools)$/.test(c.subject));
      expect(note?.state).toBe('not-enforced');
      expect(note?.text).toContain('p: zonewright/zone=a:NoSchedule; q: zonewright/zone=b:NoSchedule');
    }
  });

  it('should use the names that kind gives its nodes', () => {
    const ir = clusters.find((c) => c.id === 'try');
    if (ir === undefined) throw new Error('no cluster');
    expect(
      commandsOf(textAt(emit(nodeSteps, ir), 'nodes/steps.md')).map((c) => c.split(' node-restriction')[0]),
    ).toEqual(['kubectl label node try-worker', 'kubectl label node try-worker2 try-worker3']);
  });

  it('should say what each runtime of a pool needs on its nodes, and nothing for what every engine has', () => {
    const topology = design({
      apiVersion: 'zonewright/v1',
      kind: 'Topology',
      metadata: { name: 'x' },
      zones: { a: { trust: 1, runtimes: ['vm', 'plain'] } },
      clusters: {
        k: {
          distribution: 'kubeadm',
          version: '1.37.0',
          pools: {
            p: { zone: 'a', nodes: 1, kvm: true, runtimes: ['vm', 'plain'] },
            q: { zone: 'a', nodes: 1, runtimes: ['plain'] },
          },
        },
      },
      runtimes: { vm: { from: 'kata-fc' }, plain: { from: 'runc' } },
    });
    const text = lowerWithoutNetwork(topology).map(({ ir }) => textAt(emit(nodeSteps, ir), 'nodes/steps.md'))[0] ?? '';
    const [, p = '', q = ''] = text.split('## Pool ');
    for (const need of ['/dev/kvm', 'vhost_vsock', '4.3.0 or newer', 'thin pool “containerd-pool”'])
      expect(p).toContain(need);
    expect(q).not.toContain('A node needs');
  });

  it('should say what CRI-O needs beside the runtime, and leave files on OpenShift to its operator', () => {
    const steps = (distribution: string, engine: object) => {
      const topology = design({
        apiVersion: 'zonewright/v1',
        kind: 'Topology',
        metadata: { name: 'x' },
        zones: { a: { trust: 1, cpu: 'exclusive' } },
        clusters: {
          k: {
            distribution,
            version: '1.37.0',
            engine,
            pools: { p: { zone: 'a', nodes: 1, runtimes: ['box', 'own'] } },
          },
        },
        runtimes: { box: { from: 'gvisor' }, own: { from: 'crun', handler: 'crun' } },
      });
      return lowerWithoutNetwork(topology).map(({ ir }) => textAt(emit(nodeSteps, ir), 'nodes/steps.md'))[0] ?? '';
    };
    const crio = { name: 'cri-o', version: '1.37' };
    expect(steps('kubeadm', crio)).toContain('SELinux switched off');
    // CRI-O brings crun along; containerd does not.
    expect(steps('kubeadm', crio)).not.toContain('/usr/bin/crun');
    expect(steps('kubeadm', { name: 'containerd', version: '2.3' })).toContain('/usr/bin/crun');
    expect(steps('kubeadm', { name: 'containerd', version: '2.3' })).not.toContain('SELinux');
    expect(steps('kubeadm', crio)).toContain('systemctl restart crio');
    expect(steps('kubeadm', crio)).toContain('cpu_manager_state');
    const openshift = steps('openshift', crio);
    expect(openshift).toContain('oc apply -f cluster/openshift/pool-p.yaml');
    expect(openshift).not.toContain('systemctl');
    expect(openshift).not.toContain('cpu_manager_state');
  });
});
