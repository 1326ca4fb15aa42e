import { ref } from '../../model/index.ts';
import { called, capital, defineRule } from '../define.ts';

export const endpointOfAnotherZone = defineRule({
  id: 'storage/endpoint-of-another-zone',
  severity: 'warning',
  title: 'Storage endpoint of another zone',
  docs: {
    what: 'A zone allows a storage class whose endpoint stands in another zone.',
    why: 'Two zones that share a storage endpoint share a way from one to the other that no network policy sees.',
    todo: 'Give the zone an endpoint and a class of its own, or say in the class’s description why the zones share one.',
  },
  examples: {
    good: [{ shows: 'a class whose endpoint stands in the zone', design: {} }],
    bad: [
      { shows: 'a class of the zone next door', design: { zones: { db: { trust: 80, storageClasses: ['fast'] } } } },
    ],
  },
  *check({ lookup }) {
    for (const zone of lookup.zones) {
      for (const [i, id] of (zone.storageClasses ?? []).entries()) {
        const endpoint = lookup.get('class', id)?.endpoint;
        const stands = lookup.get('endpoint', endpoint)?.zone;
        if (endpoint === undefined || stands === undefined || stands === zone.id) continue;
        yield {
          message: `${capital(called(lookup, ref('zone', zone.id)))} allows storage class “${id}”, but its ${called(lookup, ref('endpoint', endpoint))} stands in ${called(lookup, ref('zone', stands))}. What is written there can be read from here, and no network policy sees it. Give the zone an endpoint and a class of its own, or take the class off its list.`,
          subject: ref('zone', zone.id),
          path: ['zones', zone.id, 'storageClasses', i],
          also: [ref('class', id), ref('endpoint', endpoint), ref('zone', stands)],
          fix: {
            label: 'Take the class off the zone’s list',
            commands: [{ id: 'field/set', args: { path: ['zones', zone.id, 'storageClasses', i], value: undefined } }],
          },
        };
      }
    }
  },
});
