import { describe, expect, it } from 'vitest';
import type { End, Entry, Flow, Topology } from '../../shared/model/index.ts';
import { noFindings } from './findings.ts';
import { arrange } from './layout.ts';
import { nearDetail } from './level.ts';
import { openGroups } from './open-groups.ts';
import { drawnFlows, joinedFlows, routeFlows } from './routes.ts';

const end = (text: string): End => (text === 'anywhere' ? { external: text } : { zone: text });
const flow = (from: string, to: string, more: Partial<Flow> = {}): Entry<Flow> =>
  ({ id: `${from}-${to}`, from: end(from), to: end(to), ports: 'all', ...more }) as Entry<Flow>;
const between = (...names: readonly string[]) =>
  names.flatMap((a) => names.flatMap((b) => (a === b ? [] : [flow(a, b)])));

describe('openGroups', () => {
  it('should find everything that is open to everything, with the external that is', () => {
    const flows = [...between('a', 'b', 'c', 'anywhere'), flow('a', 'd'), flow('d', 'e'), flow('e', 'd')];
    expect(openGroups(flows)).toEqual([
      {
        nodes: ['external:anywhere', 'zone:a', 'zone:b', 'zone:c'],
        flows: between('anywhere', 'a', 'b', 'c').map((f) => f.id),
      },
    ]);
  });

  it('should take nothing for open that goes one way, is bound to ports or is an exception', () => {
    const all = between('a', 'b', 'c');
    expect(openGroups(all)).toHaveLength(1);
    expect(openGroups(all.slice(1))).toEqual([]);
    const instead = (more: Partial<Flow>) => [...all.slice(1), flow('a', 'b', more)];
    expect(openGroups(instead({ ports: [{ port: 80 }] }))).toEqual([]);
    expect(openGroups(instead({ exception: { reason: 'x', owner: 'y', until: '2027-01-01' } }))).toEqual([]);
  });

  it('should leave two zones to their arrows, unless they share what is outside', () => {
    expect(openGroups(between('a', 'b'))).toEqual([]);
    expect(openGroups(between('a', 'b', 'anywhere'))[0]?.flows).toHaveLength(6);
  });

  it('should put no zone into two groups', () => {
    const flows = [...between('a', 'b', 'c', 'd'), ...between('d', 'e', 'f')];
    expect(openGroups(flows).map((g) => g.nodes)).toEqual([['zone:a', 'zone:b', 'zone:c', 'zone:d']]);
  });
});

describe('what is open to each other', () => {
  const flows = between('a', 'b', 'c', 'anywhere');
  const design: Topology = {
    apiVersion: 'zonewright/v1',
    kind: 'Topology',
    metadata: { name: 'open' },
    zones: { c: { trust: 50 }, a: { trust: 20 }, b: { trust: 40 } },
    clusters: { prod: { distribution: 'kind', version: '1.37' } },
    namespaces: { x: { cluster: 'prod', zone: 'a' }, y: { cluster: 'prod', zone: 'c' } },
    workloads: { web: { namespace: 'x' }, db: { namespace: 'y' } },
    externals: { anywhere: { cidrs: ['0.0.0.0/0'] } },
    flows: Object.fromEntries([
      ...flows.map(({ id, ...record }) => [id, record]),
      ['web-db', { from: { workload: 'web' }, to: { workload: 'db' }, ports: 'all' }],
    ]),
  };
  const placement = arrange(design);
  const drawn = (...apart: readonly string[]) =>
    drawnFlows(design, placement, noFindings, 'near', { apart: new Set(apart) });
  const line = 'open:external:anywhere+zone:a+zone:b+zone:c';

  it('should be one line beside the other flows, and give back those that are chosen', () => {
    expect(drawn().map((f) => f.id)).toEqual(['flow:web-db', line]);
    expect(drawn('a-b', 'web-db').map((f) => f.id)).toEqual(['flow:a-b', 'flow:web-db', line]);
    expect(drawn(...flows.map((f) => f.id)).map((f) => f.id)).toEqual(['flow:web-db', line]);
    expect(drawnFlows(design, placement, noFindings, 'near', { apart: 'all' })).toHaveLength(13);
    expect(drawnFlows(design, placement, noFindings, 'far').map((f) => f.id)).toContain(line);
  });

  it('should be drawn the same whichever other flow is chosen', () => {
    expect(new Set(joinedFlows(design))).toEqual(new Set(flows.map((f) => f.id)));
    const others = Object.keys(design.flows ?? {}).filter((id) => !joinedFlows(design).includes(id));
    expect(others).toEqual(['web-db']);
    for (const id of others) expect(drawn(id)).toEqual(drawn());
  });

  it('should run beside everything that stands in its zones, and meet each of them', () => {
    const way = routeFlows(drawn(), placement, nearDetail).ways.get(line);
    const inside = [...placement.nodes].flatMap(([id, { rect }]) =>
      id.startsWith('workload:') ? rect.x + rect.w : [],
    );
    const [first, ...others] = way?.joints ?? [];
    expect(others).toHaveLength(3);
    for (const { x } of others) expect(x).toBeGreaterThan(Math.max(...inside));
    expect(others.map(({ y }) => y)).toEqual(others.map(({ y }) => y).sort((a, b) => a - b));
    expect(way?.points[0]).toEqual(first);
  });
});
