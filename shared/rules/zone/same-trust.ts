import { ref } from '../../model/index.ts';
import { called, capital, defineRule } from '../define.ts';

export const sameTrust = defineRule({
  id: 'zone/same-trust',
  severity: 'error',
  title: 'Two zones of the same trust',
  docs: {
    what: 'Two zones have the same trust.',
    why: 'Trust decides which zone lies inward of which, and with it what the matrix allows where it is silent. With equal trust that is chance.',
    todo: 'Give each zone a trust of its own.',
  },
  examples: {
    good: [{ shows: 'different trust', design: {} }],
    bad: [{ shows: 'the same trust', design: { zones: { partner: { trust: 20 } } } }],
  },
  *check({ lookup }) {
    const taken = new Set(lookup.zones.map((zone) => zone.trust));
    for (const [i, zone] of lookup.zones.entries()) {
      const before = lookup.zones[i - 1];
      if (before?.trust !== zone.trust) continue;
      const free = Array.from({ length: 100 - zone.trust }, (_, n) => zone.trust + n + 1).find(
        (trust) => !taken.has(trust),
      );
      yield {
        message: `${capital(called(lookup, ref('zone', zone.id)))} has the same trust as ${called(lookup, ref('zone', before.id))}, ${zone.trust}. Trust decides which lies inward of which, so what flows may do between them is chance. Give each a trust of its own.`,
        subject: ref('zone', zone.id),
        path: ['zones', zone.id, 'trust'],
        also: [ref('zone', before.id)],
        ...(free !== undefined && {
          fix: {
            label: `Give it trust ${free}`,
            commands: [{ id: 'field/set', args: { path: ['zones', zone.id, 'trust'], value: free } }],
          },
        }),
      };
    }
  },
});
