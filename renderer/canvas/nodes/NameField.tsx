import { type FocusEvent, type KeyboardEvent, useRef } from 'react';
import type { Ref } from '../../../shared/model/index.ts';
import { useCalls } from '../canvas-context.ts';

/** A name, or while it is being renamed the field to type it in: Enter accepts, Escape leaves it. */
export function NameField({
  of,
  title,
  isRenaming,
  className,
}: {
  readonly of?: Ref | undefined;
  readonly title: string;
  readonly isRenaming?: boolean | undefined;
  readonly className: string;
}) {
  const calls = useCalls();
  const done = useRef(false);
  if (!isRenaming || of === undefined) {
    return (
      <span className={className} title={title}>
        {title}
      </span>
    );
  }
  const finish = (name: string | undefined) => {
    if (done.current) return;
    done.current = true;
    calls.rename(of, name);
  };
  const focus = (input: HTMLInputElement | null) => {
    if (input === null || document.activeElement === input) return;
    done.current = false;
    input.focus({ preventScroll: true });
    input.select();
  };
  return (
    <input
      ref={focus}
      className={`${className} name-input nodrag nopan`}
      aria-label="Name"
      defaultValue={title}
      spellCheck={false}
      onKeyDown={(event: KeyboardEvent<HTMLInputElement>) => {
        event.stopPropagation();
        if (event.key === 'Enter') finish(event.currentTarget.value);
        if (event.key === 'Escape') finish(undefined);
      }}
      onBlur={(event: FocusEvent<HTMLInputElement>) => finish(event.currentTarget.value)}
      onDoubleClick={(event) => event.stopPropagation()}
    />
  );
}
