/** One request to an API server with the user's own credentials: patient with a busy server, and never for long. */
import http from 'node:http';
import https from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { parseJson } from '../../shared/lib/parse-json.ts';

export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long the server may stay silent, in milliseconds. */
  readonly patience?: number | undefined;
}

/** The message is for people. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';
}

const defaultPatience = 30_000;
const mostTries = 4;
/** No list page of the kinds that are read comes near this. */
const mostBytes = 256 * 1024 * 1024;

/** A GET of a path with a query. Tries again where the server is busy (429, or 500 and above) or the connection breaks. */
export async function get(config: KubeConfig, path: string, options: RequestOptions): Promise<ApiAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    options.signal?.throwIfAborted();
    try {
      const answer = await once(config, path, options);
      const isBusy = answer.status === 429 || answer.status >= 500;
      if (!isBusy || attempt === mostTries) return answer;
      await pause(answer.wait ?? 250 * 2 ** attempt, options.signal);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (error instanceof ClusterError || attempt === mostTries || !isPassing(error)) throw error;
      await pause(250 * 2 ** attempt, options.signal);
    }
  }
}

async function once(
  config: KubeConfig,
  path: string,
  { signal, patience = defaultPatience }: RequestOptions,
): Promise<ApiAnswer & { readonly wait?: number }> {
  const server = config.getCurrentCluster()?.server ?? '';
  const url = new URL(`${server.replace(/\/$/, '')}/${path}`);
  const options: https.RequestOptions = {
    method: 'GET',
    headers: { accept: 'application/json', 'user-agent': 'zonewright' },
    ...(signal !== undefined && { signal }),
  };
  // Certificates, tokens, exec plugins and proxies, as kubectl would use them.
  await config.applyToHTTPSOptions(options);
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'http:' ? http : https).request(url, options, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.byteLength;
        if (size > mostBytes) request.destroy(new ClusterError(`${url.host} answers with more than 256 MB at once.`));
        else chunks.push(chunk);
      });
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        const after = Number(response.headers['retry-after']);
        resolve({
          status,
          body: parseJson(Buffer.concat(chunks).toString('utf8')),
          ...(Number.isFinite(after) && { wait: Math.min(after, 30) * 1000 }),
        });
      });
      response.on('error', reject);
    });
    request.setTimeout(patience, () => {
      request.destroy(
        new ClusterError(
          `${url.host} has not answered for ${Math.round(patience / 1000)} seconds. Check the address and the way to it (VPN, proxy), and try again.`,
        ),
      );
    });
    request.on('error', reject);
    request.end();
  });
}

function isPassing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code === 'ECONNRESET' || code === 'EPIPE';
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
