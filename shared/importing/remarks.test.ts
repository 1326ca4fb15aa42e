import { describe, expect, it } from 'vitest';
import { draw, propose, readEstate, readManifestFile } from './index.ts';

/** What is said of every set of manifests without nodes and policies. */
const always = ['import/assumed-version', 'import/network-plugin', 'import/nothing-restricted'];

/** What an import says of these objects beside one deployment, as `rule subject`. */
function remarks(...objects: readonly object[]): string[] {
  const { sources, problems } = readManifestFile(objects.map((o) => JSON.stringify(o)).join('\n---\n'), 'all.yaml');
  expect(problems).toEqual([]);
  const estate = readEstate([{ name: 'prod', sources }]);
  const found = draw(estate, propose(estate), { name: 'x' }).problems.filter((p) => !always.includes(p.rule));
  for (const { message } of found) expect(message).toMatch(/^[A-Z].*\.$/s);
  return found.map(({ rule, subject }) => `${rule} ${subject?.id}`);
}

const podSpec = { containers: [{ name: 'main', image: 'x' }] };
const api = workload('api');

function workload(name: string, spec: object = {}, labels: object = { app: name }) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop' },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { ...podSpec, ...spec } } },
  };
}

function service(spec: object) {
  const ports = [{ port: 80 }];
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 's', namespace: 'shop' }, spec: { ports, ...spec } };
}

function namespace(name: string, labels: object = {}) {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

describe('what an import says', () => {
  it('should be nothing of a deployment and its service', () => {
    expect(remarks(api, service({ selector: { app: 'api' } }))).toEqual([]);
  });

  it('should tell services that lead to no pod, and where they lead', () => {
    expect(remarks(api, service({ selector: { app: 'gone' } }))).toEqual(['import/service-without-pods shop/s']);
    expect(remarks(api, service({}))).toEqual(['import/service-without-pods shop/s']);
    const outside = { type: 'ExternalName', externalName: 'db.example.com' };
    expect(remarks(api, service(outside))).toEqual(['import/service-leads-outside shop/s']);
  });

  it('should tell services that hide their clients', () => {
    const open = { selector: { app: 'api' }, type: 'LoadBalancer' };
    expect(remarks(api, service(open))).toEqual(['import/client-hidden shop/s']);
    expect(remarks(api, service({ ...open, externalTrafficPolicy: 'Local' }))).toEqual([]);
  });

  it('should tell storage classes that claims ask for and nobody makes', () => {
    const claim = (storageClassName?: string) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace: 'shop' },
      spec: { ...(storageClassName !== undefined && { storageClassName }) },
    });
    const fast = {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'fast' },
      provisioner: 'ebs.csi.aws.com',
    };
    expect(remarks(api, claim('fast'))).toEqual(['import/no-storage-class fast']);
    expect(remarks(api, claim('fast'), fast)).toEqual([]);
    expect([remarks(api, claim()), remarks(api, claim(''))]).toEqual([[], []]);
  });

  it('should tell ways in, whose controller is not drawn', () => {
    const ingress = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'in', namespace: 'shop' },
      spec: { defaultBackend: { service: { name: 's', port: { number: 80 } } } },
    };
    expect(remarks(api, ingress)).toEqual(['import/way-in shop/in']);
  });

  it('should tell admission that is not of an export', () => {
    const policy = (labels: object) => ({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: 'p', labels },
      spec: { validations: [] },
    });
    expect(remarks(api, policy({}))).toEqual([expect.stringMatching(/^import\/admission-not-drawn /)]);
    expect(remarks(api, policy({ 'app.kubernetes.io/managed-by': 'zonewright' }))).toEqual([]);
  });

  it('should tell runtime classes that pods ask for and nobody makes', () => {
    const kata = {
      apiVersion: 'node.k8s.io/v1',
      kind: 'RuntimeClass',
      metadata: { name: 'kata' },
      handler: 'kata-qemu',
    };
    expect(remarks(workload('api', { runtimeClassName: 'kata' }))).toEqual(['import/no-runtime-class kata']);
    expect(remarks(workload('api', { runtimeClassName: 'kata' }), kata)).toEqual([]);
  });

  it('should tell pods of one name that policies can tell apart, kinds that a design does not know, and bad labels', () => {
    const bare = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'api', namespace: 'shop', labels: { app: 'x' } },
      spec: podSpec,
    };
    expect(remarks(api, bare)).toContain('import/same-name shop/api');
    const set = { ...api, kind: 'ReplicaSet', metadata: { name: 'set', namespace: 'shop' } };
    expect(remarks(set)).toEqual(['import/kind-not-drawn shop/set']);
    expect(remarks(workload('api', {}, { app: 'api', note: 'two words' }))).toEqual([
      expect.stringMatching(/^import\/bad-label /),
    ]);
  });

  it('should tell Pod Security that differs in a zone', () => {
    const level = (name: string, enforce: string) => namespace(name, { 'pod-security.kubernetes.io/enforce': enforce });
    const other = { ...api, metadata: { name: 'api', namespace: 'shop-two' } };
    const zone = { 'zonewright.io/zone': 'app' };
    const both = (a: string, b: string) => {
      const [one, two] = [level('shop', a), level('shop-two', b)];
      return [one, two].map((n) => ({ ...n, metadata: { ...n.metadata, labels: { ...n.metadata.labels, ...zone } } }));
    };
    expect(remarks(api, other, ...both('restricted', 'baseline'))).toEqual([
      expect.stringMatching(/^import\/pod-security-differs /),
    ]);
    expect(remarks(api, other, ...both('restricted', 'restricted'))).toEqual([]);
  });

  it('should tell a zone of which some may ask the DNS of the cluster and others may not', () => {
    const silent = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'silent', namespace: 'shop' },
      spec: { podSelector: { matchLabels: { app: 'api' } }, policyTypes: ['Egress'] },
    };
    const differs = expect.stringMatching(/^import\/dns-differs /);
    expect(remarks(api, workload('web'), silent)).toContainEqual(differs);
    expect(remarks(api, silent)).not.toContainEqual(differs);
  });
});
