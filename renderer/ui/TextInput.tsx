import { type InputHTMLAttributes, type Ref, useId, useState } from 'react';
import { Suggesting } from './Suggesting.tsx';
import { useDraft } from './use-draft.ts';

export interface TextInputProps {
  readonly value: string;
  /** Takes the text over and returns the value's text afterwards, or says why it cannot. */
  readonly commit: (text: string) => { readonly value: string } | { readonly error: string };
  /** `typing`: every keystroke is taken over. `leaving`: on Enter and blur only, for what is costly to change. */
  readonly when?: 'typing' | 'leaving';
  readonly id?: string;
  readonly label?: string;
  readonly placeholder?: string;
  readonly testId?: string;
  readonly mono?: boolean;
  readonly multiline?: boolean;
  readonly disabled?: boolean;
  readonly suggestions?: readonly string[];
  readonly inputMode?: InputHTMLAttributes<HTMLInputElement>['inputMode'];
  readonly type?: 'text' | 'date' | 'search';
  readonly autoFocus?: boolean;
  readonly inputRef?: Ref<HTMLInputElement>;
  /** Called when the input takes and loses the focus, for undo steps that end with it. */
  readonly onFocusChange?: (focused: boolean) => void;
}

/** An input that shows beside itself why its text cannot be taken over. */
export function TextInput(props: TextInputProps) {
  return props.when === 'leaving' ? <LeavingInput {...props} /> : <TypingInput {...props} />;
}

function TypingInput(props: TextInputProps) {
  const draft = useDraft(props);
  return (
    <Bare
      {...props}
      text={draft.text}
      error={draft.error}
      onText={draft.change}
      onDone={draft.settle}
      onCancel={draft.reset}
    />
  );
}

function LeavingInput(props: TextInputProps) {
  const [state, setState] = useState<{ text: string; base: string; error?: string }>({
    text: props.value,
    base: props.value,
  });
  let shown = state;
  if (props.value !== state.base) {
    shown = { text: props.value, base: props.value };
    setState(shown);
  }
  const reset = () => setState({ text: props.value, base: props.value });
  const finish = () => {
    if (shown.text === props.value) return reset();
    const result = props.commit(shown.text);
    setState('error' in result ? { ...shown, error: result.error } : { text: result.value, base: result.value });
  };
  return (
    <Bare
      {...props}
      text={shown.text}
      error={shown.error}
      onText={(text) => setState({ text, base: shown.base })}
      onDone={finish}
      onCancel={reset}
    />
  );
}

interface BareProps extends TextInputProps {
  readonly text: string;
  readonly error: string | undefined;
  onText(text: string): void;
  onDone(): void;
  onCancel(): void;
}

function Bare({ text, error, onText, onDone, onCancel, ...props }: BareProps) {
  const own = useId();
  const id = props.id ?? own;
  const shared = {
    id,
    value: text,
    placeholder: props.placeholder,
    disabled: props.disabled,
    'data-testid': props.testId,
    'aria-label': props.label,
    'aria-invalid': error !== undefined,
    'aria-describedby': error === undefined ? undefined : `${id}-error`,
    className: `ui-input${props.mono ? ' ui-input--mono' : ''}${props.multiline ? ' ui-input--area' : ''}`,
    spellCheck: false,
    autoComplete: 'off',
    onFocus: () => props.onFocusChange?.(true),
    onBlur: () => {
      onDone();
      props.onFocusChange?.(false);
    },
  };
  return (
    <>
      {props.multiline ? (
        <textarea
          {...shared}
          rows={2}
          onChange={(e) => onText(e.target.value)}
          onKeyDown={(e) => {
            if (e.key === 'Escape') {
              e.stopPropagation();
              onCancel();
            }
          }}
        />
      ) : (
        <Suggesting id={`${id}-list`} suggestions={props.suggestions?.map((value) => ({ value }))}>
          <input
            {...shared}
            ref={props.inputRef}
            type={props.type ?? 'text'}
            inputMode={props.inputMode}
            list={props.suggestions ? `${id}-list` : undefined}
            // biome-ignore lint/a11y/noAutofocus: the input appears because the user asked to type into it
            autoFocus={props.autoFocus}
            onChange={(e) => onText(e.target.value)}
            onKeyDown={(e) => {
              if (e.key === 'Enter') onDone();
              if (e.key === 'Escape' && (error !== undefined || text !== props.value)) {
                e.stopPropagation();
                onCancel();
              }
            }}
          />
        </Suggesting>
      )}
      {error !== undefined && (
        <p className="ui-field__error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </>
  );
}
