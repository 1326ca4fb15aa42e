import type { KeyboardEvent, ReactNode } from 'react';

export interface TabItem<Id extends string> {
  readonly id: Id;
  readonly label: string;
  /** A number or a mark beside the label. */
  readonly note?: ReactNode;
  /** What the note counts, for a tooltip and screen readers: `3 errors`. */
  readonly noteTitle?: string | undefined;
  readonly testId?: string;
}

export interface TabsProps<Id extends string> {
  readonly items: ReadonlyArray<TabItem<Id>>;
  readonly value: Id;
  readonly onChange: (id: Id) => void;
  readonly label: string;
  /** `line`: tabs over a panel. `segments`: one control of joined buttons. */
  readonly look?: 'line' | 'segments';
}

export function Tabs<Id extends string>({ items, value, onChange, label, look = 'line' }: TabsProps<Id>) {
  const onKeyDown = (e: KeyboardEvent<HTMLElement>) => {
    const step = e.key === 'ArrowRight' ? 1 : e.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    e.preventDefault();
    const index = items.findIndex((i) => i.id === value);
    const next = items[(index + step + items.length) % items.length];
    if (next === undefined) return;
    onChange(next.id);
    e.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')[items.indexOf(next)]?.focus();
  };
  return (
    <div className={`ui-tabs ui-tabs--${look}`} role="tablist" aria-label={label} onKeyDown={onKeyDown} tabIndex={-1}>
      {items.map((item) => (
        <button
          key={item.id}
          type="button"
          role="tab"
          aria-selected={item.id === value}
          tabIndex={item.id === value ? 0 : -1}
          data-testid={item.testId}
          className={`ui-tab${item.id === value ? ' is-on' : ''}`}
          onClick={() => onChange(item.id)}
        >
          {item.label}
          {item.note !== undefined && (
            <span className="ui-tab__note" title={item.noteTitle}>
              {item.note}
            </span>
          )}
        </button>
      ))}
    </div>
  );
}
