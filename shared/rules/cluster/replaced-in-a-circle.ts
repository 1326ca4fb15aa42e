import { type Lookup, ref } from '../../model/index.ts';
import { called, capital, defineRule, listed } from '../define.ts';

const network = (n: number) => ({ pods: [`10.${n}.0.0/16`], nodes: [`10.1.${n}.0/24`] });

export const replacedInACircle = defineRule({
  id: 'cluster/replaced-in-a-circle',
  severity: 'error',
  title: 'Clusters that replace each other',
  docs: {
    what: 'A cluster replaces itself, or clusters replace each other in a circle.',
    why: 'Blue-green has a direction: one cluster takes over what the other holds. In a circle nobody can say which of them is on its way out.',
    todo: 'Remove “replaces” from the cluster that is on its way out.',
  },
  examples: {
    good: [
      {
        shows: 'a cluster that replaces another',
        design: {
          clusters: {
            next: {
              distribution: 'kubeadm',
              version: '1.37',
              networks: network(60),
              replaces: 'prod',
              pools: {
                d: { zone: 'dmz', nodes: 1 },
                a: { zone: 'app', nodes: 1 },
                b: { zone: 'db', nodes: 1 },
              },
            },
          },
        },
      },
    ],
    bad: [
      {
        shows: 'a cluster that replaces itself',
        design: { clusters: { self: { distribution: 'kind', version: '1.37', replaces: 'self' } } },
      },
      {
        shows: 'two that replace each other',
        design: {
          clusters: {
            blue: { distribution: 'kind', version: '1.37', replaces: 'green' },
            green: { distribution: 'kind', version: '1.37', replaces: 'blue' },
          },
        },
      },
    ],
  },
  *check({ lookup }) {
    for (const { id } of lookup.clusters) {
      const circle = circleFrom(lookup, id);
      // Each circle is told once, at its first cluster by id.
      if (circle === undefined || circle.some((other) => other < id)) continue;
      yield {
        message:
          circle.length === 1
            ? `${capital(called(lookup, ref('cluster', id)))} replaces itself. A pair needs two clusters, so this says nothing. Remove “replaces”, or name the cluster that it takes over from.`
            : `Clusters ${listed(circle)} replace each other in a circle. Nobody can say which of them is on its way out. Remove “replaces” from that one.`,
        subject: ref('cluster', id),
        path: ['clusters', id, 'replaces'],
        also: circle.slice(1).map((other) => ref('cluster', other)),
        fix: {
          label: `Let “${id}” replace nothing`,
          commands: [{ id: 'field/set', args: { path: ['clusters', id, 'replaces'], value: undefined } }],
        },
      };
    }
  },
});

/** The clusters of the circle that a cluster is part of, beginning with it; undefined where it is part of none. */
function circleFrom(lookup: Lookup, start: string): readonly string[] | undefined {
  const passed = [start];
  for (let id = lookup.get('cluster', start)?.replaces; id !== undefined; id = lookup.get('cluster', id)?.replaces) {
    if (id === start) return passed;
    if (passed.includes(id)) return undefined;
    passed.push(id);
  }
  return undefined;
}
