import { ref } from '../../model/index.ts';
import { defineRule } from '../define.ts';

export const diagonal = defineRule({
  id: 'matrix/diagonal',
  severity: 'warning',
  title: 'Matrix cell from a zone to itself',
  docs: {
    what: 'The matrix has a cell whose two zones are the same.',
    why: 'Inside a zone its intraZone decides, so the cell has no effect, whatever it says.',
    todo: 'Remove the cell, and set intraZone of the zone to what was meant.',
  },
  examples: {
    good: [{ shows: 'cells between zones', design: { matrix: { dmz: { app: { access: 'allow-all' } } } } }],
    bad: [{ shows: 'a cell of the diagonal', design: { matrix: { dmz: { dmz: { access: 'block-all' } } } } }],
  },
  *check({ topology }) {
    for (const [id, row] of Object.entries(topology.matrix ?? {})) {
      if (!Object.hasOwn(row, id)) continue;
      yield {
        message: `The matrix has a cell from “${id}” to itself. Inside a zone its intraZone decides, so the cell has no effect. Remove it, and set intraZone to what was meant.`,
        ...(id !== 'outside' && { subject: ref('zone', id) }),
        path: ['matrix', id, id],
        fix: {
          label: 'Remove the cell',
          commands: [{ id: 'field/set', args: { path: ['matrix', id, id], value: undefined } }],
        },
      };
    }
  },
});
