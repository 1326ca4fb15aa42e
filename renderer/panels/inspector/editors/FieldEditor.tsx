import { useId, useRef } from 'react';
import { ChipsInput } from '../../../ui/ChipsInput.tsx';
import { Field as Labelled } from '../../../ui/Field.tsx';
import { NumberInput } from '../../../ui/NumberInput.tsx';
import { Select } from '../../../ui/Select.tsx';
import { TextInput } from '../../../ui/TextInput.tsx';
import { Toggle } from '../../../ui/Toggle.tsx';
import { EndEditor } from './EndEditor.tsx';
import { editField, valueAt } from './edit.ts';
import type { FieldEditorProps } from './editor-props.ts';
import { FlowPortsEditor } from './FlowPortsEditor.tsx';
import { GroupEditor } from './GroupEditor.tsx';
import { formatPairs, parsePairs } from './pairs.ts';
import { TableEditor } from './TableEditor.tsx';

let focusSerial = 0;

/** One field of a record, by its description. */
export function FieldEditor({ field, context, target, base = [], bare }: FieldEditorProps) {
  const id = useId();
  const serial = useRef(0);
  const path = [...base, ...field.path];
  const testId = `field-${path.join('.')}`;
  const value = valueAt(context.record, path);
  const write = (next: unknown, typing = false) =>
    editField(target, path, next, typing ? `${target.base.join('/')}/${path.join('/')}#${serial.current}` : undefined);
  // Typing is one undoable step from taking the focus to losing it.
  const onFocusChange = (focused: boolean) => {
    if (!focused) return;
    focusSerial += 1;
    serial.current = focusSerial;
  };
  const writeText = (text: string) => {
    const trimmed = field.editor === 'text' && field.multiline ? text : text.trim();
    const error = write(trimmed === '' ? undefined : trimmed, true);
    return error === undefined ? { value: trimmed } : { error };
  };
  const shared = { id, testId, ...(bare && { label: field.label }) };

  switch (field.editor) {
    case 'toggle': {
      const isOn = typeof value === 'boolean' ? value : field.default;
      return (
        <Toggle
          {...shared}
          label={field.label}
          isOn={isOn}
          isDefault={value === undefined}
          onChange={(next) => write(next === field.default ? undefined : next)}
          {...(field.hint !== undefined && { hint: field.hint })}
        />
      );
    }
    case 'table':
      return <TableEditor field={field} context={context} target={target} path={path} FieldEditor={FieldEditor} />;
    case 'group':
      return <GroupEditor field={field} context={context} target={target} path={path} FieldEditor={FieldEditor} />;
  }

  const control = () => {
    switch (field.editor) {
      case 'text':
        return (
          <TextInput
            {...shared}
            value={typeof value === 'string' ? value : ''}
            commit={writeText}
            onFocusChange={onFocusChange}
            placeholder={field.placeholder?.(context) ?? ''}
            {...(field.mono && { mono: true })}
            {...(field.multiline && { multiline: true })}
            {...(field.suggestions && { suggestions: field.suggestions(context) })}
          />
        );
      case 'number':
        return (
          <NumberInput
            {...shared}
            value={typeof value === 'number' ? value : undefined}
            onNumber={(n) => write(n, true)}
            onFocusChange={onFocusChange}
            placeholder={field.placeholder?.(context) ?? ''}
          />
        );
      case 'date':
        return (
          <TextInput
            {...shared}
            type="date"
            value={typeof value === 'string' ? value : ''}
            commit={writeText}
            onFocusChange={onFocusChange}
          />
        );
      case 'select':
        return (
          <Select
            {...shared}
            value={typeof value === 'string' ? value : ''}
            options={field.options(context)}
            onChange={(next) => write(next === '' ? undefined : next)}
            {...(field.empty && { emptyLabel: field.empty(context) })}
          />
        );
      case 'list':
        return (
          <ChipsInput
            id={id}
            testId={testId}
            label={field.label}
            values={Array.isArray(value) ? (value as string[]) : []}
            onChange={(values) =>
              write(values.length === 0 && !(field.keepsEmpty && Array.isArray(value)) ? undefined : values)
            }
            placeholder={field.placeholder?.(context) ?? ''}
            {...(field.options && { suggestions: field.options(context) })}
            {...(field.mono && { mono: true })}
            {...(field.firstNote !== undefined && { firstNote: field.firstNote })}
          />
        );
      case 'pairs':
        return (
          <ChipsInput
            id={id}
            testId={testId}
            label={field.label}
            values={formatPairs((value as Record<string, string> | undefined) ?? {})}
            split={(text) =>
              text
                .split(/[,\n]/)
                .map((s) => s.trim())
                .filter((s) => s !== '')
            }
            onChange={(texts) => {
              const parsed = parsePairs(texts);
              if ('error' in parsed) return parsed.error;
              return write(texts.length === 0 ? undefined : parsed.map);
            }}
            placeholder={field.placeholder?.(context) ?? ''}
          />
        );
      case 'flow-ports':
        return (
          <FlowPortsEditor id={id} testId={testId} context={context} write={write} onFocusChange={onFocusChange} />
        );
      case 'end':
        return (
          <EndEditor
            id={id}
            testId={testId}
            context={context}
            side={field.path[0] === 'from' ? 'from' : 'to'}
            write={write}
          />
        );
      case 'json':
        return (
          <TextInput
            {...shared}
            mono
            multiline
            when="leaving"
            value={value === undefined ? '' : JSON.stringify(value, undefined, 2)}
            placeholder='{"region": "eu-central-1"}'
            commit={(text) => {
              const parsed = parseJson(text);
              if ('error' in parsed) return parsed;
              const error = write(parsed.value);
              return error === undefined
                ? { value: parsed.value === undefined ? '' : JSON.stringify(parsed.value, undefined, 2) }
                : { error };
            }}
          />
        );
    }
  };
  if (bare) return control();
  return (
    <Labelled label={field.label} htmlFor={id} {...(field.hint !== undefined && { hint: field.hint })}>
      {control()}
    </Labelled>
  );
}

function parseJson(text: string): { readonly value: unknown } | { readonly error: string } {
  if (text.trim() === '') return { value: undefined };
  try {
    return { value: JSON.parse(text) };
  } catch (reason) {
    return { error: `This is not JSON: ${reason instanceof Error ? reason.message : 'it cannot be read'}.` };
  }
}
