import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { analyze, prove } from '../../shared/analysis/index.ts';
import { platformComponents } from '../../shared/catalog/index.ts';
import { loadDesign } from '../../shared/document/index.ts';
import { refKey, type Topology } from '../../shared/model/index.ts';
import { createDocumentStore } from '../store/document-store.ts';
import { runCalls } from './apply-fix.ts';
import { apiServerCalls, componentCalls, type PlatformCalls } from './platform-calls.ts';

const claims = load('templates/one-cluster-three-zones.zones.yaml');
const place = { cluster: 'prod', zone: 'db' };

describe('the traffic of the platform', () => {
  it.each(platformComponents)('should be drawn for $label so that it is exported and proven', (component) => {
    const [drawn, undone] = applied(claims, componentCalls(claims, component, place));
    expect(errorsOf(drawn)).toEqual([]);
    const proof = prove(drawn, analyze(drawn).bundle);
    expect(proof.connections.findings).toEqual([]);
    expect(undone).toEqual(claims);
    for (const part of component.parts) {
      const flows = Object.values(drawn.flows ?? {});
      const calls = flows.some((f) => 'workload' in f.from && f.from.workload === part.id && 'external' in f.to);
      const isCalled = flows.some((f) => 'external' in f.from && 'workload' in f.to && f.to.workload === part.id);
      expect([part.id, calls, isCalled]).toEqual([part.id, part.usesApi, part.webhook !== undefined]);
    }
  });

  it('should let Prometheus ask every other zone on the port called metrics, else on the usual one', () => {
    const [prometheus] = platformComponents;
    const workloads = {
      ...claims.workloads,
      vault: { namespace: 'secrets', ports: { api: { port: 8200 }, metrics: { port: 9102 } } },
    };
    const [drawn] = applied(
      { ...claims, workloads },
      componentCalls({ ...claims, workloads }, prometheus ?? never(), place),
    );
    const scrapes = Object.values(drawn.flows ?? {}).filter((f) => f.reason === 'Metrics');
    expect(scrapes.map((f) => [f.to, f.ports])).toEqual([
      [{ zone: 'dmz' }, [{ port: 9100 }]],
      [{ zone: 'app' }, [{ port: 9100 }]],
      [{ workload: 'vault' }, [{ port: 'metrics' }]],
    ]);
    expect(errorsOf(drawn)).toEqual([]);
    expect(drawn.matrix?.db?.app).toEqual({ access: 'allow-only', services: ['9100/tcp'] });
  });

  it('should add to a cell of the matrix what is missing, and leave one that blocks as it is', () => {
    const [drawn] = applied(claims, apiServerCalls(claims, { namespace: 'claims' }));
    expect(drawn.matrix?.app?.outside).toMatchObject({ access: 'allow-only', services: ['443/tcp', '6443/tcp'] });
    const blocking = { ...claims, matrix: { ...claims.matrix, app: { outside: { access: 'block-all' as const } } } };
    const [blocked] = applied(blocking, apiServerCalls(blocking, { namespace: 'claims' }));
    expect(blocked.matrix).toEqual(blocking.matrix);
    expect(errorsOf(blocked)).toContain('flow/against-the-matrix flow:claims-api');
  });

  it('should draw one API server, however many ask for it, and a second component of a kind under ids of its own', () => {
    const certManager = platformComponents.find((c) => c.id === 'cert-manager') ?? never();
    const [once] = applied(claims, componentCalls(claims, certManager, place));
    const [twice] = applied(once, apiServerCalls(once, { workload: 'vault' }));
    expect(Object.values(twice.externals ?? {}).filter((e) => e.kind === 'apiServer')).toHaveLength(1);
    const [again] = applied(once, componentCalls(once, certManager, place));
    expect(Object.keys(again.namespaces ?? {})).toEqual(Object.keys(once.namespaces ?? {}));
    expect(Object.keys(again.workloads ?? {})).toContain('cert-manager-webhook-2');
  });

  it('should not let a flow to a zone leave its cluster', () => {
    const clusters = { ...claims.clusters, spare: { distribution: 'kubeadm' as const, version: '1.37' } };
    const namespaces = { ...claims.namespaces, 'claims-2': { cluster: 'spare', zone: 'app' } };
    const two = { ...claims, clusters, namespaces };
    const [drawn] = applied(two, componentCalls(two, platformComponents[0] ?? never(), place));
    const receivers = Object.values(drawn.flows ?? {}).flatMap((f) => (f.reason === 'Metrics' ? [f.to] : []));
    expect(receivers).toContainEqual({ namespace: 'claims' });
    expect(receivers).not.toContainEqual({ zone: 'app' });
    expect(receivers).not.toContainEqual({ namespace: 'claims-2' });
  });
});

function applied(topology: Topology, { calls }: PlatformCalls): [Topology, Topology] {
  const documents = createDocumentStore();
  documents.getState().open({ topology, origin: { name: 'a', writable: true }, loadProblems: [] });
  runCalls({ documents }, 'Add', calls);
  const after = documents.getState().topology;
  documents.getState().undo();
  return [after, documents.getState().topology];
}

function errorsOf(topology: Topology): string[] {
  const { problems } = analyze(topology, { asOf: '2026-11-21' });
  return problems.filter((p) => p.severity === 'error').map((p) => `${p.rule} ${p.subject && refKey(p.subject)}`);
}

function load(path: string): Topology {
  return loadDesign(readFileSync(path, 'utf8'), { file: path }).document?.topology ?? never();
}

function never(): never {
  throw new Error('the test is wrong');
}
