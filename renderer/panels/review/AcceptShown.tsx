/** Accepting everything that passes the filter at once, with the number said before, and taking decisions back. */
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ReviewEntry } from '../../../shared/diff/index.ts';
import { useReview } from '../../store/stores.tsx';
import { Button } from '../../ui/Button.tsx';
import type { Decisions } from './decisions.ts';
import { focusList } from './focus-list.ts';
import { isDecided, type ReviewRow } from './review-rows.ts';
import { useIsOlder } from './use-comparison.ts';

export interface Shown {
  /** Those in the list that nobody has decided upon; none while the list is of other sides than the chosen ones. */
  readonly open: readonly ReviewEntry[];
  /** True while the question stands. */
  readonly isAsked: boolean;
  ask(): void;
  /** Accepts exactly those that the question counted. */
  accept(): void;
  dismiss(): void;
}

/** The question is about the rows that are listed: as soon as these are others, it is gone. */
export function useAcceptShown(rows: readonly ReviewRow[], decisions: Decisions): Shown {
  const isOlder = useIsOlder();
  const [asked, setAsked] = useState<readonly ReviewRow[]>();
  return useMemo(() => {
    const open = isOlder
      ? []
      : rows.flatMap((row) => (row.kind === 'entry' && !isDecided(row.state) ? [row.entry] : []));
    const isAsked = asked === rows && open.length > 0;
    const dismiss = () => setAsked(undefined);
    return {
      open,
      isAsked,
      ask: () => setAsked(rows),
      accept: () => {
        if (isAsked) decisions.decide(open, 'accepted');
        dismiss();
      },
      dismiss,
    };
  }, [rows, isOlder, asked, decisions]);
}

export interface AcceptShownProps {
  readonly shown: Shown;
  readonly decisions: Decisions;
  /** Undecided differences that the filter hides. */
  readonly hidden: number;
}

export function AcceptShown({ shown, decisions, hidden }: AcceptShownProps) {
  const last = useReview((s) => s.steps.at(-1));
  const { open, isAsked } = shown;
  const confirm = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isAsked) return;
    confirm.current?.querySelector('button')?.focus();
    // Whatever took the question away, the focus that stood in it goes on in the list.
    return () => {
      if (document.activeElement === document.body) focusList();
    };
  }, [isAsked]);
  if (isAsked) {
    return (
      // biome-ignore lint/a11y/useSemanticElements: a fieldset has a frame and a legend of its own
      <div
        ref={confirm}
        role="group"
        aria-labelledby="review-shown-question"
        className="review-shown"
        data-testid="review-shown-question"
      >
        <p id="review-shown-question" role="status">
          {`Accept ${differences(open.length)}?`}
          {hidden > 0 && ` ${hidden} hidden by the filter ${hidden === 1 ? 'stays' : 'stay'} undecided.`}
        </p>
        <span className="review-shown__buttons">
          <Button size="small" look="primary" testId="review-shown-accept" onClick={shown.accept}>
            {`Accept ${open.length}`}
          </Button>
          <Button size="small" testId="review-shown-cancel" onClick={shown.dismiss}>
            Cancel
          </Button>
        </span>
      </div>
    );
  }
  const count = last === undefined ? 0 : Object.keys(last.after).length;
  if (open.length === 0 && last === undefined) return null;
  return (
    <div className="review-shown">
      {open.length > 0 && (
        <Button
          size="small"
          testId="review-shown-ask"
          title="Accept what is listed and not decided yet (Shift E)"
          onClick={shown.ask}
        >
          {`Accept all ${open.length} shown…`}
        </Button>
      )}
      {last !== undefined && (
        <Button
          size="small"
          testId="review-take-back"
          title={`Take back what was decided or commented last, about ${differences(count)} (Z)`}
          onClick={() => {
            decisions.takeBack();
            focusList();
          }}
        >
          {count === 1 ? 'Take back' : `Take back ${count}`}
        </Button>
      )}
    </div>
  );
}

function differences(count: number): string {
  return `${count} difference${count === 1 ? '' : 's'}`;
}
