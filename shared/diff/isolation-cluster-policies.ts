/** Policies of the whole cluster that deny, as guard rails. */

import type { KubeObject } from '../k8s/index.ts';
import { isMap } from '../lib/is-map.ts';
import { at, type Facts, gone, list, printOf, text } from './object-facts.ts';

/** Policies of the whole cluster deny what no policy of a namespace can allow again. */
export function clusterPolicyFacts(facts: Facts, object: KubeObject): void {
  const count = countDenials(object.spec) + list(object.specs).reduce<number>((n, spec) => n + countDenials(spec), 0);
  if (count === 0) return;
  facts.add({
    key: ['cluster-policy', object.kind, object.metadata.name],
    absent: gone,
    rank: count,
    ...(facts.context.zoneOf === undefined && textsOf(object)),
    state: `it denies ${count} ${count === 1 ? 'peer' : 'peers'} for good`,
    subject: { kind: object.kind, id: object.metadata.name },
    title: `${object.kind} ${object.metadata.name}`,
    about: 'strength',
    sources: [object],
  });
}

/** Whom it is about and what it lets pass before, beside the denials, of which each more is stronger. */
function textsOf(object: KubeObject) {
  const asks: string[] = [];
  const withoutDenials = (value: unknown): unknown => {
    if (Array.isArray(value))
      return value.filter((rule) => !denies(rule) || asks.push(printOf(rule)) === 0).map(withoutDenials);
    if (!isMap(value)) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, inner]) => {
        if (!/^(in|e)gressDeny$/.test(key)) return key === 'description' ? [] : [[key, withoutDenials(inner)]];
        asks.push(...list(inner).map((rule) => `${key} ${printOf(rule)}`));
        return [];
      }),
    );
  };
  const print = printOf([withoutDenials(object.spec), withoutDenials(object.specs)]);
  return { print, asks };
}

function denies(rule: unknown): boolean {
  return text(at(rule, 'action')).toLowerCase() === 'deny';
}

export function isClusterPolicy({ kind }: KubeObject): boolean {
  return /^(AdminNetworkPolicy|BaselineAdminNetworkPolicy|ClusterNetworkPolicy|GlobalNetworkPolicy|CiliumClusterwideNetworkPolicy)$/.test(
    kind,
  );
}

/** Peers of rules that deny; a rule without peers denies everybody and counts as one. */
function countDenials(spec: unknown): number {
  if (!isMap(spec)) return 0;
  const sum = (rules: unknown, isDenying: (rule: Readonly<Record<string, unknown>>) => boolean) =>
    list(rules).reduce<number>((n, rule) => {
      if (!isMap(rule) || !isDenying(rule)) return n;
      const peers = [
        'from',
        'to',
        'fromEndpoints',
        'toEndpoints',
        'fromEntities',
        'toEntities',
        'toCIDRSet',
        'fromCIDRSet',
      ];
      return n + Math.max(1, ...peers.map((key) => list(rule[key]).length));
    }, 0);
  return (
    sum(spec.ingress, denies) +
    sum(spec.egress, denies) +
    sum(spec.ingressDeny, () => true) +
    sum(spec.egressDeny, () => true)
  );
}
