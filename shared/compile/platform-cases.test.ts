/** Goldens of storage, runtimes, cluster and node configuration: cases/<case>/expected/<cluster>/**. */
import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { emit, fileText, lowerWithoutNetwork, readCase } from '../testing/cluster-ir.ts';
import type { Emitter } from './define.ts';
import { ciliumEgress } from './emit/egress/cilium.ts';
import { ovnEgress } from './emit/egress/ovn-kubernetes.ts';
import { platformEmitters } from './pipeline.ts';

const emitters = [...platformEmitters, ciliumEgress, ovnEgress];
const cases = [
  'nfs-and-ceph-by-zone',
  'gvisor-in-the-dmz',
  'kata-with-containerd-2-3',
  'kind-cluster',
  'kubeadm-with-exclusive-cpus',
  'engine-1-7',
  'k3s-and-rke2',
  'cluster-api',
  'openshift-and-eks',
  'egress-by-zone',
  'storage-of-clouds',
];

function compileCase(name: string): Map<string, string> {
  const files = new Map<string, string>();
  const findings: string[] = [];
  for (const { ir, problems, coverage } of lowerWithoutNetwork(readCase(name))) {
    const emissions = emitters.map((e) => emit(e, ir));
    for (const file of emissions.flatMap((e) => e.files)) files.set(`${ir.id}/${file.path}`, fileText(file));
    for (const p of [...problems, ...emissions.flatMap((e) => e.problems)])
      findings.push(`${p.severity} ${p.rule}: ${p.message}`);
    for (const c of [...coverage, ...emissions.flatMap((e) => e.coverage)])
      findings.push(`${c.cluster} ${c.state}: ${c.subject}: ${c.text}`);
  }
  files.set('platform-findings.txt', `${findings.join('\n')}\n`);
  return files;
}

describe('platform cases', () => {
  it.each(cases)('should match the expected files of %s', async (name) => {
    const files = compileCase(name);
    for (const [path, text] of files) await expect(text).toMatchFileSnapshot(`cases/${name}/expected/${path}`);
    const folder = new URL(`cases/${name}/expected`, import.meta.url);
    const there = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [];
    const stale = there.filter((f) => f.isFile()).map((f) => `${f.parentPath}/${f.name}`.split('/expected/')[1] ?? '');
    expect(stale.filter((path) => !files.has(path))).toEqual([]);
  });

  it.each(cases)('should not depend on the order of the records in %s', (name) => {
    const topology = readCase(name);
    const reversed = reverse(topology) as typeof topology;
    const print = (t: typeof topology) =>
      lowerWithoutNetwork(t).flatMap(({ ir }) =>
        emitters.flatMap((e) => emit(e, ir).files.map((f) => [ir.id, f.path, fileText(f), causesOf(f)])),
      );
    expect(print(reversed)).toEqual(print(topology));
  });

  it.each(cases)('should say which records caused every object and file of %s', (name) => {
    for (const { ir } of lowerWithoutNetwork(readCase(name))) {
      for (const file of emitters.flatMap((e) => emit(e, ir).files)) {
        const lists = 'objects' in file ? file.objects.map((o) => o.causes) : [file.causes];
        for (const list of lists) {
          expect(list.length, file.path).toBeGreaterThan(0);
          for (const cause of list)
            expect(ir.lookup.get(cause.kind, cause.id), `${file.path} ${cause.kind} ${cause.id}`).toBeDefined();
        }
      }
    }
  });
});

function causesOf(file: ReturnType<Emitter['emit']>['files'][number]): unknown {
  return 'objects' in file ? file.objects.map((o) => o.causes) : file.causes;
}

/** The same records, every map in the opposite order; lists keep theirs, since some orders mean something. */
function reverse(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reverse);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([k, v]) => [k, reverse(v)]),
  );
}
