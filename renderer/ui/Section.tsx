import { ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';

export interface SectionProps {
  readonly title: string;
  readonly note?: ReactNode;
  /** At the right end of the heading: an add button. */
  readonly aside?: ReactNode;
  readonly startsOpen?: boolean;
  readonly children: ReactNode;
  readonly testId?: string;
}

/** A heading that folds what stands under it. */
export function Section({ title, note, aside, startsOpen = true, children, testId }: SectionProps) {
  const [isOpen, setOpen] = useState(startsOpen);
  return (
    <section className="ui-section" data-testid={testId}>
      <div className="ui-section__head">
        <button type="button" className="ui-section__toggle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <ChevronRight size={12} aria-hidden className={isOpen ? 'is-open' : undefined} />
          <span>{title}</span>
          {note !== undefined && <span className="ui-section__note">{note}</span>}
        </button>
        {aside}
      </div>
      {isOpen && <div className="ui-section__body">{children}</div>}
    </section>
  );
}
