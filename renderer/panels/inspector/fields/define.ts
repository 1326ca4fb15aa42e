/**
 * What the inspector can edit, as data: one list of fields per kind. A field names its place in the record, how it is
 * called, and which editor it takes; what counts as a right value is decided by the model's schema alone.
 */
import type { Lookup, Ref, Topology } from '../../../../shared/model/index.ts';

export interface FieldContext {
  readonly topology: Topology;
  readonly index: Lookup;
  /** Absent for what belongs to the whole design. */
  readonly ref?: Ref;
  readonly record: Readonly<Record<string, unknown>>;
}

export interface Option {
  readonly value: string;
  readonly label: string;
  readonly group?: string;
}

interface Base {
  /** From the record, or from the entry where the field stands in a table. Empty: the entry itself. */
  readonly path: readonly string[];
  readonly label: string;
  readonly hint?: string;
}

type Words = (context: FieldContext) => string;

export type Field =
  | (Base & {
      readonly editor: 'text';
      readonly placeholder?: Words;
      readonly mono?: boolean;
      readonly multiline?: boolean;
      readonly suggestions?: (context: FieldContext) => readonly string[];
    })
  | (Base & { readonly editor: 'number'; readonly placeholder?: Words })
  | (Base & { readonly editor: 'date' })
  | (Base & { readonly editor: 'toggle'; readonly default: boolean })
  | (Base & {
      readonly editor: 'select';
      readonly options: (context: FieldContext) => readonly Option[];
      /** What holds where nothing is written: `runc (from zone)`. Absent for fields that must be there. */
      readonly empty?: Words;
    })
  | (Base & {
      readonly editor: 'list';
      /** Only these can be added; without them any text can. */
      readonly options?: (context: FieldContext) => readonly Option[];
      readonly placeholder?: Words;
      readonly firstNote?: string;
      readonly mono?: boolean;
      /** An empty list and no list are not the same here, so the last chip may go without the list going. */
      readonly keepsEmpty?: boolean;
    })
  /** A map from text to text, as chips `key: value`. */
  | (Base & { readonly editor: 'pairs'; readonly placeholder?: Words })
  | TableField
  | GroupField
  /** The ports of a flow in their short form, and what is dialled. */
  | (Base & { readonly editor: 'flow-ports' })
  /** One end of a flow. */
  | (Base & { readonly editor: 'end' })
  /** Anything, as JSON. */
  | (Base & { readonly editor: 'json' });

export interface TableField extends Base {
  readonly editor: 'table';
  readonly of: 'map' | 'list';
  /** For maps: what the keys are, and which are possible where not any text is. */
  readonly keyLabel?: string;
  readonly keys?: (context: FieldContext) => readonly Option[];
  /** The key of a new entry, before it is made different from those that are there. */
  readonly newKey?: Words;
  readonly make: (context: FieldContext, key: string) => unknown;
  readonly columns: readonly Field[];
  /** True where names of records are chosen, which want more room than beside the key. */
  readonly inTwoLines?: boolean;
  readonly add: string;
}

/** Several fields that are there together or not at all. */
export interface GroupField extends Base {
  readonly editor: 'group';
  /** The smallest valid value. */
  readonly make: (context: FieldContext) => unknown;
  readonly fields: readonly Field[];
  readonly add: string;
}

export function options(
  values: readonly string[],
  labels: Readonly<Record<string, string>> = {},
): () => readonly Option[] {
  const made = values.map((value) => ({ value, label: labels[value] ?? value }));
  return () => made;
}
