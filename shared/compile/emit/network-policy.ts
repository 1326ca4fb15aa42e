/**
 * NetworkPolicy (networking.k8s.io/v1), a file per namespace: default deny in both directions, DNS, the zone itself, and
 * one policy per flow and direction. Each says exactly the direction it is about: listing the other one too would isolate
 * the pods there without allowing anything.
 */
import { cniInfo, distributionInfo, kubernetesHas } from '../../catalog/index.ts';
import type { KubeObject } from '../../k8s/index.ts';
import { sortBy } from '../../lib/sort.ts';
import type { CoverageNote } from '../bundle.ts';
import type { EmittedObject, Emitter } from '../define.ts';
import type { ClusterIr } from '../ir.ts';
import { zoneNodes } from '../lower/addresses.ts';
import type { GrantIr, PeerIr, RuleIr } from '../lower/network-ir.ts';
import { causes } from '../provenance.ts';
import { groupByNamespace, guardRailsBy, type NamespaceScope } from '../scope.ts';
import { splitRule } from './by-identity.ts';
import { managedLabels } from './zone-admission.ts';

export const networkPolicies: Emitter = {
  id: 'network-policy',
  docs: {
    title: 'Network policies',
    formats: ['networking.k8s.io/v1 NetworkPolicy'],
    files: ['policies/NAMESPACE.yaml'],
    covers: 'Default deny in both directions, DNS, traffic inside a zone, and two policies per flow.',
    limits:
      'DNS names, HTTP methods and paths; pods on the host’s network; whoever may write policies in a namespace can add more.',
  },
  applies: (ir) => ir.namespaces.length > 0,
  emit: (ir) => {
    const byNamespace = groupByNamespace(ir.network.rules);
    return {
      files: ir.namespaces.map((namespace) => ({
        path: `policies/${namespace.name}.yaml`,
        inKustomization: true,
        objects: [
          defaultDeny(ir, namespace),
          ...(byNamespace.get(namespace.id) ?? []).flatMap((rule): EmittedObject[] => {
            const grants = splitRule(ir, rule).byAddress;
            // An empty list of rules would be no fault, but says nothing that the default deny has not said.
            if (grants.length === 0) return [];
            return [{ object: policyObject(ir, namespace, { ...rule, grants }), causes: rule.causes }];
          }),
        ],
      })),
      problems: [],
      coverage: coverageOf(ir),
    };
  },
};

function defaultDeny(ir: ClusterIr, namespace: NamespaceScope): EmittedObject {
  return {
    object: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'default-deny', namespace: namespace.name, labels: managedLabels(ir, namespace.zone) },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    },
    causes: causes(
      [{ kind: 'namespace', id: namespace.id }],
      namespace.zone === undefined ? [] : [{ kind: 'zone', id: namespace.zone }],
    ),
  };
}

function policyObject(ir: ClusterIr, namespace: NamespaceScope, rule: RuleIr): KubeObject {
  const ingress = rule.direction === 'ingress';
  const rules = rule.grants.map((grant) => ({
    [ingress ? 'from' : 'to']: grant.peers.map(peerObject),
    // Without `ports` a rule means every port of every protocol; an item `{}` would mean TCP alone.
    ...(grant.ports !== 'all' && { ports: grant.ports.map(portObject) }),
  }));
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: rule.name, namespace: namespace.name, labels: managedLabels(ir, namespace.zone) },
    spec: {
      podSelector: selectorObject(rule.subject),
      policyTypes: [ingress ? 'Ingress' : 'Egress'],
      [rule.direction]: rules,
    },
  };
}

/** Namespace and pods stand in one peer, so that both have to fit; two peers would each be enough. */
function peerObject(peer: PeerIr): object {
  if (peer.kind === 'names') throw new Error('NetworkPolicy has no peers by name');
  if (peer.kind === 'range') {
    return { ipBlock: { cidr: peer.cidr, ...(peer.except.length > 0 && { except: peer.except }) } };
  }
  const key = 'kubernetes.io/metadata.name';
  const [only, ...more] = peer.namespaces;
  return {
    namespaceSelector:
      more.length === 0
        ? { matchLabels: { [key]: only } }
        : { matchExpressions: [{ key, operator: 'In', values: peer.namespaces }] },
    podSelector: selectorObject(peer.selector),
  };
}

function selectorObject(labels: Readonly<Record<string, string>>): object {
  return Object.keys(labels).length === 0 ? {} : { matchLabels: labels };
}

function portObject(port: Exclude<GrantIr['ports'], 'all'>[number]): object {
  return {
    protocol: port.protocol,
    port: port.port,
    ...(port.endPort !== undefined && { endPort: port.endPort }),
  };
}

function coverageOf(ir: ClusterIr): CoverageNote[] {
  const note = (state: CoverageNote['state'], subject: string, text: string): CoverageNote => ({
    cluster: ir.id,
    state,
    subject,
    text,
  });
  const notes = [
    ...(enforcesPolicies(ir)
      ? [
          note(
            'enforced',
            'Connections between pods',
            'Every namespace denies both directions by default; NetworkPolicy objects allow what is drawn, DNS included.',
          ),
        ]
      : []),
    ...guardNotes(ir, note),
    note(
      'not-enforced',
      'Nodes and their pods',
      'A pod and its own node can always reach each other: Kubernetes exempts this traffic, because the kubelet’s probes need it.',
    ),
    note(
      'not-enforced',
      'ICMP and other protocols',
      'NetworkPolicy speaks of TCP, UDP and SCTP only. Whether ping and the rest pass is up to the network plugin.',
    ),
    note(
      'not-enforced',
      'Node-local DNS',
      'DNS is allowed to the DNS pods of the cluster. A DNS cache on the nodes’ own network is not among them; where one runs, draw a flow to its address (by default 169.254.20.10, port 53 of UDP and TCP), or pods are denied it.',
    ),
    ...cniNotes(ir, note),
  ];
  for (const namespace of ir.namespaces) {
    if (namespace.zone === undefined) {
      notes.push(
        note(
          'enforced',
          `Namespace ${namespace.name}`,
          'It has no zone, so it gets the default deny and nothing else, not even DNS.',
        ),
      );
    }
    for (const workload of ir.lookup.workloadsOfNamespace(namespace.id)) {
      if (workload.hostNetwork !== true) continue;
      notes.push(
        note(
          'not-enforced',
          `Workload ${workload.id}`,
          'Its pods use the network of their node. Policies mostly do not hold for them, and others see them as the node.',
        ),
      );
    }
  }
  return sortBy(notes, (n) => n.subject);
}

/** True where the network plugin is known to hold what NetworkPolicy objects say. */
function enforcesPolicies(ir: ClusterIr): boolean {
  const name = ir.cluster.cni?.name ?? distributionInfo(ir.cluster.distribution).defaultCni;
  return name !== undefined && cniInfo(name)?.networkPolicy === 'yes';
}

/** What the design asks of a zone and no manifest of this export holds. */
function guardNotes(
  ir: ClusterIr,
  note: (state: CoverageNote['state'], subject: string, text: string) => CoverageNote,
): CoverageNote[] {
  const isGuarded = kubernetesHas(ir.cluster.version, 'validatingAdmissionPolicy');
  const named = (zones: readonly { readonly id: string }[]) => zones.map((z) => z.id).join(', ');
  const notes = [
    ...(guardRailsBy(ir) === undefined
      ? [
          note(
            'not-enforced',
            'Policies that others add',
            'The matrix bounds what is drawn and exported. The network plugin has no kind that this export could bound policies with, so whoever may create NetworkPolicy objects in a namespace can open more there; who may is up to the cluster’s roles.',
          ),
        ]
      : []),
    // From this version on admission judges both, and says so itself.
    ...(isGuarded
      ? []
      : [
          note(
            'not-enforced',
            'Services that others add',
            'Nothing refuses a Service, Ingress or Gateway that the design does not hold. Its pods still take only the connections that are drawn.',
          ),
        ]),
  ];
  const networks = new Set(ir.zones.map((zone) => zoneNodes(ir.cluster, zone.id).join()));
  if (networks.size < ir.zones.length && ir.storage.firewall.length > 0) {
    notes.push(
      note(
        'not-enforced',
        'Firewall rows from nodes',
        'The design does not say which addresses the nodes of each zone have, so rows from nodes to storage let those of other zones through as well; say them in the pools.',
      ),
    );
  }
  const images = ir.zones.filter((z) => z.record.images !== undefined);
  if (images.length > 0 && !isGuarded) {
    notes.push(
      note(
        'not-enforced',
        'Images',
        `Registries and pinning of zone ${named(images)} are written in the design and checked by nothing in the cluster.`,
      ),
    );
  }
  return notes;
}

function cniNotes(
  ir: ClusterIr,
  note: (state: CoverageNote['state'], subject: string, text: string) => CoverageNote,
): CoverageNote[] {
  const name = ir.cluster.cni?.name ?? distributionInfo(ir.cluster.distribution).defaultCni;
  const info = name === undefined ? undefined : cniInfo(name);
  if (info === undefined) {
    const which = name === undefined ? 'The design names none' : `“${name}” is not known here`;
    return [
      note(
        'not-enforced',
        'Network plugin',
        `${which}. Kubernetes takes policies that nobody enforces without a word; check that the plugin enforces NetworkPolicy.`,
      ),
    ];
  }
  const notes: CoverageNote[] = [];
  if (info.networkPolicy === 'no') {
    notes.push(
      note(
        'not-enforced',
        'Network plugin',
        `${info.label} enforces no NetworkPolicy: every pod can reach every pod, whatever is exported here. ${info.note ?? ''}`.trim(),
      ),
    );
  } else if (info.networkPolicy === 'partly') {
    notes.push(
      note(
        'not-enforced',
        'Network plugin',
        `${info.label} enforces NetworkPolicy only under conditions. ${info.note ?? ''}`.trim(),
      ),
    );
  }
  const sctp = ir.network.rules.some((r) =>
    r.grants.some((g) => g.ports !== 'all' && g.ports.some((p) => p.protocol === 'SCTP')),
  );
  if (sctp && !info.sctp)
    notes.push(note('not-enforced', 'SCTP', `${info.label} does not promise to enforce policies on SCTP.`));
  return notes;
}
