import type { Path } from '../../../../shared/lib/problem.ts';
import type { Field, FieldContext } from '../fields/define.ts';
import type { EditTarget } from './edit.ts';

export interface FieldEditorProps {
  readonly field: Field;
  readonly context: FieldContext;
  readonly target: EditTarget;
  /** From the record to what the field's own path starts at. */
  readonly base?: Path;
  /** Without a label of its own: in a table, whose heading says it. */
  readonly bare?: boolean;
}
