/** About the set: each target is used by a template, and what is exported is proven for every distribution and plugin. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { prove } from '../shared/analysis/index.ts';
import { cnis, distributions } from '../shared/catalog/index.ts';
import { type Bundle, type BundleFile, compile, targets } from '../shared/compile/index.ts';
import { loadDesign } from '../shared/document/index.ts';
import type { Distribution, Topology } from '../shared/model/index.ts';
import { proofAsText } from '../shared/report/index.ts';

const folder = new URL('../templates/', import.meta.url);
const templates = readdirSync(folder).filter((name) => name.endsWith('.zones.yaml'));

describe('the templates together', () => {
  it('should use every target', () => {
    const files = templates.flatMap((name) => compile(read(name)).files);
    const unused = targets.filter((t) => !files.some((file) => t.files.some((pattern) => isAt(file, pattern, t))));
    expect(unused.map((t) => t.title)).toEqual([]);
  });

  it('should use every format of the objects that a policy dialect is made of', () => {
    const kinds = new Set(templates.flatMap((name) => objectsOf(compile(read(name))).map((o) => o.kind)));
    const wanted = targets
      .filter((t) => t.files.some((f) => /^(policies|guards)\//.test(f)))
      .flatMap((t) => t.formats.map((format) => format.split(' ')[1] ?? ''));
    expect(wanted.filter((kind) => !kinds.has(kind))).toEqual([]);
  });

  it('should use every distribution that has a configuration, and both engines', () => {
    const clusters = templates.flatMap((name) => Object.values(read(name).clusters ?? {}));
    const used = new Set(clusters.map((c) => c.distribution));
    const withConfig = Object.values(distributions).filter((d) => d.config !== undefined);
    expect(withConfig.map((d) => d.id).filter((id) => !used.has(id))).toEqual([]);
    expect(new Set(clusters.flatMap((c) => c.engine?.name ?? []))).toEqual(new Set(['containerd', 'cri-o']));
  });
});

describe('the four proofs', () => {
  const claims = read('one-cluster-three-zones.zones.yaml');
  const { prod } = claims.clusters ?? {};
  if (prod === undefined) throw new Error('the template has no cluster prod');

  it.each(Object.keys(distributions) as Distribution[])('should be equal on %s', (distribution) => {
    expect(differences({ ...claims, clusters: { prod: { ...prod, distribution, platform: {} } } })).toEqual([]);
  });

  it.each(cnis.filter((c) => c.networkPolicy === 'yes').map((c) => c.id))('should be equal with %s', (name) => {
    expect(differences({ ...claims, clusters: { prod: { ...prod, cni: { name } } } })).toEqual([]);
  });

  it.each(cnis.filter((c) => c.networkPolicy !== 'yes').map((c) => c.id))(
    'should say of %s that nobody can tell, and of nothing else',
    (name) => {
      const proof = prove(...printed({ ...claims, clusters: { prod: { ...prod, cni: { name } } } }));
      expect(proof.connections.counts).toMatchObject({ extra: 0, missing: 0, 'cannot-say': 1 });
      expect([proof.placement, proof.storage, proof.runtime].flatMap((p) => p.findings)).toEqual([]);
    },
  );

  it.each(templates)('should be equal for the template %s', (name) => {
    expect(differences(read(name))).toEqual([]);
  });
});

function differences(topology: Topology): string[] {
  const proof = prove(...printed(topology));
  const counts = [proof.connections, proof.placement, proof.storage, proof.runtime].flatMap((p) =>
    Object.values<number>(p.counts),
  );
  return counts.every((n) => n === 0) ? [] : [proofAsText(proof)];
}

function printed(topology: Topology): [Topology, Bundle] {
  return [topology, compile(topology)];
}

function read(name: string): Topology {
  const { document } = loadDesign(readFileSync(new URL(name, folder), 'utf8'), { file: name });
  if (document === undefined) throw new Error(`${name} cannot be read`);
  return document.topology;
}

function objectsOf(bundle: Bundle) {
  return bundle.files.flatMap((f) => f.objects);
}

function isAt(file: BundleFile, pattern: string, { perCluster }: { readonly perCluster: boolean }): boolean {
  const isInside = file.cluster !== undefined && file.path.startsWith(`${file.cluster}/`);
  if (isInside !== perCluster) return false;
  const path = isInside ? file.path.slice((file.cluster ?? '').length + 1) : file.path;
  const parts = pattern
    .split(/(CLUSTER|NAMESPACE|ZONE|POOL)/)
    .map((p) => (/^(CLUSTER|NAMESPACE|ZONE|POOL)$/.test(p) ? '[^/]+' : p.replace(/[.+]/g, '\\$&')));
  return new RegExp(`^${parts.join('')}${pattern.endsWith('/') ? '.+' : ''}$`).test(path);
}
