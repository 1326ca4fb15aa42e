import { describe, expect, it } from 'vitest';
import { parseManifests } from '../k8s/index.ts';
import { diffFacts, isolationEntries } from './isolation.ts';
import { factsOfObjects, withAbsent } from './isolation-objects.ts';

function told(before: string, after: string): string[] {
  const [older = [], newer = []] = [before, after].map((text) =>
    factsOfObjects(
      parseManifests(`apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n${text}`).objects.map((o) => o.object),
      { rankOfHandler: () => undefined, isolationText: String, gradeOf: () => 'high' },
    ),
  );
  return isolationEntries(diffFacts(withAbsent(older, newer), withAbsent(newer, older)), () => []).map(
    (entry) => `${entry.class} ${entry.severity}: ${entry.message}`,
  );
}

const rbac = 'apiVersion: rbac.authorization.k8s.io/v1';
const role = (group: string, resource: string, verbs: string, more = '', kind = 'Role') =>
  `---\n${rbac}\nkind: ${kind}\nmetadata: {name: net, namespace: shop${kind === 'Role' ? '' : ', labels: {up: "yes"}'}}\nrules: [{apiGroups: ["${group}"], resources: ["${resource}"], verbs: [${verbs}]${more}}]\n`;
const bound = (namespace: string, ref = 'Role', name = 'net', subject = '{kind: ServiceAccount, name: ci}') =>
  `---\n${rbac}\nkind: ${namespace === '' ? 'ClusterRoleBinding' : 'RoleBinding'}\nmetadata: {name: b${namespace === '' ? '' : `, namespace: ${namespace}`}}\nroleRef: {kind: ${ref}, name: ${name}}\nsubjects: [${subject}]\n`;

describe('rights over what guards others', () => {
  const networking = 'networking.k8s.io';
  const who = 'ServiceAccount shop/ci may change them';

  it('should be told of whom a role is bound to, and of a role that lets them write', () => {
    const write = role(networking, 'networkpolicies', 'get, patch');
    const opened = [`weakens high: NetworkPolicies: ${who} in namespace shop. Before: it may not.`];
    expect(told(write, write + bound('shop'))).toEqual(opened);
    expect(told(role(networking, 'networkpolicies', 'get') + bound('shop'), write + bound('shop'))).toEqual(opened);
    expect(told(write + bound('shop'), write)).toEqual([
      `strengthens low: NetworkPolicies: it may not. Before: ${who} in namespace shop.`,
    ]);
    // Everything else that people are allowed keeps nobody apart.
    expect(told('', role('', 'pods', '"*"') + role('apps', '*', 'get') + bound('shop'))).toEqual([]);
    expect(told('', write + bound('other'))).toEqual([]);
    expect(told('', write + bound('shop', 'Role', 'elsewhere'))).toEqual([]);
  });

  it('should not be told of names for what is asked for without any, and take names anywhere for more than in namespaces', () => {
    const named = (verbs: string) =>
      role(networking, 'networkpolicies', verbs, ', resourceNames: [dns]', 'ClusterRole');
    expect(told(named('create'), named('create') + bound('', 'ClusterRole'))).toEqual([]);
    const update = named('update');
    const everywhere = bound('', 'ClusterRole').replace('name: ci', 'name: ci, namespace: shop');
    const two =
      bound('shop', 'ClusterRole') + bound('bank', 'ClusterRole').replace('name: ci', 'name: ci, namespace: shop');
    expect(told(update + everywhere, update + two)).toContainEqual(expect.stringMatching(/^strengthens low/));
    expect(told(update + two, update + everywhere)).toEqual([expect.stringMatching(/^weakens high/)]);
  });

  it('should take the whole cluster for more than namespaces, and those for more than one', () => {
    const wide = role('*', 'networkpolicies', 'update', '', 'ClusterRole');
    const [one, two, all] = [bound('shop', 'ClusterRole'), bound('bank', 'ClusterRole'), bound('', 'ClusterRole')];
    const sameSubject = two.replace('name: ci', 'name: ci, namespace: shop');
    const everywhere = all.replace('name: ci', 'name: ci, namespace: shop');
    expect(told(wide + one, wide + one + sameSubject).at(-1)).toBe(
      `weakens high: NetworkPolicies of crd.projectcalico.org, NetworkPolicies, NetworkPolicies of projectcalico.org: ${who} in namespace bank, in namespace shop. Before: ${who} in namespace shop.`,
    );
    expect(told(wide + one, wide + everywhere)).toEqual([
      expect.stringMatching(/^weakens high: .*in the whole cluster/),
    ]);
    expect(told(wide + everywhere, wide + one)).toEqual([
      expect.stringMatching(/^strengthens low: .*in namespace shop\./),
    ]);
    expect(told(wide + one, wide + sameSubject)).toEqual([
      expect.stringMatching(/^weakens medium: .*in namespace bank, but not as before\./),
    ]);
  });

  it('should put what somebody may do everywhere into one line, whatever role Kubernetes has for it', () => {
    const admin = bound('', 'ClusterRole', 'cluster-admin', '{kind: User, name: eve}');
    expect(told('', admin)).toEqual([
      expect.stringMatching(
        /^weakens high: .* and \d+ more: User eve may change them in the whole cluster\. Before: it may not\.$/,
      ),
    ]);
    const edit = bound('shop', 'ClusterRole', 'edit', '{kind: Group, name: devs}');
    expect(told('', edit)).toEqual([
      'weakens high: NetworkPolicies: Group devs may change them in namespace shop. Before: it may not.',
    ]);
    expect(told('', bound('shop', 'ClusterRole', 'view'))).toEqual([]);
  });

  it('should follow rules that a role takes up from others', () => {
    const part = role('cilium.io', 'ciliumnetworkpolicies', 'create', '', 'ClusterRole');
    const whole = `---\n${rbac}\nkind: ClusterRole\nmetadata: {name: whole}\naggregationRule: {clusterRoleSelectors: [{matchLabels: {up: "yes"}}]}\n`;
    expect(told('', part + whole + bound('shop', 'ClusterRole', 'whole'))).toEqual([
      `weakens high: CiliumNetworkPolicies: ${who} in namespace shop. Before: it may not.`,
    ]);
    const ofAny = whole.replace('matchLabels: {up: "yes"}', '');
    expect(told(part, part + ofAny + bound('shop', 'ClusterRole', 'whole'))).toHaveLength(1);
    const intoEdit = part.replace('up: "yes"', 'rbac.authorization.k8s.io/aggregate-to-edit: "true"');
    const edit = bound('shop', 'ClusterRole', 'edit');
    expect(told(edit, intoEdit + edit)).toEqual([
      `weakens high: CiliumNetworkPolicies: ${who} in namespace shop. Before: it may not.`,
    ]);
  });

  it('should count only what a right reaches', () => {
    const policies = role('admissionregistration.k8s.io', 'validatingadmissionpolicies', '"*"', '', 'ClusterRole');
    expect(told('', policies + bound('shop', 'ClusterRole'))).toEqual([]);
    expect(told('', policies + bound('', 'ClusterRole', 'net', '{kind: Group, name: devs}'))).toEqual([
      'weakens high: ValidatingAdmissionPolicies: Group devs may change them in the whole cluster. Before: it may not.',
    ]);
    expect(told('', role('', 'namespaces', 'create') + bound('shop'))).toEqual([]);
    expect(told('', role('', 'namespaces', 'patch') + bound('shop'))).toEqual([
      `weakens high: Namespaces and their labels: ${who} in namespace shop. Before: it may not.`,
    ]);
    const named = (names: string) =>
      role(networking, 'networkpolicies', 'update', `, resourceNames: [${names}]`) + bound('shop');
    // All of them are more than some of them, in whatever order two roles say so.
    const all =
      role(networking, 'networkpolicies', 'update').replace('name: net', 'name: all') + bound('shop', 'Role', 'all');
    expect(told(all + named('a'), all)).toEqual([]);
    expect(told(all, all + named('a'))).toEqual([]);
    expect(told(named('a'), named('a, b'))).toEqual([
      `weakens medium: NetworkPolicies: ${who} in namespace shop those named a, b, but not as before. Whether that is less than before has to be read in the bindings and their roles.`,
    ]);
  });
});
