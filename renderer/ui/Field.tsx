import type { ReactNode } from 'react';

export interface FieldProps {
  readonly label: string;
  /** The id of the input inside. */
  readonly htmlFor?: string;
  /** What the field is for, shown on hover of the label. */
  readonly hint?: string;
  /** What is wrong with the text in the input; shown below it and read out. */
  readonly error?: string;
  /** The id that the input names in aria-describedby. */
  readonly errorId?: string;
  /** Beside the label, at the right end. */
  readonly aside?: ReactNode;
  /** Label and input on one line. */
  readonly inline?: boolean;
  readonly testId?: string;
  readonly children: ReactNode;
}

export function Field({ label, htmlFor, hint, error, errorId, aside, inline, testId, children }: FieldProps) {
  return (
    <div className={`ui-field${inline ? ' ui-field--inline' : ''}`} data-testid={testId}>
      <div className="ui-field__head">
        <label className="ui-field__label" htmlFor={htmlFor} title={hint}>
          {label}
        </label>
        {aside}
      </div>
      <div className="ui-field__body">{children}</div>
      {error !== undefined && (
        <p className="ui-field__error" id={errorId} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
