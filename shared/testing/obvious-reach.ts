/**
 * A second evaluator, slow and obvious: it reads the policies anew for each question, one pod against one peer, as the
 * Kubernetes documentation tells it. It shares no code with the engine, so that the two can be held against each other.
 */
import type { KubeObject } from '../k8s/index.ts';

// biome-ignore lint/suspicious/noExplicitAny: the helper walks untyped YAML as a reader of the documentation would.
type Any = any;

export function obviousVerdict(
  objects: readonly KubeObject[],
  from: string,
  to: string,
  protocol: string,
  port: number,
): boolean {
  const isPod = (name: string) => name.includes('/');
  return (
    (!isPod(from) || direction(objects, 'egress', from, to, to, protocol, port)) &&
    (!isPod(to) || direction(objects, 'ingress', to, from, to, protocol, port))
  );
}

function direction(
  objects: readonly KubeObject[],
  side: 'ingress' | 'egress',
  subject: string,
  peer: string,
  receiver: string,
  protocol: string,
  port: number,
): boolean {
  const matches = (policy: Any, rule: Any) =>
    peersMatch(objects, policy, rule, side, peer) && portsMatch(objects, rule, receiver, protocol, port);
  const cilium = ciliumRules(objects, side, subject);
  const isHit = ({ policy, rule }: Any) =>
    ciliumPeer(objects, policy, rule, side, peer) && ciliumPort(objects, rule, receiver, protocol, port);
  if (cilium.some((entry: Any) => entry.isDeny && isHit(entry))) return false;
  const guards = (tier: string) =>
    objects
      .filter(
        (o: Any) =>
          o.kind === 'ClusterNetworkPolicy' && o.spec.tier === tier && clusterPeer(objects, o.spec.subject, subject),
      )
      .sort((a: Any, b: Any) => a.spec.priority - b.spec.priority);

  for (const policy of guards('Admin') as Any[]) {
    const hit = (policy.spec[side] ?? []).find((rule: Any) => matches(policy, rule));
    if (hit === undefined) continue;
    if (hit.action === 'Accept') return true;
    if (hit.action === 'Deny') return false;
    break; // Pass leaves the tier.
  }
  const isolating = objects.filter((o: Any) => {
    if (o.kind !== 'NetworkPolicy' || o.metadata.namespace !== podOf(objects, subject).metadata.namespace) return false;
    const types = o.spec.policyTypes ?? (o.spec.egress?.length > 0 ? ['Ingress', 'Egress'] : ['Ingress']);
    return (
      types.includes(side === 'ingress' ? 'Ingress' : 'Egress') &&
      selects(o.spec.podSelector ?? {}, podOf(objects, subject).metadata.labels)
    );
  });
  if (isolating.some((o: Any) => (o.spec[side] ?? []).some((rule: Any) => matches(o, rule)))) return true;
  // An allowing rule counts also where its policy does not switch the default deny on.
  if (cilium.some((entry: Any) => !entry.isDeny && isHit(entry))) return true;
  if (isolating.length > 0 || ciliumDenies(objects, side, subject)) return false;
  for (const policy of guards('Baseline') as Any[]) {
    const hit = (policy.spec[side] ?? []).find((rule: Any) => matches(policy, rule));
    if (hit?.action === 'Accept') return true;
    if (hit?.action === 'Deny') return false;
    if (hit !== undefined) break;
  }
  return true;
}

function peersMatch(objects: readonly KubeObject[], policy: Any, rule: Any, side: string, peer: string): boolean {
  const peers = rule[side === 'ingress' ? 'from' : 'to'];
  if (policy.kind === 'ClusterNetworkPolicy') return peers.some((p: Any) => clusterPeer(objects, p, peer));
  if (peers === undefined || peers.length === 0) return true;
  return peers.some((p: Any) => {
    if (p.ipBlock)
      return (
        !peer.includes('/') &&
        inside(peer, p.ipBlock.cidr) &&
        !(p.ipBlock.except ?? []).some((e: string) => inside(peer, e))
      );
    if (!peer.includes('/')) return false;
    const pod = podOf(objects, peer);
    const namespaceFits = p.namespaceSelector
      ? selects(p.namespaceSelector, namespaceLabels(objects, pod.metadata.namespace))
      : pod.metadata.namespace === policy.metadata.namespace;
    return namespaceFits && selects(p.podSelector ?? {}, pod.metadata.labels);
  });
}

function clusterPeer(objects: readonly KubeObject[], p: Any, peer: string): boolean {
  if (p.networks) return !peer.includes('/') && p.networks.some((n: string) => inside(peer, n));
  if (!peer.includes('/')) return false;
  const pod = podOf(objects, peer);
  const labels = namespaceLabels(objects, pod.metadata.namespace);
  if (p.namespaces) return selects(p.namespaces, labels);
  return selects(p.pods.namespaceSelector ?? {}, labels) && selects(p.pods.podSelector ?? {}, pod.metadata.labels);
}

function portsMatch(
  objects: readonly KubeObject[],
  rule: Any,
  receiver: string,
  protocol: string,
  port: number,
): boolean {
  const named = (name: string, wanted?: string): boolean =>
    receiver.includes('/') &&
    podOf(objects, receiver).spec.containers.some((c: Any) =>
      (c.ports ?? []).some(
        (p: Any) =>
          p.name === name &&
          p.containerPort === port &&
          (p.protocol ?? 'TCP') === protocol &&
          (wanted === undefined || wanted === protocol),
      ),
    );
  if (rule.protocols !== undefined) {
    return rule.protocols.some((p: Any) => {
      if (p.destinationNamedPort) return named(p.destinationNamedPort);
      const destination = p[protocol.toLowerCase()]?.destinationPort;
      if (destination === undefined) return false;
      return destination.range
        ? destination.range.start <= port && port <= destination.range.end
        : destination.number === port;
    });
  }
  if (rule.ports === undefined || rule.ports.length === 0) return true;
  return rule.ports.some((p: Any) => {
    if ((p.protocol ?? 'TCP') !== protocol) return false;
    if (p.port === undefined) return true;
    if (typeof p.port === 'string') return named(p.port, protocol);
    return p.port <= port && port <= (p.endPort ?? p.port);
  });
}

/** The specs of all Cilium policies whose subject is the pod. */
function ciliumSpecs(objects: readonly KubeObject[], subject: string): Any[] {
  return objects
    .filter((o) => o.kind === 'CiliumNetworkPolicy' || o.kind === 'CiliumClusterwideNetworkPolicy')
    .flatMap((policy: Any) => (policy.specs ?? [policy.spec]).map((spec: Any) => ({ policy, spec })))
    .filter(({ policy, spec }: Any) => {
      const inNamespace = policy.metadata.namespace;
      if (inNamespace === undefined) return ciliumSelects(objects, spec.endpointSelector, subject, undefined);
      // Whatever the selector says of the name of the namespace, the policy's own one is meant.
      const { matchLabels = {}, matchExpressions = [] } = spec.endpointSelector;
      const isName = (key: string) => key.endsWith('io.kubernetes.pod.namespace');
      const rest = {
        matchLabels: Object.fromEntries(Object.entries(matchLabels).filter(([k]) => !isName(k))),
        matchExpressions: matchExpressions.filter((e: Any) => !isName(e.key)),
      };
      return subject.startsWith(`${inNamespace}/`) && ciliumSelects(objects, rest, subject, undefined);
    });
}

function ciliumRules(objects: readonly KubeObject[], side: string, subject: string): Any[] {
  return ciliumSpecs(objects, subject).flatMap(({ policy, spec }) => [
    ...(spec[side] ?? []).map((rule: Any) => ({ policy, rule, isDeny: false })),
    ...(spec[`${side}Deny`] ?? []).map((rule: Any) => ({ policy, rule, isDeny: true })),
  ]);
}

function ciliumDenies(objects: readonly KubeObject[], side: string, subject: string): boolean {
  return ciliumSpecs(objects, subject).some(
    ({ spec }) => spec.enableDefaultDeny?.[side] ?? (spec[side]?.length ?? 0) + (spec[`${side}Deny`]?.length ?? 0) > 0,
  );
}

function ciliumPeer(objects: readonly KubeObject[], policy: Any, rule: Any, side: string, peer: string): boolean {
  const at = side === 'ingress' ? 'from' : 'to';
  const isPod = peer.includes('/');
  const endpoints = rule[`${at}Endpoints`];
  if (endpoints) return isPod && endpoints.some((e: Any) => ciliumSelects(objects, e, peer, policy.metadata.namespace));
  const entities = rule[`${at}Entities`];
  if (entities)
    return entities.some((e: string) => {
      if (e === 'all') return true;
      if (e === 'cluster') return isPod;
      if (e === 'world') return !isPod;
      return e === 'world-ipv4' && !isPod && !peer.includes(':');
    });
  const cidrs = rule[`${at}CIDR`];
  if (cidrs) return !isPod && cidrs.some((c: string) => (c.includes('/') ? inside(peer, c) : peer === c));
  const sets = rule[`${at}CIDRSet`];
  if (sets)
    return (
      !isPod &&
      sets.some((set: Any) => {
        const group: Any = objects.find((o) => o.kind === 'CiliumCIDRGroup');
        const outer = set.cidr ? [set.cidr] : group.spec.externalCIDRs;
        return outer.some((c: string) => inside(peer, c)) && !(set.except ?? []).some((e: string) => inside(peer, e));
      })
    );
  // No peers at all: everybody, as long as there are ports. Nothing at all means nothing.
  return rule.toPorts !== undefined && rule.toPorts.length > 0;
}

function ciliumPort(
  objects: readonly KubeObject[],
  rule: Any,
  receiver: string,
  protocol: string,
  port: number,
): boolean {
  if (rule.toPorts === undefined || rule.toPorts.length === 0) return true;
  return rule.toPorts.some((item: Any) =>
    item.ports.some((p: Any) => {
      if (p.protocol !== undefined && p.protocol !== 'ANY' && p.protocol !== protocol) return false;
      if (/^\d+$/.test(p.port))
        return p.port === '0' || (Number(p.port) <= port && port <= (p.endPort ?? Number(p.port)));
      return portsMatch(objects, { ports: [{ port: p.port, protocol }] }, receiver, protocol, port);
    }),
  );
}

/** All labels of a pod as Cilium shows them, against a selector whose keys may say where a label comes from. */
function ciliumSelects(objects: readonly KubeObject[], selector: Any, name: string, own: string | undefined): boolean {
  const pod = podOf(objects, name);
  const labels: Record<string, string> = { ...pod.metadata.labels };
  labels['io.kubernetes.pod.namespace'] = pod.metadata.namespace;
  for (const [k, v] of Object.entries(namespaceLabels(objects, pod.metadata.namespace)))
    labels[`io.cilium.k8s.namespace.labels.${k}`] = v;
  const bare = (key: string) => key.replace(/^(any|k8s):/, '');
  const matchExpressions = [
    ...Object.entries(selector.matchLabels ?? {}).map(([key, v]) => ({ key, operator: 'In', values: [v] })),
    ...(selector.matchExpressions ?? []),
  ].map((e: Any) => ({ ...e, key: bare(e.key) }));
  const speaksOfNamespaces = matchExpressions.some(
    (e: Any) => e.key === 'io.kubernetes.pod.namespace' || e.key.startsWith('io.cilium.k8s.namespace.labels.'),
  );
  return (
    selects({ matchExpressions }, labels) && (own === undefined || speaksOfNamespaces || pod.metadata.namespace === own)
  );
}

function selects(selector: Any, labels: Record<string, string> = {}): boolean {
  return (
    Object.entries(selector.matchLabels ?? {}).every(([k, v]) => labels[k] === v) &&
    (selector.matchExpressions ?? []).every((e: Any) => {
      const has = Object.hasOwn(labels, e.key);
      if (e.operator === 'In') return has && e.values.includes(labels[e.key]);
      if (e.operator === 'NotIn') return !has || !e.values.includes(labels[e.key]);
      return e.operator === 'Exists' ? has : !has;
    })
  );
}

function podOf(objects: readonly KubeObject[], name: string): Any {
  return objects.find((o) => o.kind === 'Pod' && `${o.metadata.namespace}/${o.metadata.name}` === name);
}

function namespaceLabels(objects: readonly KubeObject[], name: string): Record<string, string> {
  const found = objects.find((o) => o.kind === 'Namespace' && o.metadata.name === name);
  return { ...found?.metadata.labels, 'kubernetes.io/metadata.name': name };
}

function inside(address: string, cidr: string): boolean {
  const [base = '', length = '0'] = cidr.split('/');
  if (base.includes(':') !== address.includes(':')) return false;
  return bits(address).startsWith(bits(base).slice(0, Number(length)));
}

function bits(address: string): string {
  if (!address.includes(':'))
    return address
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  const [head = '', tail = ''] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const middle = Array<string>(8 - groups(head).length - groups(tail).length).fill('0');
  return [...groups(head), ...middle, ...groups(tail)]
    .map((g) => Number.parseInt(g, 16).toString(2).padStart(16, '0'))
    .join('');
}
