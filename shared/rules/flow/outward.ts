import { outside, ref } from '../../model/index.ts';
import { called, defineRule } from '../define.ts';
import { judge } from '../legs.ts';

export const outward = defineRule({
  id: 'flow/outward',
  severity: 'warning',
  title: 'Flow outward',
  docs: {
    what: 'A flow that the matrix or an exception permits opens connections from a more trusted zone to a less trusted one.',
    why: 'Whoever takes over the less trusted end can answer as it likes, and data leaves the trusted zone on a connection that the trusted side itself opened.',
    todo: 'Reverse the flow so that the less trusted side asks, or keep it and say in its reason why it has to be so.',
  },
  examples: {
    good: [{ shows: 'a flow inward', design: {} }],
    bad: [
      {
        shows: 'a flow outward that the matrix permits',
        design: {
          matrix: { app: { dmz: { access: 'allow-all' } } },
          flows: { push: { from: { workload: 'api' }, to: { workload: 'gateway' }, ports: [{ port: 'https' }] } },
        },
      },
    ],
  },
  *check({ lookup }) {
    for (const flow of lookup.flows) {
      for (const { leg, permitted } of judge(lookup, flow)) {
        const from = lookup.tierOf(leg.fromZone);
        const to = lookup.tierOf(leg.toZone);
        const passes = permitted || flow.exception !== undefined;
        if (!passes || from === undefined || to === undefined || to >= from || leg.toZone === outside) continue;
        yield {
          message: `Flow “${flow.id}” goes outward, from ${called(lookup, ref('zone', leg.fromZone))} to ${called(lookup, ref('zone', leg.toZone))}. A less trusted end then answers to a more trusted one, and data can leave on that way. Reverse it so that the less trusted side asks, or say in its reason why it has to be so.`,
          subject: ref('flow', flow.id),
          path: ['flows', flow.id],
          also: [leg.from, leg.to],
          ...(flow.via === undefined && {
            fix: { label: 'Reverse the flow', commands: [{ id: 'flow/reverse', args: { ids: [flow.id] } }] },
          }),
        };
      }
    }
  },
});
