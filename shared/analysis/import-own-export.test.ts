/** What Zonewright exported comes back: as it was where the export is untouched, and with the same meaning from its objects alone. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../compile/index.ts';
import { loadDesign, newDesign } from '../document/index.ts';
import { Collector } from '../importing/index.ts';
import { inKeyOrder } from '../lib/sort.ts';
import { lookup, type Topology } from '../model/index.ts';
import { arbitraryTopology } from '../testing/arbitraries.ts';
import { importManifests } from './import-manifests.ts';

const folder = new URL('../../templates/', import.meta.url);
const templates = readdirSync(folder).filter((name) => name.endsWith('.zones.yaml'));

function template(name: string): Topology {
  const { document } = loadDesign(readFileSync(new URL(name, folder), 'utf8'));
  if (document === undefined) throw new Error(`${name} does not load`);
  return document.topology;
}

/** As a folder is read: the index first. `edit` changes files, and leaves out those for which it gives nothing. */
function imported(topology: Topology, edit: (path: string, text: string) => string | undefined = (_, text) => text) {
  const collector = new Collector({ name: 'export' });
  const files = [...compile(topology).files].sort(
    (a, b) => Number(b.path === 'zonewright.json') - Number(a.path === 'zonewright.json'),
  );
  for (const { path, text } of files) {
    const edited = edit(path, text);
    if (edited !== undefined && /\.(ya?ml|json)$/.test(path)) collector.add(path, edited);
  }
  const exported = collector.exported();
  return importManifests(collector.clusters(), { name: 'back', ...(exported !== undefined && { exported }) });
}

/** The index of a release that wrote no design into it. */
const withoutDesign = (path: string, text: string) => {
  if (path !== 'zonewright.json') return text;
  const { topology: _, ...index } = JSON.parse(text) as Record<string, unknown>;
  return JSON.stringify(index);
};

describe('import of an export', () => {
  it.each(templates)('should give the design back as it was: %s', (name) => {
    const topology = template(name);
    const back = imported(topology);
    expect(back.isGivenBack).toBe(true);
    expect(newDesign(back.topology)).toBe(newDesign(inKeyOrder(topology)));
  });

  it('should give any design back that has a cluster with something in it', () => {
    fc.assert(
      fc.property(arbitraryTopology(), (topology) => {
        const back = imported(topology);
        if (!back.isGivenBack) expect(compile(topology).files.filter((f) => f.objects.length > 0)).toEqual([]);
        else
          expect(newDesign(back.topology)).toBe(
            newDesign(inKeyOrder(loadDesign(newDesign(topology)).document?.topology ?? topology)),
          );
      }),
      { numRuns: 40 },
    );
  });

  it.each(templates)(
    'should make the same zones, namespaces, workloads and flows from the objects alone: %s',
    (name) => {
      const topology = template(name);
      const back = imported(topology, withoutDesign);
      expect(back.isGivenBack).toBe(false);
      expect(back.check.counts).toEqual({ extra: 0, missing: 0, 'cannot-say': 0 });
      const [old, found] = [lookup(topology), lookup(back.topology)];
      // No manifest tells which zone is trusted more.
      expect(found.zones.map((z) => z.id).sort()).toEqual(old.zones.map((z) => z.id).sort());
      expect(found.namespaces.map((n) => [n.id, n.cluster, n.zone])).toEqual(
        old.namespaces.map((n) => [n.id, n.cluster, n.zone]),
      );
      expect(found.workloads.map((w) => [w.id, w.namespace, w.kind ?? 'Deployment', found.selectorOf(w.id)])).toEqual(
        old.workloads.map((w) => [w.id, w.namespace, w.kind ?? 'Deployment', old.selectorOf(w.id)]),
      );
      // A flow inside a cluster that one policy pair carries comes back under its own id, with its ends.
      const clusterOf = (end: object) =>
        old.clusterOf({ kind: Object.keys(end)[0] as 'workload', id: Object.values(end)[0] as string });
      const inside = old.flows.filter(
        (f) => f.via === undefined && clusterOf(f.from) !== undefined && clusterOf(f.from) === clusterOf(f.to),
      );
      expect(inside.length).toBeGreaterThan(0);
      for (const flow of inside) expect([flow.id, back.topology.flows?.[flow.id]?.to]).toEqual([flow.id, flow.to]);
    },
  );

  it.each(templates)('should allow and restrict the same platform from the objects alone: %s', (name) => {
    const topology = template(name);
    const back = imported(topology, withoutDesign).topology;
    for (const [id, zone] of Object.entries(topology.zones ?? {})) {
      const found = back.zones?.[id];
      expect([id, [...(found?.storageClasses ?? [])].sort()]).toEqual([id, [...(zone.storageClasses ?? [])].sort()]);
      expect([id, found?.runtimes]).toEqual([id, zone.runtimes]);
      expect([id, found?.podSecurity ?? 'baseline']).toEqual([id, zone.podSecurity ?? 'baseline']);
      expect([id, found?.intraZone ?? 'allow', found?.dns ?? 'cluster']).toEqual([
        id,
        zone.intraZone ?? 'allow',
        zone.dns ?? 'cluster',
      ]);
    }
    for (const [id, cluster] of Object.entries(topology.clusters ?? {})) {
      const pools = Object.entries(cluster.pools ?? {}).map(([pool, p]) => [pool, p.zone, p.nodes]);
      const found = Object.entries(back.clusters?.[id]?.pools ?? {}).map(([pool, p]) => [pool, p.zone, p.nodes]);
      expect(found.sort()).toEqual(pools.sort());
    }
  });

  it('should go by the manifests where somebody edited them, and say so', () => {
    const topology = template('online-boutique.zones.yaml');
    const back = imported(topology, (path, text) =>
      path.endsWith('policies/web.yaml') ? text.replaceAll('port: 8080', 'port: 9090') : text,
    );
    expect(back.isGivenBack).toBe(false);
    expect(back.problems.map((p) => p.rule)).toContain('import/export-edited');
    expect(back.check.counts).toEqual({ extra: 0, missing: 0, 'cannot-say': 0 });
  });

  it('should mean what the objects allow, whatever was exported', () => {
    fc.assert(
      fc.property(arbitraryTopology(), (topology) => {
        const { check } = imported(topology, withoutDesign);
        expect(check.differences.filter((d) => d.kind !== 'cannot-say')).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
