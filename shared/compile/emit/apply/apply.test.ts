/** The kustomizations of exports, their stages and what is pruned, held against kustomize itself and against the proof. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadAll } from 'js-yaml';
import { afterAll, describe, expect, it } from 'vitest';
import { loadDesign } from '../../../document/index.ts';
import type { KubeObject } from '../../../k8s/index.ts';
import type { Topology } from '../../../model/index.ts';
import { proveConnections } from '../../../proof/index.ts';
import { design, readCase } from '../../../testing/cluster-ir.ts';
import { withPlugin } from '../../../testing/designs.ts';
import { build } from '../../../testing/kustomize.ts';
import { type Bundle, compile } from '../../index.ts';
import { isNamespaced } from './prune.ts';

const templates = readdirSync('templates').filter((name) => name.endsWith('.zones.yaml'));
const designs: ReadonlyArray<readonly [string, Topology]> = [
  ...templates.map((name) => [name, readTemplate(name)] as const),
  ...['gitops', 'clusters-of-one-mesh', 'guard-rails-cluster-network-policy', 'hosts-by-name', 'two-workloads'].map(
    (n) => [n, readCase(n)] as const,
  ),
];
const steps = ['rollout/CLUSTER/1-observe', 'rollout/CLUSTER/2-isolate', 'CLUSTER'];

describe('the kustomizations of an export', () => {
  it.each(designs)('should hold every manifest, unchanged but for the label: %s', (_, topology) => {
    const bundle = compile(topology);
    for (const cluster of clustersOf(bundle)) {
      const built = build(bundle, cluster);
      const written = bundle.files
        .filter((f) => f.path.startsWith(`${cluster}/`) && !/^[^/]+\/(inventory|cluster)\//.test(f.path))
        .filter((f) => f.objects.length > 0)
        .flatMap((f) => loadAll(f.text) as KubeObject[]);
      const key = `${topology.metadata.labelPrefix ?? 'zonewright'}/design`;
      for (const o of built) expect(o.metadata.labels?.[key], o.kind).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
      expect(sorted(built.map((o) => without(o, key)))).toEqual(sorted(written));
    }
  });

  it('should rewrite nothing that policies refer to by name or label', () => {
    for (const [, topology] of designs)
      for (const file of compile(topology).files.filter((f) => f.path.endsWith('kustomization.yaml'))) {
        const [kustomization] = loadAll(file.text) as [Record<string, unknown>];
        expect(Object.keys(kustomization).filter((k) => !plain.includes(k))).toEqual([]);
        for (const label of (kustomization.labels ?? []) as object[]) expect(Object.keys(label)).toEqual(['pairs']);
      }
  });

  const kubectl = kubectlVersion();
  const folder = mkdtempSync(join(tmpdir(), 'zonewright-kustomize-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('should mean to kustomize what they mean here, where kubectl is installed', () => {
    if (kubectl === undefined) return;
    for (const [name, topology] of designs.filter(([n]) => ['gitops', templates[0]].includes(n))) {
      const bundle = compile(topology);
      const root = join(folder, name);
      for (const file of bundle.files) {
        mkdirSync(dirname(join(root, file.path)), { recursive: true });
        writeFileSync(join(root, file.path), file.text);
      }
      for (const cluster of clustersOf(bundle))
        for (const step of ['CLUSTER/first', ...steps].map((s) => s.replace('CLUSTER', cluster))) {
          const text = execFileSync('kubectl', ['kustomize', join(root, step)], { encoding: 'utf8' });
          expect(loadAll(text), `${name} ${step}`).toEqual(build(bundle, step));
        }
    }
  });
});

const plain = ['apiVersion', 'kind', 'resources', 'labels', 'patches', 'sortOptions'];

describe('towards routed clusters', () => {
  const notes = (topology: Topology, cluster: string) =>
    compile(topology).files.find((f) => f.path === `${cluster}/APPLY.md`)?.text ?? '';

  it.each([
    ['calico', 'disabled: true'],
    ['cilium', 'ipv4-native-routing-cidr'],
    ['aws-vpc-cni', 'AWS_VPC_K8S_CNI_EXTERNALSNAT'],
    ['something-new', 'does not translate'],
  ])('should be said how pods keep their addresses, with %s', (name, how) => {
    const topology = withPlugin(readCase('clusters-routed'), { name });
    const said = clustersOf(compile(topology)).map((cluster) => notes(topology, cluster));
    expect(said.length).toBeGreaterThan(1);
    for (const text of said)
      expect(text).toMatch(new RegExp(`Pods keep their addresses towards [0-9a-f.:/, ]+: .*${how}`));
    const hidden = withPlugin(topology, { name }, { seenAs: 'node' });
    for (const cluster of clustersOf(compile(hidden)))
      expect(notes(hidden, cluster)).not.toContain('keep their addresses');
  });
});

describe('a rollout', () => {
  // Small enough that every single object can be applied by itself: two clusters, a gateway, zones open and closed.
  it.each(['through-a-gateway', 'clusters-routed', 'guard-rails-cluster-network-policy', 'inside-a-zone-denied'])(
    'should never cut a drawn connection, object by object, on the way there and back: %s',
    (name) => {
      const topology = readCase(name);
      walk(topology, 1);
    },
  );

  it.each(templates)('should never cut a drawn connection on the way there and back: %s', (name) => {
    walk(readTemplate(name), 40);
  });

  it('should cut one where the default deny is not open first', () => {
    const bundle = compile(readCase('through-a-gateway'));
    const [cluster = ''] = clustersOf(bundle);
    const closed = build(bundle, cluster);
    expect(
      closed.some((_, i) => missing(readCase('through-a-gateway'), bundle, [...closed.slice(0, i)]).length > 0),
    ).toBe(true);
  });

  it('should only warn until the last step', () => {
    for (const [name, topology] of designs) {
      const bundle = compile(topology);
      for (const cluster of clustersOf(bundle)) {
        const [observe = [], isolate = [], enforce = []] = steps.map((s) =>
          build(bundle, s.replace('CLUSTER', cluster)),
        );
        const denies = (all: readonly KubeObject[]) =>
          all.some((o) => o.kind.startsWith('Validating') && JSON.stringify(o).includes('"Deny"')) ||
          all.some((o) => o.metadata.labels?.['pod-security.kubernetes.io/enforce'] !== undefined);
        expect([denies(observe), denies(isolate), denies(enforce)], name).toEqual([false, false, true]);
        for (const all of [observe, isolate])
          expect(all.filter((o) => o.kind.startsWith('Mutating') || o.kind === 'ResourceQuota')).toEqual([]);
      }
    }
  });
});

describe('what has to be there', () => {
  const nfs = {
    endpoints: { nas: { zone: 'a', type: 'nfs', addresses: ['10.0.0.1'], export: '/x' } },
    classes: { files: { endpoint: 'nas' } },
  };
  const notesOf = (cluster: object, storage: object = nfs) => {
    const bundle = compile(
      design({
        apiVersion: 'zonewright/v1',
        kind: 'Topology',
        metadata: { name: 'x' },
        zones: { a: { trust: 1, storageClasses: ['files'] } },
        clusters: {
          k: { distribution: 'kubeadm', version: '1.37.1', networks: { pods: ['10.20.0.0/16'] }, ...cluster },
        },
        namespaces: { shop: { cluster: 'k', zone: 'a' } },
        storage,
      }),
    );
    return bundle.files.find((f) => f.path === 'k/APPLY.md')?.text ?? '';
  };

  it('should name the range of pods where the plugin has a setting of its own for it', () => {
    expect(notesOf({ cni: { name: 'cilium' } })).toContain(
      'It gives pods addresses of 10.20.0.0/16 (ipam.operator.clusterPoolIPv4PodCIDRList, or ipam.mode kubernetes).',
    );
    expect(notesOf({ cni: { name: 'calico' } })).toContain('addresses of 10.20.0.0/16 (its IPPool)');
    expect(notesOf({ cni: { name: 'cilium' }, networks: {} })).not.toContain('It gives pods');
    expect(notesOf({ cni: { name: 'kube-router' } })).not.toContain('It gives pods');
  });

  it('should keep storage drivers out of zones, whose Pod Security refuses them', () => {
    expect(notesOf({})).toContain('The storage driver nfs.csi.k8s.io is installed, in a namespace of no zone');
  });

  it('should ask for volumes where nobody provisions them', () => {
    const notes = notesOf({}, { ...nfs, endpoints: { nas: { zone: 'a', type: 'local' } } });
    expect(notes).toContain('`kubectl get persistentvolumes`');
    expect(notes).not.toContain('csidriver');
  });

  it.each([
    ['kubeadm', 'kubectl get pods -n kube-system -l component=kube-apiserver'],
    ['k3s', 'journalctl -u k3s'],
    ['openshift', 'oc get configmap config -n openshift-kube-apiserver'],
  ])('should show the admission plugins of %s where its API server runs', (distribution, command) => {
    expect(notesOf({ distribution })).toContain(command);
  });
});

describe('what is pruned', () => {
  it('should be every kind that any cluster applies, and never a namespace', () => {
    for (const [name, topology] of designs) {
      const bundle = compile(topology);
      for (const cluster of clustersOf(bundle)) {
        const notes = bundle.files.find((f) => f.path === `${cluster}/APPLY.md`)?.text ?? '';
        const listed = new Set([...notes.matchAll(/--prune-allowlist=(\S+)/g)].map((m) => m[1]));
        for (const o of build(bundle, cluster).filter((a) => a.kind !== 'Namespace')) {
          const entry = `${o.apiVersion.includes('/') ? '' : 'core/'}${o.apiVersion}/${o.kind}`;
          expect(listed, `${name} ${cluster}`).toContain(entry);
        }
        expect([...listed].filter((e) => /Namespace$/.test(e ?? ''))).toEqual([]);
        expect(notes).toContain('--prune -l ');
      }
    }
  });

  it.each([
    ['1.29', []],
    ['1.33', ['ValidatingAdmissionPolicy']],
    ['1.35', ['ValidatingAdmissionPolicy', 'VolumeAttributesClass']],
    ['1.36', ['MutatingAdmissionPolicy', 'ValidatingAdmissionPolicy', 'VolumeAttributesClass']],
  ])('should be no kind that Kubernetes %s does not know, which kubectl refuses', (version, expected) => {
    const topology = readCase('nfs-and-ceph-by-zone');
    const clusters = Object.entries(topology.clusters ?? {}).map(([id, c]) => [id, { ...c, version }]);
    const bundle = compile({ ...topology, clusters: Object.fromEntries(clusters) });
    for (const cluster of clustersOf(bundle)) {
      const notes = bundle.files.find((f) => f.path === `${cluster}/APPLY.md`)?.text ?? '';
      const kinds = [...notes.matchAll(/--prune-allowlist=\S+\/(\w+)/g)].map((m) => m[1] ?? '');
      const gated = kinds.filter((k) => /AdmissionPolicy$|VolumeAttributesClass/.test(k));
      expect([...new Set(gated)].sort(), cluster).toEqual(expected);
    }
  });

  // kubectl 1.36 then says “no matches for kind "TCPRoute" in version "gateway.networking.k8s.io/v1"” and applies nothing.
  it('should be no kind that an older Gateway API lacks, where the export holds none', () => {
    const notes = compile(readTemplate('one-cluster-three-zones.zones.yaml')).files.find(
      (f) => f.path === 'prod/APPLY.md',
    )?.text;
    expect(notes).toContain('--prune-allowlist=gateway.networking.k8s.io/v1/HTTPRoute');
    expect(notes).not.toMatch(/--prune-allowlist=\S+\/(TCP|UDP)Route/);
    const deletes = notes?.split('\n').filter((l) => l.startsWith('kubectl delete') && /(tcp|udp)route/.test(l));
    expect(deletes).toEqual([
      'kubectl delete tcproute.gateway.networking.k8s.io,udproute.gateway.networking.k8s.io --all-namespaces -l zonewright/design=claims',
    ]);
  });

  it('should tell kinds of namespaces from those of the whole cluster as the objects do', () => {
    const applied = designs.flatMap(([, topology]) => {
      const bundle = compile(topology);
      return clustersOf(bundle).flatMap((cluster) => build(bundle, cluster));
    });
    expect(new Set(applied.map((o) => o.metadata.namespace)).size).toBeGreaterThan(10);
    for (const o of applied) expect(isNamespaced(o.kind), o.kind).toBe(o.metadata.namespace !== undefined);
  });

  it('should be everything of a flow that is deleted, the last gateway of a cluster too', () => {
    const topology = readCase('through-a-gateway');
    const [flow = ''] = Object.keys(topology.flows ?? {});
    const { before, after } = applyTwice(topology, { ...topology, flows: lessOne(topology.flows, flow) });
    expect(before.filter((key) => key.includes(flow)).length).toBeGreaterThan(0);
    expect(after.filter((key) => key.includes(flow))).toEqual([]);
    const ofGateways = (keys: readonly string[]) => keys.filter((key) => /^(Gateway|\w+Route) /.test(key));
    expect(ofGateways(after).length).toBeGreaterThan(0);
    expect(ofGateways(applyTwice(topology, { ...topology, flows: {} }).after)).toEqual([]);
  });

  it.each([
    ['Claims', 'claims'],
    ['claims 1', 'claims_1'],
    ['🦊', ''],
    [`${'x'.repeat(50)}a`, `${'x'.repeat(50)}b`],
  ])('should be nothing of a design with another name, and show it before: “%s” and “%s”', (one, other) => {
    const topology = readCase('two-workloads');
    const called = (name: string, flows = topology.flows): Topology => ({ ...topology, metadata: { name }, flows });
    const { before, after } = applyTwice(called(one), called(other, {}));
    expect(after).toEqual(before);
    const seen = (name: string) => {
      const [cluster = ''] = clustersOf(compile(called(name)));
      const notes = compile(called(name)).files.find((f) => f.path === `${cluster}/APPLY.md`)?.text ?? '';
      const [, label = '', value = ''] = /managed-by=zonewright,(\S+)!=(\S+)'/.exec(notes) ?? [];
      expect(notes).toContain(`--all-namespaces -l ${label}=${value}`);
      return (o: KubeObject) =>
        o.metadata.labels?.['app.kubernetes.io/managed-by'] === 'zonewright' && o.metadata.labels[label] !== value;
    };
    const applied = build(compile(called(one)), clustersOf(compile(called(one)))[0] ?? '');
    const shown = applied.filter((o) => /^(Namespace|NetworkPolicy)$/.test(o.kind));
    expect(shown.filter(seen(other)).length).toBe(shown.length);
    expect(shown.filter(seen(one))).toEqual([]);
  });

  it('should be everything but the default deny in a namespace that is no longer drawn', () => {
    const topology = readCase('through-a-gateway');
    const gone = Object.keys(topology.namespaces ?? {});
    for (const namespace of gone) {
      const left = { ...topology, namespaces: lessOne(topology.namespaces, namespace) };
      const { before, after } = applyTwice(topology, left);
      const of = (keys: readonly string[]) => keys.filter((key) => key.split(' ')[1] === namespace);
      expect(of(before).length, namespace).toBeGreaterThan(1);
      expect(of(after), namespace).toEqual([`NetworkPolicy ${namespace} default-deny`]);
    }
    // What is left where nothing is applied any more has commands as well.
    const { after } = applyTwice(topology, { ...topology, namespaces: {}, workloads: {}, flows: {} });
    const open = after.filter((key) => /^(NetworkPolicy|Service|Gateway|\w+Route) /.test(key));
    expect(open).toEqual(gone.map((namespace) => `NetworkPolicy ${namespace} default-deny`).sort());
  });
});

function lessOne<T>(records: Readonly<Record<string, T>> | undefined, id: string): Record<string, T> {
  return Object.fromEntries(Object.entries(records ?? {}).filter(([key]) => key !== id));
}

/** What the commands of the notes leave of one export after the next, as `kind namespace name`. */
function applyTwice(first: Topology, then: Topology): { readonly before: string[]; readonly after: string[] } {
  const [cluster = ''] = clustersOf(compile(first));
  const bundle = compile(then);
  const notes = bundle.files.find((f) => f.path === `${cluster}/APPLY.md`)?.text ?? '';
  const isApplied = bundle.files.some((f) => f.path === `${cluster}/kustomization.yaml`);
  const section = notes.split(isApplied ? '## Every time' : '## What earlier exports left')[1]?.split('\n## ')[0] ?? '';
  const commands = section
    .replaceAll(' \\\n', '')
    .split('\n')
    .filter((line) => /^kubectl (apply -k \.|delete) /.test(line));
  let state = build(compile(first), cluster);
  const before = state.map(namedBy).sort();
  for (const command of commands) {
    const wanted = command.startsWith('kubectl apply') ? build(bundle, cluster) : [];
    const kept = new Set(wanted.map(namedBy));
    const isDeleted = command.startsWith('kubectl apply') ? prunes(command, wanted) : deletes(command);
    const label = /-l (\S+)=(\S+)/.exec(command) ?? [];
    state = [
      ...state.filter(
        (o) => !kept.has(namedBy(o)) && !(o.metadata.labels?.[label[1] ?? ''] === label[2] && isDeleted(o)),
      ),
      ...wanted,
    ];
  }
  return { before, after: state.map(namedBy).sort() };
}

function namedBy({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.namespace ?? ''} ${metadata.name}`;
}

/** `--prune` looks at the kinds of its list, in the namespaces of what is applied and in none. */
function prunes(command: string, wanted: readonly KubeObject[]): (object: KubeObject) => boolean {
  const kinds = new Set([...command.matchAll(/--prune-allowlist=\S*\/(\w+)/g)].map((m) => m[1]));
  const visited = new Set(wanted.map((o) => o.metadata.namespace));
  return ({ kind, metadata }) =>
    kinds.has(kind) && (metadata.namespace === undefined || visited.has(metadata.namespace));
}

function deletes(command: string): (object: KubeObject) => boolean {
  expect(command).toContain(' --all-namespaces ');
  const kinds = (/^kubectl delete (\S+)/.exec(command)?.[1] ?? '').split(',').map((k) => k.split('.')[0]);
  const fields = (/--field-selector (\S+)/.exec(command)?.[1] ?? '').split(',').filter((f) => f !== '');
  return ({ kind, metadata }) =>
    kinds.includes(kind.toLowerCase()) &&
    fields.every((field) => {
      const [key = '', value] = field.split('!=');
      return (key === 'metadata.name' ? metadata.name : metadata.namespace) !== value;
    });
}

/** Through all steps and back again; every `stride`-th object is looked at, and every end of a step. */
function walk(topology: Topology, stride: number): void {
  const bundle = compile(topology);
  for (const cluster of clustersOf(bundle)) {
    const path = steps.map((s) => build(bundle, s.replace('CLUSTER', cluster)));
    let state: State = new Map();
    for (const wanted of [...path, ...[...path].reverse().slice(1)]) {
      let n = 0;
      state = run(state, wanted, (now, object) => {
        // Nothing else has a say in who may connect.
        if (!/Policy$/.test(object.kind) || /Admission/.test(object.kind)) return;
        n += 1;
        if (n % stride === 0) expect(missing(topology, bundle, [...now.values()], cluster)).toEqual([]);
      });
      expect(missing(topology, bundle, [...state.values()], cluster)).toEqual([]);
    }
    // Back to nothing: in whatever order the others go, the default deny goes last.
    const left = new Map(state);
    const isLast = (o: KubeObject) => o.metadata.name === 'default-deny';
    const going = [...state].sort(([, a], [, b]) => Number(isLast(a)) - Number(isLast(b)));
    going.forEach(([key, object], i) => {
      if (!/Policy$/.test(object.kind)) return;
      left.delete(key);
      if (i % stride === 0) expect(missing(topology, bundle, [...left.values()], cluster)).toEqual([]);
    });
  }
}

type State = ReadonlyMap<string, KubeObject>;

/** `kubectl apply --prune`: each object in its order, then what is no longer wanted goes. */
function run(
  before: State,
  wanted: readonly KubeObject[],
  look: (state: State, changed: KubeObject) => void = () => undefined,
): State {
  const state = new Map(before);
  for (const object of wanted) {
    state.set(keyOf(object), object);
    look(state, object);
  }
  const kept = new Set(wanted.map(keyOf));
  for (const [key, object] of state) {
    if (kept.has(key) || object.kind === 'Namespace') continue;
    state.delete(key);
    look(state, object);
  }
  return state;
}

/** Drawn connections that are not possible with these objects in one cluster, and everything in the others. */
function missing(topology: Topology, bundle: Bundle, now: readonly KubeObject[], cluster?: string): string[] {
  const manifests = clustersOf(bundle).map((id) => {
    const inventory = bundle.files
      .filter((f) => f.path.startsWith(`${id}/inventory/`))
      .flatMap((f) => loadAll(f.text) as KubeObject[]);
    const objects = cluster === undefined || id === cluster ? now : build(bundle, id);
    return { cluster: id, objects: [...objects, ...inventory].map((object) => ({ object })) };
  });
  const { findings, counts } = proveConnections(topology, manifests);
  if (counts.missing === 0) return [];
  return findings.filter((f) => f.kind === 'missing').map((f) => JSON.stringify([f.from, f.to]));
}

function keyOf({ apiVersion, kind, metadata }: KubeObject): string {
  return [apiVersion, kind, metadata.namespace ?? '', metadata.name].join(' ');
}

function sorted(objects: readonly KubeObject[]): KubeObject[] {
  return [...objects].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function without(object: KubeObject, label: string): KubeObject {
  const { [label]: _, ...labels } = object.metadata.labels ?? {};
  return { ...object, metadata: { ...object.metadata, labels } };
}

function clustersOf(bundle: Bundle): string[] {
  return bundle.files.flatMap((f) =>
    f.cluster !== undefined && f.path === `${f.cluster}/kustomization.yaml` ? [f.cluster] : [],
  );
}

function readTemplate(name: string): Topology {
  const { document } = loadDesign(readFileSync(`templates/${name}`, 'utf8'), { file: name });
  if (document === undefined) throw new Error(`${name} cannot be read`);
  return document.topology;
}

function kubectlVersion(): string | undefined {
  try {
    return execFileSync('kubectl', ['version', '--client'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}
