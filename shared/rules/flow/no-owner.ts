import { ref } from '../../model/index.ts';
import { defineRule } from '../define.ts';

export const noOwner = defineRule({
  id: 'flow/no-owner',
  severity: 'info',
  title: 'Flow without an owner',
  docs: {
    what: 'A flow names no owner.',
    why: 'When it is time to review or to close a flow, somebody has to be asked.',
    todo: 'Write the team that needs the flow into its owner.',
  },
  examples: {
    good: [{ shows: 'flows with owners', design: {} }],
    bad: [
      {
        shows: 'a flow without one',
        design: {
          flows: { call: { from: { workload: 'gateway' }, to: { workload: 'api' }, ports: [{ port: 'http' }] } },
        },
      },
    ],
  },
  *check({ lookup }) {
    for (const flow of lookup.flows) {
      if ((flow.owner ?? '').trim() !== '') continue;
      yield {
        message: `Flow “${flow.id}” has no owner. Nobody can be asked when it is reviewed or has to be closed. Write down the team that needs it.`,
        subject: ref('flow', flow.id),
        path: ['flows', flow.id],
      };
    }
  },
});
