import { type Entry, type FieldChange, fieldName, valueText } from '../../../shared/diff/index.ts';
import { isKind, kinds, type Ref, refKey } from '../../../shared/model/index.ts';
import { useStores, useUi } from '../../store/stores.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ClassBadge } from './ClassBadge.tsx';

/** What one difference means, and its values before and after. */
export function ReviewDetails() {
  const entry = useUi((s) => (s.review?.selected === undefined ? undefined : s.review.entries[s.review.selected]));
  if (entry === undefined) {
    return (
      <EmptyState title="No difference selected">Choose one in the list, or press J to walk through them.</EmptyState>
    );
  }
  return (
    <div className="review-details" data-testid="review-details">
      <h2 className="review-details__title">{entry.title}</h2>
      {entry.effects.map((effect) => (
        <div key={effect.message} className="review-details__effect">
          <p className="review-details__class">
            <ClassBadge kind={effect.class} />
            {effect.class !== 'neutral' && <span>{effect.severity}</span>}
          </p>
          <p>{effect.message}</p>
          <Causes refs={effect.causes} />
        </div>
      ))}
      <Values entry={entry} />
    </div>
  );
}

function Causes({ refs }: { readonly refs: readonly Ref[] }) {
  const { ui } = useStores();
  if (refs.length === 0) return null;
  return (
    <p className="review-details__causes">
      Because of{' '}
      {refs.slice(0, 8).map((ref) => (
        <button
          key={refKey(ref)}
          type="button"
          className="review-details__cause"
          onClick={() => ui.getState().revealRefs([ref])}
        >
          {`${kinds[ref.kind].label.toLowerCase()} ${ref.id}`}
        </button>
      ))}
      {refs.length > 8 && `and ${refs.length - 8} more`}
    </p>
  );
}

/** Changed fields with both values; of an added or removed record all its fields. */
function Values({ entry }: { readonly entry: Entry }) {
  if (entry.subject.kind === 'layout') return null;
  const rows: readonly FieldChange[] =
    entry.change === 'changed'
      ? entry.fields
      : Object.entries((entry.after ?? entry.before ?? {}) as Record<string, unknown>).map(([key, value]) => ({
          path: [key],
          ...(entry.change === 'added' ? { after: value } : { before: value }),
        }));
  const renamed: readonly FieldChange[] =
    entry.renamedFrom === undefined ? [] : [{ path: ['id'], before: entry.renamedFrom, after: entry.subject.id }];
  const all = [...renamed, ...rows];
  if (all.length === 0) return null;
  const label = isKind(entry.subject.kind) ? kinds[entry.subject.kind].label : 'Values';
  return (
    <table className="review-values" data-testid="review-values">
      <caption>{label}</caption>
      <thead>
        <tr>
          <th scope="col">Field</th>
          {entry.change !== 'added' && <th scope="col">Before</th>}
          {entry.change !== 'removed' && <th scope="col">After</th>}
        </tr>
      </thead>
      <tbody>
        {all.map((row) => (
          <tr key={row.path.join('.')}>
            <th scope="row">{fieldName(row.path)}</th>
            {entry.change !== 'added' && <Value text={row.before} side="before" isOnly={entry.change === 'removed'} />}
            {entry.change !== 'removed' && <Value text={row.after} side="after" isOnly={entry.change === 'added'} />}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Value({
  text,
  side,
  isOnly,
}: {
  readonly text: unknown;
  readonly side: 'before' | 'after';
  readonly isOnly: boolean;
}) {
  if (text === undefined) return <td className="review-values__none">not set</td>;
  return <td className={isOnly ? undefined : `review-values__${side}`}>{valueText(text)}</td>;
}
