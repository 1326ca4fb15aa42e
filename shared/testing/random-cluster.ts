/** Random clusters for property tests: few names, so that selectors, ports and policies meet. */
import fc from 'fast-check';
import type { KubeObject } from '../k8s/index.ts';

const namespaces = ['a', 'b', 'c'];
const labelValue = fc.constantFrom('x', 'y', 'z');
const labels = fc.dictionary(fc.constantFrom('app', 'tier'), labelValue, { maxKeys: 2 });
const selector = fc.oneof(
  { weight: 3, arbitrary: labels.map((matchLabels) => ({ matchLabels })) },
  {
    weight: 2,
    arbitrary: fc
      .record({
        key: fc.constantFrom('app', 'tier'),
        operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist'),
        values: fc.uniqueArray(labelValue, { minLength: 1, maxLength: 2 }),
      })
      .map(({ key, operator, values }) => ({
        matchExpressions: [{ key, operator, ...(operator.endsWith('In') && { values }) }],
      })),
  },
  { weight: 1, arbitrary: fc.constant({}) },
);
const peer = fc.oneof(
  selector.map((podSelector) => ({ podSelector })),
  selector.map((namespaceSelector) => ({ namespaceSelector })),
  fc.record({ namespaceSelector: selector, podSelector: selector }),
  fc.constantFrom(
    { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } },
    { ipBlock: { cidr: '0.0.0.0/0' } },
    { ipBlock: { cidr: '2001:db8::/32' } },
    { ipBlock: { cidr: '10.1.2.0/24' } },
  ),
);
const port = fc.oneof(
  fc.record({ protocol: fc.constantFrom('TCP', 'UDP', 'SCTP'), port: fc.constantFrom(80, 81, 443) }),
  fc.record({ protocol: fc.constantFrom('TCP', 'UDP'), port: fc.constant(80), endPort: fc.constantFrom(80, 90, 500) }),
  fc.record({ port: fc.constantFrom('http', 'web') }),
  fc.constantFrom({}, { protocol: 'UDP' }),
);
const rule = (side: 'from' | 'to') =>
  fc
    .record({
      peers: fc.option(fc.array(peer, { maxLength: 2 }), { nil: undefined }),
      ports: fc.option(fc.array(port, { maxLength: 2 }), { nil: undefined }),
    })
    .map(({ peers, ports }) => ({
      ...(peers && { [side]: peers }),
      ...(ports && { ports }),
    }));
export const networkPolicy = fc
  .record({
    namespace: fc.constantFrom(...namespaces),
    podSelector: selector,
    ingress: fc.option(fc.array(rule('from'), { maxLength: 2 }), { nil: undefined }),
    egress: fc.option(fc.array(rule('to'), { maxLength: 2 }), { nil: undefined }),
    policyTypes: fc.constantFrom(undefined, ['Ingress'], ['Egress'], ['Ingress', 'Egress']),
  })
  .map(({ namespace, ...spec }) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    namespace,
    spec: JSON.parse(JSON.stringify(spec)) as unknown,
  }));
const protocolItem = fc.oneof(
  fc.record({
    tcp: fc.record({ destinationPort: fc.constantFrom({ number: 80 }, { range: { start: 80, end: 443 } }) }),
  }),
  fc.constant({ udp: { destinationPort: { number: 80 } } }),
  fc.constant({ destinationNamedPort: 'http' }),
);
const podPeer = fc.oneof(
  selector.map((namespaces) => ({ namespaces })),
  fc.record({ namespaceSelector: selector, podSelector: selector }).map((pods) => ({ pods })),
);
const orderedRule = (side: 'from' | 'to') =>
  fc
    .record({
      action: fc.constantFrom('Accept', 'Deny', 'Pass'),
      peers: fc.array(side === 'to' ? fc.oneof(podPeer, fc.constant({ networks: ['10.0.0.0/8'] })) : podPeer, {
        minLength: 1,
        maxLength: 2,
      }),
      protocols: fc.option(fc.array(protocolItem, { minLength: 1, maxLength: 2 }), { nil: undefined }),
    })
    .map(({ action, peers, protocols }) => ({ action, [side]: peers, ...(protocols && { protocols }) }));
const clusterNetworkPolicy = fc
  .record({
    tier: fc.constantFrom('Admin', 'Baseline'),
    subject: podPeer,
    ingress: fc.array(orderedRule('from'), { maxLength: 3 }),
    egress: fc.array(orderedRule('to'), { maxLength: 3 }),
  })
  .map((spec) => ({
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    spec: spec as unknown,
  }));
const ciliumKey = fc.constantFrom(
  'app',
  'k8s:app',
  'any:tier',
  'tier',
  'io.cilium.k8s.namespace.labels.app',
  'k8s:io.cilium.k8s.namespace.labels.tier',
);
const ciliumSelector = fc
  .record({
    labels: fc.dictionary(ciliumKey, labelValue, { maxKeys: 2 }),
    namespace: fc.option(fc.constantFrom(...namespaces), { nil: undefined }),
    expression: fc.option(
      fc.record({
        key: fc.oneof(ciliumKey, fc.constant('k8s:io.kubernetes.pod.namespace')),
        operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist'),
        values: fc.uniqueArray(fc.constantFrom('x', 'y', 'a', 'b'), { minLength: 1, maxLength: 2 }),
      }),
      { nil: undefined },
    ),
  })
  .map(({ labels: own, namespace, expression }) => ({
    matchLabels: { ...own, ...(namespace !== undefined && { 'io.kubernetes.pod.namespace': namespace }) },
    ...(expression !== undefined && {
      matchExpressions: [
        {
          key: expression.key,
          operator: expression.operator,
          ...(expression.operator.endsWith('In') && { values: expression.values }),
        },
      ],
    }),
  }));
const ciliumPeers = (side: 'from' | 'to') =>
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.array(ciliumSelector, { maxLength: 2 }).map((list) => ({ [`${side}Endpoints`]: list })),
    },
    {
      weight: 2,
      arbitrary: fc
        .uniqueArray(fc.constantFrom('world', 'world-ipv4', 'cluster', 'all', 'host', 'none', 'remote-node'), {
          minLength: 1,
          maxLength: 2,
        })
        .map((list) => ({ [`${side}Entities`]: list })),
    },
    fc.constantFrom({ [`${side}CIDR`]: ['10.0.0.0/8', '8.8.8.8'] }, { [`${side}CIDR`]: ['2001:db8::/32'] }),
    fc.constantFrom(
      { [`${side}CIDRSet`]: [{ cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }] },
      { [`${side}CIDRSet`]: [{ cidrGroupRef: 'partners' }] },
      { [`${side}CIDRSet`]: [{ cidrGroupSelector: { matchLabels: { kind: 'outside' } }, except: ['10.1.2.0/24'] }] },
    ),
    { weight: 2, arbitrary: fc.constant({}) },
  );
const ciliumPort = fc.oneof(
  fc.record({ port: fc.constantFrom('80', '81', '443'), protocol: fc.constantFrom('TCP', 'UDP', 'ANY') }),
  fc.record({ port: fc.constant('80'), endPort: fc.constantFrom(90, 500), protocol: fc.constant('TCP') }),
  fc.constantFrom<object>({ port: 'http' }, { port: 'web', protocol: 'TCP' }, { port: '0', protocol: 'UDP' }),
);
const ciliumRule = (side: 'from' | 'to') =>
  fc
    .record({
      peers: ciliumPeers(side),
      ports: fc.option(fc.array(fc.array(ciliumPort, { minLength: 1, maxLength: 2 }), { maxLength: 2 }), {
        nil: undefined,
      }),
    })
    .map(({ peers, ports }) => ({
      ...peers,
      ...(ports && { toPorts: ports.map((list) => ({ ports: list })) }),
    }));
const ciliumSpec = fc
  .record(
    {
      endpointSelector: ciliumSelector,
      ingress: fc.array(ciliumRule('from'), { maxLength: 2 }),
      egress: fc.array(ciliumRule('to'), { maxLength: 2 }),
      ingressDeny: fc.array(ciliumRule('from'), { maxLength: 2 }),
      egressDeny: fc.array(ciliumRule('to'), { maxLength: 2 }),
      enableDefaultDeny: fc.record({ ingress: fc.boolean(), egress: fc.boolean() }, { requiredKeys: [] }),
    },
    { requiredKeys: ['endpointSelector'] },
  )
  .map((spec) => JSON.parse(JSON.stringify(spec)) as unknown);
const ciliumPolicy = fc.record({
  namespace: fc.option(fc.constantFrom(...namespaces), { nil: undefined }),
  specs: fc.array(ciliumSpec, { minLength: 1, maxLength: 2 }),
});
const pod = fc.record({
  namespace: fc.constantFrom(...namespaces),
  labels,
  ports: fc.uniqueArray(fc.record({ name: fc.constantFrom('http', 'web'), containerPort: fc.constantFrom(80, 8080) }), {
    selector: (p) => p.name,
    maxLength: 2,
  }),
});

/** A random cluster: namespaces with labels, pods with labels and named ports, policies of both dialects. */
export const cluster = fc
  .record({
    labels: fc.array(labels, { minLength: 3, maxLength: 3 }),
    pods: fc.array(pod, { minLength: 1, maxLength: 7 }),
    policies: fc.array(networkPolicy, { maxLength: 5 }),
    guards: fc.array(clusterNetworkPolicy, { maxLength: 3 }),
  })
  .map(({ labels: nsLabels, pods, policies, guards }): KubeObject[] => [
    ...namespaces.map((name, i) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: nsLabels[i] ?? {} },
    })),
    ...pods.map((p, i) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `p${i}`, namespace: p.namespace, labels: p.labels },
      spec: { containers: [{ name: 'c', ports: p.ports }] },
    })),
    ...policies.map(({ namespace, ...rest }, i) => ({ ...rest, metadata: { name: `np${i}`, namespace } })),
    ...guards.map(({ spec, ...rest }, i) => ({
      ...rest,
      metadata: { name: `cnp${i}` },
      spec: { ...(spec as object), priority: i },
    })),
  ]);

/** The same with policies of Cilium, of a namespace and of the whole cluster, and a group of ranges they refer to. */
export const ciliumCluster = fc
  .record({ objects: cluster, policies: fc.array(ciliumPolicy, { minLength: 1, maxLength: 4 }) })
  .map(({ objects, policies }): KubeObject[] => [
    ...objects,
    {
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumCIDRGroup',
      metadata: { name: 'partners', labels: { kind: 'outside' } },
      spec: { externalCIDRs: ['10.1.0.0/16', '2a00::/16'] },
    },
    ...policies.map(({ namespace, specs }, i) => ({
      apiVersion: 'cilium.io/v2',
      kind: namespace === undefined ? 'CiliumClusterwideNetworkPolicy' : 'CiliumNetworkPolicy',
      metadata: { name: `cilium${i}`, ...(namespace !== undefined && { namespace }) },
      ...(specs.length === 1 ? { spec: specs[0] } : { specs }),
    })),
  ]);

const calicoSelector = fc.constantFrom(
  'all()',
  "app == 'x'",
  "tier != 'y'",
  "app in {'x', 'z'}",
  'has(tier)',
  "!has(app) || tier == 'x'",
);
const calicoRule = (side: 'source' | 'destination') =>
  fc
    .record({
      action: fc.constantFrom('Allow', 'Deny', 'Pass'),
      selector: fc.option(calicoSelector, { nil: undefined }),
      namespaceSelector: fc.option(calicoSelector, { nil: undefined }),
      serviceAccounts: fc.option(calicoSelector, { nil: undefined }),
      ports: fc.option(fc.uniqueArray(fc.constantFrom(80, 81, 443), { minLength: 1 }), { nil: undefined }),
    })
    .map(({ action, ports, serviceAccounts, ...peer }) => ({
      action,
      ...(ports !== undefined && { protocol: 'TCP' }),
      [side]: { ...peer, ...(serviceAccounts !== undefined && { serviceAccounts: { selector: serviceAccounts } }) },
      ...(ports !== undefined && { destination: { ...(side === 'destination' && peer), ports } }),
    }));
const calicoPolicy = fc.record({
  namespace: fc.option(fc.constantFrom(...namespaces), { nil: undefined }),
  tier: fc.constantFrom('first', 'default'),
  order: fc.constantFrom(1, 2, 3),
  selector: calicoSelector,
  serviceAccountSelector: fc.option(calicoSelector, { nil: undefined }),
  types: fc.constantFrom(['Ingress'], ['Egress'], ['Ingress', 'Egress']),
  ingress: fc.array(calicoRule('source'), { maxLength: 2 }),
  egress: fc.array(calicoRule('destination'), { maxLength: 2 }),
});

/** The same with a tier and policies of Calico, of a namespace and of the whole cluster, and labelled accounts. */
export const calicoCluster = fc
  .record({
    objects: cluster,
    accounts: fc.array(labels, { minLength: 3, maxLength: 3 }),
    policies: fc.array(calicoPolicy, { minLength: 1, maxLength: 4 }),
  })
  .map(({ objects, accounts, policies }): KubeObject[] => [
    ...objects,
    ...accounts.map((own, i) => ({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace: namespaces[i] ?? 'a', labels: own },
    })),
    {
      apiVersion: 'projectcalico.org/v3',
      kind: 'Tier',
      metadata: { name: 'first' },
      spec: { order: 10, defaultAction: 'Pass' },
    },
    ...policies.map(({ namespace, ...spec }, i) => ({
      apiVersion: 'projectcalico.org/v3',
      kind: namespace === undefined ? 'GlobalNetworkPolicy' : 'NetworkPolicy',
      metadata: { name: `${spec.tier}.calico${i}`, ...(namespace !== undefined && { namespace }) },
      spec: JSON.parse(JSON.stringify(spec)) as unknown,
    })),
  ]);
