import { ref } from '../../model/index.ts';
import { defineRule } from '../define.ts';

export const exceptionExpired = defineRule({
  id: 'flow/exception-expired',
  severity: 'error',
  title: 'Expired exception',
  docs: {
    what: 'The exception that lets a flow pass the matrix has ended.',
    why: 'An exception is a risk that somebody took for a time. Time changes no export: the flow stays open until somebody acts.',
    todo: 'Remove the exception (the matrix then blocks the flow), or agree on a later day.',
  },
  examples: {
    good: [{ shows: 'the last day itself', asOf: '2027-01-31', design: { flows: excepted('2027-01-31') } }],
    bad: [{ shows: 'the day after', asOf: '2027-02-01', design: { flows: excepted('2027-01-31') } }],
  },
  *check({ lookup, asOf }) {
    for (const flow of lookup.flows) {
      const until = flow.exception?.until;
      if (asOf === undefined || until === undefined || until >= asOf) continue;
      yield {
        message: `The exception of flow “${flow.id}” ended on ${until}. The flow against the matrix stays open until somebody acts. Remove the exception, or agree on a later day with ${flow.exception?.owner ?? 'its owner'}.`,
        subject: ref('flow', flow.id),
        path: ['flows', flow.id, 'exception', 'until'],
        fix: {
          label: 'Remove the exception',
          commands: [{ id: 'field/set', args: { path: ['flows', flow.id, 'exception'], value: undefined } }],
        },
      };
    }
  },
});

function excepted(until: string) {
  return {
    back: {
      from: { workload: 'api' },
      to: { workload: 'gateway' },
      ports: [{ port: 8443 }],
      exception: { reason: 'migration', owner: 'arch', until },
    },
  };
}
