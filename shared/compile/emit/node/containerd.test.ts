import { describe, expect, it } from 'vitest';
import { runtimes } from '../../../catalog/index.ts';
import { design, emit, lowerWithoutNetwork, textAt } from '../../../testing/cluster-ir.ts';
import { containerd } from './containerd.ts';
import { crio } from './crio.ts';

function compile(cluster: object, pool: object, records: Record<string, object> = {}) {
  const all = Object.fromEntries(runtimes.map((r) => [r.id, { from: r.id }]));
  const topology = design({
    apiVersion: 'zonewright/v1',
    kind: 'Topology',
    metadata: { name: 'x' },
    zones: { a: { trust: 1 } },
    clusters: {
      k: {
        distribution: 'kubeadm',
        version: '1.37.1',
        ...cluster,
        pools: { p: { zone: 'a', nodes: 1, kvm: true, ...pool } },
      },
    },
    runtimes: { ...all, ...records },
  });
  const [lowered] = lowerWithoutNetwork(topology);
  if (lowered === undefined) throw new Error('no cluster');
  const emissions = [emit(containerd, lowered.ir), emit(crio, lowered.ir)];
  return {
    files: emissions.flatMap((e) => e.files),
    problems: [...lowered.problems, ...emissions.flatMap((e) => e.problems)].map((p) => `${p.severity} ${p.rule}`),
    coverage: emissions.flatMap((e) => e.coverage),
    text: (path: string) => textAt({ files: emissions.flatMap((e) => e.files), problems: [], coverage: [] }, path),
  };
}
const engine = (version: string) => ({ engine: { name: 'containerd', version } });
const dropIn = 'nodes/p/containerd/zonewright-runtimes.toml';

/** The names of a file's tables, and whether each stands once. */
function tables(text: string): string[] {
  const names = text.split('\n').filter((line) => line.startsWith('['));
  expect(new Set(names).size).toBe(names.length);
  return names;
}

describe('containerd', () => {
  it.each([
    ['1.7', 'version = 2', 'io.containerd.grpc.v1.cri'],
    ['2.0', 'version = 3', 'io.containerd.cri.v1.runtime'],
    ['2.2.5', 'version = 3', 'io.containerd.cri.v1.runtime'],
    ['2.3', 'version = 4', 'io.containerd.cri.v1.runtime'],
  ])('should pair version and plugin name for containerd %s', (version, line, plugin) => {
    const text = compile(engine(version), { runtimes: ['gvisor'] }).text(dropIn);
    expect(text).toContain(`\n${line}\n`);
    for (const name of tables(text)) expect(name).toContain(`plugins."${plugin}"`);
  });

  it('should set SystemdCgroup for runc, also where a pool has nothing else', () => {
    expect(compile(engine('2.2'), {}).text(dropIn)).toMatch(/runtimes\.runc\.options\]\n {2}SystemdCgroup = true\n/);
    expect(compile(engine('2.2'), { runtimes: ['runc', 'crun'] }).text(dropIn)).toMatch(
      /runtimes\.crun\.options\]\n {2}BinaryName = "\/usr\/bin\/crun"\n {2}SystemdCgroup = true\n/,
    );
  });

  it('should give both gVisor platforms a configuration file of their own', () => {
    const { text } = compile(engine('2.2'), { runtimes: ['gvisor', 'gvisor-kvm'] });
    expect(text(dropIn)).toContain('ConfigPath = "/etc/containerd/runsc.toml"');
    expect(text(dropIn)).toContain('ConfigPath = "/etc/containerd/runsc-kvm.toml"');
    expect(text('nodes/p/containerd/runsc.toml')).toMatch(
      /^# .*\/etc\/containerd\/runsc\.toml .*\n\[runsc_config\]\n {2}platform = "systrap"\n$/,
    );
    expect(text('nodes/p/containerd/runsc-kvm.toml')).toContain('[runsc_config]\n  platform = "kvm"\n');
  });

  it('should give Firecracker a block snapshotter, and say that its thin pool has to be made', () => {
    const { text, problems } = compile(engine('2.3'), { runtimes: ['kata-fc'] });
    expect(text(dropIn)).toContain('snapshotter = "devmapper"');
    expect(tables(text(dropIn))).toContain('[plugins."io.containerd.snapshotter.v1.devmapper"]');
    expect(problems).toEqual(['info compile/thin-pool']);
    expect(compile(engine('2.3'), { runtimes: ['kata-qemu'] }).text(dropIn)).not.toContain('devmapper');
  });

  it('should keep devices of the host from privileged pods of virtual machines, and annotations from their configuration', () => {
    const text = compile(engine('2.3'), { runtimes: ['kata-qemu', 'kata-clh', 'kata-dragonball'] }).text(dropIn);
    expect(text.match(/privileged_without_host_devices = true/g)).toHaveLength(3);
    expect(text).not.toContain('annotations');
  });

  it('should say where the main file has to import the drop-in, and what containerd 1.7 replaces', () => {
    expect(compile(engine('2.0'), {}).text(dropIn)).toContain('imports = ["/etc/containerd/conf.d/*.toml"]');
    expect(compile(engine('2.2'), {}).text(dropIn)).not.toContain('imports');
    expect(compile(engine('1.7'), {}).text(dropIn)).toContain('sandbox_image');
  });

  it.each(['k3s', 'rke2'])(
    'should follow the main file that %s writes, which is of version 3 and in its own folder',
    (distribution) => {
      const text = compile({ distribution, ...engine('2.3') }, { runtimes: ['gvisor'] }).text(dropIn);
      expect(text).toContain('\nversion = 3\n');
      expect(text).not.toContain('version 4');
      expect(text).toContain(`/var/lib/rancher/${distribution}/agent/etc/containerd/config-v3.toml.d/`);
      expect(text).toContain('config-v3.toml.tmpl');
      expect(
        compile({ distribution, ...engine('1.7'), version: '1.35.1' }, { runtimes: ['gvisor'] }).text(dropIn),
      ).toContain('/containerd/config.toml.d/');
    },
  );

  // containerd 2.1.9 drops the pause image of a main file of version 2 beside a drop-in of version 3.
  it.each([
    ['2.3', 4],
    ['2.2', 3],
    ['2.0', 3],
  ])(
    'should say that the main file of containerd %s has to be as new as the drop-in, of version %i',
    (version, config) => {
      expect(compile(engine(version), {}).text(dropIn)).toContain(`The main file must be of version ${config} too`);
    },
  );

  it('should warn of Kubernetes on a containerd that its kubelets refuse', () => {
    expect(compile(engine('1.7'), {}).problems).toEqual(['warning compile/engine-too-old']);
    expect(compile({ ...engine('1.7'), version: '1.35.3' }, {}).problems).toEqual([]);
  });

  it('should write nothing for a version that is none, and assume 2.x where there is none', () => {
    const broken = compile(engine('latest'), { runtimes: ['gvisor'] });
    expect(broken.files).toEqual([]);
    expect(broken.problems).toEqual(['error compile/engine-version']);
    const silent = compile({}, { runtimes: ['gvisor'] });
    expect(silent.text(dropIn)).toContain('version = 3');
    expect(silent.problems).toEqual(['info compile/engine-version']);
  });

  it('should set a handler up once, and report a second runtime under it', () => {
    const { text, problems } = compile(
      engine('2.2'),
      { runtimes: ['gvisor', 'other'] },
      { other: { from: 'kata-qemu', handler: 'runsc' } },
    );
    expect(tables(text(dropIn)).filter((t) => t.endsWith('.runsc]'))).toHaveLength(1);
    expect(problems).toEqual(['error compile/handler-twice']);
  });

  it('should leave the nodes of a provider alone and say what to ask for', () => {
    const { files, coverage } = compile({ distribution: 'managed', ...engine('2.2') }, { runtimes: ['gvisor'] });
    expect(files).toEqual([]);
    expect(coverage.map((c) => [c.state, c.text])).toEqual([
      ['not-enforced', 'The provider configures these nodes: ask it for node pools with gvisor (handler runsc).'],
    ]);
  });

  it('should warn of a virtual machine on nodes without virtualisation', () => {
    expect(compile(engine('2.3'), { runtimes: ['kata-qemu'], kvm: false }).problems).toEqual([
      'warning compile/pool-without-kvm',
    ]);
  });
});

describe('crio', () => {
  const cri = (version: string) => ({ engine: { name: 'cri-o', version } });
  const path = 'nodes/p/crio/50-zonewright.conf';

  it('should run gVisor through its shim, not as an OCI binary', () => {
    const { text, problems } = compile(cri('1.37'), { runtimes: ['gvisor'] });
    expect(text(path)).toContain(
      '[crio.runtime.runtimes.runsc]\n  runtime_path = "/usr/local/bin/containerd-shim-runsc-v1"\n  runtime_type = "vm"\n  runtime_root = "/run/runsc"\n',
    );
    expect(text('nodes/p/crio/runsc.toml')).toContain('platform = "systrap"');
    expect(problems).toEqual([]);
  });

  it('should refuse what this CRI-O cannot run, and set the rest up', () => {
    const { text, problems } = compile(cri('1.36'), { runtimes: ['gvisor', 'wasmtime', 'kata-fc', 'kata-qemu'] });
    expect(tables(text(path))).toEqual(['[crio.runtime]', '[crio.runtime.runtimes.kata-qemu]']);
    expect(problems).toEqual(Array(3).fill('error compile/runtime-not-on-engine'));
  });
});
