/**
 * About the set: each target is used by a template, where expected files show what it makes of it, and what is exported is
 * proven for every distribution and plugin.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { prove } from '../shared/analysis/index.ts';
import { cnis, distributions } from '../shared/catalog/index.ts';
import { type Bundle, type BundleFile, compile, targets } from '../shared/compile/index.ts';
import { loadDesign } from '../shared/document/index.ts';
import type { Distribution, Topology } from '../shared/model/index.ts';
import { proofAsText } from '../shared/report/index.ts';

const folder = new URL('../templates/', import.meta.url);
/** The index holds the hash of every file: as an expected file it would change with each of them. */
const repeatsTheRest = 'Index';
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

describe('the expected files', () => {
  /** For each pattern and format of a target the first file that shows it, by template and path. */
  const wanted = new Map<string, string>();
  const exported = templates.map((name) => ({
    name: name.replace('.zones.yaml', ''),
    files: compile(read(name)).files,
  }));
  for (const target of targets.filter((t) => t.title !== repeatsTheRest))
    for (const pattern of target.files)
      for (const format of target.formats)
        for (const { name, files } of exported) {
          const file = files.find((f) => isAt(f, pattern, target) && showsFormat(f, format));
          if (file === undefined) continue;
          wanted.set(`${name}/${file.path}`, file.text);
          break;
        }

  it('should show every target', () => {
    const shown = new Set(wanted.keys());
    const missing = targets.filter(
      (t) =>
        t.title !== repeatsTheRest &&
        !exported.some(({ name, files }) =>
          files.some((f) => shown.has(`${name}/${f.path}`) && t.files.some((pattern) => isAt(f, pattern, t))),
        ),
    );
    expect(missing.map((t) => t.title)).toEqual([]);
  });

  it.each([...wanted])('should be exported as they are: %s', async (path, text) => {
    await expect(text).toMatchFileSnapshot(fileURLToPath(new URL(`expected/${path}`, folder)));
  });

  it('should be these and no others', () => {
    const there = readdirSync(new URL('expected', folder), { recursive: true, withFileTypes: true })
      .filter((f) => f.isFile())
      .map((f) =>
        relative(fileURLToPath(new URL('expected', folder)), join(f.parentPath, f.name)).replaceAll('\\', '/'),
      );
    expect(there.sort()).toEqual([...wanted.keys()].sort());
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

/** Files with objects show a format by an object of it; texts show all that their target names. */
function showsFormat(file: BundleFile, format: string): boolean {
  return file.objects.length === 0 || file.objects.some((o) => `${o.apiVersion} ${o.kind}` === format);
}

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
