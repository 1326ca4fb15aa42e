import { type ReactNode, useId } from 'react';

/** Words that appear below what they explain, on hover and on focus. */
export function Tooltip({ text, children }: { readonly text: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    <span className="ui-tooltip" aria-describedby={id}>
      {children}
      <span role="tooltip" id={id} className="ui-tooltip__text">
        {text}
      </span>
    </span>
  );
}
