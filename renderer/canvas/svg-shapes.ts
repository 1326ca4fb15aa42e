/** Shapes and text of an SVG, each as one line of it. */
import type { Rect } from './geometry.ts';

/** How wide a text is in canvas units, so that what is too long can be cut. */
export interface Measuring {
  readonly measure: (text: string, size: number, weight: number) => number;
}

export interface Look {
  readonly fill: string;
  readonly fillOpacity: number;
  readonly stroke: string;
  readonly strokeWidth: number;
  readonly dash: string;
  readonly radius: number;
  readonly round: boolean;
}

export function rect(r: Rect, look: Partial<Look>): string {
  const rounded = look.radius === undefined ? '' : ` rx="${number(look.radius)}"`;
  return `<rect x="${number(r.x)}" y="${number(r.y)}" width="${number(r.w)}" height="${number(r.h)}"${rounded}${looks(look)}/>`;
}

export function path(d: string, look: Partial<Look>): string {
  return `<path d="${d}"${looks(look)}/>`;
}

function looks({ fill = 'none', fillOpacity, stroke, strokeWidth, dash, round }: Partial<Look>): string {
  return [
    ` fill="${fill}"`,
    fillOpacity === undefined ? '' : ` fill-opacity="${fillOpacity}"`,
    stroke === undefined ? '' : ` stroke="${stroke}" stroke-width="${strokeWidth ?? 1}" stroke-linejoin="round"`,
    dash === undefined ? '' : ` stroke-dasharray="${dash}"`,
    round ? ' stroke-linecap="round"' : '',
  ].join('');
}

export interface TextLook {
  readonly size: number;
  readonly fill: string;
  /** In canvas units; what does not fit ends in an ellipsis. */
  readonly room: number;
  readonly weight?: number;
  readonly anchor?: 'middle' | 'end';
}

export function text(words: string, x: number, y: number, look: TextLook, { measure }: Measuring): string {
  if (words === '') return '';
  const weight = look.weight ?? 400;
  const shown = fitted(words, look.room, (t) => measure(t, look.size, weight));
  const anchor = look.anchor === undefined ? '' : ` text-anchor="${look.anchor}"`;
  return `<text x="${number(x)}" y="${number(y)}" font-size="${look.size}" font-weight="${weight}" fill="${look.fill}"${anchor}>${escapeXml(shown)}</text>`;
}

function fitted(words: string, room: number, width: (text: string) => number): string {
  if (width(words) <= room + 1) return words;
  const letters = [...words];
  while (letters.length > 1 && width(`${letters.join('')}…`) > room) letters.pop();
  return `${letters.join('').trimEnd()}…`;
}

/** Broken where words end if that helps, else anywhere; what does not fit into the second line is cut off there. */
export function inTwoLines(words: string, room: number, width: (text: string) => number): string[] {
  if (width(words) <= room) return [words];
  const letters = [...words];
  let end = letters.length;
  while (end > 1 && width(letters.slice(0, end).join('')) > room) end -= 1;
  const space = letters.lastIndexOf(' ', end);
  const cut = space > 0 ? space : end;
  return [letters.slice(0, cut).join(''), letters.slice(cut).join('').trimStart()];
}

/** So much of `a`, the rest of `b`; both `#rrggbb` or `#rgb`. */
export function mix(a: string, b: string, share: number): string {
  const channel = (hex: string, i: number) =>
    Number.parseInt(hex.length === 4 ? (hex[i + 1] ?? '0').repeat(2) : hex.slice(1 + i * 2, 3 + i * 2), 16);
  const mixed = [0, 1, 2].map((i) => Math.round(channel(a, i) * share + channel(b, i) * (1 - share)));
  return `#${mixed.map((v) => v.toString(16).padStart(2, '0')).join('')}`;
}

export function number(value: number): string {
  return String(Math.round(value * 100) / 100);
}

export function escapeXml(words: string): string {
  // Control characters cannot stand in XML at all.
  return words
    .replace(/[\p{Cc}]/gu, ' ')
    .replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c);
}
