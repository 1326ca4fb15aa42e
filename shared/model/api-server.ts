/** The API server of a cluster as its pods meet it: an external of kind `apiServer` stands for it at each cluster. */
import { isAddress } from '../lib/ip.ts';
import type { Cluster } from './topology.ts';

/**
 * Addresses, not ranges; empty where the design knows none. Network plugins judge a connection after the address of the
 * Service `kubernetes` is translated, so these are the servers themselves and never that Service. A name is none: no
 * policy knows which address it has.
 */
export function apiServerAddresses({ api }: Pick<Cluster, 'api'>): readonly string[] {
  return api?.endpoints ?? (api !== undefined && isAddress(api.address) ? [api.address] : []);
}

export function apiServerPort({ api }: Pick<Cluster, 'api'>): number {
  return api?.port ?? 6443;
}
