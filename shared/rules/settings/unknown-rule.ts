import { defineRule } from '../define.ts';

export const unknownRule = defineRule({
  id: 'settings/unknown-rule',
  severity: 'warning',
  title: 'Setting for a rule that does not exist',
  docs: {
    what: 'The design sets the severity of a rule that Zonewright does not have.',
    why: 'The setting has no effect; if the id is misspelt, the rule still speaks, or is still silent.',
    todo: 'Correct the id, or remove the setting.',
  },
  examples: {
    good: [
      {
        shows: 'a rule that exists',
        design: { rules: { 'flow/no-owner': { severity: 'off', reason: 'Owners live elsewhere.' } } },
      },
    ],
    bad: [
      {
        shows: 'a misspelt id',
        design: { rules: { 'flow/no-owners': { severity: 'off', reason: 'Owners live elsewhere.' } } },
      },
    ],
  },
  *check({ topology, ruleIds }) {
    for (const id of Object.keys(topology.rules ?? {})) {
      if (ruleIds.has(id)) continue;
      yield {
        message: `The design sets the severity of rule “${id}”, which does not exist. The setting has no effect. Correct the id, or remove the setting.`,
        path: ['rules', id],
        fix: {
          label: 'Remove the setting',
          commands: [{ id: 'field/set', args: { path: ['rules', id], value: undefined } }],
        },
      };
    }
  },
});
