import { Check } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { useUi } from '../../store/stores.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Select, type SelectOption } from '../../ui/Select.tsx';
import { ClassBadge } from './ClassBadge.tsx';
import { countClasses, entryKey, type ReviewGroup } from './review-groups.ts';
import { reviewSource } from './review-source.ts';
import { type SourceChoice, useSourceChoice } from './use-review.ts';

export interface ReviewListProps {
  readonly groups: readonly ReviewGroup[];
  readonly onSelect: (index: number) => void;
}

export function ReviewList({ groups, onSelect }: ReviewListProps) {
  const review = useUi((s) => s.review);
  const reviewed = useStore(reviewSource, (s) => s.reviewed);
  const choice = useSourceChoice();
  const list = useRef<HTMLDivElement>(null);
  const selected = review?.selected;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new selection is what scrolls
  useEffect(() => {
    list.current?.querySelector('.is-selected')?.scrollIntoView({ block: 'nearest' });
  }, [selected]);

  const entries = review?.entries ?? [];
  const done = entries.filter((e) => reviewed.has(entryKey(e))).length;
  return (
    <div className="review-list" data-testid="review-list">
      <div className="review-list__head">
        <p className="review-list__title">Compare with</p>
        <Select
          label="Compare with"
          testId="review-source"
          value={choice.value}
          emptyLabel="Choose…"
          options={optionsOf(choice)}
          onChange={(value) => {
            // Keys walk through the differences again, instead of through the choices.
            if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
            choice.choose(value);
          }}
          size="small"
        />
        {choice.failure !== undefined && (
          <p className="review-list__failure" role="alert">
            {choice.failure}
          </p>
        )}
        {choice.noRevisions !== undefined && <p className="review-list__note">{choice.noRevisions}</p>}
        {review !== undefined && (
          <p className="review-list__counts" data-testid="review-counts">
            {countClasses(entries).map(([kind, count]) => (
              <ClassBadge key={kind} kind={kind} count={count} />
            ))}
          </p>
        )}
      </div>
      {review === undefined && (
        <EmptyState title="Nothing to compare with yet">
          Save the design, or choose another file, and every change since shows up here and on the picture.
        </EmptyState>
      )}
      {review !== undefined && entries.length === 0 && (
        <EmptyState title="No difference">{`The open design is the same as ${review.title === 'saved state' ? 'its saved state' : review.title}.`}</EmptyState>
      )}
      <div className="review-list__body" ref={list}>
        {groups.map((group) => (
          <section key={group.id} aria-label={group.label}>
            <h3 className="review-list__group">
              {group.label}
              <span>{group.entries.length}</span>
            </h3>
            {group.entries.map((index) => {
              const entry = entries[index];
              if (entry === undefined) return null;
              const isReviewed = reviewed.has(entryKey(entry));
              return (
                <button
                  key={`${entry.subject.kind}:${entry.subject.id}`}
                  type="button"
                  aria-pressed={index === selected}
                  data-testid={`review-entry-${entry.subject.kind}-${entry.subject.id}`}
                  className={`review-entry${index === selected ? ' is-selected' : ''}${isReviewed ? ' is-reviewed' : ''}`}
                  onClick={() => onSelect(index)}
                >
                  <span className="review-entry__title">
                    {entry.title}
                    {isReviewed && <Check size={13} aria-label="reviewed" />}
                  </span>
                  {entry.effects.slice(0, 3).map((effect) => (
                    <span key={effect.message} className="review-entry__effect">
                      <ClassBadge kind={effect.class} />
                      {effect.class !== 'neutral' && <span className="review-entry__grade">{effect.severity}</span>}
                    </span>
                  ))}
                  {entry.effects.length > 3 && (
                    <span className="review-entry__grade">{`${entry.effects.length - 3} more`}</span>
                  )}
                </button>
              );
            })}
          </section>
        ))}
      </div>
      {entries.length > 0 && (
        <p className="review-list__foot">
          <kbd>J</kbd> <kbd>K</kbd> next, previous · <kbd>R</kbd> reviewed
          <br />
          <span data-testid="review-progress">{`${done} of ${entries.length} reviewed`}</span>
        </p>
      )}
    </div>
  );
}

function optionsOf(choice: SourceChoice): SelectOption[] {
  const isCommit = (revision: string) => /^[0-9a-f]{40,64}$/.test(revision);
  return [
    ...(choice.hasSaved ? [{ value: 'saved', label: 'Saved state' }] : []),
    { value: 'file', label: 'Another file…' },
    ...choice.revisions.map((r) =>
      isCommit(r.revision)
        ? { value: `git:${r.revision}`, label: `${r.revision.slice(0, 8)} ${r.title}`, group: 'Commits' }
        : { value: `git:${r.revision}`, label: r.revision, group: 'Branches and tags' },
    ),
  ];
}
