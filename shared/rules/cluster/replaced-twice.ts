import { ref } from '../../model/index.ts';
import { called, capital, defineRule, listed } from '../define.ts';

export const replacedTwice = defineRule({
  id: 'cluster/replaced-twice',
  severity: 'warning',
  title: 'Cluster with two successors',
  docs: {
    what: 'Two clusters replace the same one.',
    why: 'Each of them takes over all of its namespaces, so the same workloads are meant to run in three clusters, and firewalls open for all three.',
    todo: 'Let one of them replace the other, or remove “replaces” from one.',
  },
  examples: {
    good: [
      {
        shows: 'a line of three',
        design: {
          clusters: {
            blue: { distribution: 'kind', version: '1.37' },
            green: { distribution: 'kind', version: '1.37', replaces: 'blue' },
            teal: { distribution: 'kind', version: '1.37', replaces: 'green' },
          },
        },
      },
    ],
    bad: [
      {
        shows: 'two successors of one cluster',
        design: {
          clusters: {
            blue: { distribution: 'kind', version: '1.37' },
            green: { distribution: 'kind', version: '1.37', replaces: 'blue' },
            teal: { distribution: 'kind', version: '1.37', replaces: 'blue' },
          },
        },
      },
    ],
  },
  *check({ lookup }) {
    for (const { id } of lookup.clusters) {
      const successors = lookup.clusters.filter((c) => c.replaces === id && c.id !== id).map((c) => c.id);
      for (const successor of successors.slice(1)) {
        yield {
          message: `${capital(called(lookup, ref('cluster', id)))} is replaced by ${listed(successors)}. Each takes over all of its namespaces, so its workloads run in three clusters, and firewalls open for all of them. Let one replace the other, or remove “replaces” from one.`,
          subject: ref('cluster', successor),
          path: ['clusters', successor, 'replaces'],
          also: [ref('cluster', id), ...successors.filter((s) => s !== successor).map((s) => ref('cluster', s))],
          fix: {
            label: `Let “${successor}” replace “${successors[0]}”`,
            commands: [{ id: 'field/set', args: { path: ['clusters', successor, 'replaces'], value: successors[0] } }],
          },
        };
      }
    }
  },
});
