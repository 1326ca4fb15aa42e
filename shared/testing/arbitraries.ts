/** Random designs for properties: valid by the schema, with references that lead somewhere. */
import * as fc from 'fast-check';
import type { Topology } from '../model/index.ts';

export interface TopologySize {
  /** The most records of one kind. */
  readonly most?: number;
}

/** Every record kind turns up; ids are few and short, so that shrunk counterexamples are readable. */
export function arbitraryTopology(size: TopologySize = {}): fc.Arbitrary<Topology> {
  return idsOf(size).chain((ids) => topologyOf(ids));
}

/** Two designs that share their ids and nothing else. */
export function arbitraryPair(size: TopologySize = {}): fc.Arbitrary<[Topology, Topology]> {
  return idsOf(size).chain((ids) => fc.tuple(topologyOf(ids), topologyOf(ids)));
}

function idsOf({ most = 4 }: TopologySize): fc.Arbitrary<Ids> {
  return fc.record({
    zones: arbitraryIds('z', 1, most),
    clusters: arbitraryIds('c', 1, Math.max(1, most - 1)),
    namespaces: arbitraryIds('ns', 1, most),
    workloads: arbitraryIds('w', 1, most * 2),
    externals: arbitraryIds('x', 0, most),
    endpoints: arbitraryIds('e', 1, most),
    classes: arbitraryIds('sc', 1, most),
    runtimes: arbitraryIds('r', 1, most),
    flows: arbitraryIds('f', 0, most * 2),
  });
}

/** Text that is hard to write in YAML, beside ordinary names. */
export const arbitraryText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    'shop',
    '支付',
    'a: b',
    '# no comment',
    '- dash',
    '1.37',
    'no',
    'y',
    '0123',
    '2027-06-30',
    'null',
    '~',
    '',
    ' padded ',
    "it's",
    '"quoted"',
  ),
  fc.constantFrom(
    'two\nlines',
    'ends\n',
    'a\n\n  indented\nb\n',
    'tab\there',
    '*star',
    '&and',
    '!bang',
    '{brace}',
    '[x], y',
    'back\\slash',
    '\u2028',
    'é',
    '🙂',
    '%',
    '@',
    '`',
    'key:',
    '\r\n',
    '...',
    '---',
    '<<',
    '=',
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);

const word = <const T extends string>(...words: T[]): fc.Arbitrary<T> => fc.constantFrom(...words);
const day = fc.constantFrom('2026-12-31', '2027-06-30', '2028-02-29');
const port = fc.integer({ min: 1, max: 65535 });
const portName = fc.constantFrom('http', 'https', 'grpc', 'metrics', 'db-1');
const protocol = word('TCP', 'UDP', 'SCTP');
const quantity = fc.constantFrom('10Gi', '250m', '1', '0.5', '100Mi');
const cidr = fc.constantFrom('10.20.0.0/16', '10.21.0.0/16', '192.168.7.0/24', '2001:db8::/48', '203.0.113.0/24');
const address = fc.constantFrom('10.1.9.7', '10.1.0.10', '198.51.100.7', '2001:db8::7');
const labels = fc.dictionary(
  fc.constantFrom('app', 'tier', 'example.com/team', 'y', '1'),
  fc.constantFrom('a', 'true', '', '1.0', 'no', 'web-1', '0x1'),
  { maxKeys: 3, noNullPrototype: true },
);
const coordinate = fc.oneof(
  fc.integer({ min: -5000, max: 5000 }),
  fc.double({ min: -500, max: 500, noNaN: true }).map((n) => (n === 0 ? 0 : n)),
);
const point = some({ x: coordinate, y: coordinate, locked: fc.boolean() }, ['x', 'y']);
const rect = some({ x: coordinate, y: coordinate, w: coordinate, h: coordinate, locked: fc.boolean() }, [
  'x',
  'y',
  'w',
  'h',
]);

const metadata = some(
  {
    name: fc.constantFrom('retail', '1.0', 'shop #1'),
    description: arbitraryText,
    administrators: some(
      { groups: fc.subarray(['platform', "o'neill"]), users: fc.subarray(['alice@example.com']) },
      [],
    ),
    gitops: some(
      {
        repository: fc.constantFrom('https://git.example/zones.git', 'git@git.example:zones.git'),
        revision: fc.constantFrom('main', 'release/1'),
        path: fc.constantFrom('exports', 'a/b'),
        tools: fc.subarray(['argocd' as const, 'flux' as const], { minLength: 1 }),
      },
      ['repository', 'tools'],
    ),
  },
  ['name'],
);
const cell = some(
  {
    access: word('allow-all', 'allow-only', 'block-all'),
    services: fc.array(fc.constantFrom('443/tcp', '8000-8010'), { maxLength: 2 }),
    severity: word('low', 'critical'),
    description: arbitraryText,
  },
  ['access'],
);
const external = some(
  {
    name: arbitraryText.filter((text) => text !== ''),
    kind: word('internet', 'internet', 'apiServer'),
    cidrs: fc.uniqueArray(cidr, { maxLength: 2 }),
    names: fc.array(fc.constantFrom('*.example.com', 'a.example'), { maxLength: 2 }),
    trust: fc.integer({ min: 0, max: 100 }),
  },
  [],
);
const runtime = some(
  {
    from: fc.constantFrom('runc', 'gvisor', 'kata-qemu'),
    isolation: word('shared-kernel', 'virtual-machine'),
    overhead: some({ cpu: quantity, memory: quantity }, []),
  },
  ['from'],
);
const rules = fc.dictionary(
  fc.constantFrom('flow/no-owner', 'zone/empty'),
  fc.record({ severity: word('off', 'info'), reason: fc.constant('why not') }, { noNullPrototype: true }),
  { noNullPrototype: true },
);
const flowPort = fc.oneof(
  some({ port: fc.oneof(port, portName), protocol, dial: port }, ['port']),
  fc.integer({ min: 1, max: 60000 }).map((start) => ({ port: start, endPort: start + 10 })),
);

interface Ids {
  readonly zones: string[];
  readonly clusters: string[];
  readonly namespaces: string[];
  readonly workloads: string[];
  readonly externals: string[];
  readonly endpoints: string[];
  readonly classes: string[];
  readonly runtimes: string[];
  readonly flows: string[];
}

function arbitraryIds(prefix: string, least: number, most: number): fc.Arbitrary<string[]> {
  const id = fc.oneof(
    fc.integer({ min: 1, max: 99 }).map((n) => `${prefix}${n}`),
    fc.constantFrom('constructor', 'n', 'on', '1e3', '007', 'null', 'a-b').map((odd) => odd),
  );
  return fc.uniqueArray(id, { minLength: least, maxLength: most });
}

/** A record of which the named fields are always there and the others sometimes. */
function some<T extends Record<string, fc.Arbitrary<unknown>>, K extends keyof T>(
  fields: T,
  required: K[],
): fc.Arbitrary<{ [P in K]: Value<T[P]> } & { [P in keyof T]?: Value<T[P]> }> {
  return fc.record(fields, { requiredKeys: required as string[], noNullPrototype: true }) as unknown as fc.Arbitrary<
    { [P in K]: Value<T[P]> } & { [P in keyof T]?: Value<T[P]> }
  >;
}

type Value<A> = A extends fc.Arbitrary<infer V> ? V : never;

/** One record for each id. */
function each<T>(ids: readonly string[], record: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> {
  return fc
    .tuple(...ids.map(() => record))
    .map((all) => Object.fromEntries(ids.flatMap((id, i) => (all[i] === undefined ? [] : [[id, all[i]]]))));
}

function topologyOf(ids: Ids): fc.Arbitrary<Topology> {
  return fc
    .record(
      {
        apiVersion: fc.constant('zonewright/v1' as const),
        kind: fc.constant('Topology' as const),
        metadata,
        zones: each(ids.zones, zoneOf(ids)).map((zones) =>
          Object.fromEntries(Object.entries(zones).map(([id, record], i) => [id, { ...record, trust: (i + 1) * 7 }])),
        ),
        matrix: matrixOf(ids),
        clusters: each(ids.clusters, clusterOf(ids)),
        namespaces: each(ids.namespaces, namespaceOf(ids)),
        workloads: each(ids.workloads, workloadOf(ids)),
        externals: each(ids.externals, external),
        flows: each(ids.flows, flowOf(ids)),
        storage: fc.record(
          { endpoints: each(ids.endpoints, endpointOf(ids)), classes: each(ids.classes, classOf(ids)) },
          { noNullPrototype: true },
        ),
        runtimes: each(ids.runtimes, runtime),
        rules,
        layout: layoutOf(ids),
      },
      {
        requiredKeys: [
          'apiVersion',
          'kind',
          'metadata',
          'zones',
          'clusters',
          'namespaces',
          'workloads',
          'externals',
          'storage',
          'runtimes',
        ],
        noNullPrototype: true,
      },
    )
    .map((topology) => topology as Topology);
}

/** All but the trust, which no two zones share. */
function zoneOf(ids: Ids) {
  return some(
    {
      name: arbitraryText.filter((text) => text !== ''),
      description: arbitraryText,
      intraZone: word('allow', 'deny'),
      dns: word('cluster', 'none'),
      exposure: fc
        .subarray(['loadBalancer', 'nodePort', 'gateway', 'ingress', 'direct'] as const)
        .map((all) => [...all]),
      runtimes: fc.subarray(ids.runtimes),
      storageClasses: fc.subarray(ids.classes),
      podSecurity: word('privileged', 'baseline', 'restricted'),
      images: some(
        {
          registries: fc.array(fc.constantFrom('registry.example.com', 'localhost:5000', 'docker.io/a/'), {
            maxLength: 2,
          }),
          pin: word('none', 'tag', 'digest'),
        },
        [],
      ),
      cpu: word('shared', 'exclusive'),
    },
    [],
  );
}

function matrixOf(ids: Ids) {
  const row = each(ids.zones.slice(0, 2), cell);
  return fc.record({ outside: row, [ids.zones[0] ?? 'z']: row }, { requiredKeys: [], noNullPrototype: true });
}

function clusterOf(ids: Ids) {
  return some(
    {
      name: arbitraryText.filter((text) => text !== ''),
      distribution: word('kubeadm', 'kind', 'k3s', 'eks', 'managed'),
      version: fc.constantFrom('1.37', '1.36.2', '1.30'),
      cni: some({ name: fc.constantFrom('calico', 'cilium'), version: fc.constantFrom('3.33', '1.20') }, ['name']),
      networks: some(
        {
          pods: fc.uniqueArray(cidr, { maxLength: 2 }),
          services: fc.uniqueArray(cidr, { maxLength: 2 }),
          nodes: fc.uniqueArray(cidr, { maxLength: 2 }),
        },
        [],
      ),
      api: some(
        {
          address: fc.constantFrom('10.1.0.10', '2001:db8::10', 'api.example'),
          endpoints: fc.array(address, { maxLength: 2 }),
        },
        ['address'],
      ),
      seenAs: word('routed', 'node', 'egress', 'mesh'),
      egress: some(
        {
          cluster: fc.array(address, { maxLength: 2 }),
          zones: each(ids.zones.slice(0, 1), fc.array(address, { maxLength: 2 })),
        },
        [],
      ),
      replaces: fc.constantFrom(...ids.clusters),
      platform: fc.dictionary(
        fc.constantFrom('region', 'image', 'nested'),
        fc.oneof(
          fc.constantFrom('eu', '', 'no'),
          fc.integer(),
          fc.boolean(),
          fc.constant(null),
          fc.constant({ a: [1, { b: 'c' }] }),
        ),
        { noNullPrototype: true },
      ),
      pools: each(['pool-a', 'pool-b'], poolOf(ids)),
    },
    ['distribution', 'version'],
  );
}

function poolOf(ids: Ids) {
  return some(
    {
      zone: fc.constantFrom(...ids.zones),
      nodes: fc.integer({ min: 0, max: 50 }),
      addresses: fc.uniqueArray(fc.constantFrom('10.1.0.0/25', '10.1.0.128/25', '2001:db8:1::/64'), { maxLength: 2 }),
      runtimes: fc.subarray(ids.runtimes),
      kvm: fc.boolean(),
      labels,
      taints: fc.array(
        some(
          {
            key: fc.constantFrom('gpu', 'example.com/x'),
            value: fc.constantFrom('', 'true', 'a'),
            effect: word('NoSchedule', 'PreferNoSchedule', 'NoExecute'),
          },
          ['key', 'effect'],
        ),
        { maxLength: 3 },
      ),
    },
    ['zone', 'nodes'],
  );
}

function namespaceOf(ids: Ids) {
  return some(
    {
      cluster: fc.constantFrom(...ids.clusters),
      zone: fc.constantFrom(...ids.zones),
      name: fc.constantFrom('web', 'shop'),
      owner: arbitraryText,
      description: arbitraryText,
      labels,
    },
    ['cluster'],
  );
}

function workloadOf(ids: Ids) {
  return some(
    {
      namespace: fc.constantFrom(...ids.namespaces),
      kind: word('Deployment', 'StatefulSet', 'Job'),
      labels,
      replicas: fc.integer({ min: 0, max: 9 }),
      ports: fc.dictionary(portName, some({ port, protocol }, ['port']), { maxKeys: 3, noNullPrototype: true }),
      runtime: fc.constantFrom(...ids.runtimes),
      storage: fc.dictionary(
        fc.constantFrom('data', 'cache'),
        some({ class: fc.constantFrom(...ids.classes), size: quantity }, []),
        { maxKeys: 2, noNullPrototype: true },
      ),
      service: some(
        {
          type: word('ClusterIP', 'LoadBalancer'),
          ports: fc.dictionary(portName, port, { maxKeys: 2, noNullPrototype: true }),
          addresses: fc.array(address, { maxLength: 2 }),
          externalTrafficPolicy: word('Local', 'Cluster'),
        },
        [],
      ),
      hostNetwork: fc.boolean(),
      owner: arbitraryText,
    },
    ['namespace'],
  );
}

function flowOf(ids: Ids) {
  const end = endOf(ids);
  return some(
    {
      from: end,
      to: end,
      ports: fc.oneof(fc.constant('all' as const), fc.array(flowPort, { minLength: 1, maxLength: 3 })),
      via: some(
        {
          kind: word('loadBalancer', 'direct', 'nodePort', 'gateway'),
          proxy: fc.constantFrom(...ids.workloads),
        },
        ['kind'],
      ),
      reason: arbitraryText,
      owner: arbitraryText,
      ticket: arbitraryText,
      until: day,
      exception: fc.record(
        { reason: fc.constant('migration'), owner: fc.constant('arch'), until: day },
        { noNullPrototype: true },
      ),
    },
    ['from', 'to', 'ports'],
  );
}

function endOf(ids: Ids) {
  return fc.oneof(
    fc.constantFrom(...ids.workloads).map((workload) => ({ workload })),
    fc.constantFrom(...ids.namespaces).map((namespace) => ({ namespace })),
    fc.constantFrom(...ids.zones).map((zone) => ({ zone })),
    ...(ids.externals.length > 0 ? [fc.constantFrom(...ids.externals).map((external) => ({ external }))] : []),
  );
}

function endpointOf(ids: Ids) {
  return some(
    {
      zone: fc.constantFrom(...ids.zones),
      type: word('nfs', 'ceph-rbd', 'ebs'),
      addresses: fc.array(address, { maxLength: 2 }),
      export: arbitraryText,
      parameters: labels,
      secret: fc.constant({ name: 'key', namespace: 'driver' }),
      locations: fc.subarray(['a', 'b-1']),
    },
    ['zone', 'type'],
  );
}

function classOf(ids: Ids) {
  return some(
    {
      endpoint: fc.constantFrom(...ids.endpoints),
      reclaim: word('Delete', 'Retain'),
      expansion: fc.boolean(),
      parameters: labels,
      attributes: fc.dictionary(fc.constantFrom('fast', 'slow'), fc.constant({ iops: '9000' }), {
        maxKeys: 2,
        noNullPrototype: true,
      }),
    },
    ['endpoint'],
  );
}

function layoutOf(ids: Ids) {
  return fc.record(
    {
      zones: each(ids.zones, rect),
      segments: each(ids.clusters, each(ids.zones.slice(0, 1), rect)),
      namespaces: each(ids.namespaces, rect),
      workloads: each(ids.workloads, point),
      externals: each(ids.externals, point),
      storage: each(ids.endpoints, point),
    },
    { requiredKeys: [], noNullPrototype: true },
  );
}
