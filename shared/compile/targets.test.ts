/** What the pages say of each target, held against what the cases and templates export. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { loadDesign } from '../document/index.ts';
import { schema, type Topology } from '../model/index.ts';
import { type Bundle, type BundleFile, compile, targets } from './index.ts';

const casesFolder = new URL('cases/', import.meta.url);
const templatesFolder = new URL('../../templates/', import.meta.url);

function designs(): Topology[] {
  const cases = readdirSync(casesFolder)
    .map((name) => new URL(`${name}/topology.yaml`, casesFolder))
    .filter((file) => existsSync(file))
    .map((file) => schema.topology.parse(load(readFileSync(file, 'utf8'))) as Topology);
  const templates = readdirSync(templatesFolder)
    .filter((name) => name.endsWith('.zones.yaml'))
    .flatMap((name) => {
      const loaded = loadDesign(readFileSync(new URL(name, templatesFolder), 'utf8'), { file: name });
      return loaded.document === undefined ? [] : [loaded.document.topology];
    });
  return [...cases, ...templates];
}

const bundles: readonly Bundle[] = designs().map(compile);

describe('targets', () => {
  it('should name every file of an export, each by one target', () => {
    for (const file of bundles.flatMap((b) => b.files))
      expect(
        targetsOf(file).map((t) => t.title),
        file.path,
      ).toHaveLength(1);
  });

  it('should name the kind and version of every object', () => {
    for (const file of bundles.flatMap((b) => b.files)) {
      const formats = targetsOf(file).flatMap((t) => t.formats);
      for (const o of file.objects) expect(formats, file.path).toContain(`${o.apiVersion} ${o.kind}`);
    }
  });

  it('should name no file that no case and no template exports', () => {
    const all = bundles.flatMap((b) => b.files);
    const unused = targets.flatMap((t) =>
      t.files.filter((pattern) => !all.some((f) => t.perCluster === isInFolder(f) && isAt(f, pattern))),
    );
    expect(unused).toEqual([]);
  });

  it('should say for every configuration of a cluster, and for nothing else, what it takes from platform', () => {
    for (const t of targets) {
      const isConfiguration = t.files.some((f) => f.startsWith('cluster/'));
      expect(t.platform !== undefined, t.title).toBe(isConfiguration);
      if (isConfiguration) expect(t.platform).toMatch(/\.$/);
    }
  });

  it('should say in sentences what each covers and where it ends', () => {
    for (const t of targets) {
      expect(t.covers, t.title).toMatch(/^[A-Z].*\.$/);
      expect(t.limits, t.title).toMatch(/^[A-Z].*\.$/);
      // A bar would end the cell of the table.
      expect([t.title, ...t.formats, ...t.files, t.covers, t.limits].join(''), t.title).not.toMatch(/[|\n]/);
    }
  });
});

function targetsOf(file: BundleFile) {
  return targets.filter((t) => t.perCluster === isInFolder(file) && t.files.some((p) => isAt(file, p)));
}

/** A rollout belongs to a cluster and stands beside its folder. */
function isInFolder({ cluster, path }: BundleFile): boolean {
  return cluster !== undefined && path.startsWith(`${cluster}/`);
}

function isAt(file: BundleFile, pattern: string): boolean {
  const path = isInFolder(file) ? file.path.slice((file.cluster ?? '').length + 1) : file.path;
  const parts = pattern
    .split(/(CLUSTER|NAMESPACE|ZONE|POOL)/)
    .map((p) => (/^(CLUSTER|NAMESPACE|ZONE|POOL)$/.test(p) ? '[^/]+' : p.replace(/[.+]/g, '\\$&')));
  return new RegExp(`^${parts.join('')}${pattern.endsWith('/') ? '.+' : ''}$`).test(path);
}
