/** The review of a change: what differs, what it opens or closes, on the picture and in the manifests, and what is decided. */
import { useCallback, useEffect, useMemo, useState } from 'react';
import { refKey } from '../../../shared/model/index.ts';
import { realId } from '../../canvas/index.ts';
import { usePaneSize } from '../../session/use-pane-size.ts';
import { type ReviewShow, selectedEntry } from '../../store/review-store.ts';
import { useReview, useStores, useUi } from '../../store/stores.tsx';
import { SplitView } from '../../ui/SplitView.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { useMedia } from '../../ui/use-media.ts';
import { type Shown, useAcceptShown } from './AcceptShown.tsx';
import { type Decisions, useDecisions } from './decisions.ts';
import { focusList } from './focus-list.ts';
import { ReviewDetails } from './ReviewDetails.tsx';
import { ReviewLayers } from './ReviewLayers.tsx';
import { ReviewList } from './ReviewList.tsx';
import { ReviewNotice } from './ReviewNotice.tsx';
import { ReviewStage } from './ReviewStage.tsx';
import { entryOfRef, nextOpen, type ReviewRow, refsOf, rowsOf, step, wholeEdit } from './review-rows.ts';
import type { SideName } from './sides.ts';
import { useCallOff, useComparison } from './use-comparison.ts';
import './review.css';
import './review-details.css';
import './review-stage.css';

export function ReviewPanel() {
  useComparison();
  const { ui, review } = useStores();
  const compared = useReview((s) => s.compared);
  const filter = useReview((s) => s.filter);
  const marks = useReview((s) => s.marks);
  const entry = useReview((s) => selectedEntry(s));
  const [choosing, setChoosing] = useState<SideName>();
  const isSmall = useMedia(smallWindow);
  const left = usePaneSize('reviewLeft', isNarrow() ? 272 : 304);
  const right = usePaneSize('reviewRight', isNarrow() ? 280 : isWide() ? 420 : 320);
  const bottom = usePaneSize('reviewBottom', 176);
  const below = usePaneSize('reviewBelow', 200);
  const rows = useMemo(
    () => (compared === undefined ? [] : rowsOf(compared.review, filter, marks)),
    [compared, filter, marks],
  );
  const decisions = useDecisions();
  const callOff = useCallOff();

  const select = useCallback(
    (id: string | undefined) => {
      const found = id === undefined ? undefined : review.getState().compared?.entries.get(id);
      if (found === undefined) return;
      review.setState({ selected: found.id });
      const refs = refsOf(found, review.getState().compared?.drawn);
      if (refs.length > 0) ui.getState().revealRefs(refs);
    },
    [ui, review],
  );
  const walking = useMemo((): Decisions => {
    // Whoever decides goes on to what is left; the list of before says what comes next.
    const goOn = () => {
      const { selected, marks: now } = review.getState();
      const next = nextOpen(rows, selected, now);
      if (next !== undefined) select(next.id);
    };
    return {
      ...decisions,
      decide: (entries, verdict) => {
        decisions.decide(entries, verdict);
        goOn();
      },
    };
  }, [decisions, review, rows, select]);
  const shown = useAcceptShown(rows, walking);
  useKeys({ rows, shown, select, decisions: walking, choose: setChoosing, callOff });
  useSelectionOfCanvas(rows);
  useFocusAtFirst(rows.length > 0);

  const details = (
    <ReviewDetails
      entry={entry}
      decisions={walking}
      onSelect={select}
      onStep={(by) => select(step(rows, review.getState().selected, by)?.id)}
    />
  );
  const centre = (
    <div className="review__centre">
      {compared !== undefined && (!compared.isOfManifests || compared.drawn !== undefined) && <StageBar />}
      <ReviewNotice decisions={decisions} onSelect={select} />
      <div className="review__picture">
        <ReviewStage />
      </div>
    </div>
  );
  return (
    <SplitView
      side="left"
      label="Resize list of differences"
      isOpen
      min={236}
      max={520}
      {...left}
      {...(isSmall && { size: Math.min(left.size, 260) })}
      pane={
        <ReviewList
          rows={rows}
          shown={shown}
          decisions={decisions}
          onSelect={select}
          choosing={choosing}
          onChoosing={setChoosing}
        />
      }
    >
      {isSmall ? (
        <SplitView side="bottom" label="Resize details" isOpen min={96} max={560} {...below} pane={details}>
          {centre}
        </SplitView>
      ) : (
        <SplitView side="right" label="Resize details" isOpen min={260} max={640} {...right} pane={details}>
          <SplitView
            side="bottom"
            label="Resize layers"
            isOpen
            min={96}
            max={560}
            {...bottom}
            pane={<ReviewLayers entry={entry} onSelect={select} />}
          >
            {centre}
          </SplitView>
        </SplitView>
      )}
    </SplitView>
  );
}

const shows: ReadonlyArray<{ readonly id: ReviewShow; readonly label: string; readonly testId: string }> = [
  { id: 'both', label: 'Both', testId: 'review-both' },
  { id: 'before', label: 'Before', testId: 'review-before' },
  { id: 'after', label: 'After', testId: 'review-after' },
  { id: 'slider', label: 'Slider', testId: 'review-show-slider' },
  { id: 'split', label: 'Side by side', testId: 'review-split' },
];

/** What the marks on the picture mean, and which version it shows. */
function StageBar() {
  const { review } = useStores();
  const show = useReview((s) => s.show);
  const hasMarks = useReview((s) => (s.compared?.entries.size ?? 0) > 0);
  return (
    <div className="review__bar">
      <span className="review-legend" aria-hidden>
        {hasMarks && (
          <>
            <span className="review-legend__item is-added">+ added</span>
            <span className="review-legend__item is-removed">− removed</span>
            <span className="review-legend__item is-changed">~ changed</span>
            <span className="review-legend__line is-opened">opens</span>
            <span className="review-legend__line is-closed">closes</span>
          </>
        )}
      </span>
      <Tabs
        look="segments"
        label="Version on the picture"
        value={show}
        onChange={(next) => review.setState({ show: next })}
        items={shows}
      />
    </div>
  );
}

/** Keys that go on in the list. */
const walks: ReadonlySet<string> = new Set(['j', 'k', 'n', 'a', 'r', 'x', 'u', 'z']);

/** Whoever comes by the keyboard comes to the list, as soon as there is one; whoever is at a control stays there. */
function useFocusAtFirst(hasRows: boolean): void {
  useEffect(() => {
    const { activeElement } = document;
    if (hasRows && (activeElement === document.body || activeElement?.getAttribute('data-testid') === 'canvas'))
      focusList();
  }, [hasRows]);
}

/** Single keys while nobody types: walking, deciding, choosing what is shown. */
function useKeys({
  rows,
  shown,
  select,
  decisions,
  choose,
  callOff,
}: {
  readonly rows: readonly ReviewRow[];
  readonly shown: Shown;
  readonly select: (id: string | undefined) => void;
  readonly decisions: Decisions;
  readonly choose: (side: SideName) => void;
  readonly callOff: () => void;
}): void {
  const { ui, review } = useStores();
  useEffect(() => {
    const onKeyDown = (e: KeyboardEvent) => {
      if (e.ctrlKey || e.metaKey || e.altKey || ui.getState().dialog !== undefined || isTyping(e.target)) return;
      if (e.target instanceof Element && e.target.closest('dialog, [role=menu], [role=slider]') !== null) return;
      const state = review.getState();
      const entry = selectedEntry(state);
      const chosen = entry === undefined ? [] : e.shiftKey ? wholeEdit(state.compared?.review, entry) : [entry];
      const inList = e.target instanceof Element && e.target.closest('[role=listbox]') !== null;
      const next = () => select(step(rows, state.selected, 1)?.id);
      const previous = () => select(step(rows, state.selected, -1)?.id);
      const show = shows[Number(e.key) - 1];
      const accept = () => decisions.decide(chosen, 'accepted');
      const keys: Readonly<Record<string, (() => void) | undefined>> = {
        j: next,
        k: previous,
        ...(inList && { arrowdown: next, arrowup: previous }),
        n: () => select(nextOpen(rows, state.selected, state.marks)?.id),
        a: accept,
        r: accept,
        x: () => decisions.decide(chosen, 'rejected'),
        u: () => decisions.clear(chosen),
        ...(e.shiftKey && { e: shown.ask }),
        z: decisions.takeBack,
        ...(state.doing !== undefined && { escape: callOff }),
        ...(shown.isAsked && { escape: shown.dismiss }),
        c: () => review.setState({ commenting: entry !== undefined }),
        s: () => review.setState({ before: state.after, after: state.before }),
        b: () => choose(e.shiftKey ? 'after' : 'before'),
        '/': () => document.querySelector<HTMLElement>('[data-testid=review-search]')?.focus(),
        ...(show !== undefined && !e.shiftKey && { [e.key]: () => review.setState({ show: show.id }) }),
      };
      const run = keys[e.key.toLowerCase()];
      // What the design view does with single letters has no meaning here.
      const isLetter = /^[a-z]$/i.test(e.key);
      if (run === undefined && !isLetter) return;
      e.preventDefault();
      e.stopPropagation();
      run?.();
      if (walks.has(e.key.toLowerCase())) focusList();
    };
    // Before the window's own shortcuts, some of which are single letters.
    window.addEventListener('keydown', onKeyDown, true);
    return () => window.removeEventListener('keydown', onKeyDown, true);
  }, [rows, shown, select, decisions, choose, callOff, ui, review]);
}

/** A changed shape clicked on the picture selects its entry. */
function useSelectionOfCanvas(rows: readonly ReviewRow[]): void {
  const { ui, review } = useStores();
  const selection = useUi((s) => s.selection);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is newly selected asks for its entry
  useEffect(() => {
    const [ref, ...more] = selection;
    if (ref === undefined || more.length > 0) return;
    const real = { kind: ref.kind, id: realId(ref.id) };
    // The older place of a record stands for the record itself.
    if (real.id !== ref.id) return ui.getState().select([real]);
    const current = selectedEntry(review.getState());
    const { drawn } = review.getState().compared ?? {};
    if (current !== undefined && refsOf(current, drawn).some((r) => refKey(r) === refKey(real))) return;
    const found = entryOfRef(rows, real, drawn);
    if (found !== undefined) review.setState({ selected: found.id });
  }, [selection, ui, review]);
}

/** Where three columns have no room, as at twice the size of everything, the details take the place of the layers. */
const smallWindow = '(max-width: 900px)';

/** Where the picture would be the smallest of the three columns, they begin narrower. */
function isNarrow(): boolean {
  return window.innerWidth < 1400;
}

/** Where there is room, the lines of manifests in the details are read without scrolling. */
function isWide(): boolean {
  return window.innerWidth >= 1700;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}
