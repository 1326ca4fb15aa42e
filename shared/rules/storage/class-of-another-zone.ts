import { ref } from '../../model/index.ts';
import { called, capital, defineRule } from '../define.ts';

export const classOfAnotherZone = defineRule({
  id: 'storage/class-of-another-zone',
  severity: 'error',
  title: 'Storage class that the zone does not allow',
  docs: {
    what: 'A workload claims storage of a class that its zone does not list.',
    why: 'Zones keep their storage apart: quota and admission refuse the claim, so the workload will not start.',
    todo: 'Choose a class of the zone, or allow this one in the zone.',
  },
  examples: {
    good: [
      {
        shows: 'a class of the zone',
        design: { workloads: { api: { namespace: 'orders', storage: { data: { class: 'fast', size: '1Gi' } } } } },
      },
    ],
    bad: [
      {
        shows: 'a class of another zone',
        design: { workloads: { store: { namespace: 'ledger', storage: { data: { class: 'fast', size: '1Gi' } } } } },
      },
    ],
  },
  *check({ lookup }) {
    for (const workload of lookup.workloads) {
      const target = ref('workload', workload.id);
      const zoneId = lookup.zoneOf(target);
      const zone = lookup.get('zone', zoneId);
      if (zoneId === undefined || zone === undefined) continue;
      for (const [claim, { class: id }] of Object.entries(workload.storage ?? {})) {
        if (id === undefined || lookup.get('class', id) === undefined || zone.storageClasses?.includes(id)) continue;
        yield {
          message: `${capital(called(lookup, target))} claims “${claim}” of storage class “${id}”, which ${called(lookup, ref('zone', zoneId))} does not allow. Quota and admission refuse the claim, so the workload will not start. Choose a class of the zone, or allow this one there.`,
          subject: target,
          path: ['workloads', workload.id, 'storage', claim, 'class'],
          also: [ref('class', id), ref('zone', zoneId)],
          ...(lookup.zoneOf(ref('class', id)) === zoneId && {
            fix: {
              label: 'Allow the class in the zone',
              commands: [
                {
                  id: 'field/set',
                  args: { path: ['zones', zoneId, 'storageClasses'], value: [...(zone.storageClasses ?? []), id] },
                },
              ],
            },
          }),
        };
      }
    }
  },
});
