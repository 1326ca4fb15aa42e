import { ref } from '../../model/index.ts';
import { called, defineRule, listed } from '../define.ts';
import { sharing } from '../same-name.ts';

export const duplicateNamespaceName = defineRule({
  id: 'namespace/duplicate-name',
  severity: 'error',
  title: 'Two namespaces of one name',
  docs: {
    what: 'Two namespaces of one cluster have the same name there, its own or one that it takes over from the cluster it replaces.',
    why: 'A cluster has one namespace of a name: what is exported for the one would overwrite the other.',
    todo: 'Give one of them another name, or move it to another cluster.',
  },
  examples: {
    good: [
      { shows: 'two names', design: {} },
      {
        shows: 'one name in two clusters',
        design: {
          clusters: { second: { distribution: 'kind', version: '1.37' } },
          namespaces: { 'web-2': { name: 'web', cluster: 'second', zone: 'dmz' } },
        },
      },
    ],
    bad: [
      {
        shows: 'a name that is another’s id',
        design: { namespaces: { front: { name: 'web', cluster: 'prod', zone: 'dmz' } } },
      },
      {
        shows: 'a name that a cluster has and takes over as well',
        design: {
          clusters: { next: { distribution: 'kind', version: '1.37', replaces: 'prod' } },
          namespaces: { front: { name: 'web', cluster: 'next', zone: 'dmz' } },
        },
      },
    ],
  },
  *check({ lookup }) {
    const name = (id: string) => lookup.nameOf(ref('namespace', id));
    for (const cluster of lookup.clusters) {
      for (const [first, ...others] of sharing(lookup.namespacesHeldBy(cluster.id), (n) => name(n.id))) {
        for (const other of others) {
          // Where both are taken over, the cluster that they are taken from says it.
          if (first === undefined || (first.cluster !== cluster.id && other.cluster !== cluster.id)) continue;
          yield {
            message: `Namespaces ${listed([first.id, other.id])} are both called “${name(other.id)}” in ${called(lookup, ref('cluster', cluster.id))}. A cluster has one namespace of a name, so one would overwrite the other. Give one of them another name.`,
            subject: ref('namespace', other.id),
            path: ['namespaces', other.id, ...(other.name === undefined ? [] : ['name'])],
            also: [ref('namespace', first.id)],
          };
        }
      }
    }
  },
});
