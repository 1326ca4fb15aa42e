/** What the catalogue knows and a comparison of records needs. */
import { cniInfo, runtimeInfo } from '../catalog/index.ts';
import type { Facts } from '../diff/index.ts';

export const facts: Facts = {
  isolationOf: (runtime) => runtimeInfo(runtime.from)?.isolation,
  enforcesPolicies: (cni) => {
    const info = cniInfo(cni);
    return info === undefined || info.networkPolicy === 'partly' ? undefined : info.networkPolicy === 'yes';
  },
};
