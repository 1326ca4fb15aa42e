import { ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';

/** Around an input whose `list` is `id`: what can be chosen there, offered by the same chevron as in a select. */
export function Suggesting({
  id,
  suggestions,
  children,
}: {
  readonly id: string;
  /** Without any the input stands alone. */
  readonly suggestions: ReadonlyArray<{ readonly value: string; readonly label?: string }> | undefined;
  readonly children: ReactNode;
}) {
  if (suggestions === undefined) return children;
  return (
    <span className="ui-combo">
      {children}
      <ChevronDown size={14} aria-hidden />
      <datalist id={id}>
        {suggestions.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </datalist>
    </span>
  );
}
