import * as fc from 'fast-check';
import { applyPatches, enablePatches, produceWithPatches } from 'immer';
import { describe, expect, it } from 'vitest';
import {
  allRefs,
  emptyTopology,
  findRecord,
  recordPath,
  ref,
  references,
  refKey,
  schema,
  type Topology,
} from '../model/index.ts';
import { bindCommand, type Command, type CommandCall, type CommandId, commands, freeId } from './index.ts';

enablePatches();

const names = ['a', 'b', 'c', 'd'] as const;
const anyId = fc.constantFrom(...names);
const some = <T>(value: fc.Arbitrary<T>) => fc.dictionary(anyId, value, { maxKeys: 4, noNullPrototype: true });
const optional = { requiredKeys: [] as never[], noNullPrototype: true };
const end = fc.oneof(
  fc.record({ workload: anyId }),
  fc.record({ namespace: anyId }),
  fc.record({ zone: anyId }),
  fc.record({ external: anyId }),
);
const ports = fc.oneof(
  fc.constant('all' as const),
  fc.array(fc.record({ port: fc.constantFrom<number | string>(443, 'http'), dial: fc.constant(80) }), {
    minLength: 1,
    maxLength: 2,
  }),
);
const pool = fc.record({ zone: anyId, nodes: fc.nat(9), runtimes: fc.subarray([...names]) });
const rect = fc.record({ x: fc.nat(9), y: fc.nat(9), w: fc.nat(9), h: fc.nat(9) });
const point = fc.record({ x: fc.nat(9), y: fc.nat(9) });
const flow = fc.record(
  { from: end, to: end, ports, via: fc.record({ kind: fc.constant('gateway' as const), proxy: anyId }) },
  { requiredKeys: ['from', 'to', 'ports'], noNullPrototype: true },
);

/** Designs with few ids, so that references, dangling ones and removals meet often. */
const anyTopology: fc.Arbitrary<Topology> = fc
  .record(
    {
      zones: some(
        fc.record({ trust: fc.nat(100), runtimes: fc.subarray([...names]), storageClasses: fc.subarray([...names]) }),
      ),
      matrix: some(some(fc.record({ access: fc.constantFrom('allow-all' as const, 'block-all' as const) }))),
      clusters: some(
        fc.record(
          {
            distribution: fc.constant('kind' as const),
            version: fc.constant('1.37'),
            controlPlane: fc.record({ zone: anyId }),
            replaces: anyId,
            egress: fc.record(
              { zones: some(fc.constant(['10.0.0.1'])), namespaces: some(fc.constant(['10.0.0.2'])) },
              optional,
            ),
            pools: some(pool),
          },
          { requiredKeys: ['distribution', 'version'], noNullPrototype: true },
        ),
      ),
      namespaces: some(
        fc.record({ cluster: anyId, zone: anyId }, { requiredKeys: ['cluster'], noNullPrototype: true }),
      ),
      workloads: some(
        fc.record(
          { namespace: anyId, runtime: anyId, storage: some(fc.record({ class: anyId }, optional)) },
          { requiredKeys: ['namespace'], noNullPrototype: true },
        ),
      ),
      externals: some(fc.record({ cidrs: fc.constant(['192.0.2.0/24']) }, optional)),
      flows: some(flow),
      storage: fc.record(
        {
          endpoints: some(fc.record({ zone: anyId, type: fc.constant('nfs' as const) })),
          classes: some(fc.record({ endpoint: anyId })),
        },
        optional,
      ),
      runtimes: some(fc.record({ from: fc.constant('runc') })),
      layout: fc.record(
        {
          zones: some(rect),
          segments: some(some(rect)),
          namespaces: some(rect),
          workloads: some(point),
          storage: some(point),
        },
        optional,
      ),
    },
    optional,
  )
  .map((parts) => ({ apiVersion: 'zonewright/v1', kind: 'Topology', metadata: { name: 'any' }, ...parts }));

/** Makes a call out of free choices; undefined where the design has nothing to run the command on. */
function callFor(topology: Topology, id: CommandId, pick: (n: number) => number): CommandCall | undefined {
  const all = allRefs(topology);
  const oneOf = <T>(items: readonly T[]): T | undefined => items[pick(items.length)];
  const idOf = (kind: string): string | undefined => oneOf(all.filter((r) => r.kind === kind))?.id;
  const cluster = idOf('cluster');
  const zone = idOf('zone');
  const namespace = idOf('namespace');
  const workload = idOf('workload');
  const anyRef = oneOf(all);
  switch (id) {
    case 'design/become': {
      const { [zone ?? '']: _, ...zones } = topology.zones ?? {};
      return { id, args: { label: 'Merge', topology: { ...topology, zones: { ...zones, merged: { trust: 13 } } } } };
    }
    case 'record/add':
      return { id, args: { ref: ref('zone', freeId(topology, 'zone', 'A')), record: { trust: 7 } } };
    case 'record/add-many': {
      if (cluster === undefined || zone === undefined) return undefined;
      const added = freeId(topology, 'cluster', cluster);
      return {
        id,
        args: {
          records: [
            { ref: ref('pool', `${added}/a`), record: { zone, nodes: 1 } },
            { ref: ref('cluster', added), record: { distribution: 'kind', version: '1.37' } },
            {
              ref: ref('workload', freeId(topology, 'workload', 'w')),
              record: { namespace: 'a' },
              layout: { x: 1, y: 2 },
            },
          ],
        },
      };
    }
    case 'record/remove':
      return { id, args: { refs: all.filter(() => pick(4) === 0) } };
    case 'record/rename': {
      if (anyRef === undefined) return undefined;
      const home = anyRef.kind === 'pool' ? `${anyRef.id.split('/')[0]}/` : '';
      return { id, args: { ref: anyRef, to: freeId(topology, anyRef.kind, `${home}${oneOf([...names])}`) } };
    }
    case 'field/set': {
      if (anyRef === undefined) return undefined;
      const value = oneOf(['text', undefined]);
      return { id, args: { path: [...recordPath(anyRef), 'description'], value } };
    }
    case 'workload/move':
      return workload && namespace ? { id, args: { ids: [workload], namespace } } : undefined;
    case 'namespace/move':
      return namespace && zone ? { id, args: { ids: [namespace], zone, ...(cluster && { cluster }) } } : undefined;
    case 'cluster/extend-to-zone': {
      if (!cluster || !zone) return undefined;
      const free = freeId(topology, 'pool', `${cluster}/a`).split('/')[1] ?? '';
      return { id, args: { cluster, zone, pool: { id: free, nodes: 2 } } };
    }
    case 'cluster/leave-zone':
      return cluster ? { id, args: { cluster, zone: oneOf([...names]) ?? 'a' } } : undefined;
    case 'endpoint/move': {
      const endpoint = idOf('endpoint');
      return endpoint && zone ? { id, args: { id: endpoint, zone } } : undefined;
    }
    case 'pool/move': {
      const moved = idOf('pool');
      return moved && zone ? { id, args: { id: moved, zone } } : undefined;
    }
    case 'flow/connect':
      return workload && zone
        ? { id, args: { id: freeId(topology, 'flow', 'a'), from: { workload }, to: { zone }, ports: [{ port: 1 }] } }
        : undefined;
    case 'flow/reconnect': {
      const flowId = idOf('flow');
      const end = oneOf(['from' as const, 'to' as const]) ?? 'to';
      return flowId && workload ? { id, args: { id: flowId, end, to: { workload } } } : undefined;
    }
    case 'flow/reverse': {
      const flowId = idOf('flow');
      return flowId ? { id, args: { ids: [flowId] } } : undefined;
    }
    case 'matrix/set':
      return { id, args: { from: 'a', to: 'b', cell: oneOf([undefined, { access: 'allow-all' as const }]) } };
    case 'layout/set':
      return {
        id,
        args: {
          entries: [
            { target: { kind: 'segment', cluster: 'a', zone: 'b' }, place: { x: 1, y: 1, w: 2, h: 2 } },
            { target: ref('workload', 'a'), place: { x: 1, y: 1 } },
          ],
        },
      };
    case 'layout/clear':
      return { id, args: { targets: oneOf(['all' as const, [ref('zone', 'a')]]) ?? 'all' } };
  }
}

const dangling = (topology: Topology): string[] =>
  references(topology)
    .filter((r) => findRecord(topology, r.target) === undefined)
    .map((r) => `${r.from && refKey(r.from)} -> ${refKey(r.target)}`);

const script = fc.array(
  fc.tuple(
    fc.constantFrom(...(Object.keys(commands) as CommandId[])),
    fc.array(fc.nat(99), { minLength: 30, maxLength: 30 }),
  ),
  {
    minLength: 1,
    maxLength: 8,
  },
);

describe('moving', () => {
  const design: Topology = {
    ...emptyTopology('t'),
    zones: { dmz: { trust: 20 }, app: { trust: 50 } },
    clusters: { prod: { distribution: 'kind', version: '1.37' } },
    namespaces: { web: { cluster: 'prod', zone: 'dmz' }, shop: { cluster: 'prod', zone: 'app' } },
    workloads: { a: { namespace: 'web' }, b: { namespace: 'web' }, c: { namespace: 'shop' } },
    storage: { endpoints: { san: { zone: 'dmz', type: 'nfs' } } },
    layout: { workloads: { a: { x: 1, y: 1 }, c: { x: 2, y: 2 } }, storage: { san: { x: 1, y: 2 } } },
  };
  const done = <Args>(command: Command<Args>, args: Args) =>
    produceWithPatches(design, (draft) => command.run(draft, args))[0];

  it('should forget where workloads stood that come into another namespace, and those of no others', () => {
    const moved = done(commands['workload/move'], { ids: ['a', 'c'], namespace: 'shop' });
    expect([moved.workloads?.a?.namespace, moved.layout?.workloads]).toEqual(['shop', { c: { x: 2, y: 2 } }]);
  });

  it('should say in one label how many workloads are moved', () => {
    const { label } = commands['workload/move'];
    expect(label({ ids: ['a'], namespace: 'shop' })).toBe('Move workload');
    expect(label({ ids: ['a', 'b'], namespace: 'shop' })).toBe('Move 2 workloads');
  });

  it('should forget where an endpoint stood that comes into another zone, and not where it stays', () => {
    const moved = done(commands['endpoint/move'], { id: 'san', zone: 'app' });
    expect([moved.storage?.endpoints?.san?.zone, moved.layout?.storage?.san]).toEqual(['app', undefined]);
    expect(done(commands['endpoint/move'], { id: 'san', zone: 'dmz' })).toBe(design);
  });
});

describe('becoming another design', () => {
  it('should write only what differs, lists as a whole', () => {
    const before: Topology = {
      ...emptyTopology('t'),
      zones: { dmz: { trust: 20, exposure: ['gateway'] }, app: { trust: 50 } },
    };
    const topology: Topology = {
      ...emptyTopology('t'),
      zones: { dmz: { trust: 20, exposure: ['gateway'], name: 'DMZ' }, app: { trust: 51 } },
    };
    const [after, patches] = produceWithPatches(before, (draft) =>
      commands['design/become'].run(draft, { topology, label: 'Merge' }),
    );
    expect(after).toEqual(topology);
    expect(patches.map((p) => p.path.join('.')).sort()).toEqual(['zones.app.trust', 'zones.dmz.name']);
  });
});

describe('any sequence of commands', () => {
  it('should leave a design that the schema accepts, and be undone exactly by the inverse patches', () => {
    const ran = new Set<CommandId>();
    fc.assert(
      fc.property(anyTopology, script, (start, steps) => {
        let now = start;
        const undo: Array<Parameters<typeof applyPatches>[1]> = [];
        for (const [id, choices] of steps) {
          let at = 0;
          const call = callFor(now, id, (n) => (choices[at++ % choices.length] ?? 0) % Math.max(n, 1));
          if (call === undefined) continue;
          const [next, , inverse] = produceWithPatches(now, (draft) => bindCommand(call).run(draft));
          now = next;
          undo.push(inverse);
          ran.add(id);
        }
        expect(schema.topology.safeParse(now).error?.issues).toBeUndefined();
        for (const inverse of undo.reverse()) now = applyPatches(now, inverse);
        expect(now).toEqual(start);
      }),
      { numRuns: 300 },
    );
    expect([...ran].sort()).toEqual(Object.keys(commands));
  });
});

describe('record/rename', () => {
  it('should leave nothing that names the old id and everything else where it was', () => {
    fc.assert(
      fc.property(anyTopology, fc.nat(), (start, n) => {
        const all = allRefs(start);
        const old = all[n % Math.max(all.length, 1)];
        if (old === undefined) return;
        const to = old.kind === 'pool' ? `${old.id.split('/')[0]}/fresh` : 'fresh';
        const [now] = produceWithPatches(start, (draft) => commands['record/rename'].run(draft, { ref: old, to }));
        expect(references(now).filter((r) => refKey(r.target) === refKey(old))).toEqual([]);
        const named = (t: Topology, id: string) =>
          references(t).map((r) => (r.target.kind === old.kind && r.target.id === id ? '#' : refKey(r.target)));
        expect(named(now, to)).toEqual(named(start, old.id));
        const order = (t: Topology, id: string) =>
          allRefs(t)
            .filter((r) => r.kind === old.kind)
            .map((r) => (r.id === id ? '#' : r.id));
        expect(order(now, to)).toEqual(order(start, old.id));
      }),
      { numRuns: 300 },
    );
  });
});

describe('record/remove', () => {
  it('should leave no dangling reference that was not there before', () => {
    fc.assert(
      fc.property(anyTopology, fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), (start, choices) => {
        const all = allRefs(start);
        const refs = choices.flatMap((n) => all[n % Math.max(all.length, 1)] ?? []);
        const [now] = produceWithPatches(start, (draft) => commands['record/remove'].run(draft, { refs }));
        const before = new Set(dangling(start));
        expect(dangling(now).filter((d) => !before.has(d))).toEqual([]);
        for (const gone of refs) expect(findRecord(now, gone)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });
});
