import type { Dialect } from '../policy.ts';
import { calico } from './calico.ts';
import { cilium } from './cilium.ts';
import { clusterNetworkPolicy } from './cluster-network-policy.ts';
import { networkPolicy } from './network-policy.ts';

/** Every dialect the engine reads. */
export const dialects: readonly Dialect[] = [networkPolicy, clusterNetworkPolicy, cilium, calico];
