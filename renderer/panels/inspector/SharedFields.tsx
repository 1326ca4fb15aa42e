import { findRecord, type Kind, lookup, type Ref, recordPath } from '../../../shared/model/index.ts';
import { useDocument, useStores } from '../../store/stores.tsx';
import { Field as Labelled } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { editField, valueAt } from './editors/edit.ts';
import type { Field } from './fields/define.ts';
import { fieldsOf, schemaOf } from './fields/index.ts';

/** Names and descriptions are each record's own. */
const own = new Set(['name', 'description']);

/** Fields that several records of one kind can be given together: choices and short texts. One edit is one step. */
export function SharedFields({ kind, refs }: { readonly kind: Kind; readonly refs: readonly Ref[] }) {
  const fields = fieldsOf[kind].filter(
    (f) => (f.editor === 'select' || f.editor === 'text' || f.editor === 'date') && !own.has(f.path.join('.')),
  );
  if (fields.length === 0) return null;
  return (
    <div className="inspector__fields">
      {fields.map((f) => (
        <SharedField key={f.path.join('.')} field={f} kind={kind} refs={refs} />
      ))}
    </div>
  );
}

function SharedField({
  field,
  kind,
  refs,
}: {
  readonly field: Field;
  readonly kind: Kind;
  readonly refs: readonly Ref[];
}) {
  const { documents } = useStores();
  const topology = useDocument((s) => s.topology);
  const [first] = refs;
  if (first === undefined) return null;
  const values = refs.map((r) => valueAt(topology, [...recordPath(r), ...field.path]));
  const isMixed = values.some((v) => v !== values[0]);
  const value = isMixed || typeof values[0] !== 'string' ? '' : values[0];
  const context = {
    topology,
    index: lookup(topology),
    ref: first,
    record: findRecord(topology, first) as unknown as Readonly<Record<string, unknown>>,
  };
  const write = (next: string | undefined): string | undefined => {
    documents.getState().begin(`Set ${field.label.toLowerCase()} of ${refs.length} records`);
    for (const r of refs) {
      const error = editField({ documents, base: recordPath(r), schema: schemaOf[kind] }, field.path, next);
      if (error !== undefined) {
        documents.getState().cancel();
        return error;
      }
    }
    documents.getState().commit();
    return undefined;
  };
  return (
    <Labelled label={field.label}>
      {field.editor === 'select' ? (
        <Select
          label={field.label}
          testId={`shared-${field.path.join('.')}`}
          value={value}
          options={field.options(context)}
          emptyLabel={isMixed ? 'Several values' : (field.empty?.(context) ?? 'Choose…')}
          onChange={(next) => {
            if (next !== '' || field.empty !== undefined) write(next === '' ? undefined : next);
          }}
        />
      ) : (
        <TextInput
          when="leaving"
          label={field.label}
          testId={`shared-${field.path.join('.')}`}
          value={value}
          placeholder={isMixed ? 'Several values' : ''}
          {...(field.editor === 'date' && { type: 'date' as const })}
          commit={(text) => {
            const error = write(text.trim() === '' ? undefined : text.trim());
            return error === undefined ? { value: text.trim() } : { error };
          }}
        />
      )}
    </Labelled>
  );
}
