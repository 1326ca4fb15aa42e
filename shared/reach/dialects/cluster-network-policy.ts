/**
 * policy.networking.k8s.io: ClusterNetworkPolicy (v1alpha2, v1beta1), and AdminNetworkPolicy and
 * BaselineAdminNetworkPolicy (v1alpha1), which say the same with other words. Rules are asked in order, the first match
 * wins; peers are never empty. Source: kubernetes-sigs/network-policy-api, apis/v1alpha1 and apis/v1alpha2.
 */
import { looseCidr } from '../../lib/ip.ts';
import type { Problem } from '../../lib/problem.ts';
import type { SourceObject } from '../cluster.ts';
import {
  type Action,
  adminTier,
  baselineTier,
  type Dialect,
  type Direction,
  type Peer,
  type PodPeer,
  type Policy,
  type Rule,
} from '../policy.ts';
import type { PortRange, Protocol } from '../port-set.ts';
import { isSet } from '../read.ts';
import { PolicyReader } from './reader.ts';

type Path = ReadonlyArray<string | number>;
type Fields = Readonly<Record<string, unknown>>;

const kinds = ['ClusterNetworkPolicy', 'AdminNetworkPolicy', 'BaselineAdminNetworkPolicy'];
const actions: Readonly<Record<string, Readonly<Record<string, Action>>>> = {
  ClusterNetworkPolicy: { Accept: 'allow', Deny: 'deny', Pass: 'pass' },
  AdminNetworkPolicy: { Allow: 'allow', Deny: 'deny', Pass: 'pass' },
  BaselineAdminNetworkPolicy: { Allow: 'allow', Deny: 'deny' },
};

export const clusterNetworkPolicy: Dialect = {
  id: 'cluster-network-policy',
  reads: ({ object }) => kinds.includes(object.kind) && object.apiVersion.startsWith('policy.networking.k8s.io/'),
  read: (source, problems) => readClusterNetworkPolicy(source, problems) ?? [],
};

function readClusterNetworkPolicy(source: SourceObject, problems: Problem[]): [Policy] | undefined {
  const reader = new PolicyReader(source, problems);
  const { object } = source;
  const spec = reader.record(object.spec, ['spec']);
  if (spec === undefined) {
    if (reader.isValid) reader.refuse(['spec'], 'it has no spec.');
    return undefined;
  }
  const isBaselineKind = object.kind === 'BaselineAdminNetworkPolicy';
  if (isBaselineKind && object.metadata.name !== 'default')
    reader.refuse(['metadata', 'name'], 'a BaselineAdminNetworkPolicy must be named default.');
  const tier = isBaselineKind || spec.tier === 'Baseline' ? baselineTier : adminTier;
  if (object.kind === 'ClusterNetworkPolicy' && spec.tier !== 'Admin' && spec.tier !== 'Baseline')
    reader.refuse(['spec', 'tier'], 'tier must be Admin or Baseline.');
  const { priority } = spec;
  const isPriority = typeof priority === 'number' && Number.isInteger(priority) && priority >= 0 && priority <= 1000;
  if (!isBaselineKind && !isPriority) reader.refuse(['spec', 'priority'], 'priority must be a number from 0 to 1000.');
  const subject = subjectOf(reader, spec.subject);
  const ingress = rules(reader, spec.ingress, 'ingress');
  const egress = rules(reader, spec.egress, 'egress');
  if (!reader.isValid || subject === undefined) return undefined;
  const policy: Policy = {
    kind: object.kind,
    name: object.metadata.name,
    tier,
    order: isPriority ? priority : 0,
    subject,
    ...(ingress.length > 0 && { ingress }),
    ...(egress.length > 0 && { egress }),
    source,
  };
  return [policy];
}

function subjectOf(reader: PolicyReader, value: unknown): PodPeer | undefined {
  const subject = reader.record(value, ['spec', 'subject']);
  const found = subject === undefined ? undefined : podPeer(reader, subject, ['spec', 'subject']);
  if (found === undefined && reader.isValid)
    reader.refuse(['spec', 'subject'], 'subject must hold exactly one of namespaces, pods.');
  return found;
}

function podPeer(reader: PolicyReader, peer: Fields, path: Path): PodPeer | undefined {
  if (isSet(peer.namespaces) && isSet(peer.pods)) {
    reader.refuse(path, 'it must hold exactly one of namespaces, pods.');
    return undefined;
  }
  if (isSet(peer.namespaces)) {
    const namespaces = reader.selector(peer.namespaces, [...path, 'namespaces']);
    return namespaces === undefined ? undefined : { namespaces };
  }
  if (isSet(peer.pods)) {
    const pods = reader.record(peer.pods, [...path, 'pods']);
    if (pods === undefined) return undefined;
    return {
      namespaces: reader.selector(pods.namespaceSelector, [...path, 'pods', 'namespaceSelector']) ?? {},
      pods: reader.selector(pods.podSelector, [...path, 'pods', 'podSelector']) ?? {},
    };
  }
  return undefined;
}

function rules(reader: PolicyReader, value: unknown, direction: Direction): Rule[] {
  const path = ['spec', direction];
  const known = actions[reader.source.object.kind] ?? {};
  return (reader.list(value, path) ?? []).flatMap((item, index): Rule[] => {
    const at = [...path, index];
    const rule = reader.record(item, at);
    if (rule === undefined) return [];
    const action = typeof rule.action === 'string' ? known[rule.action] : undefined;
    if (action === undefined) {
      reader.refuse(
        [...at, 'action'],
        `“${String(rule.action)}” is no action here; use one of ${Object.keys(known).join(', ')}.`,
      );
      return [];
    }
    const side = direction === 'ingress' ? 'from' : 'to';
    const list = reader.list(rule[side], [...at, side]) ?? [];
    if (list.length === 0) reader.refuse([...at, side], `“${side}” must name at least one peer.`);
    const peers = list.flatMap((peer, i) => readPeer(reader, peer, [...at, side, i], direction));
    const ports = isSet(rule.protocols)
      ? protocolsOf(reader, rule.protocols, [...at, 'protocols'])
      : portsOf(reader, rule.ports, [...at, 'ports']);
    return [{ index, ...(typeof rule.name === 'string' && { name: rule.name }), action, peers, ports }];
  });
}

function readPeer(reader: PolicyReader, value: unknown, path: Path, direction: Direction): Peer[] {
  const peer = reader.record(value, path);
  if (peer === undefined) return [];
  const fields = Object.keys(peer).filter((key) => isSet(peer[key]));
  if (fields.length !== 1) {
    reader.refuse(path, 'a peer must have exactly one field.');
    return [];
  }
  const pods = podPeer(reader, peer, path);
  if (pods !== undefined) return [{ pods }];
  if (direction === 'egress' && isSet(peer.networks)) {
    const networks = reader.list(peer.networks, [...path, 'networks']) ?? [];
    return networks.flatMap((network, i): Peer[] => {
      if (typeof network === 'string' && looseCidr(network) !== undefined)
        return [{ ip: { cidr: network, except: [], matchesPods: 'always' } }];
      reader.refuse([...path, 'networks', i], `${JSON.stringify(network)} is no address range.`);
      return [];
    });
  }
  if (direction === 'egress' && (isSet(peer.nodes) || isSet(peer.domainNames))) {
    reader.note(
      'manifest/peer-outside-the-analysis',
      'warning',
      path,
      `peers by ${fields[0]} have no addresses in manifests. They match nothing here; check them in the cluster.`,
    );
    return [];
  }
  if (reader.isValid) reader.refuse(path, `“${fields[0]}” is no peer of an ${direction} rule.`);
  return [];
}

/** v1alpha2: `protocols`. */
function protocolsOf(reader: PolicyReader, value: unknown, path: Path): Rule['ports'] {
  const ranges: PortRange[] = [];
  const named: Array<{ name: string; protocol?: Protocol }> = [];
  (reader.list(value, path) ?? []).forEach((item, i) => {
    const at = [...path, i];
    const entry = reader.record(item, at);
    if (entry === undefined) return;
    if (typeof entry.destinationNamedPort === 'string') named.push({ name: entry.destinationNamedPort });
    for (const protocol of ['TCP', 'UDP', 'SCTP'] as const) {
      const body = reader.record(entry[protocol.toLowerCase()], [...at, protocol.toLowerCase()]);
      if (body === undefined) continue;
      const destination = reader.record(body.destinationPort, [...at, 'destinationPort']);
      if (destination === undefined) {
        ranges.push({ protocol, start: 1, end: 65535 });
        continue;
      }
      const span = reader.record(destination.range, [...at, 'destinationPort', 'range']);
      const range =
        span === undefined
          ? reader.range(protocol, destination.number, destination.number, at)
          : reader.range(protocol, span.start, span.end, at);
      if (range !== undefined) ranges.push(range);
    }
  });
  return { ranges, named };
}

/** v1alpha1: `ports`. */
function portsOf(reader: PolicyReader, value: unknown, path: Path): Rule['ports'] {
  const list = reader.list(value, path);
  if (list === undefined) return 'all';
  const ranges: PortRange[] = [];
  const named: Array<{ name: string; protocol?: Protocol }> = [];
  list.forEach((item, i) => {
    const at = [...path, i];
    const entry = reader.record(item, at);
    if (entry === undefined) return;
    if (Object.keys(entry).length > 1) {
      reader.refuse(at, 'a port must have exactly one of portNumber, portRange, namedPort.');
      return;
    }
    if (typeof entry.namedPort === 'string') {
      named.push({ name: entry.namedPort });
      return;
    }
    const single = reader.record(entry.portNumber, [...at, 'portNumber']);
    const span = reader.record(entry.portRange, [...at, 'portRange']);
    const body = single ?? span;
    if (body === undefined) {
      reader.refuse(at, 'a port needs one of portNumber, portRange, namedPort.');
      return;
    }
    const protocol = reader.protocol(body.protocol, at);
    if (protocol === undefined) return;
    const range =
      single === undefined
        ? reader.range(protocol, body.start, body.end, at)
        : reader.range(protocol, body.port, body.port, at);
    if (range !== undefined) ranges.push(range);
  });
  return { ranges, named };
}
