/**
 * projectcalico.org/v3, also as Calico stores it: NetworkPolicy and GlobalNetworkPolicy in tiers, with network sets. Tiers are asked by order, in a
 * tier policies by order, in a policy rules from the top: Allow and Deny are final, Pass leaves the tier. Pods that a policy
 * of a tier holds in a direction, and that none of its rules decides, meet the tier's default action. Policies of
 * Kubernetes stand in the same order: ClusterNetworkPolicy in kube-admin and kube-baseline, NetworkPolicy in the tier
 * `default` at order 1000.
 *
 * Hosts are not judged: host endpoints, and policies that apply to them alone (doNotTrack, preDNAT). Staged policies do
 * nothing. Source: projectcalico/calico, api/pkg/apis/projectcalico/v3, felix/calc, libcalico-go updateprocessors.
 */

import { asServedByCalico } from '../../k8s/index.ts';
import { isMap } from '../../lib/is-map.ts';
import type { Problem } from '../../lib/problem.ts';
import type { SourceObject } from '../cluster.ts';
import {
  adminTier,
  baselineTier,
  type Dialect,
  type Direction,
  networkTier,
  type PodPeer,
  type Policy,
  type Tier,
} from '../policy.ts';
import { calicoRules, labelsOf, type NetworkSet, readNet, selectorAt } from './calico-rules.ts';
import { PolicyReader } from './reader.ts';

const policyKinds = ['NetworkPolicy', 'GlobalNetworkPolicy'];
const stagedKinds = ['StagedNetworkPolicy', 'StagedGlobalNetworkPolicy', 'StagedKubernetesNetworkPolicy'];

const isCalico = (source: SourceObject, kinds: readonly string[]) =>
  kinds.includes(source.object.kind) && /^(crd\.)?projectcalico\.org\//.test(source.object.apiVersion);

export const calico: Dialect = {
  id: 'calico',
  reads: (source) => isCalico(source, [...policyKinds, ...stagedKinds]),
  refersTo: (source) => isCalico(source, ['Tier', 'NetworkSet', 'GlobalNetworkSet']),
  read: (source, problems, referred) =>
    stagedKinds.includes(source.object.kind) ? readStaged(source, problems) : readPolicy(source, problems, referred),
};

function readStaged(source: SourceObject, problems: Problem[]): [] {
  new PolicyReader(source, problems).note(
    'manifest/staged-policy',
    'info',
    ['kind'],
    'it is staged: Calico reports what it would do and does nothing. It is passed over.',
  );
  return [];
}

function readPolicy(source: SourceObject, problems: Problem[], referred: readonly SourceObject[]): readonly Policy[] {
  const reader = new PolicyReader(source, problems, 'Calico');
  const { object } = source;
  const spec = reader.record(object.spec, ['spec']) ?? {};
  const isGlobal = object.kind === 'GlobalNetworkPolicy';
  const own = isGlobal ? undefined : (object.metadata.namespace ?? 'default');
  const order = orderOf(reader, spec.order);
  const tier = tierOf(reader, typeof spec.tier === 'string' && spec.tier !== '' ? spec.tier : 'default', referred);
  const subject = subjectOf(reader, spec, own);
  const context = { reader, own, sets: contextOf(referred).sets };
  const ingress = calicoRules(context, spec.ingress, 'ingress');
  const egress = calicoRules(context, spec.egress, 'egress');
  const types = typesOf(reader, spec, { ingress: isFilled(spec.ingress), egress: isFilled(spec.egress) });
  if (!reader.isValid) return [];
  for (const field of ['doNotTrack', 'preDNAT'])
    if (spec[field] === true) {
      reader.note(
        'manifest/policy-for-hosts',
        'warning',
        ['spec', field],
        `with ${field} it holds host endpoints only, which manifests do not show. It is passed over; check it in the cluster.`,
      );
      return [];
    }
  return [
    {
      kind: object.kind,
      ...(own !== undefined && { namespace: own }),
      name: object.metadata.name,
      tier,
      order,
      subject,
      ...(types.has('ingress') && { ingress }),
      ...(types.has('egress') && { egress }),
      source,
    },
  ];
}

function orderOf(reader: PolicyReader, value: unknown): number {
  if (value === undefined || value === null) return Number.POSITIVE_INFINITY;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  reader.refuse(['spec', 'order'], 'order must be a number.');
  return 0;
}

function subjectOf(reader: PolicyReader, spec: Readonly<Record<string, unknown>>, own: string | undefined): PodPeer {
  const pods = selectorAt(reader, spec.selector, ['spec', 'selector']);
  const accounts = selectorAt(reader, spec.serviceAccountSelector, ['spec', 'serviceAccountSelector']);
  const namespaces =
    own === undefined ? selectorAt(reader, spec.namespaceSelector, ['spec', 'namespaceSelector']) : undefined;
  return {
    ...(own !== undefined && { ownNamespace: own }),
    ...(namespaces !== undefined && { namespaces: namespaces.expression }),
    ...(pods !== undefined && { pods: pods.expression }),
    ...(accounts !== undefined && { serviceAccounts: accounts.expression }),
  };
}

/** Left out, they follow the rules: egress rules alone mean Egress, no rules at all mean Ingress. */
function typesOf(
  reader: PolicyReader,
  spec: Readonly<Record<string, unknown>>,
  has: Readonly<Record<Direction, boolean>>,
): ReadonlySet<Direction> {
  const list = reader.list(spec.types, ['spec', 'types']) ?? [];
  if (list.length === 0) {
    if (!has.egress) return new Set(['ingress']);
    return new Set(has.ingress ? ['ingress', 'egress'] : ['egress']);
  }
  const types = new Set<Direction>();
  list.forEach((item, i) => {
    if (item === 'Ingress') types.add('ingress');
    else if (item === 'Egress') types.add('egress');
    else reader.refuse(['spec', 'types', i], `${String(item)} is no type of policy; use Ingress or Egress.`);
  });
  return types;
}

function isFilled(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

/** Tiers that Calico itself makes, the older names of two of them among them. */
const ownTiers: Readonly<Record<string, Tier>> = {
  default: networkTier,
  'kube-admin': adminTier,
  'kube-baseline': baselineTier,
  adminnetworkpolicy: adminTier,
  baselineadminnetworkpolicy: baselineTier,
};

function tierOf(reader: PolicyReader, name: string, referred: readonly SourceObject[]): Tier {
  const { tiers } = contextOf(referred);
  const known = Object.hasOwn(ownTiers, name) ? ownTiers[name] : tiers.get(name);
  if (known !== undefined) return known;
  reader.note(
    'manifest/unknown-tier',
    'warning',
    ['spec', 'tier'],
    `the input has no Tier “${name}”, so nobody can say when it is asked. It is read as the last tier, which denies what its policies do not allow; add the Tier.`,
  );
  const made = tierNamed(name, Number.MAX_VALUE, 'deny');
  tiers.set(name, made);
  return made;
}

function tierNamed(name: string, order: number, ends: Tier['ends']): Tier {
  const isTaken = ['deny', 'admin', 'network', 'baseline'].includes(name);
  return { id: isTaken ? `tier ${name}` : name, name: `tier ${name}`, order, ends };
}

interface Context {
  readonly tiers: Map<string, Tier>;
  readonly sets: readonly NetworkSet[];
}

const contexts = new WeakMap<readonly SourceObject[], Context>();

/** Tiers and network sets of an input, read once for all its policies. */
function contextOf(referred: readonly SourceObject[]): Context {
  let found = contexts.get(referred);
  if (found === undefined) {
    found = { tiers: readTiers(referred), sets: readSets(referred) };
    contexts.set(referred, found);
  }
  return found;
}

function readTiers(referred: readonly SourceObject[]): Map<string, Tier> {
  const tiers = new Map<string, Tier>();
  for (const source of referred) {
    if (!isCalico(source, ['Tier'])) continue;
    const { name } = source.object.metadata;
    const spec = isMap(source.object.spec) ? source.object.spec : {};
    const order = typeof spec.order === 'number' ? spec.order : Number.MAX_VALUE;
    tiers.set(name, tierNamed(name, order, spec.defaultAction === 'Pass' ? 'pass' : 'deny'));
  }
  return tiers;
}

function readSets(referred: readonly SourceObject[]): NetworkSet[] {
  return referred.flatMap((source): NetworkSet[] => {
    if (!isCalico(source, ['NetworkSet', 'GlobalNetworkSet'])) return [];
    const { kind, metadata, spec } = asServedByCalico(source.object);
    const nets = isMap(spec) && Array.isArray(spec.nets) ? spec.nets : [];
    const namespace = kind === 'NetworkSet' ? (metadata.namespace ?? 'default') : undefined;
    return [
      {
        ...(namespace !== undefined && { namespace }),
        labels: {
          ...labelsOf(metadata.labels),
          ...(namespace !== undefined && { 'projectcalico.org/namespace': namespace }),
        },
        namespaceLabels:
          namespace === undefined
            ? {}
            : { 'projectcalico.org/name': namespace, 'kubernetes.io/metadata.name': namespace },
        nets: nets.flatMap((item) => (typeof item === 'string' ? (readNet(item) ?? []) : [])),
      },
    ];
  });
}
