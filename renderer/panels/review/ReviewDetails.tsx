import { ChevronDown, ChevronUp } from 'lucide-react';
import { useMemo } from 'react';
import {
  type ConnectionBlock,
  type Entry,
  editKey,
  type FieldChange,
  fieldName,
  layers,
  type ReviewEnd,
  type ReviewEntry,
  type ReviewGroup,
  valueText,
} from '../../../shared/diff/index.ts';
import { sortBy } from '../../../shared/lib/sort.ts';
import { isKind, kinds, lookup, outside, ref } from '../../../shared/model/index.ts';
import type { Compared } from '../../store/review-store.ts';
import { useReview, useStores } from '../../store/stores.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ClassBadge } from './ClassBadge.tsx';
import { Decision } from './Decision.tsx';
import type { Decisions } from './decisions.ts';
import { DesignLines, Manifest } from './ReviewYaml.tsx';
import { groupOf, openText, wholeEdit } from './review-rows.ts';

export interface ReviewDetailsProps {
  readonly entry: ReviewEntry | undefined;
  readonly decisions: Decisions;
  readonly onSelect: (id: string) => void;
  readonly onStep: (by: 1 | -1) => void;
}

/** What one difference means, why it is there, its values and lines before and after, and what is decided about it. */
export function ReviewDetails({ entry, decisions, onSelect, onStep }: ReviewDetailsProps) {
  const compared = useReview((s) => s.compared);
  const group = useMemo(() => groupOf(compared?.review, entry), [compared, entry]);
  // The list says why there is nothing to choose from.
  if (compared === undefined || compared.entries.size === 0) return <div className="review-details" />;
  if (entry === undefined) {
    return (
      <EmptyState title="No difference selected">
        Choose one in the list or on the picture, or press J to walk through them.
      </EmptyState>
    );
  }
  const message = entry.message.startsWith(`${entry.title}: `)
    ? entry.message.slice(entry.title.length + 2)
    : entry.message;
  return (
    <div className="review-details" data-testid="review-details">
      <div className="review-details__scroll">
        <div className="review-details__head">
          <p className="review-details__class">
            <ClassBadge kind={entry.class} />
            {entry.class !== 'neutral' && <strong>{entry.severity}</strong>}
          </p>
          <span className="review-details__steps">
            <button
              type="button"
              aria-label="Previous difference (K)"
              title="Previous difference (K)"
              onClick={() => onStep(-1)}
            >
              <ChevronUp size={15} aria-hidden />
            </button>
            <button
              type="button"
              aria-label="Next difference (J)"
              title="Next difference (J)"
              onClick={() => onStep(1)}
            >
              <ChevronDown size={15} aria-hidden />
            </button>
          </span>
        </div>
        <h2 className="review-details__title">{entry.title}</h2>
        <Zones entry={entry} compared={compared} />
        {entry.manifest === undefined && <p className="review-details__message">{message}</p>}
        {entry.connection !== undefined && <Connection block={entry.connection} />}
        <Because entry={entry} group={group} compared={compared} onSelect={onSelect} />
        {entry.layer === 'record' && group?.edit !== undefined && <Values entry={group.edit} />}
        <More entry={entry} />
        <Manifest entry={entry} group={group} />
        <DesignLines entry={entry} compared={compared} />
      </div>
      <Decision entry={entry} edit={wholeEdit(compared.review, entry)} decisions={decisions} />
    </div>
  );
}

/** Sentences that nothing above has said: the ends of a connection are in its table, the fields of a record in another. */
function More({ entry }: { readonly entry: ReviewEntry }) {
  const lines = entry.layer === 'record' ? [] : entry.details.filter((line) => !isOfEnds(entry, line));
  if (lines.length === 0) return null;
  return (
    <ul className="review-details__more">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

function isOfEnds(entry: ReviewEntry, line: string): boolean {
  return entry.connection !== undefined && /^(From|To): /.test(line);
}

/** Where it is; of a connection from where to where, with the trust that makes it grave or not. */
function Zones({ entry, compared }: { readonly entry: ReviewEntry; readonly compared: Compared }) {
  const { zones, connection } = entry;
  if (zones.length === 0) return null;
  const [newer, older] = [lookup(compared.after), lookup(compared.before)];
  const titleOf = (id: string) => {
    if (id === outside) return 'Outside';
    const from = newer.get('zone', id) === undefined ? older : newer;
    return from.titleOf(ref('zone', id));
  };
  const places = (ends: readonly ReviewEnd[]) => {
    const texts = ends.map((end) => {
      if (end.kind === 'addresses') return `Outside (trust ${end.trust ?? 0})`;
      const trust = end.zone && (newer.get('zone', end.zone) ?? older.get('zone', end.zone))?.trust;
      return end.zone === undefined ? '' : `${titleOf(end.zone)}${trust === undefined ? '' : ` (trust ${trust})`}`;
    });
    return [...new Set(texts)].filter((text) => text !== '').join(', ');
  };
  return (
    <p className="review-details__zones">
      {connection === undefined
        ? zones.map(titleOf).join(' · ')
        : `${places(connection.from)} → ${places(connection.to)}`}
    </p>
  );
}

/** How many ends are listed before the rest is only counted. */
const shownEnds = 6;

function Connection({ block }: { readonly block: ConnectionBlock }) {
  return (
    <table className="review-values review-values--pairs" data-testid="review-connection">
      <tbody>
        <tr>
          <th scope="row">From</th>
          <td>
            <Ends ends={block.from} />
          </td>
        </tr>
        <tr>
          <th scope="row">To</th>
          <td>
            <Ends ends={block.to} />
          </td>
        </tr>
        <tr>
          <th scope="row">Before</th>
          <td className={block.closed.length > 0 ? 'review-values__before' : undefined}>{openText(block.before)}</td>
        </tr>
        <tr>
          <th scope="row">After</th>
          <td className={block.opened.length > 0 ? 'review-values__opened' : undefined}>{openText(block.after)}</td>
        </tr>
        {block.pairs > 1 && (
          <tr>
            <th scope="row">Pairs</th>
            <td>{block.pairs.toLocaleString('en')}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function Ends({ ends }: { readonly ends: readonly ReviewEnd[] }) {
  const { ui } = useStores();
  const more = ends.length - shownEnds;
  return (
    <span className="review-details__ends">
      {ends.slice(0, shownEnds).map((end) =>
        end.kind === 'workload' ? (
          <button
            key={`${end.cluster ?? ''} ${end.id}`}
            type="button"
            className="review-details__cause"
            onClick={() => ui.getState().revealRefs([ref('workload', end.id)])}
          >
            {end.title}
          </button>
        ) : (
          <span key={end.cidrs.join()} title={end.cidrs.join('\n')}>
            {end.title}
          </span>
        ),
      )}
      {more > 0 && <span className="review-values__none">{`and ${more} more`}</span>}
    </span>
  );
}

/** The edits that led to it, each a step to go to. */
function Because({
  entry,
  group,
  compared,
  onSelect,
}: {
  readonly entry: ReviewEntry;
  readonly group: ReviewGroup | undefined;
  readonly compared: Compared;
  readonly onSelect: (id: string) => void;
}) {
  if (entry.layer === 'record') {
    const rest = sortBy(
      (group?.entries ?? []).filter((e) => e !== entry),
      (e) => layers.indexOf(e.layer),
    );
    if (rest.length === 0) return null;
    return (
      <Section title={rest.every((e) => e.layer === 'record') ? 'Also' : 'With all that follows'}>
        {rest.slice(0, 6).map((e) => (
          <li key={e.id}>
            <button type="button" className="review-details__cause" onClick={() => onSelect(e.id)}>
              {e.layer === 'record' ? e.message.replace(`${e.title}: `, '') : e.title}
            </button>
          </li>
        ))}
        {rest.length > 6 && <li className="review-values__none">{`and ${rest.length - 6} more in the list`}</li>}
      </Section>
    );
  }
  const isItself = ({ kind, id }: ReviewEntry['subject']) => kind === entry.subject.kind && id === entry.subject.id;
  if (entry.causes.every(isItself)) return null;
  return (
    <Section title="Because">
      {entry.causes.slice(0, 6).map((cause) => {
        const key = editKey(cause);
        // Between manifests the changed object is the edit.
        const edit = [...compared.entries.values()].find(
          (e) => (e.layer === 'record' || e.layer === 'manifest') && e !== entry && editKey(e.subject) === key,
        );
        return (
          <li key={key}>
            {edit === undefined ? (
              key
            ) : (
              <button type="button" className="review-details__cause" onClick={() => onSelect(edit.id)}>
                {edit.title}
              </button>
            )}
          </li>
        );
      })}
      {entry.causes.length > 6 && (
        <li className="review-values__none">{`and ${entry.causes.length - 6} more edits`}</li>
      )}
    </Section>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <section className="review-details__section">
      <h3>{title}</h3>
      <ol className="review-details__because">{children}</ol>
    </section>
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
