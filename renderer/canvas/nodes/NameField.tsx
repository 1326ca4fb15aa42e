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
      <span className={className} title={title} dir="auto">
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
        // Letters are for the name; what is pressed with Ctrl is for the window, as in any input.
        if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
        if (event.key !== 'Enter' && event.key !== 'Escape') return;
        finish(event.key === 'Enter' ? event.currentTarget.value : undefined);
        calls.takeKeys();
      }}
      onBlur={(event: FocusEvent<HTMLInputElement>) => finish(event.currentTarget.value)}
      onDoubleClick={(event) => event.stopPropagation()}
    />
  );
}
