/** Reading unknown values without trusting them. */
import { isMap } from '../lib/is-map.ts';

/** Null counts as absent, as in Kubernetes. */
export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Labels with their text values; anything else is left out. */
export function readLabels(value: unknown): Readonly<Record<string, string>> {
  if (!isMap(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
