/** A dialog that finds one thing by typing: the input keeps the focus, arrows move through the rows, Enter takes one. */
import { Search } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { Dialog } from './Dialog.tsx';
import { useActiveRow } from './use-active-row.ts';
import './find-dialog.css';

export interface FindRow {
  readonly id: string;
  readonly label: string;
  readonly note: string;
  readonly icon?: ReactNode;
  /** At the end of the row: a shortcut, a hash. */
  readonly end?: ReactNode;
}

export interface FindSection<Row extends FindRow> {
  readonly title?: string;
  readonly rows: readonly Row[];
}

export interface FindDialogProps<Row extends FindRow> {
  readonly title: string;
  readonly width: number;
  readonly testId: string;
  readonly rowTestId: (row: Row) => string;
  /** What is looked for, for those who do not see the placeholder. */
  readonly label: string;
  readonly placeholder: string;
  readonly query: string;
  readonly onQuery: (query: string) => void;
  /** What the query finds. */
  readonly sections: readonly FindSection<Row>[];
  readonly onTake: (row: Row) => void;
  readonly onClose: () => void;
  /** True while more may be found than there is. */
  readonly isLoading?: boolean;
  /** Below the rows: why there are none, or no more. */
  readonly children?: ReactNode;
}

export function FindDialog<Row extends FindRow>({
  title,
  width,
  testId,
  rowTestId,
  label,
  placeholder,
  query,
  onQuery,
  sections,
  onTake,
  onClose,
  isLoading = false,
  children,
}: FindDialogProps<Row>) {
  const base = useId();
  const found = sections.flatMap((s) => s.rows);
  const { active, setActive, list, onKeyDown } = useActiveRow(found, onTake, isLoading);
  let index = -1;
  return (
    <Dialog bare width={width} title={title} testId={testId} onClose={onClose}>
      <div className="find__input">
        <Search size={16} aria-hidden />
        <input
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls={`${base}-list`}
          aria-activedescendant={found[active] && `${base}-${active}`}
          aria-label={label}
          placeholder={placeholder}
          data-testid={`${testId}-input`}
          spellCheck={false}
          autoFocus
          value={query}
          onChange={(e) => {
            onQuery(e.target.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div className="find__list" role="listbox" id={`${base}-list`} aria-label={title} ref={list} tabIndex={-1}>
        {sections.map((section) => (
          <div key={section.title ?? ''} role="presentation">
            {section.title !== undefined && (
              <p className="find__heading" role="presentation">
                {section.title}
              </p>
            )}
            {section.rows.map((row) => {
              index += 1;
              const own = index;
              return (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the input above takes the keys
                <div
                  key={row.id}
                  id={`${base}-${own}`}
                  role="option"
                  tabIndex={-1}
                  aria-selected={own === active}
                  data-testid={rowTestId(row)}
                  className={`find__row${own === active ? ' is-active' : ''}`}
                  onPointerMove={() => setActive(own)}
                  onClick={() => onTake(row)}
                >
                  <span className="find__icon">{row.icon}</span>
                  <span className="find__label" title={row.label}>
                    {row.label}
                  </span>
                  <span className="find__note">{row.note}</span>
                  {row.end}
                </div>
              );
            })}
          </div>
        ))}
        {children}
      </div>
    </Dialog>
  );
}

/** A line in place of rows. */
export function FindNote({ children }: { readonly children: ReactNode }) {
  return <p className="find__none">{children}</p>;
}
