/**
 * networking.k8s.io/v1 NetworkPolicy. Defaults and validation as in Kubernetes: pkg/apis/networking/v1/defaults.go and
 * pkg/apis/networking/validation/validation.go.
 */
import { contains, looseCidr, parseCidr } from '../../lib/ip.ts';
import type { Problem } from '../../lib/problem.ts';
import type { SourceObject } from '../cluster.ts';
import {
  type Dialect,
  type Direction,
  type IpPeer,
  networkTier,
  type Peer,
  type Policy,
  type Rule,
} from '../policy.ts';
import { firstPort, lastPort, type PortRange, type Protocol } from '../port-set.ts';
import { PolicyReader } from './reader.ts';

export const networkPolicy: Dialect = {
  id: 'network-policy',
  reads: ({ object }) => object.kind === 'NetworkPolicy' && object.apiVersion.startsWith('networking.k8s.io/'),
  read: (source, problems) => readNetworkPolicy(source, problems) ?? [],
};

type Path = ReadonlyArray<string | number>;

function readNetworkPolicy(source: SourceObject, problems: Problem[]): [Policy] | undefined {
  const reader = new PolicyReader(source, problems);
  const { object } = source;
  const spec = reader.record(object.spec, ['spec']);
  if (spec === undefined) {
    if (reader.isValid)
      reader.note(
        'manifest/no-spec',
        'warning',
        ['spec'],
        'it has no spec. An empty spec isolates every pod of the namespace for ingress; it is read that way.',
      );
  }
  const pods = reader.selector(spec?.podSelector, ['spec', 'podSelector']) ?? {};
  const ingress = rules(reader, spec?.ingress, 'ingress');
  const egress = rules(reader, spec?.egress, 'egress');
  const types = policyTypes(reader, spec?.policyTypes, egress.length > 0);
  if (!reader.isValid) return undefined;
  const namespace = object.metadata.namespace ?? 'default';
  const policy: Policy = {
    kind: 'NetworkPolicy',
    namespace,
    name: object.metadata.name,
    tier: networkTier,
    order: 1000,
    subject: { pods, ownNamespace: namespace },
    ...(types.has('ingress') && { ingress }),
    ...(types.has('egress') && { egress }),
    source,
  };
  return [policy];
}

/** Left out, Ingress always counts and Egress only where there is an egress rule. */
function policyTypes(reader: PolicyReader, value: unknown, hasEgressRules: boolean): ReadonlySet<Direction> {
  const list = reader.list(value, ['spec', 'policyTypes']);
  if (list === undefined || list.length === 0) return new Set(hasEgressRules ? ['ingress', 'egress'] : ['ingress']);
  const types = new Set<Direction>();
  list.forEach((item, i) => {
    if (item === 'Ingress') types.add('ingress');
    else if (item === 'Egress') types.add('egress');
    else reader.refuse(['spec', 'policyTypes', i], `${String(item)} is no policy type; use Ingress or Egress.`);
  });
  return types;
}

function rules(reader: PolicyReader, value: unknown, direction: Direction): Rule[] {
  const path = ['spec', direction];
  return (reader.list(value, path) ?? []).flatMap((item, index): Rule[] => {
    const at = [...path, index];
    const rule = item === null ? {} : reader.record(item, at);
    if (rule === undefined) return [];
    const side = direction === 'ingress' ? 'from' : 'to';
    const other = direction === 'ingress' ? 'to' : 'from';
    if (rule[other] !== undefined) reader.refuse([...at, other], `an ${direction} rule has “${side}”, not “${other}”.`);
    return [
      {
        index,
        action: 'allow',
        peers: peers(reader, rule[side], [...at, side]),
        ports: ports(reader, rule.ports, [...at, 'ports']),
      },
    ];
  });
}

/** A missing or empty list means everyone. */
function peers(reader: PolicyReader, value: unknown, path: Path): Rule['peers'] {
  const list = reader.list(value, path) ?? [];
  if (list.length === 0) return 'everyone';
  return list.flatMap((item, i): Peer[] => {
    const at = [...path, i];
    const peer = reader.record(item, at) ?? {};
    const namespaces = reader.selector(peer.namespaceSelector, [...at, 'namespaceSelector']);
    const pods = reader.selector(peer.podSelector, [...at, 'podSelector']);
    const block = reader.record(peer.ipBlock, [...at, 'ipBlock']);
    for (const key of Object.keys(peer)) {
      if (!['namespaceSelector', 'podSelector', 'ipBlock'].includes(key))
        reader.refuse([...at, key], `“${key}” is no field of a peer; use podSelector, namespaceSelector or ipBlock.`);
    }
    if (block !== undefined) {
      if (namespaces !== undefined || pods !== undefined)
        reader.refuse(at, 'a peer with ipBlock must have no selector.');
      const ip = ipBlock(reader, block, [...at, 'ipBlock']);
      return ip === undefined ? [] : [{ ip }];
    }
    if (namespaces === undefined && pods === undefined) {
      reader.refuse(at, 'a peer needs a podSelector, a namespaceSelector or an ipBlock.');
      return [];
    }
    const own = reader.source.object.metadata.namespace ?? 'default';
    return [{ pods: { ...(namespaces ? { namespaces } : { ownNamespace: own }), ...(pods && { pods }) } }];
  });
}

function ipBlock(reader: PolicyReader, block: Readonly<Record<string, unknown>>, path: Path): IpPeer | undefined {
  const outer = typeof block.cidr === 'string' ? looseCidr(block.cidr) : undefined;
  if (outer === undefined) {
    reader.refuse(
      [...path, 'cidr'],
      `${JSON.stringify(block.cidr)} is no address range; write 10.0.0.0/8 or 2001:db8::/32.`,
    );
    return undefined;
  }
  if (typeof block.cidr === 'string' && parseCidr(block.cidr) === undefined) {
    reader.note(
      'manifest/not-canonical-range',
      'warning',
      [...path, 'cidr'],
      `${block.cidr} is not written canonically. Kubernetes 1.36 and later refuse it in new objects; it is read with its host bits cleared.`,
    );
  }
  const except = (reader.list(block.except, [...path, 'except']) ?? []).flatMap((item, i): string[] => {
    const inner = typeof item === 'string' ? looseCidr(item) : undefined;
    if (inner === undefined || !contains(outer, inner) || inner.prefix <= outer.prefix) {
      reader.refuse(
        [...path, 'except', i],
        `${JSON.stringify(item)} must be a range strictly inside ${String(block.cidr)}.`,
      );
      return [];
    }
    return [String(item)];
  });
  return { cidr: String(block.cidr), except, matchesPods: 'by-option' };
}

/** A missing or empty list means every port of every protocol; an empty item means every TCP port. */
function ports(reader: PolicyReader, value: unknown, path: Path): Rule['ports'] {
  const list = reader.list(value, path) ?? [];
  if (list.length === 0) return 'all';
  const ranges: PortRange[] = [];
  const named: Array<{ name: string; protocol: Protocol }> = [];
  list.forEach((item, i) => {
    const at = [...path, i];
    const entry = item === null ? {} : reader.record(item, at);
    const protocol = reader.protocol(entry?.protocol, [...at, 'protocol']);
    if (entry === undefined || protocol === undefined) return;
    const { port, endPort } = entry;
    if (port === undefined || port === null) {
      if (endPort !== undefined && endPort !== null)
        reader.refuse([...at, 'endPort'], 'endPort needs a port number beside it.');
      ranges.push({ protocol, start: firstPort, end: lastPort });
    } else if (typeof port === 'string') {
      if (endPort !== undefined && endPort !== null)
        reader.refuse([...at, 'endPort'], 'endPort needs a port number beside it, not a name.');
      if (!/^(?!.*--)(?=.*[a-z])[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$/.test(port))
        reader.refuse([...at, 'port'], `“${port}” is neither a port nor a port name.`);
      named.push({ name: port, protocol });
    } else {
      const range = reader.range(protocol, port, endPort ?? port, at);
      if (range !== undefined) ranges.push(range);
    }
  });
  return { ranges, named };
}
