/** Stable names of objects: DNS-1123, at most 63 characters so that tools can repeat them in a label. */
import { sha256Hex } from '../lib/sha256.ts';

const longest = 63;

/**
 * `<id><ending>`, for an id that is a DNS-1123 label. Where that is too long the id is cut and its hash follows behind a
 * dot: ids hold no dots, so that a shortened name never meets a name that was short enough by itself.
 */
export function objectName(id: string, ending = ''): string {
  const name = `${id}${ending}`;
  if (name.length <= longest) return name;
  const hash = sha256Hex(id).slice(0, 12);
  const head = id.slice(0, longest - ending.length - hash.length - 1).replace(/[-.]+$/, '');
  return `${head}.${hash}${ending}`;
}

export function isDnsLabel(text: string): boolean {
  return text.length <= longest && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text);
}

export function isDnsSubdomain(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(text);
}
