/**
 * cilium.io/v2: CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy. What one object allows joins what NetworkPolicy
 * allows; what it denies holds against every allowing rule of any kind. A direction with rules is denied by default,
 * unless `enableDefaultDeny` says otherwise.
 *
 * Peers are identities: a range of addresses never means a pod of the cluster or of its mesh. Sources: docs.cilium.io,
 * security/policy; cilium/cilium pkg/policy/api (rule_validation.go, entity.go) and pkg/k8s/apis/cilium.io/utils.
 */
import type { Problem } from '../../lib/problem.ts';
import type { SourceObject } from '../cluster.ts';
import {
  type Action,
  type Dialect,
  type Direction,
  denyTier,
  networkTier,
  type PodPeer,
  type Policy,
  type Rule,
} from '../policy.ts';
import { isSet } from '../read.ts';
import type { LabelSelector } from '../selector.ts';
import { peersOf, readPeers } from './cilium-peers.ts';
import { portsOf } from './cilium-ports.ts';
import { selectorOf } from './cilium-selector.ts';
import { PolicyReader } from './reader.ts';

type Path = ReadonlyArray<string | number>;
type Fields = Readonly<Record<string, unknown>>;

const isCilium = (source: SourceObject, ...kinds: readonly string[]) =>
  kinds.includes(source.object.kind) && source.object.apiVersion.startsWith('cilium.io/');

export const cilium: Dialect = {
  id: 'cilium',
  reads: (source) => isCilium(source, 'CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy'),
  // Which node pods leave the cluster from changes no policy’s answer.
  refersTo: (source) => isCilium(source, 'CiliumCIDRGroup', 'CiliumEgressGatewayPolicy'),
  read: readCilium,
};

function readCilium(source: SourceObject, problems: Problem[], referred: readonly SourceObject[]): readonly Policy[] {
  const reader = new PolicyReader(source, problems, 'Cilium');
  const { object } = source;
  const specs = reader.list(object.specs, ['specs']) ?? [];
  const groups = referred.filter((other) => isCilium(other, 'CiliumCIDRGroup'));
  const rules: Array<readonly [unknown, Path]> = [
    ...(object.spec === undefined || object.spec === null ? [] : [[object.spec, ['spec']] as const]),
    ...specs.map((spec, i) => [spec, ['specs', i]] as const),
  ];
  if (rules.length === 0 && reader.isValid) reader.refuse(['spec'], 'it has neither spec nor specs.');
  const policies = rules.flatMap(([spec, path]) => readSpec(reader, spec, path, groups));
  // One fault makes Cilium refuse the object as a whole.
  return reader.isValid ? policies : [];
}

function readSpec(
  reader: PolicyReader,
  value: unknown,
  path: Path,
  groups: readonly SourceObject[],
): readonly Policy[] {
  const spec = reader.record(value, path);
  if (spec === undefined) {
    if (reader.isValid) reader.refuse(path, `${path.join('.')} must be a mapping.`);
    return [];
  }
  if (isSet(spec.endpointSelector) === isSet(spec.nodeSelector)) {
    reader.refuse(path, 'it must hold exactly one of endpointSelector, nodeSelector.');
    return [];
  }
  if (isSet(spec.nodeSelector)) {
    if (reader.source.object.kind === 'CiliumNetworkPolicy')
      reader.refuse([...path, 'nodeSelector'], 'only a CiliumClusterwideNetworkPolicy can select nodes.');
    else
      reader.note(
        'manifest/peer-outside-the-analysis',
        'warning',
        [...path, 'nodeSelector'],
        'it holds nodes, not pods, and manifests do not say which nodes there are. It is passed over; check it in the cluster.',
      );
    return [];
  }
  const sections = (['ingress', 'egress'] as const).map((direction) => ({
    direction,
    allow: readRules(reader, spec[direction], direction, 'allow', [...path, direction], groups),
    deny: readRules(reader, spec[`${direction}Deny`], direction, 'deny', [...path, `${direction}Deny`], groups),
  }));
  const defaults = reader.record(spec.enableDefaultDeny, [...path, 'enableDefaultDeny']) ?? {};
  const isolates = { ingress: false, egress: false };
  for (const { direction, allow, deny } of sections) {
    const said = defaults[direction];
    isolates[direction] = typeof said === 'boolean' ? said : allow.length + deny.length > 0;
  }
  const subject = subjectOf(reader, spec.endpointSelector, [...path, 'endpointSelector']);
  if (subject === undefined) return [];
  const { kind, metadata } = reader.source.object;
  const common = {
    kind,
    ...(kind === 'CiliumNetworkPolicy' && { namespace: metadata.namespace ?? 'default' }),
    name: metadata.name,
    order: 1000,
    subject,
    source: reader.source,
  };
  const withRules = (action: Action, speaks: (direction: Direction) => boolean) =>
    Object.fromEntries(
      sections.flatMap(({ direction, ...by }) =>
        speaks(direction) ? [[direction, action === 'deny' ? by.deny : by.allow]] : [],
      ),
    );
  const has = (direction: Direction, action: 'allow' | 'deny') =>
    sections.some((s) => s.direction === direction && s[action].length > 0);
  const policies: readonly Policy[] = [
    { ...common, tier: networkTier, isolates, ...withRules('allow', (d) => isolates[d] || has(d, 'allow')) },
    { ...common, tier: denyTier, ...withRules('deny', (d) => has(d, 'deny')) },
  ];
  return policies.filter((policy) => policy.ingress !== undefined || policy.egress !== undefined);
}

/** The pods a policy is about; those of a namespaced one always lie in its own namespace. */
function subjectOf(reader: PolicyReader, value: unknown, path: Path): PodPeer | undefined {
  const selector = selectorOf(reader, value, path);
  if (selector === undefined) return undefined;
  const { object } = reader.source;
  if (selector.reserved.length > 0 || selector.isUnknown) {
    reader.note(
      'manifest/peer-outside-the-analysis',
      'warning',
      path,
      'it selects by labels that pods in manifests do not have. It is passed over; check it in the cluster.',
    );
    return undefined;
  }
  if (object.kind === 'CiliumClusterwideNetworkPolicy')
    return { namespaces: selector.namespaces ?? {}, pods: selector.pods };
  const own = object.metadata.namespace ?? 'default';
  if (selector.namespaceLabels === undefined) return { ownNamespace: own, pods: selector.pods };
  return { namespaces: withName(selector.namespaceLabels, own), pods: selector.pods };
}

function withName(labels: LabelSelector, name: string): LabelSelector {
  return { ...labels, matchLabels: { ...labels.matchLabels, 'kubernetes.io/metadata.name': name } };
}

function readRules(
  reader: PolicyReader,
  value: unknown,
  direction: Direction,
  action: 'allow' | 'deny',
  path: Path,
  groups: readonly SourceObject[],
): Rule[] {
  return (reader.list(value, path) ?? []).flatMap((item, index): Rule[] => {
    const at = [...path, index];
    const rule: Fields | undefined = item === null ? {} : reader.record(item, at);
    if (rule === undefined) return [];
    const ends = readPeers(reader, rule, direction, action, at, groups);
    const ports = portsOf(reader, rule, direction, action, at);
    for (const field of direction === 'ingress' ? ['fromRequires'] : ['toRequires']) {
      if (isSet(rule[field]))
        reader.note(
          'manifest/peer-outside-the-analysis',
          'warning',
          [...at, field],
          `“${field}” is passed over: Cilium 1.19 and later do not have it. Name what you mean in the other peers.`,
        );
    }
    return [
      {
        index,
        path: at,
        action,
        // Without peers a rule means everyone on its ports; without ports as well it means nothing.
        peers: peersOf(ends, ports.ports !== 'all'),
        ports: ports.ports,
        ...(ends.names.length > 0 && { names: ends.names }),
        ...(ports.dns.length > 0 && { dns: ports.dns }),
      },
    ];
  });
}
