import type { Path } from '../../lib/problem.ts';
import { defineCommand } from '../define.ts';
import { deleteAt, setAt } from '../path.ts';

export interface SetField {
  /** From the root of the design: `['zones', 'dmz', 'trust']`. */
  readonly path: Path;
  /** Undefined deletes the field, or takes the item out of a list. */
  readonly value: unknown;
}

/**
 * Writes one value; maps that are missing above it are created, and optional maps that become empty go. The value is
 * written as it is: the caller has validated it against the schema of the model.
 */
export const setField = defineCommand<SetField>({
  id: 'field/set',
  label: ({ path, value }) => {
    const name = path.findLast((key) => typeof key === 'string') ?? 'field';
    return value === undefined ? `Clear ${name}` : `Set ${name}`;
  },
  run(draft, { path, value }) {
    if (value === undefined) deleteAt(draft, path);
    else setAt(draft, path, value);
  },
});
