import { Check, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ReviewEntry } from '../../../shared/diff/index.ts';
import { useReview, useStores } from '../../store/stores.tsx';
import { Button } from '../../ui/Button.tsx';
import type { Decisions } from './decisions.ts';
import { focusList } from './focus-list.ts';
import { stateOf } from './review-rows.ts';

export interface DecisionProps {
  readonly entry: ReviewEntry;
  /** Everything that comes from the same edit, the entry included. */
  readonly edit: readonly ReviewEntry[];
  readonly decisions: Decisions;
}

/** What is decided about one difference or the whole edit, and a comment. */
export function Decision({ entry, edit, decisions }: DecisionProps) {
  const mark = useReview((s) => s.marks[entry.id]);
  const marks = useReview((s) => s.marks);
  const state = stateOf(entry, marks);
  const commenting = useReview((s) => s.commenting);
  const { review } = useStores();
  const field = useRef<HTMLTextAreaElement>(null);
  const [draft, setDraft] = useState({ of: entry.id, text: mark?.comment ?? '', base: mark?.comment ?? '' });
  const comment = mark?.comment ?? '';
  const isOther = draft.of !== entry.id || (draft.base !== comment && draft.text === draft.base);
  const text = isOther ? comment : draft.text;
  useEffect(() => {
    if (!commenting) return;
    field.current?.focus();
    review.setState({ commenting: false });
  }, [commenting, review]);
  const keep = () => {
    if (text.trim() !== comment) decisions.comment(entry, text.trim());
  };
  const by = [mark?.by, mark?.at?.slice(0, 16).replace('T', ' ')].filter((part) => part !== undefined).join(' · ');
  return (
    <div className="review-decision" data-testid="review-decision">
      {state === 'changed' && (
        <p className="review-decision__note is-warning" role="status">
          {`It was ${mark?.verdict} when it said something else. Look at it again.`}
        </p>
      )}
      {(state === 'accepted' || state === 'rejected') && (
        <p className={`review-decision__note ${state === 'accepted' ? 'is-fine' : 'is-error'}`}>
          {state === 'accepted' ? <Check size={13} aria-hidden /> : <X size={13} aria-hidden />}
          {`${state === 'accepted' ? 'Accepted' : 'Rejected'}${by === '' ? '' : ` · ${by}`}`}
        </p>
      )}
      <textarea
        ref={field}
        className="ui-input ui-input--area"
        aria-label="Comment"
        placeholder="Comment  C"
        data-testid="review-comment"
        rows={2}
        value={text}
        onChange={(e) => setDraft({ of: entry.id, text: e.target.value, base: comment })}
        onBlur={keep}
        onKeyDown={(e) => {
          if (e.key === 'Escape') {
            e.stopPropagation();
            focusList();
          }
          if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
            e.preventDefault();
            focusList();
            decisions.decide([entry], 'accepted');
          }
        }}
      />
      <div className="review-decision__buttons">
        <Button
          size="small"
          look={state === 'accepted' ? 'plain' : 'primary'}
          testId="review-accept"
          title="Accept and go on (A)"
          onClick={() => decisions.decide([entry], 'accepted')}
        >
          {state === 'changed' ? 'Accept again' : 'Accept'}
        </Button>
        <Button
          size="small"
          testId="review-reject"
          title="Reject and go on (X)"
          onClick={() => decisions.decide([entry], 'rejected')}
        >
          Reject
        </Button>
        {mark !== undefined && (
          <Button
            size="small"
            look="quiet"
            testId="review-clear"
            title="Take the decision and the comment back (U)"
            onClick={() => decisions.clear([entry])}
          >
            Clear
          </Button>
        )}
      </div>
      {edit.length > 1 && (
        <div className="review-decision__edit">
          <span>{`All ${edit.length} of this edit:`}</span>
          {(['accepted', 'rejected'] as const).map((verdict) => (
            <Button
              key={verdict}
              size="small"
              look="link"
              testId={`review-edit-${verdict}`}
              title={verdict === 'accepted' ? 'Accept the whole edit (Shift A)' : 'Reject the whole edit (Shift X)'}
              onClick={() => decisions.decide(edit, verdict)}
            >
              {verdict === 'accepted' ? 'accept' : 'reject'}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}
