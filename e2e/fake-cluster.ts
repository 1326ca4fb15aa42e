/** A cluster that the app finds in its kubeconfig: the shells inherit the environment of this process, as from a terminal. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FakeApiServer, type FakeOptions, type FakeRequest, startFakeApiServer } from './fake-api-server.ts';
import { test } from './planner.ts';

export interface FakeCluster {
  /** While true, the list of nodes does not come. */
  isSlow: boolean;
  /** What the cluster was asked so far. */
  readonly requests: readonly FakeRequest[];
}

/** For the tests of a group, which is where it has to be called; `context` is its name in the kubeconfig. */
export function fakeCluster(context: string, { lists, answer }: FakeOptions): FakeCluster {
  let server: FakeApiServer;
  let folder: string;
  const before = process.env.KUBECONFIG;
  const cluster = {
    isSlow: false,
    get requests() {
      return server.requests;
    },
  };
  test.beforeAll(async () => {
    server = await startFakeApiServer({
      lists,
      answer: (request) =>
        cluster.isSlow && request.path.endsWith('/nodes') ? { status: 200, delay: 60_000 } : answer?.(request),
    });
    folder = await mkdtemp(join(tmpdir(), 'zonewright-kubeconfig-'));
    process.env.KUBECONFIG = join(folder, 'config');
    await writeFile(process.env.KUBECONFIG, server.kubeconfig([context]));
  });
  test.afterAll(async () => {
    if (before === undefined) delete process.env.KUBECONFIG;
    else process.env.KUBECONFIG = before;
    await rm(folder, { recursive: true, force: true });
    await server.close();
  });
  return cluster;
}
