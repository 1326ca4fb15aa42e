import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PortTable } from '../reach/index.ts';
import { type Grid, type Node, summarise } from './summarise.ts';

const ports = new PortTable();
const p80 = ports.of([{ protocol: 'TCP', start: 80, end: 80 }]);
const p443 = ports.of([{ protocol: 'TCP', start: 443, end: 443 }]);
const both = ports.union(p80, p443);

/** Smallest ends, then two halves, the whole, and a group across the halves, as addresses have them, on each side. */
function nodesOf(size: number): Node[] {
  const leaves = Array.from({ length: size }, (_, i) => i);
  const half = Math.ceil(size / 2);
  const wider = [leaves.slice(0, half), leaves.slice(half), leaves, leaves.slice(1, -1)].filter(
    (own) => own.length > 1,
  );
  return [...leaves.map((leaf) => ({ leaves: [leaf] })), ...wider.map((own) => ({ leaves: own }))];
}

function gridOf(
  table: readonly (readonly number[])[],
  needs: (r: number, c: number) => boolean = () => true,
): Grid<Node, Node> {
  const width = table[0]?.length ?? 0;
  return {
    height: table.length,
    width,
    rows: nodesOf(table.length),
    columns: nodesOf(width),
    at: (r, c) => table[r]?.[c] ?? 0,
    needs,
  };
}

function drawn(table: readonly (readonly number[])[], arrows: ReturnType<typeof summarise>): number[][] {
  return table.map((row, r) =>
    row.map((_, c) =>
      arrows
        .filter(({ from, to }) => from.leaves.includes(r) && to.leaves.includes(c))
        .reduce((sum, arrow) => ports.union(sum, arrow.ports), 0),
    ),
  );
}

const table = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })).chain(([h, w]) =>
  fc.array(fc.array(fc.constantFrom(0, 1, p80, p443, both), { minLength: w, maxLength: w }), {
    minLength: h,
    maxLength: h,
  }),
);

describe('summarise', () => {
  it('should draw one arrow where everything permits the same', () => {
    const arrows = summarise(
      gridOf([
        [p80, p80],
        [p80, p80],
      ]),
      ports,
    );
    expect(arrows.map((a) => [a.from.leaves, a.to.leaves, a.ports])).toEqual([[[0, 1], [0, 1], p80]]);
  });

  it('should draw what one cell permits beyond the others as an arrow of its own', () => {
    const arrows = summarise(
      gridOf([
        [both, p80],
        [p80, p80],
      ]),
      ports,
    );
    expect(arrows.map((a) => [a.from.leaves, a.to.leaves, a.ports])).toEqual([
      [[0, 1], [0, 1], p80],
      [[0], [0], p443],
    ]);
  });

  it('should draw no arrow for a cell that needs none, and none over a cell that forbids it', () => {
    const arrows = summarise(
      gridOf(
        [
          [p80, 0],
          [p80, p80],
        ],
        (r, c) => r !== c,
      ),
      ports,
    );
    expect(arrows.map((a) => [a.from.leaves, a.to.leaves])).toEqual([[[0, 1], [0]]]);
  });

  it('should mean exactly the table, whatever it permits', () => {
    fc.assert(
      fc.property(table, (wanted) => {
        expect(drawn(wanted, summarise(gridOf(wanted), ports))).toEqual(wanted);
      }),
    );
  });

  it('should draw no arrow that the others make spare, also where cells need none', () => {
    fc.assert(
      fc.property(table, fc.array(fc.nat(35), { maxLength: 12 }), (wanted, spared) => {
        const width = wanted[0]?.length ?? 0;
        const needs = (r: number, c: number) => !spared.includes(r * width + c);
        const arrows = summarise(gridOf(wanted, needs), ports);
        const needed = (of: typeof arrows) => drawn(wanted, of).map((row, r) => row.filter((_, c) => needs(r, c)));
        const whole = needed(arrows);
        expect(whole).toEqual(wanted.map((row, r) => row.filter((_, c) => needs(r, c))));
        for (const arrow of arrows) expect(needed(arrows.filter((a) => a !== arrow))).not.toEqual(whole);
      }),
    );
  });
});
