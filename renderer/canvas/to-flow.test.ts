import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { diffTopology } from '../../shared/diff/index.ts';
import { emptyTopology, type Topology } from '../../shared/model/index.ts';
import type { CanvasEdge, CanvasNode, Level } from './canvas-types.ts';
import { findingsOf, noFindings } from './findings.ts';
import { labelled } from './flow-edges.ts';
import type { EdgesInput, NodesInput } from './flow-types.ts';
import { recordOf } from './from-flow.ts';
import { arrange } from './layout.ts';
import { noMarks, sceneOf, versionOf } from './review-scene.ts';
import { type DrawnFlow, drawnClaims, drawnFlows, routeFlows, waysOf } from './routes.ts';
import { type Made, toEdges, toNodes } from './to-flow.ts';

const design: Topology = {
  ...emptyTopology('shop'),
  zones: { dmz: { name: 'DMZ', trust: 20, runtimes: ['gvisor'] }, db: { trust: 90, runtimes: ['kata'] } },
  clusters: {
    prod: {
      distribution: 'kubeadm',
      version: '1.37',
      cni: { name: 'calico' },
      engine: { name: 'containerd' },
      pools: { 'dmz-a': { zone: 'dmz', nodes: 3 }, 'db-a': { zone: 'db', nodes: 1, kvm: true } },
    },
  },
  namespaces: { web: { cluster: 'prod', zone: 'dmz' }, data: { cluster: 'prod', zone: 'db' } },
  workloads: {
    gateway: { namespace: 'web', replicas: 3, ports: { https: { port: 8443 } }, storage: { cache: { class: 'san' } } },
    static: { namespace: 'web' },
    postgres: { namespace: 'data', ports: { sql: { port: 5432 } }, storage: { data: { class: 'san' } } },
  },
  flows: {
    sql: { from: { workload: 'gateway' }, to: { workload: 'postgres' }, ports: [{ port: 'sql' }] },
    backup: { from: { workload: 'static' }, to: { workload: 'postgres' }, ports: [{ port: 5432 }] },
  },
  storage: { endpoints: { disks: { zone: 'db', type: 'ceph-rbd' } }, classes: { san: { endpoint: 'disks' } } },
  runtimes: { gvisor: { from: 'gvisor' }, kata: { from: 'kata-qemu' } },
};

interface Drawn {
  readonly nodes: CanvasNode[];
  readonly edges: CanvasEdge[];
  readonly made: { readonly nodes: Made<CanvasNode>; readonly edges: Made<CanvasEdge> };
}

function picture(
  topology: Topology,
  change: Partial<NodesInput & EdgesInput> & { level?: Level } = {},
  before?: Drawn,
): Drawn {
  const level = change.level ?? 'near';
  const placement = arrange(topology);
  const flows = drawnFlows(topology, placement, change.findings ?? noFindings, level);
  const input = {
    topology,
    placement,
    findings: noFindings,
    selection: new Set<string>(),
    review: noMarks,
    isReadOnly: false,
    flows,
    routes: routeFlows(flows, placement, { level, scale: 1 }),
    claims: drawnClaims(topology, placement),
    ...change,
  };
  const nodes = toNodes(input, before?.made.nodes);
  const edges = toEdges(input, before?.made.edges);
  return { nodes: nodes.items, edges: edges.items, made: { nodes, edges } };
}

function node<T extends CanvasNode['type']>(output: Drawn, type: T, id: string) {
  const found = output.nodes.find((n) => n.id === id);
  if (found?.type !== type) throw new Error(`${id} is no ${type}`);
  return found as Extract<CanvasNode, { type: T }>;
}

function flowEdge(output: Drawn, id: string): Extract<CanvasEdge, { type?: 'flow' }> {
  const found = output.edges.find((e) => e.id === id);
  if (found?.type !== 'flow') throw new Error(`${id} is no flow`);
  return found;
}

describe('waysOf', () => {
  it('should draw a flow between zones that touch as an arrow straight across their border', () => {
    const topology: Topology = {
      ...emptyTopology('zones'),
      zones: { dmz: { trust: 20 }, app: { trust: 50 } },
      flows: { in: { from: { zone: 'dmz' }, to: { zone: 'app' }, ports: 'all' } },
    };
    const placement = arrange(topology);
    const flows = drawnFlows(topology, placement, noFindings, 'near');
    const border = placement.nodes.get('zone:app')?.rect.y ?? 0;
    const points = waysOf(flows, placement, 'near').ways.get('flow:in')?.points ?? [];
    expect(points.map((p) => p.y - border)).toEqual([-16, 16]);
    expect(new Set(points.map((p) => p.x)).size).toBe(1);
  });
});

describe('toNodes and toEdges', () => {
  it('should show isolation and runtime of a workload', () => {
    const output = picture(design);
    expect(node(output, 'workload', 'workload:gateway').data).toMatchObject({
      title: 'gateway',
      replicas: '×3',
      ports: 'https 8443',
      isolation: 'user-space-kernel',
      runtime: 'gvisor',
      claims: 1,
    });
    expect(node(output, 'workload', 'workload:postgres').data.isolation).toBe('virtual-machine');
  });

  it('should name the cluster once, in its first segment, and its pools in each', () => {
    const output = picture(design);
    const first = node(output, 'segment', 'segment:prod/dmz');
    const second = node(output, 'segment', 'segment:prod/db');
    expect([first.data.isHead, second.data.isHead]).toEqual([true, false]);
    expect(first.data.detail).toBe('kubeadm 1.37 · Calico · containerd');
    expect(second.data.pools.map((p) => p.text)).toEqual(['1 node · pool db-a · KVM']);
  });

  it('should show what a zone allows', () => {
    expect(node(picture(design), 'zone', 'zone:dmz').data).toMatchObject({
      title: 'DMZ',
      detail: 'trust 20',
      runtimes: ['gVisor'],
    });
  });

  it('should label flows with port numbers, also where they name the port', () => {
    expect(flowEdge(picture(design), 'flow:sql').data?.label).toBe('5432');
  });

  it('should be loud about a claim that leaves its zone, and quiet about others', () => {
    const claims = picture(design).edges.filter((e) => e.type === 'claim');
    expect(claims.map((c) => [c.id, c.data?.isLoud])).toEqual([
      ['claim:gateway/cache', true],
      ['claim:postgres/data', false],
    ]);
  });

  it('should show findings on nodes, and say in words what is special about a flow', () => {
    const findings = findingsOf([
      {
        rule: 'flow/against-the-matrix',
        severity: 'error',
        message: 'Blocked.',
        fixable: false,
        subject: { kind: 'flow', id: 'sql' },
      },
      {
        rule: 'flow/outward',
        severity: 'warning',
        message: 'Outward.',
        fixable: false,
        subject: { kind: 'flow', id: 'sql' },
      },
      {
        rule: 'workload/no-owner',
        severity: 'info',
        message: 'No owner.',
        fixable: false,
        subject: { kind: 'workload', id: 'static' },
      },
      {
        rule: 'workload/host-network',
        severity: 'warning',
        message: 'Host.',
        fixable: false,
        subject: { kind: 'workload', id: 'static' },
      },
    ]);
    const output = picture(design, { findings });
    expect(flowEdge(output, 'flow:sql').data).toMatchObject({
      state: 'blocked',
      label: 'blocked 5432',
      severity: 'error',
    });
    expect(node(output, 'workload', 'workload:static').data).toMatchObject({
      severity: 'warning',
      problems: 'No owner.\nHost.',
    });
  });

  it('should bundle flows between the same two namespaces from afar, with their number', () => {
    const edges = picture(design, { level: 'far' }).edges.filter((e) => e.type === 'flow');
    expect(edges.map((e) => [e.id, e.type === 'flow' && e.data?.label])).toEqual([
      ['bundle:namespace:web>namespace:data', '2 flows'],
    ]);
  });

  it('should draw a flow that enters through a proxy to the proxy and on from there, as one thing to select', () => {
    const entering = produce(design, (draft) => {
      draft.externals = { internet: { kind: 'internet' } };
      draft.flows = {
        shop: {
          from: { external: 'internet' },
          to: { workload: 'static' },
          ports: [{ port: 8080, dial: 8443 }],
          via: { kind: 'gateway', proxy: 'gateway' },
        },
      };
    });
    const output = picture(entering, { selection: new Set(['flow:shop']) });
    const [toProxy, onward] = [flowEdge(output, 'flow:shop'), flowEdge(output, 'onward:shop')];
    expect([toProxy.source, toProxy.target, toProxy.data?.label]).toEqual([
      'external:internet',
      'workload:gateway',
      '8443',
    ]);
    expect([onward.source, onward.target, onward.data?.label]).toEqual([
      'workload:gateway',
      'workload:static',
      '↪ 8080',
    ]);
    expect([toProxy.selected, onward.selected]).toEqual([true, true]);
    expect([onward.selectable, recordOf(onward.id)]).toEqual([false, { kind: 'flow', id: 'shop' }]);
    const far = picture(entering, { level: 'far' }).edges.map((e) => e.id);
    expect(new Set(far).size).toBe(far.length);
    const direct = picture(
      produce(entering, (draft) => {
        const shop = draft.flows?.shop;
        if (shop !== undefined) shop.via = { kind: 'loadBalancer' };
      }),
    );
    expect(flowEdge(direct, 'flow:shop').target).toBe('workload:static');
    expect(direct.edges.some((e) => e.id === 'onward:shop')).toBe(false);
  });

  it('should give a parent before what stands in it', () => {
    const seen = new Set<string>();
    for (const n of picture(design).nodes) {
      expect(n.parentId === undefined || seen.has(n.parentId)).toBe(true);
      seen.add(n.id);
    }
  });

  it('should keep the identity of everything that is equal, so that one changed workload renders one node', () => {
    const before = picture(design);
    const changed = produce(design, (draft) => {
      const gateway = draft.workloads?.gateway;
      if (gateway !== undefined) gateway.replicas = 9;
    });
    const after = picture(changed, {}, before);
    expect(after.nodes.filter((n, i) => n !== before.nodes[i]).map((n) => n.id)).toEqual(['workload:gateway']);
    expect(after.edges.every((e, i) => e === before.edges[i])).toBe(true);
  });

  it('should render again only what becomes selected', () => {
    const before = picture(design);
    const after = picture(design, { selection: new Set(['workload:static', 'flow:sql']) }, before);
    expect(after.nodes.filter((n, i) => n !== before.nodes[i]).map((n) => n.id)).toEqual(['workload:static']);
    expect(after.edges.filter((e, i) => e !== before.edges[i]).map((e) => e.id)).toEqual(['flow:sql']);
  });
});

describe('a selection that changes alone', () => {
  const placement = arrange(design);
  const flows = drawnFlows(design, placement, noFindings, 'near');
  const unselected: NodesInput & EdgesInput = {
    topology: design,
    placement,
    findings: noFindings,
    selection: new Set<string>(),
    review: noMarks,
    isReadOnly: true,
    flows,
    routes: routeFlows(flows, placement, { level: 'near', scale: 1 }),
    claims: drawnClaims(design, placement),
  };
  const selections: ReadonlyArray<readonly string[]> = [
    ['workload:static', 'flow:sql'],
    ['flow:backup', 'zone:dmz', 'namespace:web'],
    ['cluster:prod', 'pool:prod/db-a', 'workload:postgres'],
    ['workload:gone', 'flow:gone', 'class:san', 'endpoint:disks'],
    [],
    ['workload:static'],
  ];

  it('should give what is made afresh, whatever was selected before', () => {
    let nodes = toNodes(unselected);
    let edges = toEdges(unselected);
    for (const keys of selections) {
      const input = { ...unselected, selection: new Set(keys) };
      nodes = toNodes(input, nodes);
      edges = toEdges(input, edges);
      expect(nodes.items).toEqual(toNodes(input).items);
      expect(edges.items).toEqual(toEdges(input).items);
    }
    // What it remembers serves the next change of anything else.
    const renamed = { ...unselected, renaming: { kind: 'workload' as const, id: 'gateway' } };
    expect(toNodes(renamed, nodes).items).toEqual(toNodes(renamed).items);
  });

  it('should look only at what is selected or was', () => {
    const before = toEdges({ ...unselected, selection: new Set(['flow:sql']) });
    const asked: string[] = [];
    const marks = new Map(unselected.review);
    marks.get = (key) => {
      asked.push(key);
      return undefined;
    };
    const counted = { ...unselected, review: marks };
    const first = toEdges({ ...counted, selection: new Set(['flow:sql']) }, before);
    asked.length = 0;
    toEdges({ ...counted, selection: new Set(['flow:backup']) }, first);
    expect(asked.sort()).toEqual(['flow:backup', 'flow:sql']);
  });
});

describe('a review', () => {
  const after = produce(design, (draft) => {
    delete draft.workloads?.static;
    delete draft.flows?.backup;
  });

  it('should draw ghosts of what went, and nothing that can be dragged', () => {
    const scene = sceneOf(design, after, diffTopology(design, after));
    const { topology, marks } = versionOf(scene, 'both');
    const output = picture(topology, { review: marks, isReadOnly: true });
    expect(node(output, 'workload', 'workload:static').data.review).toBe('removed');
    expect(flowEdge(output, 'flow:backup').data).toMatchObject({ review: 'removed', reviewText: '− closes' });
    expect(output.nodes.every((n) => n.draggable === false)).toBe(true);
  });
});

describe('labelled', () => {
  const flow = (id: string): DrawnFlow => ({
    id: `flow:${id}`,
    flow: id,
    fromNode: 'workload:a',
    toNode: 'workload:b',
    state: 'plain',
    label: '8443',
    count: 1,
  });

  it('should find room for all that a review writes on a flow, and for nothing where it writes nothing', () => {
    const marks = new Map([
      ['flow:changed', { mark: 'changed', text: '~ ports', tone: 'opens' }],
      ['flow:silent', { mark: 'changed', text: '', tone: 'opens' }],
    ]) as unknown as EdgesInput['review'];
    expect(labelled([flow('changed'), flow('silent'), flow('same')], marks)).toEqual([
      { ...flow('changed'), label: '~ ports 8443', isTold: true },
      flow('same'),
    ]);
  });
});
