import { ArrowLeftRight, Check, MessageSquare, RotateCcw, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { ReviewEntry } from '../../../shared/diff/index.ts';
import { useHost } from '../../host/host-context.tsx';
import { noFilter, titleOfSide } from '../../store/review-store.ts';
import { useReview, useStores } from '../../store/stores.tsx';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { countLines, textMeter } from '../../ui/text-lines.ts';
import { VirtualRows, type VirtualRowsHandle } from '../../ui/VirtualRows.tsx';
import { AcceptShown, type Shown } from './AcceptShown.tsx';
import { ClassBadge } from './ClassBadge.tsx';
import type { Decisions } from './decisions.ts';
import { ReviewFilters } from './ReviewFilters.tsx';
import { type EntryState, entriesToReview, isDecided, layerWords, type ReviewRow, stateOf } from './review-rows.ts';
import { SideChooser } from './SideChooser.tsx';
import type { SideName } from './sides.ts';
import { useCallOff, useIsOlder } from './use-comparison.ts';

export interface ReviewListProps {
  readonly rows: readonly ReviewRow[];
  readonly shown: Shown;
  readonly decisions: Decisions;
  readonly onSelect: (id: string) => void;
  /** The chooser that is open. */
  readonly choosing: SideName | undefined;
  readonly onChoosing: (side: SideName | undefined) => void;
}

/** Of rows, in pixels: what stands beside the lines of text, and each line. The styles say the same. */
const heights = { group: 26, groupLine: 18, entry: 33, entryLine: 17 };
/** What a row keeps free beside its text, on both sides together; the count of a group comes on top. */
const beside = { group: 34, entry: 46 };
/** The check before the count of a group that is reviewed. */
const check = 16;

/** What is compared, what differs, and how far the review has come. */
export function ReviewList({ rows, shown, decisions, onSelect, choosing, onChoosing }: ReviewListProps) {
  const compared = useReview((s) => s.compared);
  const filter = useReview((s) => s.filter);
  const isEmpty = compared !== undefined && compared.entries.size === 0;
  return (
    <div className="review-list" data-testid="review-list">
      <Sides onChoosing={onChoosing} />
      {compared !== undefined && !isEmpty && <ReviewFilters filter={filter} />}
      <Listed rows={rows} onSelect={onSelect} onChoosing={onChoosing} />
      {compared !== undefined && !isEmpty && <Foot shown={shown} decisions={decisions} />}
      {choosing !== undefined && <SideChooser side={choosing} onClose={() => onChoosing(undefined)} />}
    </div>
  );
}

function Sides({ onChoosing }: { readonly onChoosing: (side: SideName) => void }) {
  const { review } = useStores();
  const before = useReview((s) => s.before);
  const after = useReview((s) => s.after);
  const failure = useReview((s) => s.failure);
  const reading = useReview((s) => s.reading);
  const host = useHost();
  const doing = useReview((s) => s.doing);
  const isCalledOff = useReview((s) => s.isCalledOff);
  const callOff = useCallOff();
  const swap = () => review.setState({ before: after, after: before });
  // A side that is chosen again is compared again.
  const compareAgain = () => review.setState({ before: { ...before } });
  return (
    <div className="review-sides">
      <div className="review-sides__pair">
        {(['before', 'after'] as const).map((name) => {
          const side = name === 'before' ? before : after;
          const about = side.kind === 'git' ? side.about : undefined;
          return (
            <button
              key={name}
              type="button"
              className="review-sides__side"
              data-testid={`review-${name}-side`}
              title={about ?? 'Choose what to compare'}
              onClick={() => onChoosing(name)}
            >
              <span className="review-sides__word">{name === 'before' ? 'From' : 'To'}</span>
              <span className="review-sides__title">{titleOfSide(side)}</span>
              {about !== undefined && <span className="review-sides__about">{about}</span>}
            </button>
          );
        })}
        <IconButton
          label="Swap the sides"
          shortcut="S"
          testId="review-swap"
          icon={<ArrowLeftRight size={14} aria-hidden />}
          onClick={swap}
        />
      </div>
      {reading !== undefined && (
        <p className="review-sides__reading" role="status" data-testid="review-reading">
          {reading}
          <Button size="small" testId="review-stop" onClick={() => void host.stopReading()}>
            Stop
          </Button>
        </p>
      )}
      {doing !== undefined && (
        <p className="review-sides__reading" role="status" data-testid="review-doing">
          {doing}
          <Button size="small" testId="review-call-off" onClick={callOff}>
            Stop (Esc)
          </Button>
        </p>
      )}
      {isCalledOff && (
        <p className="review-sides__reading" role="status" data-testid="review-called-off">
          Stopped.
          <Button size="small" testId="review-compare-again" onClick={compareAgain}>
            Compare again
          </Button>
        </p>
      )}
      <Older />
      {failure !== undefined && (
        <p className="review-list__failure" role="alert">
          {failure}
        </p>
      )}
    </div>
  );
}

/** Of which sides the list is, where it is not of the chosen ones. */
function Older() {
  const { sides, entries } = useReview((s) => s.compared) ?? {};
  const isOlder = useIsOlder();
  const isOfOthers = useReview((s) => sides?.before !== s.before || sides.after !== s.after);
  // What follows an edit at once is not worth a word.
  const isQuick = useReview((s) => s.isBusy && s.doing === undefined);
  if (!isOlder || (isQuick && !isOfOthers) || sides === undefined || entries?.size === 0) return null;
  return (
    <p className="review-sides__reading" role="status" data-testid="review-older">
      {`The list is older: ${titleOfSide(sides.before)} → ${titleOfSide(sides.after)}.`}
    </p>
  );
}

function Listed({ rows, onSelect, onChoosing }: Pick<ReviewListProps, 'rows' | 'onSelect' | 'onChoosing'>) {
  const { review } = useStores();
  const compared = useReview((s) => s.compared);
  const isBusy = useReview((s) => s.isBusy);
  const isCalledOff = useReview((s) => s.isCalledOff);
  const hasFailed = useReview((s) => s.failure !== undefined);
  const isOlder = useIsOlder();
  const selected = useReview((s) => s.selected);
  const handle = useRef<VirtualRowsHandle>(null);
  const at = rows.findIndex((row) => row.kind === 'entry' && row.entry.id === selected);
  useEffect(() => {
    // With the heading of its group, where that is right above.
    if (at >= 0) {
      handle.current?.reveal(Math.max(0, at - 1));
      handle.current?.reveal(at);
    }
  }, [at]);
  const [focused, setFocused] = useState(false);
  const rowHeight = useMemo(() => {
    const { fontFamily } = getComputedStyle(document.body);
    const meter = (font: string) => textMeter(`${font} ${fontFamily}`);
    const [bold, plain, small] = [meter('600 13px'), meter('12px'), meter('11px')];
    return (index: number, width: number) => {
      const row = rows[index];
      if (row === undefined) return 0;
      if (row.kind === 'entry')
        return heights.entry + heights.entryLine * countLines(wordsOf(row.entry), width - beside.entry, plain);
      const count = small(countText(row)) + (row.done === row.count ? check : 0);
      return heights.group + heights.groupLine * countLines(row.group.title, width - beside.group - count, bold);
    };
  }, [rows]);
  const choose = (
    <Button size="small" testId="review-choose" onClick={() => onChoosing('before')}>
      Compare with a revision…
    </Button>
  );
  if (compared === undefined || (isOlder && compared.entries.size === 0)) {
    if (isCalledOff) return <EmptyState title="Stopped">Compare again, or choose other sides.</EmptyState>;
    if (isBusy || (compared !== undefined && !hasFailed))
      return <EmptyState title="Comparing…">Both designs are read, exported and held against each other.</EmptyState>;
    if (compared !== undefined)
      return <EmptyState title="Not compared">The chosen sides could not be compared. Choose others.</EmptyState>;
    return (
      <EmptyState title="Nothing to compare with yet">
        <p>Save the design, or choose another file, and every change since shows up here and on the picture.</p>
        {choose}
      </EmptyState>
    );
  }
  if (compared.entries.size === 0) {
    const hasGaps = compared.gaps.length > 0;
    return (
      <EmptyState title={hasGaps ? 'No difference in what was compared' : 'No difference'}>
        <p>
          {`Nothing${hasGaps ? ' that was compared' : ''} differs between ${titleOfSide(compared.sides.before)} and ${titleOfSide(compared.sides.after)}.`}
          {hasGaps && ' What could not be compared stands above the picture.'}
        </p>
        {choose}
      </EmptyState>
    );
  }
  if (rows.length === 0) {
    return (
      <EmptyState title="Nothing passes the filter">
        <Button size="small" onClick={() => review.setState({ filter: noFilter })}>
          Show everything
        </Button>
      </EmptyState>
    );
  }
  const onKeyDown = (e: KeyboardEvent<HTMLDivElement>) => {
    if (e.key !== 'Home' && e.key !== 'End') return;
    e.preventDefault();
    const order = rows.flatMap((r) => (r.kind === 'entry' ? [r.entry.id] : []));
    const id = e.key === 'Home' ? order[0] : order.at(-1);
    if (id !== undefined) onSelect(id);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only hears of the focus inside
    <div
      className={`review-list__body${isOlder ? ' is-old' : ''}${focused ? ' is-focused' : ''}`}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
    >
      <VirtualRows
        handle={handle}
        role="listbox"
        label="Differences"
        testId="review-entries"
        tabIndex={0}
        count={rows.length}
        rowHeight={rowHeight}
        {...(at >= 0 && { activeDescendant: `review-row-${at}` })}
        onKeyDown={onKeyDown}
        row={(index, height) => {
          const row = rows[index];
          if (row === undefined) return null;
          if (row.kind === 'group') return <GroupRow key={`group ${row.group.key}`} row={row} height={height} />;
          return (
            <EntryRow
              key={row.entry.id}
              row={row}
              index={index}
              height={height}
              isSelected={index === at}
              isLast={rows[index + 1]?.kind !== 'entry'}
              onSelect={onSelect}
            />
          );
        }}
      />
    </div>
  );
}

function GroupRow({ row, height }: { readonly row: Extract<ReviewRow, { kind: 'group' }>; readonly height: number }) {
  const { group, done, count } = row;
  return (
    <div className="review-group" style={{ height }} role="presentation" data-testid={`review-group-${group.key}`}>
      <span className="review-group__title" title={group.title}>
        {group.title}
      </span>
      <span className={`review-group__count${done === count ? ' is-done' : ''}`} title={`${done} of ${count} reviewed`}>
        {done === count ? <Check size={13} aria-hidden /> : null}
        {countText(row)}
      </span>
    </div>
  );
}

function countText({ done, count }: Extract<ReviewRow, { kind: 'group' }>): string {
  return `${done}/${count}`;
}

function EntryRow({
  row,
  index,
  height,
  isSelected,
  isLast,
  onSelect,
}: {
  readonly row: Extract<ReviewRow, { kind: 'entry' }>;
  readonly index: number;
  readonly height: number;
  readonly isSelected: boolean;
  readonly isLast: boolean;
  readonly onSelect: (id: string) => void;
}) {
  const { entry, state, hasComment } = row;
  const words = wordsOf(entry);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys
    <div
      id={`review-row-${index}`}
      role="option"
      tabIndex={-1}
      aria-selected={isSelected}
      data-testid={`review-entry-${entry.layer}-${entry.subject.kind}-${entry.subject.id}`}
      data-state={state}
      className={`review-entry is-${state}${isSelected ? ' is-selected' : ''}${isLast ? ' is-last' : ''}`}
      style={{ height }}
      title={entry.message}
      onClick={() => onSelect(entry.id)}
    >
      <span className="review-entry__line">
        <ClassBadge kind={entry.class} />
        {entry.class !== 'neutral' && <span className="review-entry__grade">{entry.severity}</span>}
        <span className="review-entry__layer">{layerWords[entry.layer]}</span>
        <span className="review-entry__marks">
          {hasComment && <MessageSquare size={12} aria-label="has a comment" />}
          <StateMark state={state} />
        </span>
      </span>
      <span className="review-entry__words">{words}</span>
    </div>
  );
}

/** What happened. Where an edit means nothing by itself, its first field says more than that. */
function wordsOf(entry: ReviewEntry): string {
  if (entry.layer === 'isolation') return entry.message.replace(/ Before: .*$/, '');
  if (entry.layer !== 'record') return entry.title;
  const [first] = entry.details;
  return entry.class === 'neutral' && first !== undefined ? first : entry.message.replace(`${entry.title}: `, '');
}

function StateMark({ state }: { readonly state: EntryState }) {
  if (state === 'accepted') return <Check className="is-fine" size={14} aria-label="accepted" />;
  if (state === 'rejected') return <X className="is-error" size={14} aria-label="rejected" />;
  if (state === 'changed')
    return <RotateCcw className="is-warning" size={13} aria-label="changed since it was reviewed" />;
  return null;
}

function Foot({ shown, decisions }: Pick<ReviewListProps, 'shown' | 'decisions'>) {
  const compared = useReview((s) => s.compared);
  const marks = useReview((s) => s.marks);
  const entries = useMemo(() => entriesToReview(compared), [compared]);
  const done = entries.filter((e) => isDecided(stateOf(e, marks))).length;
  const hidden = useMemo(() => {
    const listed = new Set(shown.open);
    return entries.filter((e) => !listed.has(e) && !isDecided(stateOf(e, marks))).length;
  }, [entries, marks, shown.open]);
  const share = entries.length === 0 ? 0 : done / entries.length;
  return (
    <div className="review-foot">
      <AcceptShown shown={shown} decisions={decisions} hidden={hidden} />
      <div className="review-foot__bar" aria-hidden>
        <span style={{ width: `${share * 100}%` }} />
      </div>
      <p>
        <span data-testid="review-progress">{`${done} of ${entries.length} reviewed`}</span>
        <span className="review-foot__keys">
          <span>
            <kbd>J</kbd> <kbd>K</kbd> walk
          </span>
          <span>
            <kbd>N</kbd> next
          </span>
          <span>
            <kbd>A</kbd> accept
          </span>
          <span>
            <kbd>X</kbd> reject
          </span>
        </span>
      </p>
    </div>
  );
}
