/** What both pictures have in common: the one of a report, and the two of a review. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffTopology, groupEntries, recordEntries } from '../diff/index.ts';
import { lookup, type Topology } from '../model/index.ts';
import { arbitraryTopology } from '../testing/arbitraries.ts';
import { arbitraryChange } from '../testing/arbitrary-changes.ts';
import { picturesOf } from './index.ts';
import { pictureOf } from './picture.ts';

interface Shape {
  readonly kind: string;
  readonly x: number;
  readonly y: number;
  readonly right: number;
  readonly bottom: number;
}

/** From the outermost to the innermost. */
const kinds = ['band', 'zone', 'cluster', 'namespace', 'workload', 'external', 'card', 'ring'];

const frames = kinds.slice(0, 4);

function shapesOf(svg: string): Shape[] {
  return [...svg.matchAll(/<rect class="([^"]*)" x="([^"]*)" y="([^"]*)" width="([^"]*)" height="([^"]*)"/g)].map(
    ([, classes = '', x, y, w, h]) => ({
      kind: kinds.find((kind) => classes.split(' ').includes(kind)) ?? classes,
      x: Number(x),
      y: Number(y),
      right: Number(x) + Number(w),
      bottom: Number(y) + Number(h),
    }),
  );
}

function holds(outer: Shape, inner: Shape): boolean {
  return outer.x <= inner.x && outer.y <= inner.y && inner.right <= outer.right && inner.bottom <= outer.bottom;
}

function isApart(a: Shape, b: Shape): boolean {
  return a.right <= b.x || b.right <= a.x || a.bottom <= b.y || b.bottom <= a.y;
}

/** On the edge of a shape; or in a frame, beside its name, where arrows to what is in it begin. */
function isEnd(shapes: readonly Shape[], [x, y]: readonly [number, number]): boolean {
  const point: Shape = { kind: 'point', x, y, right: x, bottom: y };
  const around = shapes.filter((s) => holds(s, point));
  return shapes.some((s) => isOnEdge(s, [x, y])) || (around.length > 0 && around.every((s) => frames.includes(s.kind)));
}

function isOnEdge({ x, y, right, bottom }: Shape, [px, py]: readonly [number, number]): boolean {
  // Places of arrows are rounded to tenths.
  const near = (a: number, b: number) => Math.abs(a - b) < 0.1;
  const isBeside = (near(px, x) || near(px, right)) && y <= py && py <= bottom;
  return isBeside || ((near(py, y) || near(py, bottom)) && x <= px && px <= right);
}

/** Every fault of a picture, in words; empty where it is one that can be read. */
function faultsOf(svg: string): string[] {
  const shapes = shapesOf(svg);
  const [, width = '', height = ''] = /viewBox="0 0 (\S+) (\S+)"/.exec(svg) ?? [];
  const page: Shape = { kind: 'page', x: 0, y: 0, right: Number(width), bottom: Number(height) };
  const place = (s: Shape) => `${s.kind} at ${s.x},${s.y} to ${s.right},${s.bottom}`;
  const isDeeper = (a: Shape, b: Shape) => kinds.indexOf(a.kind) > kinds.indexOf(b.kind);
  const overlapping = shapes.flatMap((a, i) =>
    shapes
      .slice(i + 1)
      .filter((b) => !isApart(a, b) && !(isDeeper(b, a) ? holds(a, b) : isDeeper(a, b) && holds(b, a)))
      .map((b) => `${place(a)} and ${place(b)} lie over each other`),
  );
  const words = [...svg.matchAll(/<text(?: class="([^"]*)")?[^>]* x="([^"]*)"[^>]* y="([^"]*)"/g)].flatMap(
    ([, , x, y]): Shape[] => [{ kind: 'text', x: Number(x), y: Number(y), right: Number(x), bottom: Number(y) }],
  );
  const ends = [...svg.matchAll(/<path class="flow[^"]*" d="M(\S+) ([^" QC]+)[^"]* ([^" ]+) ([^" ]+)"/g)].flatMap(
    ([, x, y, toX, toY]) => [[Number(x), Number(y)] as const, [Number(toX), Number(toY)] as const],
  );
  return [
    ...overlapping,
    ...[...shapes, ...words].filter((s) => !holds(page, s)).map((s) => `${place(s)} is not on the page`),
    ...ends.filter((end) => !isEnd(shapes, end)).map((end) => `an arrow ends at ${end}, in no shape`),
  ];
}

/** How often a picture shows each kind of thing. */
function countOf(svg: string, kind: string): number {
  return shapesOf(svg).filter((s) => s.kind === kind).length;
}

describe('pictures', () => {
  it('should lay nothing over anything else, and end arrows at what they lead to, in a report', () => {
    fc.assert(
      fc.property(arbitraryTopology(), (topology) => {
        const svg = pictureOf(topology);
        expect(faultsOf(svg)).toEqual([]);
        const index = lookup(topology);
        const { externals = {}, storage } = topology;
        expect(countOf(svg, 'external')).toBe(Object.keys(externals).length);
        expect(countOf(svg, 'card')).toBe(placed(topology).length + Object.keys(storage?.endpoints ?? {}).length);
        expect(countOf(svg, 'band')).toBe(index.zones.length + (Object.keys(externals).length > 0 ? 1 : 0));
      }),
      { numRuns: 100 },
    );
  });

  it('should lay nothing over anything else, and put the same things in the same places, in a review', () => {
    fc.assert(
      fc.property(arbitraryChange({ most: 6 }), ([before, after]) => {
        const records = diffTopology(before, after);
        const pictures = picturesOf(before, after, {
          groups: groupEntries(recordEntries(records, before, after), records),
        });
        for (const [design, svg] of [
          [before, pictures.before],
          [after, pictures.after],
        ] as const) {
          expect(faultsOf(svg)).toEqual([]);
          expect(countOf(svg, 'zone')).toBe(lookup(design).zones.length);
          const [, left = '0'] = /and (\d+) more/.exec(svg) ?? [];
          if (left === '0') expect(countOf(svg, 'workload')).toBe(placed(design).length);
        }
        expect(pictures.before.match(/viewBox="[^"]*"/g)).toEqual(pictures.after.match(/viewBox="[^"]*"/g));
      }),
      { numRuns: 100 },
    );
  });
});

/** Workloads that are in a zone. */
function placed(topology: Topology): string[] {
  const index = lookup(topology);
  return index.workloads.map((w) => w.id).filter((id) => index.zoneOf({ kind: 'workload', id }) !== undefined);
}
