/**
 * CiliumNetworkPolicy (cilium.io/v2), a file per namespace that needs one: what is drawn and NetworkPolicy cannot say.
 * Its rules join those of the NetworkPolicy objects; the default deny of the namespace holds for both.
 */
import { ciliumInfo, distributionInfo } from '../../catalog/index.ts';
import type { KubeObject } from '../../k8s/index.ts';
import { sortBy, unique } from '../../lib/sort.ts';
import type { CoverageNote } from '../bundle.ts';
import type { EmittedFile, Emitter } from '../define.ts';
import type { ClusterIr } from '../ir.ts';
import type { RuleIr } from '../lower/network-ir.ts';
import { groupByNamespace, type NamespaceScope } from '../scope.ts';
import { type IdentityGrant, type SplitRule, splitRule } from './by-identity.ts';
import { endpointSelector, ownName, peerSelector, portsObject } from './cilium-objects.ts';
import { managedLabels } from './zone-admission.ts';

export const ciliumNetworkPolicies: Emitter = {
  id: 'cilium-network-policy',
  docs: {
    title: 'Cilium network policies',
    formats: ['cilium.io/v2 CiliumNetworkPolicy'],
    files: ['policies/cilium/NAMESPACE.yaml'],
    covers:
      'What NetworkPolicy cannot say where the network plugin is Cilium: hosts by DNS name with the DNS rule they need, nodes and the API server, pods of other clusters of a mesh.',
    limits:
      'HTTP methods and paths; who calls by DNS name; some of the nodes; names need Cilium’s own DNS proxy, which Azure’s Cilium has only as a paid feature.',
  },
  applies: (ir) => ciliumInfo(ir.cluster) !== undefined,
  emit: (ir) => {
    const split = ir.network.rules.map((rule) => ({ rule, namespace: rule.namespace, parts: splitRule(ir, rule) }));
    const byNamespace = groupByNamespace(split.filter(({ parts }) => parts.byIdentity.length > 0));
    return {
      files: ir.namespaces.flatMap((namespace): EmittedFile[] => {
        const own = byNamespace.get(namespace.id) ?? [];
        if (own.length === 0) return [];
        const objects = own.map(({ rule, parts }) => ({
          object: policyObject(ir, namespace, rule, parts),
          causes: rule.causes,
        }));
        return [{ path: `policies/cilium/${namespace.name}.yaml`, inKustomization: true, objects }];
      }),
      problems: [],
      coverage: [
        ...split.flatMap(({ rule, parts }) => halfNodesNote(ir, rule, parts)),
        ...portRangesNote(ir),
        ...labelsNote(ir),
      ],
    };
  },
};

function policyObject(ir: ClusterIr, namespace: NamespaceScope, rule: RuleIr, { byIdentity }: SplitRule): KubeObject {
  const hasNames = byIdentity.some((grant) => grant.names.length > 0);
  return {
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    metadata: { name: rule.name, namespace: namespace.name, labels: managedLabels(ir, namespace.zone) },
    spec: {
      endpointSelector: Object.keys(rule.subject).length === 0 ? {} : { matchLabels: rule.subject },
      [rule.direction]: [
        ...(hasNames ? [dnsRule(ir)] : []),
        ...byIdentity.flatMap((grant) => rulesOf(grant, rule.direction)),
      ],
    },
  };
}

/** A rule has peers of one kind only, so a grant becomes several. */
function rulesOf(grant: IdentityGrant, direction: RuleIr['direction']): object[] {
  const side = direction === 'ingress' ? 'from' : 'to';
  const toPorts = portsObject(grant.ports);
  // `host` is the pod's own node, which `remote-node` does not hold.
  const entities = [...(grant.nodes ? ['host', 'remote-node'] : []), ...(grant.apiServer ? ['kube-apiserver'] : [])];
  return [
    ...(grant.pods.length > 0 ? [{ [`${side}Endpoints`]: grant.pods.map(endpointObject), ...toPorts }] : []),
    ...(entities.length > 0 ? [{ [`${side}Entities`]: entities, ...toPorts }] : []),
    ...(grant.names.length > 0 ? [{ toFQDNs: grant.names.map(nameObject), ...toPorts }] : []),
  ];
}

function endpointObject({ cluster, namespaces, selector }: IdentityGrant['pods'][number]): object {
  const elsewhere = cluster !== undefined && { cluster };
  return endpointSelector({ kind: 'pods', ...elsewhere, namespaces: { in: namespaces }, is: selector, not: {} });
}

function nameObject(name: string): object {
  return name.includes('*') ? { matchPattern: name } : { matchName: name };
}

/**
 * Cilium learns which addresses a name has from the answers that pass its DNS proxy. Only a rule with a `dns` section
 * leads questions there; without one a rule by name matches nothing.
 */
function dnsRule(ir: ClusterIr): object {
  const { dns } = distributionInfo(ir.cluster.distribution);
  const servers = { kind: 'pods', namespaces: { in: [dns.namespace] }, is: dns.labels, not: {} } as const;
  return {
    toEndpoints: [peerSelector(servers, ownName(ir))],
    toPorts: [
      {
        // ANY would let SCTP through as well.
        ports: ['TCP', 'UDP'].map((protocol) => ({ port: String(dns.port), protocol })),
        rules: { dns: [{ matchPattern: '*' }] },
      },
    ],
  };
}

function halfNodesNote(ir: ClusterIr, rule: RuleIr, { halfNodes }: SplitRule): CoverageNote[] {
  if (halfNodes.length === 0) return [];
  const flows = rule.causes.filter((cause) => cause.kind === 'flow').map((cause) => cause.id);
  return [
    {
      cluster: ir.id,
      state: 'not-enforced',
      subject: flows.length === 0 ? `Policy ${rule.name}` : `Flow ${flows.join(', ')}`,
      text: `Its range ${sortBy(unique(halfNodes), (cidr) => cidr).join(', ')} holds some of the nodes. To Cilium nodes are no addresses, and its policies name all of them or none, so these nodes are denied unless its policyCIDRMatchMode is nodes.`,
    },
  ];
}

function portRangesNote(ir: ClusterIr): CoverageNote[] {
  if (ciliumInfo(ir.cluster)?.portRanges !== false) return [];
  const has = ir.network.rules.some((r) =>
    r.grants.some((g) => g.ports !== 'all' && g.ports.some((p) => p.endPort !== undefined)),
  );
  if (!has) return [];
  return [
    {
      cluster: ir.id,
      state: 'not-enforced',
      subject: 'Ranges of ports',
      text: 'Before Cilium 1.16 a range of ports means nothing but its first port, also in NetworkPolicy, so drawn flows on the others are denied. Use 1.16 or later.',
    },
  ];
}

/**
 * By default Cilium leaves labels of Kubernetes' own prefixes out of the identity of a pod, all but `app.kubernetes.io/`, so
 * that no selector finds them. Source: docs.cilium.io, operations/performance/scalability/identity-relevant-labels.
 */
function labelsNote(ir: ClusterIr): CoverageNote[] {
  const isLost = (key: string) =>
    /^([^/]*\.)?(kubernetes|k8s)\.io(\/|$)/.test(key) && !key.startsWith('app.kubernetes.io/');
  return ir.namespaces.flatMap((namespace) =>
    ir.lookup.workloadsOfNamespace(namespace.id).flatMap(({ id }): CoverageNote[] => {
      const lost = sortBy(Object.keys(ir.lookup.selectorOf(id)).filter(isLost), (key) => key);
      if (lost.length === 0) return [];
      return [
        {
          cluster: ir.id,
          state: 'not-enforced',
          subject: `Workload ${id}`,
          text: `Policies find its pods by ${lost.join(', ')}, which Cilium by default does not count among the labels of a pod, so its flows are denied. Select it by other labels, or tell Cilium to count them.`,
        },
      ];
    }),
  );
}
