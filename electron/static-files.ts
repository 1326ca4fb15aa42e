/** The built window as files to serve, with the headers that fence it in. Used by the desktop's protocol and the web host. */
import { readFile, realpath, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { isAtOrBelow } from './access.ts';

export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  'cache-control': 'no-store',
};

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

export interface StaticFile {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly type: string;
}

/** `urlPath` is still percent-encoded and begins with `/`. Undefined for whatever is not a file of the built window. */
export async function staticFile(folder: string, urlPath: string): Promise<StaticFile | undefined> {
  try {
    const path = decodeURIComponent(urlPath);
    if (
      path.includes('\0') ||
      path.includes('\\') ||
      path.split('/').some((part) => part === '..' || part.startsWith('.'))
    )
      return undefined;
    const root = await realpath(folder);
    const file = await realpath(join(root, path === '/' ? 'index.html' : path));
    const type = types[extname(file)];
    if (type === undefined || !isAtOrBelow(root, file) || !(await stat(file)).isFile()) return undefined;
    return { body: new Uint8Array(await readFile(file)), type };
  } catch {
    return undefined;
  }
}
