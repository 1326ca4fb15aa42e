import { TextInput, type TextInputProps } from './TextInput.tsx';

export interface NumberInputProps
  extends Omit<TextInputProps, 'value' | 'commit' | 'multiline' | 'suggestions' | 'type'> {
  readonly value: number | undefined;
  /** Undefined for an empty input. Returns why the number cannot be taken over, or undefined where it was. */
  readonly onNumber: (value: number | undefined) => string | undefined;
}

/** A text input that holds whole numbers; what is no number stays in it with a message. */
export function NumberInput({ value, onNumber, ...rest }: NumberInputProps) {
  return (
    <TextInput
      {...rest}
      inputMode="numeric"
      value={value === undefined ? '' : String(value)}
      commit={(text) => {
        const trimmed = text.trim();
        if (trimmed !== '' && !/^-?\d+$/.test(trimmed)) return { error: 'Write a whole number.' };
        const number = trimmed === '' ? undefined : Number(trimmed);
        const error = onNumber(number);
        return error === undefined ? { value: number === undefined ? '' : String(number) } : { error };
      }}
    />
  );
}
