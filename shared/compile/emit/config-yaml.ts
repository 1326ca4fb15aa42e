/**
 * Configuration files of tools (kubeadm, kind) as YAML. They are no Kubernetes objects: they have no metadata and are never
 * applied, but they print alike.
 */

import { type KubeObject, printObjects } from '../../k8s/index.ts';
import { isMap } from '../../lib/is-map.ts';

export type ConfigValue = string | number | boolean | readonly ConfigValue[] | ConfigMap;
export interface ConfigMap {
  readonly [key: string]: ConfigValue | undefined;
}

/** For the head of a configuration that leaves the network plugin to whoever makes the cluster. */
export function installsPlugin(cni: string | undefined): string {
  return `Install the network plugin (${cni ?? 'the design names none'}) afterwards: no node is ready before.`;
}

export function printConfig(documents: readonly ConfigMap[], header: readonly string[]): string {
  // The printer reads no field of an object by name, so a document without metadata prints as well.
  return printObjects(documents as ReadonlyArray<ConfigMap & KubeObject>, header).text;
}

/**
 * What the design passes through to a format (`platform`), with our own values on top: maps are merged, lists of named
 * entries (files: by path) are joined by name, and everything else of ours wins, so that nothing passed through weakens the zones.
 */
export function withPlatform(platform: unknown, ours: ConfigMap): ConfigMap {
  return isMap(platform) ? (merge(platform, ours) as ConfigMap) : ours;
}

function merge(theirs: unknown, ours: ConfigValue | undefined): ConfigValue | undefined {
  if (ours === undefined) return theirs as ConfigValue | undefined;
  if (Array.isArray(theirs) && Array.isArray(ours) && [...theirs, ...ours].every(isNamed)) {
    const taken = new Set((ours as readonly ConfigMap[]).map(nameOf));
    return [...(ours as readonly ConfigMap[]), ...(theirs as ConfigMap[]).filter((t) => !taken.has(nameOf(t)))];
  }
  if (!isMap(theirs) || !isMap(ours)) return ours;
  const merged: Record<string, ConfigValue | undefined> = { ...(theirs as ConfigMap) };
  for (const [key, value] of Object.entries(ours)) merged[key] = merge(theirs[key], value as ConfigValue | undefined);
  return merged;
}

function isNamed(value: unknown): boolean {
  return isMap(value) && typeof nameOf(value) === 'string';
}

/** Files are told apart by their path. */
function nameOf(value: Readonly<Record<string, unknown>>): unknown {
  return value.name ?? value.path;
}
