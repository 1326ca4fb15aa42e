import { endRef, ref, refKey } from '../../model/index.ts';
import { called, defineRule } from '../define.ts';

export const toItself = defineRule({
  id: 'flow/to-itself',
  severity: 'warning',
  title: 'Flow that says nothing',
  docs: {
    what: 'A flow begins and ends at the same workload, or both its ends lie outside.',
    why: 'A workload is never compared with itself, and what two externals do no policy of yours decides: nothing is exported.',
    todo: 'Remove the flow, or move one of its ends.',
  },
  examples: {
    good: [
      { shows: 'two different ends', design: {} },
      {
        shows: 'a namespace whose workloads may talk to each other',
        design: { flows: { among: { from: { namespace: 'orders' }, to: { namespace: 'orders' }, ports: 'all' } } },
      },
    ],
    bad: [
      {
        shows: 'a workload to itself',
        design: { flows: { loop: { from: { workload: 'api' }, to: { workload: 'api' }, ports: [{ port: 'http' }] } } },
      },
      {
        shows: 'from outside to outside',
        design: {
          externals: { partner: { cidrs: ['203.0.113.0/24'] } },
          flows: { past: { from: { external: 'internet' }, to: { external: 'partner' }, ports: [{ port: 443 }] } },
        },
      },
    ],
  },
  *check({ lookup }) {
    for (const flow of lookup.flows) {
      const from = endRef(flow.from);
      const to = endRef(flow.to);
      const external = from.kind === 'external' && to.kind === 'external';
      if (!external && !(from.kind === 'workload' && refKey(from) === refKey(to))) continue;
      yield {
        message: external
          ? `Flow “${flow.id}” goes from ${called(lookup, from)} to ${called(lookup, to)}, and both lie outside. No policy of yours decides about it, so nothing is exported. Remove it, or move one of its ends.`
          : `Flow “${flow.id}” goes from ${called(lookup, from)} to itself. A workload is never kept from itself, so nothing is exported. Remove it, or move one of its ends.`,
        subject: ref('flow', flow.id),
        path: ['flows', flow.id],
        also: [from, to],
        fix: { label: 'Remove the flow', commands: [{ id: 'record/remove', args: { refs: [ref('flow', flow.id)] } }] },
      };
    }
  },
});
