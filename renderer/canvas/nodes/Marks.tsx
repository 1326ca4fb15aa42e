import type { Severity } from '../../../shared/lib/problem.ts';
import type { ReviewMark } from '../canvas-types.ts';

/** Findings about a node: a dot for errors, a triangle for warnings, a ring for notes; all messages as its title. */
export function ProblemMark({
  severity,
  problems,
}: {
  readonly severity?: Severity | undefined;
  readonly problems?: string | undefined;
}) {
  if (severity === undefined) return null;
  return (
    <span
      className={`problem-mark problem-${severity}`}
      title={problems}
      role="img"
      aria-label={`${severity}: ${problems}`}
    >
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        {severity === 'error' && <circle cx="6" cy="6" r="5" />}
        {severity === 'warning' && <path d="M6 1 L11.4 10.8 H0.6 Z" />}
        {severity === 'info' && <circle cx="6" cy="6" r="4" />}
      </svg>
    </span>
  );
}

/** What a review says about a node, as a tag on its edge. */
export function ReviewTag({
  review,
  reviewText,
}: {
  readonly review?: ReviewMark | undefined;
  readonly reviewText?: string | undefined;
}) {
  if (review === undefined) return null;
  return <span className={`review-tag review-tag-${review}`}>{reviewText}</span>;
}
