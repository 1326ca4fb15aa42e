import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadDesign } from '../../shared/document/index.ts';
import type { Topology } from '../../shared/model/index.ts';
import { noFindings } from './findings.ts';
import { arrange } from './layout.ts';
import { nearDetail } from './level.ts';
import { pictureSvg } from './picture-svg.ts';
import { noMarks } from './review-scene.ts';
import { drawnClaims, drawnFlows, routeFlows } from './routes.ts';
import { toEdges, toNodes } from './to-flow.ts';

const colors = {
  canvas: '#f4f6f8',
  panel: '#fff',
  card: '#ffffff',
  line: '#dfe3e8',
  text: '#1b2430',
  dim: '#5d6b7c',
  error: '#c02626',
  warning: '#b45309',
  fine: '#0f7b4f',
  outside: '#eef1f4',
};

function check(topology: Topology) {
  const placement = arrange(topology);
  const flows = drawnFlows(topology, placement, noFindings, 'near');
  const shared = { topology, findings: noFindings, selection: new Set<string>(), review: noMarks };
  const { items: nodes } = toNodes({ ...shared, placement, isReadOnly: true });
  const { items: edges } = toEdges({
    ...shared,
    flows,
    routes: routeFlows(flows, placement, nearDetail),
    claims: drawnClaims(topology, placement),
  });
  const measure = (text: string, size: number) => text.length * size * 0.5;
  return pictureSvg(nodes, edges, { colors, theme: 'light', title: topology.metadata.name, measure });
}

function template(): Topology {
  const { document } = loadDesign(readFileSync('templates/one-cluster-three-zones.zones.yaml', 'utf8'));
  if (document === undefined) throw new Error('the template must load');
  return document.topology;
}

describe('pictureSvg', () => {
  it('should have every name that the picture shows, and nothing that another program would have to fetch or run', () => {
    const topology = template();
    const { svg } = check(topology);
    for (const id of Object.keys(topology.workloads ?? {})) expect(svg).toContain(`>${id}<`);
    for (const zone of Object.values(topology.zones ?? {})) expect(svg).toContain(`>${zone.name}<`);
    expect(svg).not.toContain('NaN');
    expect(svg).not.toMatch(/<(script|style|image|foreignObject)|href|url\(|var\(/);
  });

  it('should lie within its own edges', () => {
    const { svg, width, height } = check(template());
    const [, x = '', y = ''] = /viewBox="(-?[\d.]+) (-?[\d.]+)/.exec(svg) ?? [];
    for (const [, left = '', top = '', w = '', h = ''] of svg.matchAll(
      /<rect x="(-?[\d.]+)" y="(-?[\d.]+)" width="([\d.]+)" height="([\d.]+)"/g,
    )) {
      expect(Number(left)).toBeGreaterThanOrEqual(Number(x));
      expect(Number(left) + Number(w)).toBeLessThanOrEqual(Number(x) + width);
      expect(Number(top) + Number(h)).toBeLessThanOrEqual(Number(y) + height);
    }
  });

  it('should be well-formed whatever things are called, and cut what is too long for its card', () => {
    const topology: Topology = {
      apiVersion: 'zonewright/v1',
      kind: 'Topology',
      metadata: { name: 'a < b & "c"' },
      zones: { z: { trust: 20, name: '<b>&' } },
      clusters: { c: { distribution: 'kubeadm', version: '1.37.1', pools: { p: { zone: 'z', nodes: 1 } } } },
      namespaces: { n: { cluster: 'c', zone: 'z' } },
      workloads: { w: { namespace: 'n', name: `x${'y'.repeat(80)}` } },
    };
    const { svg } = check(topology);
    expect(svg).toContain('<title>a &lt; b &amp; &quot;c&quot;</title>');
    expect(svg).toContain('&lt;b&gt;&amp;');
    expect(svg).toMatch(/>xy+…</);
  });
});
