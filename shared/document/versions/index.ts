/**
 * The versions of the file, oldest first. Each entry turns a value of its version into the next one's; the last is what
 * the schema describes, so it has nothing to migrate to. A new version is a file here and a line in the list.
 */

import { v1 } from './v1.ts';

export interface Version {
  /** As it stands in `apiVersion`. */
  readonly apiVersion: string;
  /** From this version's plain value to the next one's; absent in the last. */
  readonly migrate?: (value: Readonly<Record<string, unknown>>) => Record<string, unknown>;
}

export const versions: readonly Version[] = [v1];

/** Runs the chain from the value's own version to the newest. */
export function migrate(
  value: Readonly<Record<string, unknown>>,
  chain: readonly Version[] = versions,
): Record<string, unknown> {
  const start = chain.findIndex((version) => version.apiVersion === value.apiVersion);
  let current: Record<string, unknown> = { ...value };
  if (start === -1) return current;
  for (const version of chain.slice(start)) if (version.migrate) current = version.migrate(current);
  return current;
}

/** `zonewright/v2` is 2; undefined for anything that is no version of ours. */
export function versionNumber(apiVersion: string): number | undefined {
  const match = /^zonewright\/v([1-9]\d{0,5})$/.exec(apiVersion);
  return match === null ? undefined : Number(match[1]);
}
