import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeApiServer, type FakeOptions, startFakeApiServer, status } from '../../e2e/fake-api-server.ts';
import { listContexts, type ReadOptions, type ReadProgress, readCluster } from './cluster.ts';
import { clusterKinds } from './cluster-kinds.ts';

let folder = '';
const open: FakeApiServer[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zonewright-cluster-'));
  return () => rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

const named = (count: number, namespace?: string) =>
  Array.from({ length: count }, (_, i) => ({
    metadata: {
      name: `item-${i}`,
      ...(namespace !== undefined && { namespace }),
      managedFields: [{ manager: 'kubectl' }],
    },
  }));
const lists = {
  'api/v1/namespaces': [{ metadata: { name: 'shop' } }, { metadata: { name: 'web' } }],
  'api/v1/services': named(1, 'shop'),
  'apis/apps/v1/deployments': named(7, 'shop'),
};

async function start(
  options: Partial<FakeOptions> = {},
  user?: Record<string, unknown>,
  cluster?: Record<string, unknown>,
) {
  const server = await startFakeApiServer({ lists, ...options });
  open.push(server);
  const kubeconfig = join(folder, 'config');
  await writeFile(kubeconfig, server.kubeconfig(['prod', 'test'], user, cluster));
  const read = (more: ReadOptions = {}) => readCluster('prod', { kubeconfig, patience: 5000, ...more });
  return { server, kubeconfig, read };
}

const kindsOf = (objects: ReadonlyArray<Readonly<Record<string, unknown>>>) => {
  const counts: Record<string, number> = {};
  for (const { apiVersion, kind } of objects)
    counts[`${apiVersion} ${kind}`] = (counts[`${apiVersion} ${kind}`] ?? 0) + 1;
  return counts;
};

describe('readCluster', () => {
  it('should read page by page, give each object its kind, and leave out who managed which field', async () => {
    const { server, read } = await start();
    const { objects, withheld } = await read({ page: 3 });
    expect(kindsOf(objects)).toEqual({ 'v1 Namespace': 2, 'v1 Service': 1, 'apps/v1 Deployment': 7 });
    expect(withheld).toEqual([]);
    expect(
      server.requests
        .filter((r) => r.path.endsWith('/deployments'))
        .map((r) => [r.query.get('limit'), r.query.get('continue')]),
    ).toEqual([
      ['3', null],
      ['3', '3'],
      ['3', '6'],
    ]);
    expect(JSON.stringify(objects)).not.toContain('managedFields');
  });

  it('should only ever list the kinds it needs, and never Secrets', async () => {
    const { server, read } = await start();
    await read();
    expect(new Set(server.requests.map((r) => r.method))).toEqual(new Set(['GET']));
    expect(server.requests.map((r) => r.path)).toEqual(
      clusterKinds.flatMap((k) =>
        [k.api, ...(k.otherApi === undefined ? [] : [k.otherApi])].map((api) => `${api}/${k.resource}`),
      ),
    );
    expect(server.requests.map((r) => r.path).join()).not.toMatch(/secret|configmap/);
    expect(new Set(server.requests.map((r) => r.authorization))).toEqual(new Set(['Bearer a-token']));
  });

  it('should read policies in the version that the cluster serves, and each once', async () => {
    const beta = { 'apis/policy.networking.k8s.io/v1beta1/clusternetworkpolicies': named(1) };
    const alpha = { 'apis/policy.networking.k8s.io/v1alpha2/clusternetworkpolicies': named(1) };
    const stored = { 'apis/crd.projectcalico.org/v1/globalnetworkpolicies': named(1) };
    for (const [served, found] of [
      [{ ...beta, ...alpha }, { 'policy.networking.k8s.io/v1beta1 ClusterNetworkPolicy': 1 }],
      [alpha, { 'policy.networking.k8s.io/v1alpha2 ClusterNetworkPolicy': 1 }],
      [stored, { 'crd.projectcalico.org/v1 GlobalNetworkPolicy': 1 }],
    ] as const) {
      const { read } = await start({ lists: served });
      expect(kindsOf((await read()).objects)).toEqual(found);
    }
  });

  it('should begin a list anew that went stale between two pages', async () => {
    let stale = 1;
    const { read } = await start({
      answer: ({ path, query }) => {
        if (!path.endsWith('/deployments') || query.get('continue') !== '3' || stale === 0) return undefined;
        stale -= 1;
        return status(410, 'Expired', 'The provided continue parameter is too old');
      },
    });
    expect(kindsOf((await read({ page: 3 })).objects)['apps/v1 Deployment']).toBe(7);
  });

  it('should say so where a list never holds still, and read the rest', async () => {
    const { read } = await start({
      answer: ({ path, query }) =>
        path.endsWith('/deployments') && query.has('continue') ? status(410, 'Expired', 'too old') : undefined,
    });
    const { objects, withheld } = await read({ page: 3 });
    expect(kindsOf(objects)).toEqual({ 'v1 Namespace': 2, 'v1 Service': 1 });
    expect(withheld).toEqual([
      {
        kind: 'Deployment',
        message: 'The deployments could not be read: the list changes faster than it can be read page by page.',
      },
    ]);
  });

  it('should tell what the user may not read, and read the rest', async () => {
    const { read } = await start({
      answer: ({ path }) =>
        /nodes$|services$/.test(path) ? status(403, 'Forbidden', 'services is forbidden') : undefined,
    });
    const { objects, withheld } = await read();
    expect(kindsOf(objects)).toEqual({ 'v1 Namespace': 2, 'apps/v1 Deployment': 7 });
    expect(withheld.map((w) => w.message)).toEqual([
      'You may not list nodes (403), so they were not read.',
      'You may not list services in shop, web (403), so they were not read.',
    ]);
  });

  it('should read namespace by namespace where a user may list a kind only there', async () => {
    const { read } = await start({
      answer: ({ path }) =>
        path === 'apis/apps/v1/deployments' ||
        path === 'apis/apps/v1/namespaces/web/deployments' ||
        path === 'api/v1/services'
          ? status(403, 'Forbidden', 'no')
          : undefined,
    });
    const { objects, withheld } = await read();
    expect(kindsOf(objects)).toEqual({ 'v1 Namespace': 2, 'v1 Service': 1, 'apps/v1 Deployment': 7 });
    expect(withheld.map((w) => w.message)).toEqual([
      'You may not list deployments in web (403), so they were not read.',
      'You may list services in shop, web only; what other namespaces hold was not read.',
    ]);
  });

  it('should refuse where nothing may be read, with what to ask for', async () => {
    const { read } = await start({ answer: () => status(403, 'Forbidden', 'no') });
    await expect(read()).rejects.toThrow(
      /^Nothing of prod may be read: You may not list namespaces \(403\).*“view”\.$/,
    );
  });

  it('should say that credentials are not accepted, and ask nothing more', async () => {
    const { server, read } = await start({ answer: () => status(401, 'Unauthorized', 'Unauthorized') });
    await expect(read()).rejects.toThrow('The API server of prod does not accept your credentials (401). Sign in anew');
    expect(server.requests.length).toBe(1);
  });

  it('should wait for a busy server', async () => {
    let busy = 2;
    const { read } = await start({
      answer: ({ path }) => {
        if (path !== 'api/v1/namespaces' || busy === 0) return undefined;
        busy -= 1;
        return { ...status(429, 'TooManyRequests', 'busy'), headers: { 'retry-after': '0' } };
      },
    });
    expect(kindsOf((await read()).objects)['v1 Namespace']).toBe(2);
  });

  it('should give up on a server that falls silent', async () => {
    const { read } = await start({
      answer: ({ path }) => (path.endsWith('nodes') ? { status: 200, delay: 60_000 } : undefined),
    });
    await expect(read({ patience: 50 })).rejects.toThrow(/has not answered for 0 seconds. Check the address/);
  });

  it('should stop where it is called off, in the middle of a slow answer too', async () => {
    const { read } = await start({
      answer: ({ path }) => (path.endsWith('nodes') ? { status: 200, delay: 60_000 } : undefined),
    });
    const controller = new AbortController();
    const reading = read({
      signal: controller.signal,
      onProgress: ({ kind }) => {
        if (kind === 'Node') setTimeout(() => controller.abort(new Error('called off')));
      },
    });
    await expect(reading).rejects.toThrow('called off');
  });

  it('should tell how far it is', async () => {
    const { read } = await start();
    const told: ReadProgress[] = [];
    await read({ page: 3, onProgress: (p) => told.push(p) });
    expect(told[0]).toEqual({ context: 'prod', kind: 'Namespace', done: 0, of: clusterKinds.length, objects: 0 });
    expect(told.filter((p) => p.kind === 'Deployment').map((p) => p.objects)).toEqual([2, 5, 8, 9]);
  });

  it('should leave out pods that a controller made, and keep those that stand alone', async () => {
    const pod = (name: string, owner?: object) => ({
      metadata: {
        name,
        namespace: 'shop',
        ...(owner !== undefined && { ownerReferences: [{ controller: true, name: 'x', ...owner }] }),
      },
    });
    const { read } = await start({
      lists: {
        ...lists,
        'api/v1/pods': [
          pod('made', { kind: 'ReplicaSet' }),
          pod('alone'),
          pod('static', { kind: 'Node' }),
          pod('foreign', { kind: 'Rollout' }),
        ],
      },
    });
    const { objects } = await read();
    expect(objects.filter((o) => o.kind === 'Pod').map((o) => (o.metadata as { name: string }).name)).toEqual([
      'alone',
      'static',
      'foreign',
    ]);
  });

  it('should take credentials from an exec plugin', async () => {
    const plugin = join(folder, 'plugin.sh');
    await writeFile(
      plugin,
      `#!/bin/sh\necho '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"from-plugin"}}'\n`,
    );
    await chmod(plugin, 0o755);
    const { server, read } = await start(
      {},
      { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: plugin, interactiveMode: 'Never' } },
    );
    await read();
    expect(new Set(server.requests.map((r) => r.authorization))).toEqual(new Set(['Bearer from-plugin']));
  });

  it('should go through the proxy that the kubeconfig names', async () => {
    const seen: string[] = [];
    const proxy = http.createServer();
    proxy.on('connect', (request, socket) => {
      seen.push(request.url ?? '');
      const [host, port] = (request.url ?? '').split(':');
      const tunnel = net.connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        tunnel.pipe(socket).pipe(tunnel);
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    try {
      const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
      const { server, read } = await start({}, undefined, { 'proxy-url': address });
      expect((await read()).objects.length).toBe(10);
      expect(seen.length).toBeGreaterThan(0);
      expect(new Set(seen)).toEqual(new Set([new URL(server.url).host]));
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  });

  it('should say what is wrong with the kubeconfig, the context or the way there', async () => {
    const { kubeconfig, server } = await start();
    await expect(readCluster('gone', { kubeconfig })).rejects.toThrow(
      'The kubeconfig has no context "gone". It has prod, test.',
    );
    await expect(readCluster('prod', { kubeconfig: join(folder, 'none') })).rejects.toThrow(/cannot be read: ENOENT/);
    await writeFile(join(folder, 'broken'), 'clusters: [');
    await expect(readCluster('prod', { kubeconfig: join(folder, 'broken') })).rejects.toThrow(/cannot be read/);
    await server.close();
    open.splice(0);
    await expect(readCluster('prod', { kubeconfig })).rejects.toThrow(
      /^prod cannot be reached at http:\/\/127.0.0.1:\d+: connect ECONNREFUSED/,
    );
  });

  it('should say where the answer is of no API server', async () => {
    const { read } = await start({ answer: () => ({ status: 200, body: '<html>Sign in</html>' }) });
    await expect(read()).rejects.toThrow(/is this the address of an API server\?/);
  });

  it('should list the contexts', async () => {
    const { kubeconfig, server } = await start();
    expect(await listContexts(kubeconfig)).toEqual([
      { name: 'prod', cluster: 'fake', server: server.url, isCurrent: true },
      { name: 'test', cluster: 'fake', server: server.url, isCurrent: false },
    ]);
  });

  it('should leave out those that are no contexts, whatever stands there', async () => {
    const kubeconfig = join(folder, 'odd');
    const contexts = [
      { name: 'a', context: { cluster: 'c', user: 'u' } },
      { name: ['a'], context: { cluster: 'c', user: 'u' } },
      { name: 'b', context: { cluster: {}, user: 'u' } },
      { name: 1, context: { cluster: 'c', user: 'u' } },
    ];
    const clusters = [{ name: 'c', cluster: { server: 'https://127.0.0.1:6443' } }];
    await writeFile(kubeconfig, JSON.stringify({ 'current-context': ['a'], contexts, clusters, users: [] }));
    expect(await listContexts(kubeconfig)).toEqual([
      { name: 'a', cluster: 'c', server: 'https://127.0.0.1:6443', isCurrent: false },
    ]);
  });
});
