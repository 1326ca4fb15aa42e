import fc from 'fast-check';
import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import type { Topology } from '../model/index.ts';
import { arbitraryBranches } from '../testing/arbitrary-changes.ts';
import { isSame } from './fields.ts';
import { mergeDesigns, resolveConflicts } from './merge.ts';

const base: Topology = {
  apiVersion: 'zonewright/v1',
  kind: 'Topology',
  metadata: { name: 'shop' },
  zones: { dmz: { trust: 20 }, app: { trust: 50 } },
  clusters: {
    prod: { distribution: 'kubeadm', version: '1.37.1', pools: { a: { zone: 'dmz', nodes: 2 } } },
  },
  namespaces: { web: { cluster: 'prod', zone: 'dmz' }, shop: { cluster: 'prod', zone: 'app' } },
  workloads: {
    gate: { namespace: 'web', replicas: 2, owner: 'x' },
    cart: { namespace: 'shop', replicas: 3, owner: 'y' },
  },
  flows: { f: { from: { workload: 'gate' }, to: { workload: 'cart' }, ports: [{ port: 80 }] } },
};

type Edit = (draft: { -readonly [K in keyof Topology]: Topology[K] } & Record<string, never>) => void;

// biome-ignore lint/suspicious/noExplicitAny: drafts of records are edited freely in tests
const edited = (edit: (draft: any) => void): Topology => produce(base, edit as unknown as Edit as never);

function titles(ours: Topology, theirs: Topology): string[] {
  return mergeDesigns(base, ours, theirs).conflicts.map((c) => c.title);
}

describe('mergeDesigns', () => {
  it('should take both sides where they edit different fields of one record, and different records', () => {
    const ours = edited((d) => {
      d.workloads.gate.replicas = 5;
      d.zones.db = { trust: 80 };
    });
    const theirs = edited((d) => {
      d.workloads.gate.owner = 'z';
      delete d.flows.f;
    });
    const { merged, conflicts } = mergeDesigns(base, ours, theirs);
    expect(conflicts).toEqual([]);
    expect(merged.workloads?.gate).toEqual({ namespace: 'web', replicas: 5, owner: 'z' });
    expect(Object.keys(merged.zones ?? {})).toEqual(['dmz', 'app', 'db']);
    expect(merged.flows).toEqual({});
  });

  it('should name what both set differently, and what one removed and the other changed', () => {
    const ours = edited((d) => {
      d.workloads.gate.replicas = 5;
      delete d.workloads.cart;
      d.clusters.prod.pools.a.nodes = 3;
      d.matrix = { dmz: { app: { access: 'allow-all' } } };
    });
    const theirs = edited((d) => {
      d.workloads.gate.replicas = 7;
      d.workloads.cart.owner = 'z';
      d.clusters.prod.pools.a.nodes = 4;
      d.matrix = { dmz: { app: { access: 'block-all' } } };
    });
    expect(titles(ours, theirs)).toEqual([
      'Node pool prod/a: nodes',
      'Matrix dmz → app: access',
      'Workload cart',
      'Workload gate: replicas',
    ]);
  });

  it('should name settings of the whole design and of rules, and take the end of a flow for one value', () => {
    const ours = edited((d) => {
      d.metadata.description = 'a';
      d.rules = { 'zone/empty': { severity: 'off' } };
      d.flows.f.from = { namespace: 'web' };
    });
    const theirs = edited((d) => {
      d.metadata.description = 'b';
      d.rules = { 'zone/empty': { severity: 'info' } };
      d.flows.f.from = { zone: 'app' };
    });
    expect(titles(ours, theirs)).toEqual([
      'Flow web → cart: from',
      'Name and notes of the design: description',
      'Setting of rule zone/empty: severity',
    ]);
    expect(mergeDesigns(base, ours, theirs).merged.flows?.f?.from).toEqual({ namespace: 'web' });
    expect(mergeDesigns(base, theirs, ours).merged.flows?.f?.from).toEqual({ zone: 'app' });
  });

  it('should follow a rename of one side into the edits of the other', () => {
    const ours = edited((d) => {
      d.workloads.basket = d.workloads.cart;
      delete d.workloads.cart;
      d.flows.f.to = { workload: 'basket' };
    });
    const theirs = edited((d) => {
      d.workloads.cart.replicas = 9;
      d.flows.g = { from: { workload: 'cart' }, to: { workload: 'gate' }, ports: 'all' };
    });
    const { merged, conflicts } = mergeDesigns(base, ours, theirs);
    expect(conflicts).toEqual([]);
    expect(Object.keys(merged.workloads ?? {}).sort()).toEqual(['basket', 'gate']);
    expect(merged.workloads?.basket?.replicas).toBe(9);
    expect(merged.flows?.g?.from).toEqual({ workload: 'basket' });
  });

  it('should ask where one side removed what the other drew something into', () => {
    const emptied = edited((d) => {
      delete d.flows.f;
      delete d.workloads.gate;
      delete d.namespaces.web;
      delete d.clusters.prod.pools.a;
      delete d.zones.dmz;
    });
    const drawn = edited((d) => {
      d.workloads.mail = { namespace: 'web' };
    });
    const removedByUs = mergeDesigns(base, emptied, drawn);
    expect(removedByUs.conflicts.map((c) => [c.title, c.ours === undefined])).toEqual([
      ['Namespace web, which Workload mail needs', true],
      // Put back, the namespace needs its zone again.
      ['Zone dmz, which Namespace web needs', true],
    ]);
    expect(Object.keys(removedByUs.merged.namespaces ?? {})).toEqual(['shop']);
    const resolved = resolveConflicts(removedByUs, new Set(removedByUs.conflicts));
    const removedByThem = mergeDesigns(base, drawn, emptied);
    expect(isSame(resolved, removedByThem.merged)).toBe(true);
    expect(Object.keys(resolved.zones ?? {}).sort()).toEqual(['app', 'dmz']);
    // What is asked already is asked once.
    const changed = edited((d) => {
      d.namespaces.web.owner = 'z';
      d.workloads.mail = { namespace: 'web' };
    });
    expect(titles(emptied, changed)).toEqual(['Namespace web', 'Zone dmz, which Namespace web needs']);
  });

  it('should ask as well where only taking theirs would miss what we removed', () => {
    const emptied = edited((d) => {
      delete d.flows.f;
      delete d.workloads.gate;
    });
    const redrawn = edited((d) => {
      d.flows.f.ports = 'all';
    });
    const merge = mergeDesigns(base, emptied, redrawn);
    expect(merge.conflicts.map((c) => c.title)).toEqual([
      'Flow gate → cart',
      'Workload gate, which Flow gate → cart needs',
    ]);
    expect(isSame(resolveConflicts(merge, new Set(merge.conflicts)), redrawn)).toBe(true);
  });

  it('should ask which name a record gets where both gave it one', () => {
    const renamed = (id: string) =>
      edited((d) => {
        d.workloads[id] = d.workloads.cart;
        delete d.workloads.cart;
        d.flows.f.to = { workload: id };
      });
    const merge = mergeDesigns(base, renamed('basket'), renamed('trolley'));
    expect(merge.conflicts.map((c) => [c.title, c.base, c.ours, c.theirs])).toEqual([
      ['Workload basket: id', 'cart', 'basket', 'trolley'],
    ]);
    expect(Object.keys(merge.merged.workloads ?? {}).sort()).toEqual(['basket', 'gate']);
    const resolved = resolveConflicts(merge, new Set(merge.conflicts));
    expect(resolved.flows?.f?.to).toEqual({ workload: 'trolley' });
  });

  it('should keep ours or take theirs, conflict by conflict', () => {
    const ours = edited((d) => {
      d.workloads.gate.replicas = 5;
      delete d.workloads.cart;
    });
    const theirs = edited((d) => {
      d.workloads.gate.replicas = 7;
      d.workloads.cart.owner = 'z';
    });
    const merge = mergeDesigns(base, ours, theirs);
    expect(merge.merged.workloads).toEqual(ours.workloads);
    const [cart, gate] = merge.conflicts;
    if (cart === undefined || gate === undefined) throw new Error('there are two conflicts');
    expect(resolveConflicts(merge, new Set([cart])).workloads).toEqual({
      gate: { namespace: 'web', replicas: 5, owner: 'x' },
      cart: { namespace: 'shop', replicas: 3, owner: 'z' },
    });
    expect(isSame(resolveConflicts(merge, new Set(merge.conflicts)), theirs)).toBe(true);
  });
});

describe('always', () => {
  const field = fc.constantFrom(
    ['workloads', 'gate', 'replicas'],
    ['workloads', 'gate', 'owner'],
    ['workloads', 'cart', 'replicas'],
    ['zones', 'dmz', 'trust'],
    ['zones', 'app', 'name'],
    ['clusters', 'prod', 'pools', 'a', 'nodes'],
    ['workloads', 'cart'],
    ['flows', 'f'],
  );
  const value = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant(undefined));
  const edits = fc.array(fc.tuple(field, value), { maxLength: 4 });
  const applied = (list: ReadonlyArray<readonly [readonly string[], number | undefined]>) =>
    edited((d) => {
      for (const [path, next] of list) {
        const last = path.at(-1) ?? '';
        const parent = path.slice(0, -1).reduce((at, key) => at?.[key], d);
        if (parent === undefined) continue;
        if (next === undefined || path.length === 2) delete parent[last];
        else parent[last] = next;
      }
    });

  /** The small design with few edits, so that both sides often edit the same; and any design with any edits. */
  const branches = fc.oneof(
    fc.tuple(edits, edits).map(([a, b]) => [base, applied(a), applied(b)] as const),
    arbitraryBranches({ most: 3 }),
  );

  it('should give ours where theirs changed nothing, and theirs where ours did not', () => {
    fc.assert(
      fc.property(branches, ([base, side]) => {
        expect(isSame(mergeDesigns(base, side, base).merged, side)).toBe(true);
        expect(isSame(mergeDesigns(base, base, side).merged, side)).toBe(true);
        expect(mergeDesigns(base, side, side)).toEqual({ merged: side, conflicts: [] });
      }),
    );
  });

  it('should not depend on which side is ours, but for who wins in a conflict', () => {
    fc.assert(
      fc.property(branches, ([base, ours, theirs]) => {
        const one = mergeDesigns(base, ours, theirs);
        const other = mergeDesigns(base, theirs, ours);
        expect(other.conflicts.map((c) => c.path)).toEqual(one.conflicts.map((c) => c.path));
        expect(isSame(resolveConflicts(one, new Set(one.conflicts)), other.merged)).toBe(true);
      }),
    );
  });
});
