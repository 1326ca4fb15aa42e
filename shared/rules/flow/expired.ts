import { ref } from '../../model/index.ts';
import { defineRule } from '../define.ts';

export const expired = defineRule({
  id: 'flow/expired',
  severity: 'warning',
  title: 'Expired flow',
  docs: {
    what: 'The day until which a flow was wanted has passed.',
    why: 'Time changes no export: the flow stays open until somebody removes it.',
    todo: 'Remove the flow, or agree on a later day.',
  },
  examples: {
    good: [{ shows: 'the last day itself', asOf: '2027-06-30', design: { flows: until('2027-06-30') } }],
    bad: [{ shows: 'the day after', asOf: '2027-07-01', design: { flows: until('2027-06-30') } }],
  },
  *check({ lookup, asOf }) {
    for (const flow of lookup.flows) {
      if (asOf === undefined || flow.until === undefined || flow.until >= asOf) continue;
      yield {
        message: `Flow “${flow.id}” was wanted until ${flow.until}. It stays open until somebody removes it. Remove it, or agree on a later day.`,
        subject: ref('flow', flow.id),
        path: ['flows', flow.id, 'until'],
        fix: { label: 'Remove the flow', commands: [{ id: 'record/remove', args: { refs: [ref('flow', flow.id)] } }] },
      };
    }
  },
});

function until(day: string) {
  return { call: { from: { workload: 'gateway' }, to: { workload: 'api' }, ports: [{ port: 'http' }], until: day } };
}
