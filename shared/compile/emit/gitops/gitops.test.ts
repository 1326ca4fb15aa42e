import * as fc from 'fast-check';
import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../k8s/index.ts';
import { schema, type Topology } from '../../../model/index.ts';
import { arbitraryTopology } from '../../../testing/arbitraries.ts';
import { readCase } from '../../../testing/cluster-ir.ts';
import { build, type Patch } from '../../../testing/kustomize.ts';
import { type Bundle, compile, targets } from '../../index.ts';

const repository = 'https://git.example/zones.git';
type Gitops = NonNullable<Topology['metadata']['gitops']>;

function asking(gitops: Gitops): Topology {
  const topology = readCase('gitops');
  return { ...topology, metadata: { ...topology.metadata, gitops } };
}
function objects(bundle: Bundle, path: string): Array<KubeObject & { spec: Record<string, unknown> }> {
  return loadAll(bundle.files.find((f) => f.path === path)?.text ?? '') as Array<
    KubeObject & { spec: Record<string, unknown> }
  >;
}
function applied(bundle: Bundle): KubeObject[] {
  return bundle.files
    .filter((f) => f.cluster !== undefined && f.objects.length > 0)
    .flatMap((f) => loadAll(f.text) as KubeObject[]);
}
const paths = (bundle: Bundle) => bundle.files.map((f) => f.path).filter((p) => p.startsWith('gitops/'));

describe('GitOps', () => {
  it('should be written only on request, for the tools that are asked for', () => {
    const { gitops: _, ...metadata } = readCase('gitops').metadata;
    const without = compile({ ...readCase('gitops'), metadata });
    expect(paths(without)).toEqual([]);
    expect(JSON.stringify(applied(without))).not.toMatch(/fluxcd|sync-options/);
    expect(paths(compile(asking({ repository, tools: ['argocd'] })))).toEqual(['gitops/argocd.yaml']);
    expect(paths(compile(asking({ repository, tools: ['flux'] })))).toEqual(['gitops/flux.yaml']);
  });

  it('should apply the folder of each cluster that holds a kustomization, and no other', () => {
    const bundle = compile(readCase('gitops'));
    const [, set] = objects(bundle, 'gitops/argocd.yaml');
    expect(set?.spec.generators).toEqual([
      {
        list: {
          elements: [
            { cluster: 'prod', path: 'exports/zones/prod' },
            { cluster: 'test', path: 'exports/zones/test' },
          ],
        },
      },
    ]);
    const kustomizations = objects(bundle, 'gitops/flux.yaml').filter((o) => o.kind === 'Kustomization');
    expect(kustomizations.map((k) => k.spec.path)).toEqual([
      './exports/zones/prod/first',
      './exports/zones/prod',
      './exports/zones/test/first',
      './exports/zones/test',
    ]);
    expect(kustomizations.map((k) => k.spec.kubeConfig)).toEqual(
      ['prod', 'prod', 'test', 'test'].map((id) => ({ secretRef: { name: `${id}-kubeconfig` } })),
    );
    for (const id of ['prod', 'test']) expect(bundle.files.map((f) => f.path)).toContain(`${id}/kustomization.yaml`);
  });

  it('should permit every kind that this or an earlier export holds, and no other', () => {
    const bundle = compile(readCase('gitops'));
    const [project] = objects(bundle, 'gitops/argocd.yaml');
    const allowed = (key: string) =>
      ((project?.spec[key] ?? []) as Array<{ group: string; kind: string }>).map((k) => `${k.group} ${k.kind}`);
    const isPermitted = (o: KubeObject) =>
      allowed(o.metadata.namespace === undefined ? 'clusterResourceWhitelist' : 'namespaceResourceWhitelist').includes(
        `${o.apiVersion.includes('/') ? o.apiVersion.split('/')[0] : ''} ${o.kind}`,
      );
    const listed = bundle.files
      .filter((f) => /^(prod|test)\/(?!inventory)/.test(f.path) && f.objects.length > 0)
      .flatMap((f) => loadAll(f.text) as KubeObject[]);
    expect(listed.length).toBeGreaterThan(5);
    expect(listed.filter((o) => !isPermitted(o)).map((o) => o.kind)).toEqual([]);
    // Argo CD deletes nothing of a kind that the project does not permit, and the last gateway may go.
    expect(listed.map((o) => o.kind)).not.toContain('Gateway');
    expect(allowed('namespaceResourceWhitelist')).toContain('gateway.networking.k8s.io Gateway');
    const all = [...allowed('clusterResourceWhitelist'), ...allowed('namespaceResourceWhitelist')];
    expect(new Set(all).size).toBe(all.length);
    const formats = targets.flatMap((t) => t.formats.map((f) => f.replace(/^(?:(\S+)\/)?\S+ /, '$1 ')));
    expect(all.filter((kind) => !formats.includes(kind))).toEqual([]);
    expect(JSON.stringify(project)).not.toContain('"*","kind"');
    expect(all).not.toContain(' Secret');
  });

  it('should have Flux tell the admission of the last export of new namespaces before it applies them', () => {
    const bundle = compile(readCase('gitops'));
    const flux = objects(bundle, 'gitops/flux.yaml').filter((o) => o.kind === 'Kustomization');
    const [first, rest] = flux.filter((o) => o.metadata.name.includes('-prod'));
    expect(rest?.spec.dependsOn).toEqual([{ name: first?.metadata.name }]);
    const built = (k: typeof first) =>
      build(bundle, String(k?.spec.path).replace('./exports/zones/', ''), (k?.spec.patches ?? []) as Patch[]);
    const names = (all: readonly KubeObject[]) => all.map((o) => `${o.kind} ${o.metadata.name}`);
    expect(names(built(first))).toEqual([
      'ValidatingAdmissionPolicy zonewright-namespaces',
      'ValidatingAdmissionPolicyBinding zonewright-namespaces',
    ]);
    // Together they are the whole, and no object has two that prune it.
    expect([...names(built(first)), ...names(built(rest))].sort()).toEqual(names(build(bundle, 'prod')).sort());
  });

  it('should have Argo CD deny only after everything that is allowed is there', () => {
    const waveOf = (o: KubeObject) => Number(o.metadata.annotations?.['argocd.argoproj.io/sync-wave'] ?? 0);
    const bundle = compile(readCase('gitops'));
    const whole = build(bundle, 'prod');
    const of = (name: string) => whole.filter((o) => o.metadata.name === name).map(waveOf);
    expect(of('zonewright-namespaces')).toEqual([-1, -1]);
    expect(of('default-deny')).toEqual([1]);
    expect(
      new Set(whole.filter((o) => o.kind === 'NetworkPolicy' && o.metadata.name !== 'default-deny').map(waveOf)),
    ).toEqual(new Set([0]));
    expect(
      new Set(whole.filter((o) => o.kind.endsWith('Binding') && o.metadata.name.startsWith('zone-')).map(waveOf)),
    ).toEqual(new Set([2]));
    // While it is open it comes before them, because the first policy that allows something isolates.
    const opened = build(bundle, 'rollout/prod/1-observe').filter((o) => o.metadata.name === 'default-deny');
    expect(opened.map(waveOf)).toEqual([-1]);
  });

  it('should lead both tools to the stage that the rollout has come to', () => {
    const { gitops } = readCase('gitops').metadata;
    const at = (stage: 'observe' | 'isolate') =>
      compile(asking({ ...(gitops ?? { repository, tools: ['flux'] }), stage }));
    const bundle = at('observe');
    const flux = objects(bundle, 'gitops/flux.yaml').filter((o) => o.metadata.name.includes('-prod'));
    expect(flux.map((k) => k.spec.path).slice(1)).toEqual(
      ['./exports/zones/prod/first', './exports/zones/rollout/prod/1-observe'].slice(1),
    );
    const first = build(bundle, 'prod/first', flux[0]?.spec.patches as Patch[]);
    expect(first.flatMap((o) => (o.spec as { validationActions?: string[] }).validationActions ?? [])).toEqual([
      'Warn',
      'Audit',
    ]);
    expect(JSON.stringify(objects(at('isolate'), 'gitops/argocd.yaml'))).toContain(
      'exports/zones/rollout/prod/2-isolate',
    );
  });

  it('should have both tools replace what cannot be changed, and no Service', () => {
    const all = applied(compile(readCase('gitops')));
    const classes = all.filter((o) => o.kind === 'StorageClass');
    expect(classes.length).toBeGreaterThan(0);
    for (const o of classes)
      expect(o.metadata.annotations).toMatchObject({
        'argocd.argoproj.io/sync-options': 'Force=true,Replace=true',
        'kustomize.toolkit.fluxcd.io/force': 'enabled',
      });
    expect(all.filter((o) => JSON.stringify(o.metadata).includes('Replace=true')).map((o) => o.kind)).not.toContain(
      'Service',
    );
  });

  it('should keep Flux from replacing text in braces, and both tools from deleting namespaces unasked', () => {
    const bundle = compile(readCase('gitops'));
    const annotated = applied(bundle).filter((o) => JSON.stringify(o).includes('${'));
    expect(annotated.map((o) => o.kind)).toContain('StorageClass');
    for (const o of annotated)
      expect(o.metadata.annotations?.['kustomize.toolkit.fluxcd.io/substitute'], o.kind).toBe('disabled');
    for (const o of applied(bundle).filter((n) => n.kind === 'Namespace'))
      expect(o.metadata.annotations).toMatchObject({
        'kustomize.toolkit.fluxcd.io/prune': 'disabled',
        'argocd.argoproj.io/sync-options': 'Prune=confirm',
      });
  });

  it('should write addresses and revisions as Flux reads them', () => {
    const source = (gitops: Omit<Gitops, 'tools'>) =>
      objects(compile(asking({ ...gitops, tools: ['flux'] })), 'gitops/flux.yaml')[0]?.spec;
    const commit = 'a'.repeat(40);
    expect(source({ repository: 'git@git.example:platform/zones.git' })).toMatchObject({
      url: 'ssh://git@git.example/platform/zones.git',
      ref: { branch: 'main' },
    });
    expect(source({ repository, revision: commit })).toMatchObject({ url: repository, ref: { commit } });
    expect(source({ repository, revision: 'refs/tags/v1' })?.ref).toEqual({ name: 'refs/tags/v1' });
    expect(source({ repository, revision: 'release/1' })?.ref).toEqual({ branch: 'release/1' });
  });

  it('should say names that Kubernetes takes, whatever the design is called', () => {
    fc.assert(
      fc.property(arbitraryTopology(), fc.string({ unit: 'grapheme', minLength: 1 }), (topology, name) => {
        const bundle = compile({ ...topology, metadata: { name, gitops: { repository, tools: ['argocd', 'flux'] } } });
        for (const o of [...objects(bundle, 'gitops/argocd.yaml'), ...objects(bundle, 'gitops/flux.yaml')])
          expect(o.metadata.name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
      }),
      { numRuns: 40 },
    );
  });
});

describe('the request for GitOps', () => {
  const accepts = (gitops: object) => schema.gitops.safeParse({ repository, tools: ['flux'], ...gitops }).success;

  it.each(['https://git.example/a.git', 'ssh://git@git.example:22/a', 'git@git.example:team/a.git', 'http://h/a'])(
    'should accept the repository %s',
    (address) => expect(accepts({ repository: address })).toBe(true),
  );

  it.each([
    'https://user:token@git.example/a.git',
    'https://token@git.example/a',
    'ssh://u:p@h/a',
    '/srv/a',
    'a b',
    'https://h',
  ])('should refuse the repository %s', (address) => expect(accepts({ repository: address })).toBe(false));

  it('should refuse folders that leave the repository, and no tool at all', () => {
    expect(['a', 'a/b.c', '.zones'].every((path) => accepts({ path }))).toBe(true);
    expect(['/a', '../a', 'a/../b', 'a/..', '.', 'a//b', 'a/'].some((path) => accepts({ path }))).toBe(false);
    expect(accepts({ tools: [] })).toBe(false);
    expect(accepts({ revision: '-x' })).toBe(false);
  });
});
