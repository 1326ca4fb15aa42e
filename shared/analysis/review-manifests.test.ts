import { describe, expect, it } from 'vitest';
import { entriesOf } from '../diff/index.ts';
import { parseManifests } from '../k8s/index.ts';
import { sentences, top } from '../testing/read-review.ts';
import { reviewManifests } from './index.ts';

describe('reviewManifests', () => {
  const policy = (rules: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  podSelector: {matchLabels: {app: backend}}
  policyTypes: [Ingress]
  ingress:
${rules}`;
  const pods = ['frontend', 'backend']
    .map(
      (name) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: shop}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      runtimeClassName: kata
      containers: [{name: main, image: x}]
`,
    )
    .join('---\n');
  const deny = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
`;
  /** An admission policy of pods, and its binding to what `where` selects. */
  const guard = (expression: string, where = '{}') => `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: guard}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}
  validations: [{expression: "${expression}"}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: guard}
spec: {policyName: guard, validationActions: [Deny], matchResources: ${where}}
`;
  const objects = (...texts: readonly string[]) =>
    parseManifests(texts.join('---\n')).objects.map(({ object, line }) => ({ object, line, file: 'all.yaml' }));
  const strict = policy('  - from: [{podSelector: {matchLabels: {app: frontend}}}]\n    ports: [{port: 8080}]\n');

  it('should put one dash that opens a backend to any address at the top', () => {
    const dash = policy('  - from: [{podSelector: {matchLabels: {app: frontend}}}]\n  - ports: [{port: 8080}]\n');
    const labelled = pods.replace(
      'name: frontend, namespace: shop',
      'name: frontend, namespace: shop, annotations: {x: y}',
    );
    const review = reviewManifests(objects(pods, deny, strict), objects(labelled, deny, dash));
    expect([top(review).key, top(review).class, top(review).severity]).toEqual([
      'NetworkPolicy:shop/backend',
      'opens',
      'high',
    ]);
    expect(sentences(top(review), 'connection')[0]).toBe(
      'opens high: any address can reach shop/backend[Deployment] on TCP 8080, and could not before.',
    );
    expect(review.groups.at(-1)?.key).toBe('Deployment:shop/frontend');
  });

  it('should tell that the default deny is gone, and what that opens', () => {
    const review = reviewManifests(objects(pods, deny, strict), objects(pods, strict));
    expect([top(review).key, top(review).class]).toEqual(['NetworkPolicy:shop/default-deny', 'opens']);
    expect(sentences(top(review), 'isolation')).toContain(
      'weakens high: Namespace shop: no default deny for incoming traffic, so pods that no policy names are open. Before: incoming traffic of every pod is denied by default.',
    );
  });

  it('should lead what opens to the pods that changed, whatever else was edited at the policies that hold them', () => {
    const open = objects(pods.replace('      runtimeClassName: kata\n', '      hostNetwork: true\n'), deny, strict);
    const noted = open.map((placed) =>
      placed.object.kind === 'NetworkPolicy'
        ? { ...placed, object: { ...placed.object, metadata: { ...placed.object.metadata, annotations: { x: 'y' } } } }
        : placed,
    );
    const review = reviewManifests(objects(pods, deny, strict), noted);
    expect(review.groups.filter((g) => g.class === 'opens').map((g) => g.key)).toEqual(['Deployment:shop/frontend']);
    const wider = noted.map((placed) =>
      placed.object.metadata.name === 'backend' && placed.object.kind === 'NetworkPolicy'
        ? {
            ...placed,
            object: {
              ...placed.object,
              spec: {
                ...(placed.object.spec as object),
                podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['backend'] }] },
              },
            },
          }
        : placed,
    );
    const both = reviewManifests(objects(pods, deny, strict), wider);
    expect(both.groups.filter((g) => g.class === 'opens').map((g) => g.key)).toEqual(['Deployment:shop/frontend']);
  });

  it('should tell how far pods keep to Pod Security, and who judges a namespace by its labels', () => {
    const hardened = pods.replaceAll(
      'image: x',
      'image: x, securityContext: {allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}',
    );
    const review = reviewManifests(objects(hardened), objects(pods));
    expect(sentences(top(review), 'isolation')).toEqual([
      'weakens high: Deployment shop/backend: its pods are what Pod Security calls baseline. Before: its pods are what Pod Security calls restricted.',
    ]);
    const labelled = (zone: string) =>
      `apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {zone: ${zone}}}\n`;
    const judged = guard('false', '{namespaceSelector: {matchLabels: {zone: app}}}');
    const relabelled = reviewManifests(objects(labelled('app'), judged), objects(labelled('none'), judged));
    expect([top(relabelled).key, ...sentences(top(relabelled), 'isolation')]).toEqual([
      'Namespace:shop',
      'weakens high: Namespace shop: its labels keep it from being judged by ValidatingAdmissionPolicy guard. Before: what is made in it is judged by ValidatingAdmissionPolicy guard.',
    ]);
  });

  it('should name what an edited admission policy lets in, or that nothing tried tells it apart', () => {
    const from = guard('!object.spec.?hostPID.orValue(false) && !object.spec.?hostIPC.orValue(false)');
    const told = (to: string) => {
      const first = top(reviewManifests(objects(pods, from), objects(pods, guard(to))));
      return [first.key, ...sentences(first, 'isolation')];
    };
    expect(told('!object.spec.?hostPID.orValue(false)')).toEqual([
      'ValidatingAdmissionPolicy:guard',
      'weakens high: ValidatingAdmissionPolicy guard: it lets in a Pod in namespace shop with spec.hostIPC: true, which it refused before.',
    ]);
    expect(
      told(
        '!object.spec.?hostPID.orValue(false) && !object.spec.?hostIPC.orValue(false) && !object.spec.?hostNetwork.orValue(false)',
      )[1],
    ).toMatch(
      /^strengthens low: .* it refuses a Pod in namespace shop with spec.hostNetwork: true, which it let in before. None of \d+ tried objects gets in that did not.$/,
    );
    expect(told('!(object.spec.?hostPID.orValue(false) || object.spec.?hostIPC.orValue(false))')[1]).toMatch(
      /^weakens medium: .* None of \d+ tried objects tells the two apart, so whether it keeps out as much has to be read in its text.$/,
    );
  });

  it('should name the namespaces of each difference, since nobody knows zones', () => {
    const other = strict.replace('namespace: shop', 'namespace: desk');
    const review = reviewManifests(objects(pods, deny, strict, other), objects(pods, strict));
    const places = (layer: string) => [
      ...new Set(entriesOf(review).flatMap((e) => (e.layer === layer ? [e.namespaces?.join() ?? 'none'] : []))),
    ];
    expect(places('connection')).toContain('shop');
    expect(places('isolation')).toEqual(['shop']);
    expect(places('manifest').sort()).toEqual(['desk', 'shop']);
  });

  it('should tell that pods lost their virtual machine', () => {
    const kata = `apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: kata}
handler: kata-qemu
---
`;
    const bare = pods.replace(/ +runtimeClassName: kata\n/, '');
    const review = reviewManifests(objects(kata + pods, deny), objects(kata + bare, deny));
    expect([top(review).key, top(review).class]).toEqual(['Deployment:shop/frontend', 'weakens']);
    expect(sentences(top(review), 'isolation')).toEqual([
      'weakens critical: Deployment shop/frontend: runs in the default runtime (shared kernel). Before: runs in kata (virtual machine).',
    ]);
  });

  it('should know an object under another name again, and the connections of its pods', () => {
    const renamed = pods.replaceAll('name: frontend,', 'name: shopfront,');
    const review = reviewManifests(objects(pods, deny, strict), objects(renamed, deny, strict));
    const entries = entriesOf(review);
    expect(entries.filter((e) => e.layer === 'connection')).toEqual([]);
    expect(entries.map((e) => e.message)).toEqual([
      'Deployment shop/shopfront (apps/v1) renamed. It was Deployment shop/frontend before. It has to be deleted and made again, because Kubernetes changes metadata.name of no Deployment.',
    ]);
  });

  it('should find nothing in files that were only ordered otherwise', () => {
    expect(reviewManifests(objects(pods, deny, strict), objects(strict, deny, pods)).groups).toEqual([]);
  });
});
