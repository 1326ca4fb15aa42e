import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../compile/index.ts';
import { entriesOf } from '../diff/index.ts';
import { loadDesign } from '../document/index.ts';
import { Collector } from '../importing/index.ts';
import type { Topology } from '../model/index.ts';
import { arbitraryTopology } from '../testing/arbitraries.ts';
import { driftOf } from './drift.ts';

const boutique = new URL('../../templates/online-boutique.zones.yaml', import.meta.url);
const design = loadDesign(readFileSync(boutique, 'utf8')).document?.topology as Topology;

/** What runs: the export as it would be applied, with edits of its files; a file for which it gives nothing is missing. */
function live(topology: Topology, edit: (path: string, text: string) => string | undefined = (_, text) => text) {
  const collector = new Collector({ name: 'live' });
  const files = [...compile(topology).files].sort(
    (a, b) => Number(b.path === 'zonewright.json') - Number(a.path === 'zonewright.json'),
  );
  for (const { path, text } of files) {
    const edited = edit(path, text);
    if (edited !== undefined && /\.(ya?ml|json)$/.test(path)) collector.add(path, edited);
  }
  return collector.clusters();
}

function drift(edit?: Parameters<typeof live>[1]) {
  const { review, problems } = driftOf(design, live(design, edit));
  const entries = entriesOf(review).map((e) => `${e.layer} ${e.class} ${e.title}`);
  return { entries, problems: problems.map((p) => p.rule), messages: entriesOf(review).map((e) => e.message) };
}

describe('driftOf', () => {
  it('should find no drift where what is drawn is what runs', () => {
    expect(drift()).toEqual({ entries: [], problems: [], messages: [] });
  });

  it('should know the policies of Calico as it stores them', () => {
    expect(
      drift((_, text) => text.replaceAll('apiVersion: projectcalico.org/v3', 'apiVersion: crd.projectcalico.org/v1')),
    ).toEqual({
      entries: [],
      problems: [],
      messages: [],
    });
  });

  it('should find no drift after any export', () => {
    fc.assert(
      fc.property(arbitraryTopology(), (topology) => {
        // Of two namespaces of one name only one is exported; the other is an error of the design.
        const names = Object.entries(topology.namespaces ?? {}).map(([id, n]) => `${n.cluster}/${n.name ?? id}`);
        fc.pre(new Set(names).size === names.length);
        const clusters = live(topology);
        const named = clusters.map((c) => c.name);
        const { review, problems } = driftOf(topology, clusters);
        expect(
          entriesOf(review)
            .filter((e) => e.class !== 'neutral')
            .map((e) => e.message),
        ).toEqual([]);
        if (named.length === Object.keys(topology.clusters ?? {}).length)
          expect(problems.filter((p) => p.rule !== 'drift/no-workloads')).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  it('should know the Service that a flow asks for and the design does not write', () => {
    const topology = {
      apiVersion: 'zonewright/v1',
      kind: 'Topology',
      metadata: { name: 'x' },
      zones: { dmz: { trust: 20, exposure: ['loadBalancer'] } },
      clusters: { prod: { distribution: 'kubeadm', version: '1.37' } },
      namespaces: { web: { cluster: 'prod', zone: 'dmz' } },
      workloads: { shop: { namespace: 'web', ports: { http: { port: 8080 } } } },
      externals: { internet: { kind: 'internet' } },
      flows: {
        in: { from: { external: 'internet' }, to: { namespace: 'web' }, ports: 'all', via: { kind: 'loadBalancer' } },
      },
    } as unknown as Topology;
    const { review } = driftOf(topology, live(topology));
    expect(entriesOf(review).map((e) => e.message)).toEqual([]);
  });

  it('should find what is live in folders of any name', () => {
    const collector = new Collector({ name: 'live' });
    for (const { path, text } of compile(design).files)
      if (/\.ya?ml$/.test(path)) collector.add(path.replace('boutique/policies/', 'inventory/'), text);
    expect(entriesOf(driftOf(design, collector.clusters()).review).map((e) => e.message)).toEqual([]);
  });

  it('should tell what is live and not drawn, and what is drawn and not live', () => {
    const { entries, messages } = drift((path, text) =>
      path.endsWith('inventory/workloads.yaml') ? text.replace('name: adservice', 'name: miner') : text,
    );
    expect(entries).toContain('record weakens Workload miner added');
    expect(entries).toContain('record closes Workload adservice removed');
    expect(messages).toContain(
      'Workload “miner” is live and not drawn: nobody decided in which zone it is and what it may reach.',
    );
  });

  it('should tell what opened where a policy is gone, naming that policy', () => {
    // Without guard rails, which would hold what the policies no longer do.
    const clusters = live(design, (path, text) =>
      path.endsWith('policies/cards.yaml') || path.includes('guard-rails/') ? undefined : text,
    );
    const { review } = driftOf(design, clusters);
    const opened = entriesOf(review).filter((e) => e.class === 'opens');
    expect(opened.length).toBeGreaterThan(0);
    for (const entry of opened)
      expect(entry.causes).toContainEqual({ kind: 'NetworkPolicy', id: 'boutique/cards/default-deny' });
    expect(review.groups.find((g) => g.key === 'NetworkPolicy:boutique/cards/default-deny')?.class).toBe('weakens');
  });

  it('should tell whom a policy lets in beside what runs', () => {
    const { messages } = drift((path, text) => {
      if (path.includes('guard-rails/')) return undefined;
      return path.endsWith('policies/cards.yaml')
        ? text.replace('kubernetes.io/metadata.name: checkout', 'team: checkout')
        : text;
    });
    expect(messages).toContain(
      'pods with app=checkoutservice in any other namespace with team=checkout can reach paymentservice on TCP 50051, and could not before.',
    );
  });

  it('should tell what is held less than drawn', () => {
    const { entries } = drift((path, text) =>
      path.endsWith('namespaces.yaml') ? text.replaceAll('enforce: restricted', 'enforce: privileged') : text,
    );
    expect(entries.filter((e) => e.startsWith('isolation'))).toContain('isolation weakens Namespace baskets');
  });

  it('should pass over what the API server fills in and what others run', () => {
    const { entries } = drift((path, text) => {
      if (path.endsWith('services/web.yaml'))
        return text.replace('spec:', 'status: {loadBalancer: {}}\nspec:\n  clusterIP: 10.0.0.1');
      if (!path.endsWith('namespaces.yaml')) return text;
      return `${text}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-root-ca.crt, namespace: web}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: coredns, namespace: kube-system}\nspec: {template: {metadata: {labels: {k8s-app: kube-dns}}, spec: {containers: [{name: c}]}}}\n`;
    });
    expect(entries).toEqual([]);
  });

  it('should compare policies alone where the workloads are not there', () => {
    const { entries, problems } = drift((path, text) => (path.includes('/inventory/') ? undefined : text));
    expect([entries, problems]).toEqual([[], ['drift/no-workloads']]);
  });

  it('should say which cluster it could not compare', () => {
    const two: Topology = {
      ...design,
      clusters: { ...design.clusters, other: { distribution: 'kind', version: '1.37' } },
    };
    const [boutiqueLive] = live(design);
    const { problems } = driftOf(two, [
      ...(boutiqueLive === undefined ? [] : [boutiqueLive]),
      { name: 'stranger', sources: boutiqueLive?.sources ?? [] },
    ]);
    expect(problems.map((p) => [p.rule, p.subject?.id])).toEqual(
      [
        ['drift/cluster-not-drawn', 'stranger'],
        ['drift/cluster-not-seen', 'other'],
      ].reverse(),
    );
  });
});
