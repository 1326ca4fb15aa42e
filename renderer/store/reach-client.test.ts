import { describe, expect, it } from 'vitest';
import { reachAnswerer } from '../../shared/analysis/index.ts';
import { commands } from '../../shared/commands/index.ts';
import { emptyTopology, ref, type Topology } from '../../shared/model/index.ts';
import { createDocumentStore } from './document-store.ts';
import { createReachClient, type ReachRequest } from './reach-client.ts';

const shop: Topology = {
  ...emptyTopology('shop'),
  zones: { app: { trust: 50, intraZone: 'deny' } },
  clusters: { prod: { distribution: 'kubeadm', version: '1.37', pools: { a: { zone: 'app', nodes: 1 } } } },
  namespaces: { web: { cluster: 'prod', zone: 'app' } },
  workloads: { a: { namespace: 'web' }, b: { namespace: 'web', ports: { http: { port: 80 } } } },
};

function opened() {
  const documents = createDocumentStore();
  documents.getState().open({ topology: shop, origin: { name: 'shop', writable: true }, loadProblems: [] });
  const requests: ReachRequest[] = [];
  const underWay: Array<{ resolve(answer: unknown): void; reject(error: Error): void }> = [];
  const client = createReachClient(documents, (request) => {
    requests.push(structuredClone(request));
    return new Promise((resolve, reject) => underWay.push({ resolve, reject }));
  });
  /** Lets the promises behind an answer run. */
  const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
  const reply = (answer: unknown) => {
    underWay.shift()?.resolve(answer);
    return settle();
  };
  const fail = (message: string) => {
    underWay.shift()?.reject(new Error(message));
    return settle();
  };
  return { documents, requests, client, reply, fail };
}

describe('createReachClient', () => {
  it('should send the design once per revision, one question at a time', async () => {
    const { documents, requests, client, reply } = opened();
    const first = client.ask({ ask: 'blast', origin: ref('workload', 'a') });
    const second = client.ask({ ask: 'table', workload: 'a' });
    expect(requests.length).toBe(1);
    const answer = reachAnswerer(requests[0]?.topology ?? emptyTopology('none'));
    await reply(answer({ ask: 'blast', origin: ref('workload', 'a') }));
    expect((await first).hops).toEqual({ 'workload:a': 0 });
    expect(requests.map((r) => r.topology !== undefined)).toEqual([true, false]);
    await reply(answer({ ask: 'table', workload: 'a' }));
    expect((await second).map((row) => row.ports)).toEqual([[], []]);

    documents.getState().run(commands['flow/connect'], {
      id: 'a-b',
      from: { workload: 'a' },
      to: { workload: 'b' },
      ports: [{ port: 80 }],
    });
    void client.ask({ ask: 'blast', origin: ref('workload', 'a') });
    expect(requests.at(-1)?.topology?.flows?.['a-b']).toBeDefined();
    expect(requests.at(-1)?.revision).toBe(documents.getState().revision);
  });

  it('should ask only the newest of the questions of one kind that wait, and answer all who asked it', async () => {
    const { requests, client, reply } = opened();
    void client.ask({ ask: 'table', workload: 'a' });
    let isAnswered = false;
    void client.ask({ ask: 'table', workload: 'b' }).then(() => {
      isAnswered = true;
    });
    const newest = [1, 2].map(() => client.ask({ ask: 'table', workload: 'c' }));
    await reply([]);
    expect(requests.map((r) => r.question)).toEqual([
      { ask: 'table', workload: 'a' },
      { ask: 'table', workload: 'c' },
    ]);
    await reply(['row']);
    expect(await Promise.all(newest)).toEqual([['row'], ['row']]);
    expect([isAnswered, requests.length]).toEqual([false, 2]);
  });

  it('should hand on a failure of one question and answer the next', async () => {
    const { requests, client, reply, fail } = opened();
    const failing = client.ask({ ask: 'table', workload: 'a' });
    const next = client.ask({ ask: 'table', workload: 'b' });
    const failed = expect(failing).rejects.toThrow('out of memory');
    await fail('out of memory');
    await failed;
    // Whoever failed may not hold the design.
    expect(requests.map((r) => r.topology !== undefined)).toEqual([true, true]);
    await reply([]);
    await expect(next).resolves.toEqual([]);
  });
});
