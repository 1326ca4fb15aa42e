import { ref } from '../../model/index.ts';
import { called, capital, defineRule, listed } from '../define.ts';

export const twoDefaults = defineRule({
  id: 'storage/two-defaults',
  severity: 'error',
  title: 'Two default storage classes in one cluster',
  docs: {
    what: 'More than one default class is exported to a cluster.',
    why: 'Claims without a class then get the one that was created last, which nobody decided.',
    todo: 'Keep one default per cluster.',
  },
  examples: {
    good: [{ shows: 'one default', design: { storage: { classes: { fast: { endpoint: 'san', default: true } } } } }],
    bad: [
      {
        shows: 'two defaults that one cluster gets',
        design: {
          zones: { app: { trust: 50, storageClasses: ['fast', 'slow'] } },
          storage: { classes: { fast: { endpoint: 'san', default: true }, slow: { endpoint: 'san', default: true } } },
        },
      },
    ],
  },
  *check({ lookup }) {
    for (const cluster of lookup.clusters) {
      const zones = new Set(lookup.namespacesHeldBy(cluster.id).map((n) => n.zone));
      const exported = lookup.zones.flatMap((zone) => (zones.has(zone.id) ? (zone.storageClasses ?? []) : []));
      const defaults = [...new Set(exported)].sort().filter((id) => lookup.get('class', id)?.default === true);
      for (const id of defaults.slice(1)) {
        yield {
          message: `${capital(called(lookup, ref('cluster', cluster.id)))} gets ${defaults.length} default storage classes, ${listed(defaults)}. Claims without a class get the one that was created last, which nobody decided. Keep one default.`,
          subject: ref('class', id),
          path: ['storage', 'classes', id, 'default'],
          also: [
            ref('cluster', cluster.id),
            ...defaults.filter((other) => other !== id).map((other) => ref('class', other)),
          ],
          fix: {
            label: `Keep “${defaults[0]}” as the default`,
            commands: [{ id: 'field/set', args: { path: ['storage', 'classes', id, 'default'], value: undefined } }],
          },
        };
      }
    }
  },
});
