/** What always holds of an export, whatever the design. */
import * as fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../lib/sha256.ts';
import { lookup, type Topology } from '../model/index.ts';
import { runRules } from '../rules/index.ts';
import { arbitraryTopology } from '../testing/arbitraries.ts';
import { validateNetworkPolicy } from '../testing/validate-network-policy.ts';
import { type Bundle, compile, type ExportIndex, indexName } from './index.ts';

interface Rule {
  readonly from?: unknown[];
  readonly to?: unknown[];
  readonly ports?: unknown[];
}
interface Policy {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: { readonly policyTypes: string[]; readonly ingress?: Rule[]; readonly egress?: Rule[] };
}

/** The objects of a bundle, each read from the lines that the bundle says it stands on. */
function readObjects(bundle: Bundle) {
  return bundle.files.flatMap((file) => {
    const lines = file.text.split('\n');
    return file.objects.map((about) => ({
      about,
      file,
      object: load(lines.slice(about.startLine - 1, about.endLine).join('\n')) as Policy & Record<string, unknown>,
    }));
  });
}

function policies(bundle: Bundle) {
  return readObjects(bundle).filter((o) => o.about.kind === 'NetworkPolicy');
}

/** Every map of the design with its keys the other way round. */
function reversed<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reversed) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  ) as T;
}

const runs = { numRuns: 60 };

describe('compile', () => {
  it('should give the same bytes whatever the order of the maps', () => {
    fc.assert(
      fc.property(arbitraryTopology(), (topology) => {
        expect(compile(reversed(topology))).toEqual(compile(structuredClone(topology)));
      }),
      runs,
    );
  });

  it('should write only policies that the API server takes', () => {
    fc.assert(
      fc.property(arbitraryTopology(), (topology) => {
        const faults = policies(compile(topology)).flatMap(({ object }) => validateNetworkPolicy(object));
        expect(faults).toEqual([]);
      }),
      runs,
    );
  });

  it('should never leave a list of peers or ports empty, nor a rule without peers', () => {
    fc.assert(
      fc.property(arbitraryTopology(), (topology) => {
        for (const { object } of policies(compile(topology))) {
          const { policyTypes, ingress, egress } = object.spec;
          const isDeny = object.metadata.name === 'default-deny';
          expect(policyTypes).toEqual(isDeny ? ['Ingress', 'Egress'] : [ingress === undefined ? 'Egress' : 'Ingress']);
          expect(isDeny).toBe(ingress === undefined && egress === undefined);
          for (const rule of ingress ?? []) expect([rule.from?.length, rule.to, rule.ports?.length]).not.toContain(0);
          for (const rule of ingress ?? []) expect(rule.from).toBeDefined();
          for (const rule of egress ?? []) expect(rule.to).toBeDefined();
          for (const rule of egress ?? []) expect([rule.to?.length, rule.ports?.length]).not.toContain(0);
        }
      }),
      runs,
    );
  });

  it('should name namespace and pods in one peer, and never a namespace of another cluster', () => {
    fc.assert(
      fc.property(arbitraryTopology(), (topology) => {
        for (const { object, about, file } of policies(compile(topology))) {
          const index = lookup(topology);
          const local = index.namespacesHeldBy(file.cluster ?? '');
          const names = new Set([...local.map((n) => n.name ?? n.id), 'kube-system', 'openshift-dns']);
          const peers = [...(object.spec.ingress ?? []), ...(object.spec.egress ?? [])].flatMap(
            (r) => (r.from ?? r.to ?? []) as Array<Record<string, object>>,
          );
          for (const peer of peers) {
            const keys = Object.keys(peer).sort();
            expect([['ipBlock'], ['namespaceSelector', 'podSelector']], about.name).toContainEqual(keys);
            for (const name of namesIn(peer.namespaceSelector)) expect([...names]).toContain(name);
          }
        }
      }),
      runs,
    );
  });

  it('should put each object on the lines it says, once per cluster, with its causes in the design', () => {
    fc.assert(
      fc.property(arbitraryTopology(), (topology) => {
        const seen = new Set<string>();
        for (const { about, file, object } of readObjects(compile(topology))) {
          const { apiVersion, kind, name, namespace } = about;
          expect(object).toMatchObject({ apiVersion, kind, metadata: { name, ...(namespace && { namespace }) } });
          expect(about.causes.length, `${kind} ${name}`).toBeGreaterThan(0);
          if (kind !== 'NetworkPolicy') continue;
          const key = `${file.cluster} ${namespace} ${name}`;
          expect(seen.has(key), key).toBe(false);
          seen.add(key);
        }
      }),
      runs,
    );
  });

  it('should deny by default in every namespace', () => {
    fc.assert(
      fc.property(arbitraryTopology(), (topology) => {
        const bundle = compile(topology);
        const namespaces = readObjects(bundle).filter((o) => o.about.kind === 'Namespace');
        const denies = policies(bundle).filter((o) => o.about.name === 'default-deny');
        expect(denies.map((o) => `${o.file.cluster} ${o.about.namespace}`).sort()).toEqual(
          namespaces.map((o) => `${o.file.cluster} ${o.about.name}`).sort(),
        );
      }),
      runs,
    );
  });

  it('should lose exactly the policies of a flow with the flow', () => {
    fc.assert(
      fc.property(arbitraryTopology(), fc.nat(), (topology, pick) => {
        const ids = Object.keys(topology.flows ?? {});
        const gone = ids[pick % Math.max(1, ids.length)];
        fc.pre(gone !== undefined);
        const { [gone]: _, ...flows } = topology.flows ?? {};
        const texts = (t: Topology, without?: string) =>
          policies(compile(t))
            .filter((p) => !p.about.causes.some((c) => c.kind === 'flow' && c.id === without))
            .map((p) => [p.file.cluster, JSON.stringify(p.object)]);
        expect(texts({ ...topology, flows })).toEqual(texts(topology, gone));
      }),
      runs,
    );
  });

  it('should export no flow of which the rules say that the matrix blocks it, and block no other', () => {
    fc.assert(
      fc.property(arbitraryTopology(), (topology) => {
        const { rules: _, ...plain } = topology;
        const found = new Set(
          runRules(plain)
            .filter((f) => f.rule === 'flow/against-the-matrix')
            .map((f) => f.subject?.id),
        );
        const bundle = compile(plain);
        const exported = policies(bundle).flatMap((p) =>
          p.about.causes.filter((c) => c.kind === 'flow').map((c) => c.id),
        );
        const blocked = bundle.problems.filter((p) => p.rule === 'compile/flow-blocked-by-the-matrix');
        expect(exported.filter((id) => found.has(id))).toEqual([]);
        expect(blocked.map((p) => p.subject?.id).filter((id) => !found.has(id))).toEqual([]);
      }),
      runs,
    );
  });

  it('should list every other file in the index, with the hash of its text', () => {
    fc.assert(
      fc.property(arbitraryTopology(), (topology) => {
        const { files } = compile(topology);
        const index = JSON.parse(files.find((f) => f.path === indexName)?.text ?? '') as ExportIndex;
        const others = files.filter((f) => f.path !== indexName);
        expect(index.files.map((f) => [f.path, f.sha256])).toEqual(others.map((f) => [f.path, sha256Hex(f.text)]));
        expect(files.map((f) => f.path)).toEqual([...new Set(files.map((f) => f.path))].sort());
      }),
      { numRuns: 50 },
    );
  });

  it('should compile a design with nothing in it, and one that is broken everywhere', () => {
    const metadata = { name: 'x' };
    const empty = compile({ apiVersion: 'zonewright/v1', kind: 'Topology', metadata });
    expect(empty.files.map((f) => f.path)).toEqual([indexName]);
    const broken = compile({
      apiVersion: 'zonewright/v1',
      kind: 'Topology',
      metadata,
      namespaces: { a: { cluster: 'gone', zone: 'gone' } },
      workloads: { w: { namespace: 'gone' }, v: { namespace: 'a' } },
      flows: {
        f: { from: { workload: 'w' }, to: { zone: 'gone' }, ports: 'all' },
        g: { from: { external: 'gone' }, to: { workload: 'v' }, ports: 'all' },
      },
    });
    expect(broken.files.map((f) => f.path)).toEqual([indexName]);
    expect(broken.problems.map((p) => p.subject?.id)).toEqual(['f', 'f', 'g', 'g']);
    expect(broken.problems.every((p) => p.message.endsWith('.'))).toBe(true);
  });
});

function namesIn(selector: object | undefined): string[] {
  const { matchLabels, matchExpressions } = (selector ?? {}) as {
    matchLabels?: Record<string, string>;
    matchExpressions?: Array<{ values: string[] }>;
  };
  return [...Object.values(matchLabels ?? {}), ...(matchExpressions ?? []).flatMap((e) => e.values)];
}
