import { Plus, X } from 'lucide-react';
import type { ComponentType } from 'react';
import type { Path } from '../../../../shared/lib/problem.ts';
import { Button } from '../../../ui/Button.tsx';
import { IconButton } from '../../../ui/IconButton.tsx';
import type { FieldContext, GroupField } from '../fields/define.ts';
import { type EditTarget, editField, valueAt } from './edit.ts';
import type { FieldEditorProps } from './editor-props.ts';

export interface GroupEditorProps {
  readonly field: GroupField;
  readonly context: FieldContext;
  readonly target: EditTarget;
  readonly path: Path;
  /** Passed in, because fields hold groups and groups hold fields. */
  readonly FieldEditor: ComponentType<FieldEditorProps>;
}

export function GroupEditor({ field, context, target, path, FieldEditor }: GroupEditorProps) {
  const testId = `field-${path.join('.')}`;
  if (valueAt(context.record, path) === undefined) {
    return (
      <div>
        <Button
          look="link"
          icon={<Plus size={13} aria-hidden />}
          testId={`${testId}-add`}
          onClick={() => editField(target, path, field.make(context))}
        >
          {field.add}
        </Button>
      </div>
    );
  }
  return (
    <fieldset className="inspector-group" data-testid={testId}>
      <legend>
        <span title={field.hint}>{field.label}</span>
        <IconButton
          label={`Remove ${field.label.toLowerCase()}`}
          icon={<X size={13} aria-hidden />}
          testId={`${testId}-remove`}
          onClick={() => editField(target, path, undefined)}
        />
      </legend>
      {field.fields.map((inner) => (
        <FieldEditor key={inner.path.join('.')} field={inner} context={context} target={target} base={path} />
      ))}
    </fieldset>
  );
}
