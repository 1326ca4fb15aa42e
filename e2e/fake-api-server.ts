/**
 * A Kubernetes API server for tests, on loopback: lists with limit and continue, tokens that expire, refusals, busy and
 * slow answers, as the real one gives them. It holds what it is given and changes nothing.
 */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

type Fields = Readonly<Record<string, unknown>>;

export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization?: string;
}

export interface FakeOptions {
  /** By path of the list, such as `apis/apps/v1/deployments`. Namespaced lists come from the same items. */
  readonly lists: Readonly<Record<string, readonly Fields[]>>;
  /** What this answers is sent in place of the list; `delay` is in milliseconds. */
  readonly answer?: (request: FakeRequest) =>
    | {
        readonly status: number;
        readonly body?: unknown;
        readonly delay?: number;
        readonly headers?: http.OutgoingHttpHeaders;
      }
    | undefined;
}

export interface FakeApiServer {
  readonly url: string;
  readonly requests: readonly FakeRequest[];
  /** A kubeconfig with one context for each name, all of which lead here. */
  kubeconfig(contexts: readonly string[], user?: Fields, cluster?: Fields): string;
  close(): Promise<void>;
}

export function status(code: number, reason: string, message: string): { status: number; body: Fields } {
  return { status: code, body: { apiVersion: 'v1', kind: 'Status', status: 'Failure', code, reason, message } };
}

export async function startFakeApiServer({ lists, answer }: FakeOptions): Promise<FakeApiServer> {
  const requests: FakeRequest[] = [];
  const server = http.createServer((incoming, response) => {
    const url = new URL(incoming.url ?? '/', 'http://localhost');
    const request: FakeRequest = {
      method: incoming.method ?? '',
      path: url.pathname.slice(1),
      query: url.searchParams,
      ...(incoming.headers.authorization !== undefined && { authorization: incoming.headers.authorization }),
    };
    requests.push(request);
    const own = answer?.(request);
    const send = () => {
      const {
        status: code,
        body,
        headers = {},
      } = { ...(own ?? listed(lists, request)) } as {
        status: number;
        body?: unknown;
        headers?: http.OutgoingHttpHeaders;
      };
      response.writeHead(code, { 'content-type': 'application/json', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}));
    };
    if (own?.delay === undefined) send();
    else setTimeout(send, own.delay);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    requests,
    kubeconfig: (contexts, user = { token: 'a-token' }, cluster = {}) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': contexts[0],
        clusters: [{ name: 'fake', cluster: { server: url, 'insecure-skip-tls-verify': true, ...cluster } }],
        users: [{ name: 'me', user }],
        contexts: contexts.map((name) => ({ name, context: { cluster: 'fake', user: 'me', namespace: 'shop' } })),
      }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function listed(lists: FakeOptions['lists'], { path, query }: FakeRequest) {
  const [, group = '', namespace, resource = ''] = /^(.*?)(?:\/namespaces\/([^/]+))?\/([^/]+)$/.exec(path) ?? [];
  const items = lists[`${group}/${resource}`];
  if (items === undefined) return status(404, 'NotFound', 'the server could not find the requested resource');
  const own = items.filter((item) => namespace === undefined || namespaceOf(item) === namespace);
  const limit = Number(query.get('limit') ?? own.length);
  const start = Number(query.get('continue') ?? 0);
  const past = start + limit;
  return {
    status: 200,
    body: {
      apiVersion: group.replace(/^apis?\//, ''),
      kind: 'List',
      metadata: {
        resourceVersion: '1',
        ...(past < own.length && { continue: String(past), remainingItemCount: own.length - past }),
      },
      items: own.slice(start, past),
    },
  };
}

function namespaceOf(item: Fields): unknown {
  const { metadata } = item;
  return typeof metadata === 'object' && metadata !== null && 'namespace' in metadata ? metadata.namespace : undefined;
}
