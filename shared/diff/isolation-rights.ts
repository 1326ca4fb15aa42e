/**
 * Who may change what guards the others: policies of networks and of admission, and the labels of namespaces that both find
 * their subjects by. Read from RBAC alone; a role that is not among the objects grants nothing that anybody could tell.
 */
import type { KubeObject } from '../k8s/index.ts';
import { unique } from '../lib/sort.ts';
import { at, type Facts, isEmptySelector, list, text } from './object-facts.ts';

interface Guarded {
  readonly group: string;
  readonly resource: string;
  /** What people call them. */
  readonly title: string;
  /** One object counts for a whole cluster, so a right in a namespace does not reach it. */
  readonly isWide?: boolean;
}

const admission = { group: 'admissionregistration.k8s.io', isWide: true };
const cilium = 'cilium.io';
const cluster = 'policy.networking.k8s.io';
const kyverno = 'kyverno.io';

const guarded: readonly Guarded[] = [
  { group: '', resource: 'namespaces', title: 'Namespaces and their labels' },
  { group: 'networking.k8s.io', resource: 'networkpolicies', title: 'NetworkPolicies' },
  { group: cilium, resource: 'ciliumnetworkpolicies', title: 'CiliumNetworkPolicies' },
  {
    group: cilium,
    resource: 'ciliumclusterwidenetworkpolicies',
    title: 'CiliumClusterwideNetworkPolicies',
    isWide: true,
  },
  { group: cluster, resource: 'adminnetworkpolicies', title: 'AdminNetworkPolicies', isWide: true },
  { group: cluster, resource: 'baselineadminnetworkpolicies', title: 'BaselineAdminNetworkPolicies', isWide: true },
  { group: cluster, resource: 'clusternetworkpolicies', title: 'ClusterNetworkPolicies', isWide: true },
  ...['crd.projectcalico.org', 'projectcalico.org'].flatMap((group) => [
    { group, resource: 'networkpolicies', title: `NetworkPolicies of ${group}` },
    { group, resource: 'globalnetworkpolicies', title: `GlobalNetworkPolicies of ${group}`, isWide: true },
  ]),
  { ...admission, resource: 'validatingadmissionpolicies', title: 'ValidatingAdmissionPolicies' },
  { ...admission, resource: 'validatingadmissionpolicybindings', title: 'ValidatingAdmissionPolicyBindings' },
  { ...admission, resource: 'validatingwebhookconfigurations', title: 'ValidatingWebhookConfigurations' },
  { group: kyverno, resource: 'clusterpolicies', title: 'ClusterPolicies of Kyverno', isWide: true },
  { group: kyverno, resource: 'policies', title: 'Policies of Kyverno' },
  { group: kyverno, resource: 'policyexceptions', title: 'PolicyExceptions of Kyverno' },
];

const writing = ['create', 'update', 'patch', 'delete', 'deletecollection'];
/**
 * What is made and what is listed is not asked for by a name, so rules of named objects do not cover it. A namespace is made
 * and listed outside of any, so a right inside of one does not either.
 */
const writingOneself = ['update', 'patch', 'delete'];

/** What every cluster has: names of roles, and the labels of roles whose rules they take up. */
const upstream: Readonly<Record<string, readonly string[]>> = { admin: ['admin', 'edit'], edit: ['edit'] };

export function rightsFacts(facts: Facts, objects: readonly KubeObject[]): void {
  // An export of a design says nothing of people.
  if (facts.context.zoneOf !== undefined) return;
  const roles = new Roles(objects);
  const found = new Map<string, Right>();
  for (const binding of objects) {
    if (binding.kind !== 'ClusterRoleBinding' && binding.kind !== 'RoleBinding') continue;
    const namespace = binding.kind === 'ClusterRoleBinding' ? '' : (binding.metadata.namespace ?? 'default');
    const granting = roles.of(at(binding, 'roleRef'), namespace);
    for (const thing of guarded) {
      if (namespace !== '' && thing.isWide === true) continue;
      for (const { names, role } of granting(thing))
        for (const subject of list(binding.subjects)) {
          const who = nameOf(subject, namespace);
          const key = JSON.stringify([thing.group, thing.resource, who]);
          const right: Right = found.get(key) ?? { thing, who, places: new Map(), sources: [] };
          found.set(key, right);
          const known = right.places.get(namespace);
          right.places.set(
            namespace,
            names.length === 0 || known === 'all' ? 'all' : unique([...(known ?? []), ...names]),
          );
          right.sources.push(binding, ...role);
        }
    }
  }
  for (const [key, right] of found) tell(facts, key, right);
}

interface Right {
  readonly thing: Guarded;
  readonly who: string;
  /** By namespace, empty for the whole cluster, the names of what may be changed there. */
  readonly places: Map<string, 'all' | readonly string[]>;
  /** The first of them is a binding. */
  readonly sources: KubeObject[];
}

/**
 * Fewer places are less; everything in the whole cluster is the most, and before some namespaces comes what has one of some
 * names anywhere. Of as many others only a person can say which are less.
 */
function tell(facts: Facts, key: string, { thing, who, places, sources }: Right): void {
  const isEverywhere = places.get('') === 'all';
  const words = [...(isEverywhere ? [['', 'all'] as const] : places)]
    .map(([namespace, names]) => {
      const place = namespace === '' ? 'in the whole cluster' : `in namespace ${namespace}`;
      return names === 'all' ? place : `${place} those named ${[...names].sort().join(', ')}`;
    })
    .sort();
  const [binding] = sources;
  facts.add({
    key: ['right', key],
    rank: isEverywhere ? 0 : (places.has('') ? 0 : 1) + 1 / words.length,
    state: `${who} may change them ${words.join(', ')}`,
    absent: { rank: 3, state: 'it may not', anywhere: true },
    ...(!isEverywhere && { print: words.join('\n') }),
    toRead: 'Whether that is less than before has to be read in the bindings and their roles.',
    subject: {
      kind: binding?.kind ?? '',
      id: [binding?.metadata.namespace, binding?.metadata.name].filter((part) => part !== undefined).join('/'),
    },
    title: thing.title,
    about: 'strength',
    sources,
  });
}

interface Grant {
  readonly names: readonly string[];
  readonly role: readonly KubeObject[];
}

class Roles {
  private readonly byKey = new Map<string, KubeObject>();
  private readonly wide: readonly KubeObject[];

  constructor(objects: readonly KubeObject[]) {
    this.wide = objects.filter((o) => o.kind === 'ClusterRole');
    for (const object of objects)
      if (object.kind === 'ClusterRole' || object.kind === 'Role') this.byKey.set(keyOf(object), object);
  }

  /** What the role of a binding lets somebody write, thing by thing. */
  of(roleRef: unknown, namespace: string): (thing: Guarded) => Grant[] {
    const [kind, name] = [text(at(roleRef, 'kind')), text(at(roleRef, 'name'))];
    const own = this.byKey.get(`${kind}/${kind === 'Role' ? namespace : ''}/${name}`);
    const roles = [...(own === undefined ? [] : [own]), ...(kind === 'ClusterRole' ? this.taken(name, own) : [])];
    return (thing) => {
      const isKnown = kind === 'ClusterRole' && own === undefined && isGrantedUpstream(name, thing);
      return [
        ...(isKnown ? [{ names: [], role: [] }] : []),
        ...roles.flatMap((role) =>
          list(role.rules)
            .filter((rule) => isWriting(rule, thing, namespace))
            .map((rule) => ({ names: list(at(rule, 'resourceNames')).map(String), role: [role] })),
        ),
      ];
    };
  }

  /** Roles whose rules another takes up, because of their labels. */
  private taken(name: string, own: KubeObject | undefined): readonly KubeObject[] {
    const selectors = [
      ...list(at(own, 'aggregationRule', 'clusterRoleSelectors')),
      ...(upstream[name] ?? []).map((into) => ({
        matchLabels: { [`rbac.authorization.k8s.io/aggregate-to-${into}`]: 'true' },
      })),
    ];
    return this.wide.filter(({ metadata }) =>
      selectors.some((selector) => {
        const labels = Object.entries((at(selector, 'matchLabels') as object | undefined) ?? {});
        return (
          isEmptySelector(at(selector, 'matchExpressions')) &&
          labels.every(([key, value]) => metadata.labels?.[key] === value)
        );
      }),
    );
  }
}

/** Kubernetes' own roles, by which rights are given without any role among the objects. */
function isGrantedUpstream(role: string, { group }: Guarded): boolean {
  return role === 'cluster-admin' || (Object.hasOwn(upstream, role) && group === 'networking.k8s.io');
}

function isWriting(rule: unknown, { group, resource }: Guarded, namespace: string): boolean {
  const has = (field: string, values: readonly string[]) =>
    list(at(rule, field)).some((value) => value === '*' || values.includes(String(value)));
  const isOneself = list(at(rule, 'resourceNames')).length > 0 || (namespace !== '' && resource === 'namespaces');
  const verbs = isOneself ? writingOneself : writing;
  return has('verbs', verbs) && has('apiGroups', [group]) && has('resources', [resource]);
}

function nameOf(subject: unknown, namespace: string): string {
  const [kind, name] = [text(at(subject, 'kind')), text(at(subject, 'name'))];
  return kind === 'ServiceAccount'
    ? `${kind} ${text(at(subject, 'namespace')) || namespace}/${name}`
    : `${kind} ${name}`;
}

function keyOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${kind === 'Role' ? (metadata.namespace ?? 'default') : ''}/${metadata.name}`;
}
