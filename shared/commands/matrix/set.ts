import type { MatrixCell } from '../../model/index.ts';
import { defineCommand } from '../define.ts';
import { deleteAt, setAt } from '../path.ts';

export interface SetMatrixCell {
  /** A zone, or `outside`. */
  readonly from: string;
  /** A zone, or `outside`. */
  readonly to: string;
  /** Undefined: trust decides again. */
  readonly cell: MatrixCell | undefined;
}

/** Writes one cell of the matrix, or leaves it to trust. Throws on the diagonal: there `intraZone` decides. */
export const setMatrixCell = defineCommand<SetMatrixCell>({
  id: 'matrix/set',
  label: ({ cell }) => (cell === undefined ? 'Clear matrix cell' : 'Set matrix cell'),
  run(draft, { from, to, cell }) {
    if (from === to) throw new Error('the matrix has no diagonal');
    if (cell === undefined) deleteAt(draft, ['matrix', from, to]);
    else setAt(draft, ['matrix', from, to], cell);
  },
});
