import { Plus, X } from 'lucide-react';
import type { ComponentType } from 'react';
import type { Path } from '../../../../shared/lib/problem.ts';
import { IconButton } from '../../../ui/IconButton.tsx';
import { Select } from '../../../ui/Select.tsx';
import { TextInput } from '../../../ui/TextInput.tsx';
import type { FieldContext, TableField } from '../fields/define.ts';
import { type EditTarget, editField, valueAt } from './edit.ts';
import type { FieldEditorProps } from './editor-props.ts';

export interface TableEditorProps {
  readonly field: TableField;
  readonly context: FieldContext;
  readonly target: EditTarget;
  readonly path: Path;
  /** Passed in, because tables hold fields and fields can be tables. */
  readonly FieldEditor: ComponentType<FieldEditorProps>;
}

/** The entries of a map or a list, one row each. */
export function TableEditor({ field, context, target, path, FieldEditor }: TableEditorProps) {
  const testId = `field-${path.join('.')}`;
  const value = valueAt(context.record, path);
  const entries: ReadonlyArray<readonly [string | number, unknown]> =
    field.of === 'list'
      ? (Array.isArray(value) ? value : []).map((v, i) => [i, v] as const)
      : Object.entries((value as object | undefined) ?? {});
  const keys = field.keys?.(context);
  const free = keys?.filter((k) => !entries.some(([key]) => key === k.value));
  const canAdd = field.of === 'list' || free === undefined || free.length > 0;

  const add = () => {
    if (field.of === 'list') {
      editField(target, path, [...entries.map(([, v]) => v), field.make(context, '')]);
      return;
    }
    const key = free === undefined ? freeKey(field.newKey?.(context) ?? 'new', entries) : (free[0]?.value ?? '');
    editField(target, [...path, key], field.make(context, key));
  };
  const rename = (from: string, to: string): { readonly value: string } | { readonly error: string } => {
    const wanted = to.trim();
    if (wanted === '') return { error: 'This cannot be empty.' };
    if (wanted !== from && entries.some(([key]) => key === wanted)) return { error: `There is a ${wanted} already.` };
    // Rebuilt in the same order, so that the row stays where it is.
    const error = editField(
      target,
      path,
      Object.fromEntries(entries.map(([key, v]) => [key === from ? wanted : key, v])),
    );
    return error === undefined ? { value: wanted } : { error };
  };
  const remove = (key: string | number) => {
    const left = entries.filter(([k]) => k !== key);
    if (left.length === 0) editField(target, path, undefined);
    else if (field.of === 'list')
      editField(
        target,
        path,
        left.map(([, v]) => v),
      );
    else editField(target, [...path, key], undefined);
  };
  return (
    <fieldset className="inspector-table" data-testid={testId}>
      <legend>
        <span title={field.hint}>{field.label}</span>
        <IconButton
          label={field.add}
          icon={<Plus size={14} aria-hidden />}
          testId={`${testId}-add`}
          disabled={!canAdd}
          onClick={add}
        />
      </legend>
      {entries.map(([key, entry], row) => (
        <div
          key={field.of === 'list' ? row : key}
          className={`inspector-table__row${field.columns.length > 2 ? ' is-wide' : ''}${field.inTwoLines ? ' has-two-lines' : ''}`}
        >
          {field.of === 'map' && (
            <div className="inspector-table__key">
              {keys === undefined ? (
                <TextInput
                  when="leaving"
                  mono
                  label={field.keyLabel ?? 'Name'}
                  testId={`${testId}.${key}-key`}
                  value={String(key)}
                  commit={(text) => rename(String(key), text)}
                />
              ) : (
                <Select
                  label={field.keyLabel ?? 'Name'}
                  value={String(key)}
                  options={keys.filter((k) => k.value === key || free?.includes(k))}
                  onChange={(to) => rename(String(key), to)}
                />
              )}
            </div>
          )}
          {field.columns.map((column) => (
            <div key={column.path.join('.')} className="inspector-table__cell">
              <FieldEditor bare field={column} context={context} target={target} base={[...path, key]} />
            </div>
          ))}
          <IconButton
            label={`Remove ${field.of === 'list' ? `entry ${row + 1}` : key}`}
            icon={<X size={13} aria-hidden />}
            testId={`${testId}.${key}-remove`}
            disabled={entry === undefined}
            onClick={() => remove(key)}
          />
        </div>
      ))}
    </fieldset>
  );
}

function freeKey(wanted: string, entries: ReadonlyArray<readonly [string | number, unknown]>): string {
  const taken = new Set(entries.map(([key]) => String(key)));
  if (!taken.has(wanted)) return wanted;
  for (let n = 2; ; n += 1) if (!taken.has(`${wanted}-${n}`)) return `${wanted}-${n}`;
}
