import { describe, expect, it } from 'vitest';
import { parseManifests } from '../k8s/index.ts';
import { diffFacts, isolationEntries } from './isolation.ts';
import { factsOfObjects, withAbsent } from './isolation-objects.ts';
import type { ObjectContext } from './object-facts.ts';

const context: ObjectContext = {
  rankOfHandler: () => undefined,
  isolationText: String,
  gradeOf: () => 'high',
};

/** What a reviewer reads where manifests change from the one text to the other. */
function told(before: string, after: string): string[] {
  const [older, newer] = [before, after].map((text) =>
    factsOfObjects(
      parseManifests(text).objects.map((o) => o.object),
      context,
    ),
  );
  if (older === undefined || newer === undefined) return [];
  return isolationEntries(diffFacts(withAbsent(older, newer), withAbsent(newer, older)), () => []).map(
    (entry) => `${entry.class} ${entry.severity}: ${entry.message}`,
  );
}

const namespace = '---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n';
const pod = (spec: string, container = '') =>
  `---\napiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\nspec:\n  containers: [{name: c, image: i${container}}]\n${spec}`;
const policy = (expression: string, spec = '') => `---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: images}
spec:
${spec}  validations: [{expression: "${expression}"}]
`;
const binding = (zone: string) => `---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: images}
spec:
  policyName: images
  validationActions: [Deny]
  matchResources: {namespaceSelector: {matchLabels: {zone: ${zone}}}}
`;

describe('factsOfObjects', () => {
  it.each([
    ['  hostPID: true\n', '', 'uses hostPID of its node'],
    ['', ', securityContext: {privileged: true}', 'runs privileged containers'],
    ['', ', securityContext: {capabilities: {add: [SYS_ADMIN]}}', 'has the capability SYS_ADMIN'],
    ['', ', ports: [{containerPort: 1, hostPort: 80}]', 'takes port 80 of its node'],
    ['  tolerations: [{operator: Exists}]\n', '', 'tolerates every taint, so it may run on nodes that keep others out'],
    ['  volumes: [{name: v, hostPath: {path: /}}]\n', '', 'mounts the path / of its node'],
  ])('should tell what a pod shares with its node: %s%s', (spec, container, words) => {
    expect(told(namespace + pod(''), namespace + pod(spec, container))).toEqual([
      `weakens high: Pod shop/p: ${words}. Before: it does not.`,
    ]);
    // Whoever comes like that is told as well.
    expect(told(namespace, namespace + pod(spec, container))).toEqual([
      `weakens high: Pod shop/p: ${words}. Before: it does not.`,
    ]);
  });

  it('should tell one thing given for another', () => {
    expect(told(namespace + pod('  hostPID: true\n'), namespace + pod('  hostIPC: true\n'))).toHaveLength(2);
  });

  it('should call a guard that says something else weaker than before, though it counts as many rules', () => {
    const strict = namespace + policy('a == b') + binding('app');
    expect(told(strict, namespace + policy('true') + binding('app'))).toEqual([
      'weakens medium: ValidatingAdmissionPolicy images: it refuses by 1 rule, but not as before. Whether it keeps out as much has to be read in its text.',
    ]);
    expect(told(strict, namespace + policy('a == b') + binding('apps'))).toHaveLength(1);
    // What an API server fills in says nothing else.
    expect(told(strict, namespace + policy('a == b', '  failurePolicy: Fail\n') + binding('app'))).toEqual([]);
  });

  it('should tell what is asked in addition, what is asked no more, and what only looks like more', () => {
    const rules = (...expressions: string[]) =>
      namespace +
      policy('a == b').replace(/\[.*\]/, `[${expressions.map((e) => `{expression: "${e}"}`).join(', ')}]`) +
      binding('app');
    const count = (n: number) => `it refuses by ${n} ${n === 1 ? 'rule' : 'rules'}`;
    const title = 'ValidatingAdmissionPolicy images';
    expect(told(rules('a'), rules('b', 'a'))).toEqual([`strengthens low: ${title}: ${count(2)}. Before: ${count(1)}.`]);
    expect(told(rules('b', 'a'), rules('a'))).toEqual([`weakens high: ${title}: ${count(1)}. Before: ${count(2)}.`]);
    expect(told(rules('a', 'b'), rules('b', 'a'))).toEqual([]);
    expect(told(rules('a'), rules('true', 'true || a'))).toEqual([
      `weakens medium: ${title}: ${count(2)}, but not as before. Whether it keeps out as much has to be read in its text.`,
    ]);
    const ignoring = rules('a').replace('spec:\n', 'spec:\n  failurePolicy: Ignore\n');
    expect(told(ignoring, rules('true'))).toEqual([
      `strengthens low: ${title}: ${count(1)}. Before: it lets through what it cannot judge.`,
      `weakens medium: ${title}: ${count(1)}, but not as before. Whether it keeps out as much has to be read in its text.`,
    ]);
  });

  it('should tell that a class of storage is possible where a quota kept it out, and a service that came', () => {
    const quota = `---
apiVersion: v1
kind: ResourceQuota
metadata: {name: q, namespace: shop}
spec: {hard: {fast.storageclass.storage.k8s.io/persistentvolumeclaims: "0"}}
`;
    expect(told(namespace + quota, namespace)).toEqual([
      'opens high: Namespace shop: claims of storage class fast are possible. Before: claims of storage class fast are refused.',
    ]);
    const service =
      '---\napiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: shop}\nspec: {type: NodePort}\n';
    expect(told(namespace, namespace + service)).toEqual([
      'opens high: Service shop/s: it has an address outside the cluster (NodePort). Before: it is not there.',
    ]);
    // With its namespace a guard is gone as well, and guards nothing there.
    expect(told(namespace + quota, '')).toEqual([]);
  });
});
