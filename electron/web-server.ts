/**
 * The window over HTTP, for machines without Electron or a screen. It listens on loopback only. A one-time token in the
 * printed address is exchanged for a cookie that scripts cannot read, and for a key that the page keeps to itself; every
 * request must name this very server as its host (against DNS rebinding) and, where it names an origin, this one
 * (against other pages in the browser). Messages need the key as well: the browser gives the cookie to every server on
 * this machine, whatever its port, but what the page stores to this one alone.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, type Handlers, keyHeader, keyName, type SharedChannel } from '../shared/host/index.ts';
import { dispatch } from './dispatch.ts';
import { securityHeaders, staticFile } from './static-files.ts';

export interface WebServerOptions {
  readonly handlers: Handlers<SharedChannel>;
  readonly rendererFolder: string;
  /** 0 or absent: a free one. */
  readonly port?: number;
}

export interface WebServer {
  /** What it listens on. */
  readonly address: string;
  readonly port: number;
  /** An address that opens the window once. Each call gives a fresh one; earlier unused ones stay good. */
  newLink(query?: string): string;
  close(): Promise<void>;
}

/** The largest message from the window, in bytes: an export of some thousand files. */
const bodyLimit = 64 * 1024 * 1024;

export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const tokens = new Set<string>();
  const session = randomBytes(32).toString('base64url');
  const key = randomBytes(32).toString('base64url');
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      console.error('zonewright: a request failed', error);
      if (!response.headersSent) plain(response, 500, 'Something went wrong. Look at the terminal.');
      else response.destroy();
    });
  });
  const { address, port } = await listen(server, options.port ?? 0);
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  // Cookies do not know ports: the name keeps two running servers apart.
  const cookieName = `zonewright-${port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    const host = request.headers.host ?? '';
    if (!hosts.includes(host)) return plain(response, 403, 'This address is not served here.');
    const { origin } = request.headers;
    const site = request.headers['sec-fetch-site'];
    const isForeign =
      (origin !== undefined && origin !== `http://${host}`) ||
      (site !== undefined && site !== 'same-origin' && site !== 'none');
    if (isForeign) return plain(response, 403, 'Requests from other pages are refused.');
    const url = new URL(request.url ?? '/', `http://${host}`);

    if (request.method === 'GET' && url.searchParams.has('token')) return exchangeToken(url, response);
    if (!hasSession(request)) return notSignedIn(response);
    if (request.method === 'POST' && url.pathname.startsWith('/rpc/')) {
      return hasKey(request) ? call(request, response, url, origin) : notSignedIn(response);
    }
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return plain(response, 405, 'Only GET is answered here.');
    if (url.pathname === '/favicon.ico') {
      // Every browser asks for one; a 404 would stand in its console as an error.
      response.writeHead(204).end();
      return;
    }
    const file = await staticFile(options.rendererFolder, url.pathname);
    if (file === undefined) return plain(response, 404, 'There is nothing here.');
    response.writeHead(200, { 'content-type': file.type, 'content-length': file.body.byteLength });
    response.end(request.method === 'HEAD' ? undefined : file.body);
  }

  async function exchangeToken(url: URL, response: ServerResponse): Promise<void> {
    const given = url.searchParams.get('token') ?? '';
    const token = [...tokens].find((known) => isSame(known, given));
    if (token === undefined) {
      plain(
        response,
        403,
        'This address was used already, or is not from this run. Press Enter in the terminal for a new one.',
      );
      return;
    }
    tokens.delete(token);
    const page = await staticFile(options.rendererFolder, '/');
    if (page === undefined) return plain(response, 404, 'There is nothing here.');
    // Only this one answer holds the key. The page puts it away and takes the token out of the address.
    const html = Buffer.from(page.body)
      .toString('utf8')
      .replace('<head>', `<head><meta name="${keyName}" content="${key}">`);
    response.writeHead(200, {
      'set-cookie': `${cookieName}=${session}; HttpOnly; SameSite=Strict; Path=/`,
      'content-type': page.type,
    });
    response.end(html);
  }

  function hasKey(request: IncomingMessage): boolean {
    const given = request.headers[keyHeader];
    return typeof given === 'string' && isSame(key, given);
  }

  function hasSession(request: IncomingMessage): boolean {
    const cookies = (request.headers.cookie ?? '').split(';').map((c) => c.trim());
    return cookies.some((c) => c.startsWith(`${cookieName}=`) && isSame(session, c.slice(cookieName.length + 1)));
  }

  async function call(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    origin: string | undefined,
  ): Promise<void> {
    if (origin === undefined) return plain(response, 403, 'Requests without an origin are refused.');
    if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) return plain(response, 415, 'Send JSON.');
    const body = await readBody(request);
    if (body === undefined)
      return plain(response, 413, `Messages of more than ${bodyLimit / 1024 / 1024} MB are refused.`);
    let args: unknown;
    try {
      args = JSON.parse(body);
    } catch {
      return plain(response, 400, 'The message is no JSON.');
    }
    json(response, await dispatch(options.handlers, url.pathname.slice('/rpc/'.length), args));
  }

  return {
    address,
    port,
    newLink(query = '') {
      const token = randomBytes(32).toString('base64url');
      tokens.add(token);
      return `http://${address}:${port}/?token=${token}${query === '' ? '' : `&${query}`}`;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function notSignedIn(response: ServerResponse): void {
  plain(
    response,
    401,
    'Open the address that Zonewright printed in the terminal. It works once; press Enter there for a new one.',
  );
}

function listen(server: Server, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server.address() as AddressInfo));
  });
}

function readBody(request: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.byteLength;
      // The rest is read and dropped, so that the answer arrives.
      if (size <= bodyLimit) chunks.push(chunk);
      else chunks.length = 0;
    });
    request.on('end', () => resolve(size > bodyLimit ? undefined : Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
  });
}

function json(response: ServerResponse, value: Answer<unknown>): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

function isSame(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.byteLength === y.byteLength && timingSafeEqual(x, y);
}
