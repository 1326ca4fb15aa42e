import { type Isolation, lookup, type Topology } from '../model/index.ts';
import type { Facts } from './entry.ts';

/** What an escape has to get through: a Wasm engine is a process on the shared kernel, so it stands next to it. */
const strength: Readonly<Record<Isolation, number>> = {
  'shared-kernel': 0,
  wasm: 1,
  'user-space-kernel': 2,
  'virtual-machine': 3,
};
const words: Readonly<Record<Isolation, string>> = {
  'shared-kernel': 'shared kernel',
  wasm: 'Wasm sandbox',
  'user-space-kernel': 'user-space kernel',
  'virtual-machine': 'virtual machine',
};

/** A strength in words. */
export function strengthText(rank: number): string {
  const found = (Object.keys(strength) as Isolation[]).find((isolation) => strength[isolation] === rank);
  return found === undefined ? 'isolation unknown' : words[found];
}

/** From 0, the weakest; undefined where the isolation of the runtime is not known. */
export function isolationRank(id: string | undefined, topology: Topology, facts: Facts): number | undefined {
  const isolation = isolationOf(id, topology, facts);
  return isolation === undefined ? undefined : strength[isolation];
}

export function isolationText(id: string | undefined, topology: Topology, facts: Facts): string {
  const isolation = isolationOf(id, topology, facts);
  return isolation === undefined ? 'isolation unknown' : words[isolation];
}

function isolationOf(id: string | undefined, topology: Topology, facts: Facts): Isolation | undefined {
  const runtime = lookup(topology).get('runtime', id);
  return runtime === undefined ? undefined : (runtime.isolation ?? facts.isolationOf?.(runtime));
}
