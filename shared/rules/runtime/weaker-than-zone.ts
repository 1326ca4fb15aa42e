import { isWeaker } from '../../catalog/index.ts';
import { ref } from '../../model/index.ts';
import { called, capital, defineRule, listed } from '../define.ts';
import { isolationOf } from '../runtimes-of.ts';

const sandboxed = {
  zones: { dmz: { trust: 20, exposure: ['loadBalancer'], runtimes: ['gvisor'] } },
  runtimes: { gvisor: { from: 'gvisor' } },
} as const;

export const weakerThanZone = defineRule({
  id: 'runtime/weaker-than-zone',
  severity: 'error',
  title: 'Runtime that the zone does not allow',
  docs: {
    what: 'A workload asks for a runtime that is not among those its zone allows.',
    why: 'The zone demands a strength of isolation: with a weaker runtime one escape reaches the kernel that others share. Admission refuses the pods.',
    todo: 'Let the workload use the zone’s runtime, allow the other one in the zone, or move the workload.',
  },
  examples: {
    good: [
      { shows: 'the runtime of the zone', design: { ...sandboxed, workloads: { gateway: { namespace: 'web' } } } },
      {
        shows: 'another runtime that the zone allows',
        design: {
          zones: { dmz: { trust: 20, runtimes: ['gvisor', 'runc'] } },
          runtimes: sandboxed.runtimes,
          workloads: { gateway: { namespace: 'web', runtime: 'runc' } },
        },
      },
    ],
    bad: [
      {
        shows: 'a shared kernel where the zone demands a sandbox',
        design: { ...sandboxed, workloads: { gateway: { namespace: 'web', runtime: 'runc' } } },
      },
    ],
  },
  *check({ lookup }) {
    for (const workload of lookup.workloads) {
      const target = ref('workload', workload.id);
      const zoneId = lookup.zoneOf(target);
      const allowed = lookup.get('zone', zoneId)?.runtimes ?? [];
      const own = lookup.get('runtime', workload.runtime);
      if (zoneId === undefined || workload.runtime === undefined || own === undefined) continue;
      if (allowed.length === 0 || allowed.includes(workload.runtime)) continue;
      const standard = lookup.get('runtime', allowed[0]);
      const has = isolationOf(own);
      const demanded = standard === undefined ? undefined : isolationOf(standard);
      const weaker = has !== undefined && demanded !== undefined && isWeaker(has, demanded);
      yield {
        message: `${capital(called(lookup, target))} runs in “${workload.runtime}”, but ${called(lookup, ref('zone', zoneId))} allows only ${listed(allowed)}. ${weaker ? `A ${has} isolates less than the ${demanded} that the zone demands` : 'Its isolation is not the one that was agreed for the zone'}, and admission refuses the pods. Use the zone’s runtime, allow this one in the zone, or move the workload.`,
        subject: target,
        path: ['workloads', workload.id, 'runtime'],
        also: [ref('zone', zoneId)],
        fix: {
          label: 'Use the zone’s runtime',
          commands: [{ id: 'field/set', args: { path: ['workloads', workload.id, 'runtime'], value: undefined } }],
        },
      };
    }
  },
});
