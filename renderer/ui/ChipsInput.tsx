import { X } from 'lucide-react';
import { type KeyboardEvent, useId, useState } from 'react';

export interface ChipsInputProps {
  readonly values: readonly string[];
  /** Takes the list over; returns why it cannot, or undefined where it did. */
  readonly onChange: (values: readonly string[]) => string | undefined;
  readonly id?: string;
  readonly label: string;
  readonly placeholder?: string;
  /** What may be added; without `freeText` nothing else can. */
  readonly suggestions?: ReadonlyArray<{ readonly value: string; readonly label: string }>;
  readonly freeText?: boolean;
  readonly testId?: string;
  readonly mono?: boolean;
  /** Marks the first chip: `default`. */
  readonly firstNote?: string;
  /** Splits typed or pasted text into values. */
  readonly split?: (text: string) => readonly string[];
}

/** A list of short values as chips. Enter or comma adds, Backspace in the empty input removes the last one. */
export function ChipsInput(props: ChipsInputProps) {
  const own = useId();
  const id = props.id ?? own;
  const [text, setText] = useState('');
  const [error, setError] = useState<string>();
  const labelOf = (value: string) => props.suggestions?.find((s) => s.value === value)?.label ?? value;
  const open = props.suggestions?.filter((s) => !props.values.includes(s.value)) ?? [];

  const take = (values: readonly string[]): boolean => {
    const found = props.onChange(values);
    setError(found);
    return found === undefined;
  };
  const add = (typed: string) => {
    const values = (props.split ?? splitList)(typed).filter((v) => !props.values.includes(v));
    if (values.length === 0 || take([...props.values, ...values])) setText('');
  };
  const onKeyDown = (e: KeyboardEvent<HTMLInputElement>) => {
    if (e.key === 'Enter' || e.key === ',') {
      e.preventDefault();
      add(text);
    } else if (e.key === 'Backspace' && text === '' && props.values.length > 0) {
      take(props.values.slice(0, -1));
    } else if (e.key === 'Escape' && text !== '') {
      e.stopPropagation();
      setText('');
      setError(undefined);
    }
  };
  return (
    <>
      <div
        className={`ui-chips${props.mono ? ' ui-chips--mono' : ''}`}
        data-testid={props.testId}
        onPointerDown={(e) => {
          if (e.target !== e.currentTarget) return;
          e.preventDefault();
          e.currentTarget.querySelector<HTMLElement>('input, select')?.focus();
        }}
      >
        {props.values.map((value, i) => (
          <span key={value} className="ui-chip" title={labelOf(value)}>
            <span className="ui-chip__text">{labelOf(value)}</span>
            {i === 0 && props.firstNote !== undefined && props.values.length > 1 && (
              <span className="ui-chip__note">{props.firstNote}</span>
            )}
            <button
              type="button"
              aria-label={`Remove ${labelOf(value)}`}
              onClick={() => take(props.values.filter((v) => v !== value))}
            >
              <X size={11} aria-hidden />
            </button>
          </span>
        ))}
        {props.freeText !== false && (props.suggestions === undefined || props.freeText === true) ? (
          <input
            id={id}
            aria-label={props.label}
            aria-invalid={error !== undefined}
            aria-describedby={error === undefined ? undefined : `${id}-error`}
            value={text}
            placeholder={props.values.length === 0 ? props.placeholder : ''}
            list={open.length > 0 ? `${id}-list` : undefined}
            spellCheck={false}
            autoComplete="off"
            onChange={(e) => {
              setText(e.target.value);
              setError(undefined);
            }}
            onKeyDown={onKeyDown}
            onBlur={() => text.trim() !== '' && add(text)}
            onPaste={(e) => {
              const pasted = e.clipboardData.getData('text');
              if (!/[\s,]/.test(pasted.trim())) return;
              e.preventDefault();
              add(pasted);
            }}
          />
        ) : (
          <select
            id={id}
            aria-label={`Add to ${props.label}`}
            value=""
            disabled={open.length === 0}
            onChange={(e) => take([...props.values, e.target.value])}
          >
            <option value="">
              {props.values.length === 0 ? (props.placeholder ?? 'Add…') : open.length === 0 ? '' : '+'}
            </option>
            {open.map((s) => (
              <option key={s.value} value={s.value}>
                {s.label}
              </option>
            ))}
          </select>
        )}
        {open.length > 0 && (
          <datalist id={`${id}-list`}>
            {open.map((s) => (
              <option key={s.value} value={s.value}>
                {s.label}
              </option>
            ))}
          </datalist>
        )}
      </div>
      {error !== undefined && (
        <p className="ui-field__error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </>
  );
}

function splitList(text: string): string[] {
  return text
    .split(/[\s,;]+/)
    .map((s) => s.trim())
    .filter((s) => s !== '');
}
