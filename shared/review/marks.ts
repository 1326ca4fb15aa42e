/** Which marks of a review still speak of the differences as they are. */
import { sha256Hex } from '../lib/sha256.ts';
import type { ReviewFile, ReviewMark } from './schema.ts';

/** What a mark hangs on: enough of a difference to know it again, and to notice that it says something else. */
export interface Markable {
  readonly key: string;
  readonly fingerprint: string;
}

export interface MatchedMarks {
  /** By key: what was marked is what is there. */
  readonly applying: Readonly<Record<string, ReviewMark>>;
  /** The difference is there and says something else than when it was marked. */
  readonly changed: Readonly<Record<string, ReviewMark>>;
  /** There is no such difference. */
  readonly gone: Readonly<Record<string, ReviewMark>>;
}

export function matchMarks(marks: ReviewFile['marks'], differences: readonly Markable[]): MatchedMarks {
  const known = new Map(differences.map((d) => [d.key, d.fingerprint]));
  const applying: Record<string, ReviewMark> = {};
  const changed: Record<string, ReviewMark> = {};
  const gone: Record<string, ReviewMark> = {};
  for (const [key, mark] of Object.entries(marks)) {
    const now = known.get(key);
    const heap = now === undefined ? gone : now === mark.fingerprint ? applying : changed;
    heap[key] = mark;
  }
  return { applying, changed, gone };
}

/** The same for values that say the same, whatever the order of their keys. */
export function fingerprintOf(value: unknown): string {
  return sha256Hex(canonical(value)).slice(0, 32);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join(',')}}`;
}
