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

  it.each([
    '  nodeSelector: {zone: card}\n',
    '  affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: []}}}\n',
  ])('should tell that nothing keeps a pod on nodes of its own any more: %s', (kept) => {
    const lost = told(namespace + pod(kept), namespace + pod(''));
    expect(lost.filter((words) => words.includes('node'))).toEqual([
      'weakens high: Pod shop/p: may run on any node that lets it. Before: is kept on nodes it names.',
    ]);
    expect(told(namespace + pod('  nodeSelector: {}\n'), namespace + pod(''))).toEqual([]);
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

describe('traffic that is led by hand', () => {
  const service = (spec: string) =>
    `---\napiVersion: v1\nkind: Service\nmetadata: {name: db, namespace: shop}\nspec: {${spec}}\n`;
  const slice = (addresses: string, labels = '') => `---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: db-1, namespace: shop, labels: {kubernetes.io/service-name: db${labels}}}
addressType: IPv4
endpoints: [{addresses: [${addresses}], conditions: {ready: true}}]
ports: [{name: sql, port: 5432}]
`;
  const endpoints = (ip: string) =>
    `---\napiVersion: v1\nkind: Endpoints\nmetadata: {name: db, namespace: shop}\nsubsets: [{addresses: [{ip: ${ip}}], ports: [{port: 5432}]}]\n`;
  const ports = 'ports: [{port: 5432}]';

  it('should be told by each address, and not where pods are behind a Service', () => {
    const before = namespace + service(ports) + slice('10.0.0.9');
    expect(told(before, namespace + service(ports) + slice('10.0.0.9, 203.0.113.7'))).toEqual([
      'opens high: EndpointSlice shop/db-1 of Service shop/db: it leads traffic to 203.0.113.7 (TCP 5432). Before: it does not.',
    ]);
    expect(told(before, namespace + service(ports))).toEqual([
      'closes low: EndpointSlice shop/db-1 of Service shop/db: it does not. Before: it leads traffic to 10.0.0.9 (TCP 5432).',
    ]);
    const byController = ', endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io';
    expect(told(namespace, namespace + slice('10.1.2.3', byController))).toEqual([]);
    // Beside a Service that selects nothing, no controller writes slices, whatever their label says.
    const bare = namespace + service(ports);
    expect(told(bare, bare + slice('10.1.2.3', byController))).toEqual([
      expect.stringMatching(/^opens high: .* 10\.1\.2\.3/),
    ]);
    const selecting = namespace + service(`${ports}, selector: {app: db}`);
    expect(told(selecting, selecting + slice('10.1.2.3', byController))).toEqual([]);
    // Whether an address is ready changes all the time.
    expect(told(before, before.replace('ready: true', 'ready: false'))).toEqual([]);
  });

  it('should be told of Endpoints that nothing writes over, and of names', () => {
    expect(told(namespace + service(ports), namespace + service(ports) + endpoints('10.0.0.9'))).toEqual([
      'opens high: Endpoints shop/db of Service shop/db: it leads traffic to 10.0.0.9 (TCP 5432). Before: it does not.',
    ]);
    const selecting = namespace + service(`${ports}, selector: {app: db}`);
    expect(told(selecting, selecting + endpoints('10.1.2.3'))).toEqual([]);
    const bare = namespace + service(ports);
    expect(told(bare, bare + endpoints('10.0.0.9') + slice('10.0.0.9'))).toHaveLength(1);
    const ofServers = (ip: string) => endpoints(ip).replace('{name: db, namespace: shop}', '{name: kubernetes}');
    expect(told(bare + ofServers('10.0.0.1'), bare + ofServers('10.0.0.2'))).toEqual([]);
    const named = (name: string) => namespace + service(`type: ExternalName, externalName: ${name}`);
    expect(told(named('db.corp'), named('db.example.com'))).toContain(
      'opens high: Service shop/db: it leads whoever asks for it to db.example.com. Before: it does not.',
    );
  });
});

describe('a pod that names its node', () => {
  it('should be told of, but for what a scheduler wrote', () => {
    const before = namespace + pod('');
    expect(told(before, namespace + pod('  nodeName: a\n'))).toEqual([
      'weakens high: Pod shop/p: it names its node, a, and passes by the scheduler and the taints that it keeps to. Before: it does not.',
    ]);
    expect(told(namespace + pod('  nodeName: a\n'), namespace + pod('  nodeName: b\n'))).toEqual([
      'weakens medium: Pod shop/p: it names its node, b, and passes by the scheduler and the taints that it keeps to, but not as before. Who else runs there has to be read in its text.',
    ]);
    const read = (node: string) => pod(`  nodeName: ${node}\n`).replace('{name: p,', '{name: p, uid: 1234,');
    expect(told(namespace + read('a'), namespace + read('b'))).toEqual([]);
  });
});

describe('what becomes of data that nobody claims', () => {
  const storageClass = (more: string) =>
    `apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: c}\nprovisioner: nfs.csi.k8s.io\n${more}`;
  const volume = (spec: string) =>
    `apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: v}\nspec: {capacity: {storage: 1Gi}${spec}}\n`;

  it('should be told where it is deleted that stayed', () => {
    const lost = 'goes when the claim is deleted. Before:';
    const retained = storageClass('reclaimPolicy: Retain\n');
    expect(told(retained, storageClass('reclaimPolicy: Delete\n'))).toEqual([
      `weakens medium: StorageClass c: the data on its volumes ${lost} the data on its volumes stays when the claim is deleted.`,
    ]);
    expect(told(retained, storageClass(''))).toHaveLength(1);
    expect(told(storageClass(''), storageClass('reclaimPolicy: Delete\n'))).toEqual([]);
    expect(told(storageClass(''), retained)).toEqual([expect.stringMatching(/^strengthens low: /)]);
    // Unlike a class, a volume that somebody writes keeps its data unless it says otherwise.
    const deleted = volume(', persistentVolumeReclaimPolicy: Delete');
    expect(told(volume(''), deleted)).toEqual([
      `weakens medium: PersistentVolume v: the data on it ${lost} the data on it stays when the claim is deleted.`,
    ]);
    expect(told(volume(''), volume(', persistentVolumeReclaimPolicy: Retain'))).toEqual([]);
  });
});
