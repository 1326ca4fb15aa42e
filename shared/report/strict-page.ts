/** Pages that need nothing but themselves: no script, no request, styles allowed by their hash alone. */
import { sha256Hex } from '../lib/sha256.ts';
import { escapeHtml } from './escape.ts';

/** A whole page. `body` is markup, `title` is text; `stylesWithin` are the texts of style elements in the body. */
export function strictPage(title: string, style: string, body: string, stylesWithin: readonly string[] = []): string {
  const allowed = [style, ...stylesWithin].map((text) => `'sha256-${base64OfHex(sha256Hex(text))}'`).join(' ');
  const policy = `default-src 'none'; style-src ${allowed}; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
${body}</body>
</html>
`;
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function base64OfHex(hex: string): string {
  const bytes = (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const count = Math.min(3, bytes.length - i) + 1;
    for (let k = 0; k < 4; k += 1) text += k < count ? (digits[(group >> (18 - 6 * k)) & 63] ?? '') : '=';
  }
  return text;
}
