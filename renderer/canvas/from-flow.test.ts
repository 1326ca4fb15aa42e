import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { bindCommand, type CommandCall } from '../../shared/commands/index.ts';
import { emptyTopology, findRecord, type Ref, ref, type Topology } from '../../shared/model/index.ts';
import { alignSelection, distributeSelection } from './align.ts';
import { connection, create, type Drawable, trustBetween } from './create.ts';
import { dropped, duplicated, nudged, reselected, resized } from './from-flow.ts';
import { bottom, centre, moved, type Rect } from './geometry.ts';
import { arrange } from './layout.ts';
import { renaming } from './rename.ts';

const design: Topology = {
  ...emptyTopology('shop'),
  zones: {
    dmz: { trust: 20, exposure: ['loadBalancer'] },
    app: { trust: 50, runtimes: ['runc'] },
    db: { trust: 90 },
  },
  clusters: {
    prod: {
      distribution: 'kubeadm',
      version: '1.37',
      pools: { a: { zone: 'dmz', nodes: 3 }, b: { zone: 'app', nodes: 5, runtimes: ['runc'] } },
    },
    other: { distribution: 'rke2', version: '1.36', pools: { a: { zone: 'app', nodes: 1 } } },
  },
  namespaces: {
    web: { cluster: 'prod', zone: 'dmz' },
    shop: { cluster: 'prod', zone: 'app' },
    partners: { cluster: 'other', zone: 'app' },
  },
  workloads: {
    gateway: { namespace: 'web' },
    orders: { namespace: 'shop', ports: { grpc: { port: 50051 }, http: { port: 8080 } } },
    basket: { namespace: 'shop' },
    invoices: { namespace: 'shop' },
  },
  externals: { internet: { kind: 'internet' } },
  flows: { orders: { from: { workload: 'gateway' }, to: { workload: 'orders' }, ports: 'all' } },
  storage: { endpoints: { nas: { zone: 'dmz', type: 'nfs' } } },
  runtimes: { runc: { from: 'runc' } },
};
const placement = arrange(design);

function rectOf(node: string): Rect {
  const placed = placement.nodes.get(node);
  if (placed === undefined) throw new Error(`${node} has no place`);
  return placed.rect;
}

/** Moves a node so that its middle comes to lie on the middle of another. */
function onto(node: string, target: string) {
  const from = centre(rectOf(node));
  const to = centre(rectOf(target));
  return { node, rect: moved(rectOf(node), to.x - from.x, to.y - from.y) };
}

function run(topology: Topology, calls: readonly CommandCall[]): Topology {
  return calls.reduce((before, call) => produce(before, (draft) => bindCommand(call).run(draft)), topology);
}

const dropOnto = (node: string, target: string) => run(design, dropped(design, placement, [onto(node, target)]).calls);

describe('dropped', () => {
  it('should record a place where a card stays in its namespace', () => {
    const at = { node: 'workload:basket', rect: moved(rectOf('workload:basket'), 42, 30) };
    const next = run(design, dropped(design, placement, [at]).calls);
    const frame = rectOf('namespace:shop');
    const card = rectOf('workload:basket');
    expect(next.workloads?.basket?.namespace).toBe('shop');
    expect(next.layout?.workloads?.basket).toEqual({
      x: Math.round((card.x - frame.x + 42) / 4) * 4,
      y: Math.round((card.y - frame.y + 30) / 4) * 4,
    });
  });

  it('should move a workload into the namespace it is dropped onto', () => {
    const next = dropOnto('workload:basket', 'namespace:partners');
    expect(next.workloads?.basket?.namespace).toBe('partners');
    expect(next.layout?.workloads?.basket).toBeDefined();
  });

  it('should return what is dropped outside everything, and say why', () => {
    const far = { node: 'workload:basket', rect: moved(rectOf('workload:basket'), 9000, 9000) };
    expect(dropped(design, placement, [far])).toEqual({
      calls: [],
      message: 'A workload lives in a namespace: drop it onto one.',
    });
  });

  it('should move a namespace into another cluster and zone', () => {
    expect(dropOnto('namespace:web', 'segment:other/app').namespaces?.web).toEqual({ cluster: 'other', zone: 'app' });
  });

  it('should bring the cluster along where a namespace is dropped onto a zone without it', () => {
    const next = dropOnto('namespace:shop', 'zone:db');
    expect(next.namespaces?.shop).toEqual({ cluster: 'prod', zone: 'db' });
    expect(next.clusters?.prod?.pools?.['db-a']).toEqual({ zone: 'db', nodes: 5, runtimes: ['runc'] });
  });

  it('should move a storage endpoint into another zone', () => {
    expect(dropOnto('endpoint:nas', 'zone:db').storage?.endpoints?.nas?.zone).toBe('db');
  });

  it('should extend a cluster to the zone its segment is dropped onto', () => {
    const next = dropOnto('segment:other/app', 'zone:db');
    expect(next.clusters?.other?.pools?.['db-a']).toMatchObject({ zone: 'db', nodes: 1 });
    expect(next.clusters?.other?.pools?.a).toBeDefined();
  });

  it('should move several things in one go', () => {
    const both = [onto('workload:basket', 'namespace:partners'), onto('workload:orders', 'namespace:partners')];
    const next = run(design, dropped(design, placement, both).calls);
    expect([next.workloads?.basket?.namespace, next.workloads?.orders?.namespace]).toEqual(['partners', 'partners']);
  });

  it('should do nothing where nothing was moved', () => {
    expect(dropped(design, placement, [{ node: 'workload:basket', rect: rectOf('workload:basket') }]).calls).toEqual(
      [],
    );
  });
});

describe('resized', () => {
  it('should record the new size relative to the parent', () => {
    const frame = rectOf('namespace:shop');
    const next = run(design, resized(placement, 'namespace:shop', { ...frame, w: frame.w + 80 }).calls);
    expect(next.layout?.namespaces?.shop?.w).toBe(frame.w + 80);
  });
});

describe('nudged', () => {
  it('should move what is selected, but not twice what stands in a selected frame', () => {
    const { calls } = nudged(
      design,
      placement,
      [ref('namespace', 'shop'), ref('workload', 'basket'), ref('workload', 'gateway')],
      8,
      0,
    );
    const next = run(design, calls);
    expect(Object.keys(next.layout?.namespaces ?? {})).toEqual(['shop']);
    expect(Object.keys(next.layout?.workloads ?? {})).toEqual(['gateway']);
  });
});

describe('locked things', () => {
  const locked: Topology = {
    ...design,
    layout: { workloads: { gateway: { x: 12, y: 28, locked: true }, basket: { x: 60, y: 90 } } },
  };

  it('should stay where they are when they are nudged or aligned with others', () => {
    const refs = [ref('workload', 'gateway'), ref('workload', 'basket')];
    const { calls } = nudged(locked, arrange(locked), refs, 8, 0);
    expect(run(locked, calls).layout?.workloads).toEqual({
      gateway: { x: 12, y: 28, locked: true },
      basket: { x: 68, y: 92 },
    });
    expect(alignSelection(locked, refs, 'left').map((e) => e.target)).toEqual([ref('workload', 'basket')]);
  });
});

describe('duplicated', () => {
  it('should put a copy where the card was let go, and leave the original', () => {
    const { calls, select } = duplicated(design, placement, [onto('workload:orders', 'namespace:partners')]);
    const next = run(design, calls);
    expect(select).toEqual([ref('workload', 'orders-2')]);
    expect(next.workloads?.['orders-2']).toEqual({ ...design.workloads?.orders, namespace: 'partners' });
    expect(next.workloads?.orders).toEqual(design.workloads?.orders);
    expect(next.layout?.workloads?.['orders-2']).toBeDefined();
  });
});

describe('reselected', () => {
  it('should add and drop what React Flow names and forget what is not on the picture', () => {
    const selection = [ref('pool', 'prod/a'), ref('workload', 'basket')];
    const changes = [
      { id: 'workload:basket', selected: false },
      { id: 'flow:orders', selected: true },
    ];
    expect(reselected(selection, changes)).toEqual([ref('flow', 'orders')]);
  });
});

describe('create', () => {
  const area = (node: string): Rect => ({ ...centre(rectOf(node)), w: 0, h: 0 });
  const made = (kind: Drawable, at: Rect, topology = design) => {
    const creation = create(topology, arrange(topology), kind, at);
    return { ...creation, next: run(topology, creation.calls) };
  };

  it('should give a zone drawn between two others a trust between theirs', () => {
    const y = rectOf('zone:app').y;
    const { next, made: zone } = made('zone', { x: 300, y: y - 40, w: 400, h: 120 });
    const trust = findRecord(next, zone as Ref<'zone'>)?.trust ?? -1;
    expect(trust).toBeGreaterThan(20);
    expect(trust).toBeLessThan(90);
  });

  it('should make zones that are drawn one below the other bands that touch, more trusted downwards', () => {
    const { next: one } = made('zone', { x: 101, y: 99, w: 600, h: 120 }, emptyTopology('new'));
    const first = arrange(one).nodes.get('zone:zone')?.rect;
    const { next: two } = made('zone', { x: 101, y: (first ? bottom(first) : 0) + 60, w: 600, h: 120 }, one);
    const { nodes } = arrange(two);
    expect([two.zones?.zone?.trust, two.zones?.['zone-2']?.trust]).toEqual([20, 50]);
    const [upper, lower] = [nodes.get('zone:zone')?.rect, nodes.get('zone:zone-2')?.rect];
    expect(lower).toMatchObject({ x: upper?.x, w: upper?.w, y: upper && bottom(upper) });
  });

  it('should keep the rectangle of a zone drawn on free ground among zones that somebody has placed', () => {
    const placed: Topology = {
      ...emptyTopology('new'),
      zones: { dmz: { trust: 20 } },
      layout: { zones: { dmz: { x: 0, y: 0, w: 400, h: 136 } } },
    };
    const { next } = made('zone', { x: 701, y: 499, w: 600, h: 300 }, placed);
    expect(next.layout?.zones?.zone).toEqual({ x: 700, y: 500, w: 600, h: 300 });
  });

  it('should put a workload into the namespace under the pointer', () => {
    const { next, made: workload } = made('workload', area('namespace:shop'));
    expect(findRecord(next, workload as Ref<'workload'>)?.namespace).toBe('shop');
  });

  it('should make a cluster and a namespace for a workload on a bare zone', () => {
    const { next, made: workload } = made('workload', area('zone:db'));
    const namespace = next.namespaces?.[findRecord(next, workload as Ref<'workload'>)?.namespace ?? ''];
    expect(namespace?.zone).toBe('db');
    expect(Object.values(next.clusters?.[namespace?.cluster ?? '']?.pools ?? {}).some((p) => p.zone === 'db')).toBe(
      true,
    );
  });

  it('should give two new clusters address ranges that do not meet', () => {
    const one = made('cluster', area('zone:db'));
    const two = made('cluster', area('zone:db'), one.next);
    const ranges = Object.values(two.next.clusters ?? {}).flatMap((c) => [
      ...(c.networks?.pods ?? []),
      ...(c.networks?.services ?? []),
    ]);
    expect(ranges.length).toBe(4);
    expect(new Set(ranges).size).toBe(4);
  });

  it('should make one cluster with a pool in each zone that the rectangle touches, and say so', () => {
    const top = rectOf('zone:dmz');
    const last = rectOf('zone:db');
    const drawn = { x: top.x + 40, y: top.y + 60, w: 300, h: last.y + 20 - top.y - 60 };
    const { next, made: cluster, said } = made('cluster', drawn);
    const pools = next.clusters?.[cluster?.id ?? '']?.pools ?? {};
    expect(Object.values(pools).map((p) => p.zone)).toEqual(['dmz', 'app', 'db']);
    expect(Object.keys(next.clusters ?? {})).toHaveLength(3);
    expect(said).toBe('Cluster across dmz, app, db, with a pool in each.');
  });

  it('should say which pool was made for a namespace on a zone without nodes', () => {
    const single = produce(design, (draft) => {
      delete draft.clusters?.other;
      delete draft.namespaces?.partners;
    });
    const { next, said } = made('namespace', area('zone:db'), single);
    expect(Object.values(next.clusters?.prod?.pools ?? {}).map((p) => p.zone)).toContain('db');
    expect(said).toBe('prod had no nodes in db, so it got a node pool there.');
    expect(made('namespace', area('zone:dmz')).said).toBeUndefined();
  });

  it('should allow the class of a new storage endpoint in its zone', () => {
    const { next, made: endpoint } = made('endpoint', area('zone:db'));
    const classes = Object.entries(next.storage?.classes ?? {}).filter(([, c]) => c.endpoint === endpoint?.id);
    expect(classes.map(([id]) => id)).toEqual(next.zones?.db?.storageClasses);
  });

  it.each<Drawable>(['cluster', 'namespace', 'workload', 'endpoint'])(
    'should say what to do where a %s finds no zone',
    (kind) => {
      const { calls, message } = made(kind, { x: 9000, y: 9000, w: 0, h: 0 });
      expect(calls).toEqual([]);
      expect(message).toMatch(/draw a zone first.*\.$/);
    },
  );
});

describe('trustBetween', () => {
  it('should take the middle, or the next free value', () => {
    expect(trustBetween(new Set([20, 50]), 20, 50)).toBe(35);
    expect(trustBetween(new Set([20, 21]), 20, 21)).toBe(22);
    expect(trustBetween(new Set(), undefined, undefined)).toBe(20);
    expect(trustBetween(new Set([20]), 20, undefined)).toBe(50);
    expect(trustBetween(new Set([20, 50]), 50, undefined)).toBe(80);
    expect(trustBetween(new Set(Array.from({ length: 101 }, (_, i) => i)), 20, 50)).toBeUndefined();
  });
});

describe('connection', () => {
  it('should start with a named port of the receiver', () => {
    expect(connection(design, ref('workload', 'gateway'), ref('workload', 'orders'))?.flow).toEqual({
      from: { workload: 'gateway' },
      to: { workload: 'orders' },
      ports: [{ port: 'grpc' }],
    });
  });

  it('should say how a flow from outside most likely enters', () => {
    expect(connection(design, ref('external', 'internet'), ref('workload', 'gateway'))?.flow.via).toEqual({
      kind: 'loadBalancer',
    });
    expect(connection(design, ref('external', 'internet'), ref('workload', 'orders'))?.flow.via).toEqual({
      kind: 'loadBalancer',
    });
    const published = produce(design, (draft) => {
      if (draft.workloads?.orders) draft.workloads.orders.service = { type: 'NodePort' };
    });
    expect(connection(published, ref('external', 'internet'), ref('workload', 'orders'))?.flow.via).toEqual({
      kind: 'nodePort',
    });
    expect(connection(design, ref('workload', 'gateway'), ref('workload', 'orders'))?.flow.via).toBeUndefined();
  });

  it('should refuse to connect a thing to itself and what no flow can end at', () => {
    expect(connection(design, ref('workload', 'orders'), ref('workload', 'orders'))).toBeUndefined();
    expect(connection(design, ref('workload', 'orders'), ref('endpoint', 'nas'))).toBeUndefined();
  });
});

describe('renaming', () => {
  it('should take along the storage class that was drawn with an endpoint, and no other', () => {
    const drawn: Topology = {
      ...design,
      storage: {
        endpoints: { 'storage-db': { zone: 'dmz', type: 'nfs' } },
        classes: { 'storage-db': { endpoint: 'storage-db' }, fast: { endpoint: 'storage-db' } },
      },
    };
    const { calls } = renaming(drawn, ref('endpoint', 'storage-db'), 'san');
    const next = run(drawn, calls);
    expect(next.storage?.classes).toEqual({ san: { endpoint: 'san' }, fast: { endpoint: 'san' } });
  });

  it('should rename the id with all that names it, where no name is written', () => {
    const { calls, ref: renamed } = renaming(design, ref('workload', 'orders'), 'checkout');
    const next = run(design, calls);
    expect(renamed).toEqual(ref('workload', 'checkout'));
    expect(next.flows?.orders?.to).toEqual({ workload: 'checkout' });
  });

  it('should write a name where an id cannot say it', () => {
    const { calls } = renaming(design, ref('zone', 'dmz'), 'Payment DMZ');
    expect(run(design, calls).zones?.['payment-dmz']).toEqual({ ...design.zones?.dmz, name: 'Payment DMZ' });
  });

  it('should leave everything as it was where nothing new was typed', () => {
    expect(renaming(design, ref('workload', 'orders'), ' orders ').calls).toEqual([]);
    expect(renaming(design, ref('workload', 'orders'), '').calls).toEqual([]);
  });
});

describe('alignSelection', () => {
  it('should line cards up at the leftmost of them', () => {
    const refs = [ref('workload', 'orders'), ref('workload', 'basket')];
    const spreadOut: Topology = {
      ...design,
      layout: { workloads: { orders: { x: 12, y: 28 }, basket: { x: 320, y: 120 } } },
    };
    const entries = alignSelection(spreadOut, refs, 'left');
    expect(entries.map((e) => e.place)).toEqual([
      { x: 12, y: 28 },
      { x: 12, y: 120 },
    ]);
  });

  it('should need two things to align and three to distribute', () => {
    expect(alignSelection(design, [ref('workload', 'orders')], 'left')).toEqual([]);
    expect(distributeSelection(design, [ref('workload', 'orders'), ref('workload', 'basket')], 'horizontal')).toEqual(
      [],
    );
  });

  it('should leave even gaps', () => {
    const layout = { workloads: { orders: { x: 12, y: 28 }, basket: { x: 200, y: 28 }, invoices: { x: 812, y: 28 } } };
    const entries = distributeSelection(
      { ...design, layout },
      ['orders', 'basket', 'invoices'].map((id) => ref('workload', id)),
      'horizontal',
    );
    expect(entries.map((e) => e.place.x)).toEqual([12, 412, 812]);
  });
});
