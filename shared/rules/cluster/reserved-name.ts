import { ref } from '../../model/index.ts';
import { defineRule } from '../define.ts';

/** Folders of the whole export that stand beside those of the clusters. */
const ours = ['firewall', 'gitops', 'report', 'rollout'];

export const reservedName = defineRule({
  id: 'cluster/reserved-name',
  severity: 'error',
  title: 'Cluster id that no folder may have',
  docs: {
    what: 'A cluster has an id that cannot be the name of its folder in the export.',
    why: 'Windows cannot store folders such as con or nul, and firewall, gitops, report and rollout are folders of the whole export. The export is refused, or files of two things get mixed.',
    todo: 'Rename the cluster.',
  },
  examples: {
    good: [{ shows: 'a cluster with a name of its own', design: {} }],
    bad: [
      {
        shows: 'a name that Windows reserves',
        design: { clusters: { con: { distribution: 'kind', version: '1.37' } } },
      },
      {
        shows: 'a folder of the export',
        design: { clusters: { firewall: { distribution: 'kind', version: '1.37' } } },
      },
    ],
  },
  *check({ lookup }) {
    for (const { id } of lookup.clusters) {
      const isDevice = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/.test(id);
      if (!isDevice && !ours.includes(id)) continue;
      const why = isDevice ? 'Windows reserves that name' : 'the export has a folder of that name for the whole design';
      yield {
        message: `Cluster “${id}” cannot have a folder in the export: ${why}. The export would be refused or mixed up. Rename the cluster.`,
        subject: ref('cluster', id),
        path: ['clusters', id],
      };
    }
  },
});
