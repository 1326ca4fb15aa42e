import { findRecord, kinds, references } from '../../model/index.ts';
import { called, capital, defineRule } from '../define.ts';

export const dangling = defineRule({
  id: 'reference/dangling',
  severity: 'error',
  title: 'Reference to a record that does not exist',
  docs: {
    what: 'A record names another one that the design does not have.',
    why: 'What was meant cannot be exported, and a misspelt zone or class quietly means none.',
    todo: 'Correct the id, add the record, or remove the reference.',
  },
  examples: {
    good: [{ shows: 'references that lead somewhere', design: {} }],
    bad: [
      { shows: 'a misspelt zone', design: { namespaces: { tools: { cluster: 'prod', zone: 'dmx' } } } },
      { shows: 'a matrix row of no zone', design: { matrix: { lab: { app: { access: 'allow-all' } } } } },
      {
        shows: 'a flow to nowhere',
        design: { flows: { lost: { from: { workload: 'api' }, to: { workload: 'gone' }, ports: 'all' } } },
      },
    ],
  },
  *check({ lookup, topology }) {
    for (const { path, target, from, owning } of references(topology)) {
      // A place on the canvas for something that is gone does no harm.
      if (path[0] === 'layout' || findRecord(topology, target) !== undefined) continue;
      const who = from === undefined ? 'The matrix' : capital(called(lookup, from));
      const what = kinds[target.kind].label.toLowerCase();
      yield {
        message: `${who} names ${what} “${target.id}”, which does not exist. What was meant cannot be exported. Correct the id, add the ${what}, or remove ${owning && from !== undefined ? `the ${kinds[from.kind].label.toLowerCase()}` : 'the reference'}.`,
        ...(from !== undefined && { subject: from }),
        path,
        ...(owning && from !== undefined
          ? {
              fix: {
                label: `Remove the ${kinds[from.kind].label.toLowerCase()}`,
                commands: [{ id: 'record/remove' as const, args: { refs: [from] } }],
              },
            }
          : {
              fix: {
                label: 'Remove the reference',
                commands: [{ id: 'field/set' as const, args: { path, value: undefined } }],
              },
            }),
      };
    }
  },
});
