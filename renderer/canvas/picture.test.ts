/** What anybody sees at once on a picture, as properties of the starter designs. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/index.ts';
import { loadDesign } from '../../shared/document/index.ts';
import type { Topology } from '../../shared/model/index.ts';
import { findingsOf } from './findings.ts';
import { overlaps, type Point, type Rect, toward } from './geometry.ts';
import { arrange } from './layout.ts';
import { nearDetail } from './level.ts';
import { drawnFlows, labelBox, routeFlows } from './routes.ts';

const folder = join(import.meta.dirname, '..', '..', 'templates');
const templates = readdirSync(folder).filter((file) => file.endsWith('.zones.yaml'));

function picture(file: string) {
  const { document } = loadDesign(readFileSync(join(folder, file), 'utf8'));
  if (document === undefined) throw new Error(`${file} is no design`);
  const topology: Topology = document.topology;
  const placement = arrange(topology);
  const findings = findingsOf(analyze(topology, { asOf: '2026-06-01' }).problems);
  const flows = drawnFlows(topology, placement, findings, 'near');
  const { ways, labels } = routeFlows(flows, placement, nearDetail);
  const cards = [...placement.nodes]
    .filter(([id]) => /^(workload|external|endpoint):/.test(id))
    .map(([id, { rect }]) => ({ id, rect }));
  const boxes = flows.flatMap((flow) => {
    const at = labels.get(flow.id);
    return at === undefined ? [] : [{ id: flow.id, rect: labelBox(flow, at, nearDetail) }];
  });
  const steps = flows.flatMap((flow) => {
    const points = ways.get(flow.id)?.points ?? [];
    return points.slice(1).map((b, i) => ({ flow, a: points[i] ?? b, b }));
  });
  return { placement, flows, cards, boxes, steps, ways };
}

describe.each(templates)('the picture of %s', (file) => {
  const { placement, flows, cards, boxes, steps, ways } = picture(file);

  it('should label most flows', () => {
    expect(boxes.length).toBeGreaterThan(flows.length * 0.7);
  });

  it('should keep labels off each other', () => {
    const pairs = boxes.flatMap((a, i) =>
      boxes.slice(i + 1).flatMap((b) => (overlaps(a.rect, b.rect) ? [`${a.id} on ${b.id}`] : [])),
    );
    expect(pairs).toEqual([]);
  });

  it('should keep labels off cards and off the heads of clusters', () => {
    const heads = placement.columns.map(({ cluster, rect }) => ({
      id: cluster,
      rect: { ...rect, y: rect.y + 6, h: 24 },
    }));
    const hits = boxes.flatMap((label) =>
      [...cards, ...heads].flatMap((c) => (overlaps(label.rect, c.rect) ? [`${label.id} on ${c.id}`] : [])),
    );
    expect(hits).toEqual([]);
  });

  it('should let every arrowhead be seen', () => {
    const tips = flows.flatMap(({ id, joins }) => {
      const [before, tip] = (ways.get(id)?.points ?? []).slice(-2);
      if (joins !== undefined || before === undefined || tip === undefined) return [];
      return [{ id, rect: strip(toward(tip, before, 9), tip) }];
    });
    const hidden = boxes.flatMap((label) =>
      tips.flatMap((tip) => (overlaps(label.rect, tip.rect) ? [`${tip.id} under ${label.id}`] : [])),
    );
    expect(hidden).toEqual([]);
  });

  it('should lead hardly a flow along the border of a frame', () => {
    const borders = [...placement.nodes].flatMap(([id, { rect: r }]) =>
      id.startsWith('namespace:')
        ? [
            { a: { x: r.x, y: r.y }, b: { x: r.x + r.w, y: r.y } },
            { a: { x: r.x, y: r.y + r.h }, b: { x: r.x + r.w, y: r.y + r.h } },
            { a: { x: r.x, y: r.y }, b: { x: r.x, y: r.y + r.h } },
            { a: { x: r.x + r.w, y: r.y }, b: { x: r.x + r.w, y: r.y + r.h } },
          ]
        : [],
    );
    const along = steps.filter((step) => borders.some((border) => shared(step, border) > 12));
    // One that passes frames of several zones may find a border in each of its lanes.
    expect(along.length).toBeLessThanOrEqual(1);
  });

  it('should lead no flow through a card that is not its own', () => {
    const hits = steps.flatMap(({ flow, a, b }) =>
      cards.flatMap((c) =>
        c.id !== flow.fromNode && c.id !== flow.toNode && overlaps(strip(a, b), c.rect)
          ? [`${flow.id} through ${c.id}`]
          : [],
      ),
    );
    expect(hits).toEqual([]);
  });

  it('should draw no two flows on top of each other', () => {
    const hits = steps.flatMap((s, i) =>
      steps
        .slice(i + 1)
        .flatMap((t) =>
          s.flow.id !== t.flow.id && shared(s, t) > 12
            ? [`${s.flow.id} on ${t.flow.id} ${JSON.stringify([s.a, s.b, t.a, t.b])}`]
            : [],
        ),
    );
    expect(hits).toEqual([]);
  });

  it('should lead no line along the words of a frame, and those that cross them behind them', () => {
    const crossing = steps.flatMap(({ flow, a, b }) =>
      placement.words
        .filter((word) => overlaps(strip(a, b), word))
        .map((word) => ({ flow, isAlong: a.y === b.y, word })),
    );
    expect(crossing.filter((c) => c.isAlong).map((c) => c.flow.id)).toEqual([]);
    for (const { flow, word } of crossing) expect(ways.get(flow.id)?.behind).toContain(word);
  });

  it('should keep labels off the words of frames', () => {
    const hits = boxes.flatMap((label) =>
      placement.words.flatMap((word) => (overlaps(label.rect, word) ? [`${label.id} on ${JSON.stringify(word)}`] : [])),
    );
    expect(hits).toEqual([]);
  });
});

function strip(a: Point, b: Point): Rect {
  return { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), w: Math.abs(a.x - b.x), h: Math.abs(a.y - b.y) };
}

/** How long two straight steps run in the same place. */
function shared(s: { readonly a: Point; readonly b: Point }, t: { readonly a: Point; readonly b: Point }): number {
  const [u, v] = [strip(s.a, s.b), strip(t.a, t.b)];
  if (u.h === 0 && v.h === 0 && Math.abs(u.y - v.y) < 3) return Math.min(u.x + u.w, v.x + v.w) - Math.max(u.x, v.x);
  if (u.w === 0 && v.w === 0 && Math.abs(u.x - v.x) < 3) return Math.min(u.y + u.h, v.y + v.h) - Math.max(u.y, v.y);
  return 0;
}
