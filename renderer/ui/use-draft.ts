/**
 * Text that is being typed, next to the value it stands for. Text that cannot be a value stays in the input with a
 * message and never reaches the value; a value that changes from elsewhere (undo, another panel) replaces the text.
 */
import { useState } from 'react';

export interface Draft {
  readonly text: string;
  readonly error: string | undefined;
  change(text: string): void;
  /** On blur: text that was taken is shown in its canonical form. */
  settle(): void;
  /** On Escape: the text goes back to the value. */
  reset(): void;
}

export interface DraftOptions {
  /** The value as text. */
  readonly value: string;
  /** Takes the text over and returns the value's text afterwards, or says why it cannot. */
  commit(text: string): { readonly value: string } | { readonly error: string };
}

export function useDraft({ value, commit }: DraftOptions): Draft {
  // `own` is the value that the typed text became, until it has come back: what comes later came from elsewhere.
  const [state, setState] = useState<{ text: string; base: string; own?: string; error?: string }>({
    text: value,
    base: value,
  });
  let shown = state;
  if (value !== state.base) {
    const { own, ...kept } = state;
    shown = value === own ? { ...kept, base: value } : { text: value, base: value };
    setState(shown);
  }
  return {
    text: shown.text,
    error: shown.error,
    change: (text) => {
      const result = commit(text);
      if ('error' in result) {
        setState((s) => ({ text, base: s.base, error: result.error }));
      } else {
        setState((s) => ({ text, base: s.base, own: result.value }));
      }
    },
    settle: () => setState((s) => (s.error === undefined ? { text: s.base, base: s.base } : s)),
    reset: () => setState((s) => ({ text: s.base, base: s.base })),
  };
}
