import { RotateCcw } from 'lucide-react';
import { useMemo } from 'react';
import { matchMarks } from '../../../shared/review/index.ts';
import { titleOfSide } from '../../store/review-store.ts';
import { useDocument, useReview } from '../../store/stores.tsx';
import { Button } from '../../ui/Button.tsx';
import type { Decisions } from './decisions.ts';
import { isOfSides, useResume } from './sides.ts';

/** What a reviewer has to know: what could not be compared, and how the file of the review stands. */
export function ReviewNotice(props: FileNoticeProps) {
  const gaps = useReview((s) => s.compared?.gaps);
  const clusters = useReview((s) => s.compared?.clusters);
  const isEmpty = useReview((s) => s.compared?.entries.size === 0);
  return (
    <>
      {clusters !== undefined && (
        <Notice tone="info" testId="review-clusters">
          <span>{`Clusters compared: ${[...clusters].map(([id, name]) => (id === name ? id : `${id} with ${name}`)).join(', ')}.`}</span>
        </Notice>
      )}
      {gaps !== undefined && gaps.length > 0 && <Gaps gaps={gaps} isOpen={isEmpty} />}
      <FileNotice {...props} />
    </>
  );
}

/** What was not read looks like what is not there, so each is named. */
function Gaps({ gaps, isOpen }: { readonly gaps: readonly string[]; readonly isOpen: boolean }) {
  return (
    <details open={isOpen} className="review-notice review-notice--gaps is-on-warning" data-testid="review-gaps">
      <summary>{`${plural(gaps.length, 'thing', 'things')} could not be compared. What was not read may look as if it were not live.`}</summary>
      <ul>
        {gaps.map((gap) => (
          <li key={gap}>{gap}</li>
        ))}
      </ul>
    </details>
  );
}

interface FileNoticeProps {
  readonly decisions: Decisions;
  readonly onSelect: (id: string) => void;
}

/** That the file of the review cannot be written, or that the designs went on since. */
function FileNotice({ decisions, onSelect }: FileNoticeProps) {
  const file = useReview((s) => s.file);
  const marks = useReview((s) => s.marks);
  const compared = useReview((s) => s.compared);
  const before = useReview((s) => s.before);
  const after = useReview((s) => s.after);
  const hasPath = useDocument((s) => s.origin.path !== undefined);
  const resume = useResume(file?.stored);
  const matched = useMemo(
    () =>
      matchMarks(
        marks,
        [...(compared?.entries.values() ?? [])].map((e) => ({ key: e.id, fingerprint: e.print })),
      ),
    [marks, compared],
  );
  if (file !== undefined && file.problems.length > 0) {
    const [first] = file.problems;
    return (
      <Notice tone="error" testId="review-file-problem">
        <span>{`${first?.file ?? 'The review'}, line ${first?.line ?? 1}: ${first?.message}`}</span>
        <Button size="small" onClick={() => void decisions.keeper.refresh()}>
          Read again
        </Button>
        <Button size="small" look="danger" onClick={() => void decisions.keeper.startAnew()}>
          Write over it
        </Button>
      </Notice>
    );
  }
  if (file?.failure !== undefined) {
    return (
      <Notice tone="error" testId="review-file-failure">
        <span>{`The review was not written: ${file.failure}`}</span>
        <Button size="small" onClick={() => void decisions.keeper.save()}>
          Try again
        </Button>
      </Notice>
    );
  }
  if (compared === undefined) return null;
  const stored = file?.stored;
  const kept = Object.keys(stored?.marks ?? {}).length;
  if (stored !== undefined && kept > 0 && !isOfSides(stored, before, after)) {
    return (
      <Notice tone="info" testId="review-other-sides">
        <span>
          {`${plural(kept, 'mark', 'marks')} of a review from “${stored.before.title}” to “${stored.after.title}” ${kept === 1 ? 'is' : 'are'} kept beside the design. `}
          {resume === undefined && 'Choose these sides to go on with it.'}
        </span>
        {resume !== undefined && (
          <Button size="small" testId="review-resume" onClick={() => void resume()}>
            Go on with it
          </Button>
        )}
      </Notice>
    );
  }
  if (!hasPath && Object.keys(marks).length > 0) {
    return (
      <Notice tone="info" testId="review-unsaved">
        <span>Save the design, and the review is kept in a file beside it.</span>
      </Notice>
    );
  }
  const changed = Object.keys(matched.changed);
  const gone = Object.keys(matched.gone);
  if (changed.length + gone.length === 0) return null;
  const [first] = changed;
  return (
    <Notice tone="warning" testId="review-stale">
      <RotateCcw size={14} aria-hidden />
      <span>
        {[
          `${changedSides(file?.stored, compared.hashes, [titleOfSide(compared.sides.before), titleOfSide(compared.sides.after)])}: `,
          [
            changed.length === 0
              ? ''
              : `${plural(changed.length, 'mark is', 'marks are')} about something that reads differently by now`,
            gone.length === 0 ? '' : `${plural(gone.length, 'mark is', 'marks are')} about differences that are gone`,
          ]
            .filter((t) => t !== '')
            .join(', '),
          '.',
        ].join('')}
      </span>
      {first !== undefined && (
        <Button size="small" testId="review-stale-show" onClick={() => onSelect(first)}>
          Look again
        </Button>
      )}
      {gone.length > 0 && (
        <Button size="small" look="quiet" testId="review-forget" onClick={() => decisions.forget(gone)}>
          {`Forget ${gone.length === 1 ? 'it' : `the ${gone.length}`}`}
        </Button>
      )}
    </Notice>
  );
}

function Notice({
  tone,
  testId,
  children,
}: {
  readonly tone: 'info' | 'warning' | 'error';
  readonly testId: string;
  readonly children: React.ReactNode;
}) {
  return (
    <div className={`review-notice is-on-${tone}`} role="status" data-testid={testId}>
      {children}
    </div>
  );
}

/** Which side says something else than when the review was written. */
function changedSides(
  stored: { readonly before: { readonly hash: string }; readonly after: { readonly hash: string } } | undefined,
  now: { readonly before: string; readonly after: string },
  [before = '', after = '']: readonly string[],
): string {
  const sides = [
    ...(stored !== undefined && stored.before.hash !== now.before ? [before] : []),
    ...(stored !== undefined && stored.after.hash !== now.after ? [after] : []),
  ];
  return sides.length === 0
    ? 'Since the review'
    : `Since the review ${sides.map((s) => `“${s}”`).join(' and ')} changed`;
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
