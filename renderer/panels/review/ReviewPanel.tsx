/** Two versions of a design side by side: what changed, what it opens or closes, and what the manifests become. */
import { useCallback, useEffect, useMemo, useState } from 'react';
import { refKey } from '../../../shared/model/index.ts';
import { Canvas } from '../../canvas/index.ts';
import { useStores, useUi } from '../../store/stores.tsx';
import { SplitView } from '../../ui/SplitView.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { ReviewDetails } from './ReviewDetails.tsx';
import { ReviewFiles } from './ReviewFiles.tsx';
import { ReviewList } from './ReviewList.tsx';
import { entryKey, groupEntries, refsOf, step } from './review-groups.ts';
import { reviewSource } from './review-source.ts';
import { useReviewInStep } from './use-review.ts';
import './review.css';

export function ReviewPanel() {
  useReviewInStep();
  const { ui } = useStores();
  const review = useUi((s) => s.review);
  const [left, setLeft] = useState(256);
  const [right, setRight] = useState(312);
  const [bottom, setBottom] = useState(208);
  const groups = useMemo(() => groupEntries(review?.entries ?? []), [review?.entries]);

  const select = useCallback(
    (index: number | undefined) => {
      const now = ui.getState().review;
      const entry = index === undefined ? undefined : now?.entries[index];
      if (now === undefined || index === undefined || entry === undefined) return;
      ui.getState().set({ review: { ...now, selected: index } });
      const refs = refsOf(entry);
      if (refs.length > 0) ui.getState().revealRefs(refs);
    },
    [ui],
  );
  useKeys(groups, select);
  useSelectionOfCanvas();

  return (
    <SplitView
      side="left"
      label="Resize list of differences"
      isOpen
      min={200}
      max={440}
      size={left}
      onResize={setLeft}
      pane={<ReviewList groups={groups} onSelect={select} />}
    >
      <SplitView
        side="right"
        label="Resize details"
        isOpen
        min={240}
        max={560}
        size={right}
        onResize={setRight}
        pane={<ReviewDetails />}
      >
        <SplitView
          side="bottom"
          label="Resize manifests"
          isOpen
          min={96}
          max={560}
          size={bottom}
          onResize={setBottom}
          pane={<ReviewFiles />}
        >
          <div className="review__centre">
            {review !== undefined && (
              <div className="review__bar">
                <p data-testid="review-title">{`${review.title} → open design`}</p>
                <Tabs
                  look="segments"
                  label="Version on the picture"
                  value={review.show}
                  onChange={(show) => ui.getState().set({ review: { ...review, show } })}
                  items={[
                    { id: 'before', label: 'Before', testId: 'review-before' },
                    { id: 'both', label: 'Both', testId: 'review-both' },
                    { id: 'after', label: 'After', testId: 'review-after' },
                  ]}
                />
              </div>
            )}
            <div className="review__picture">
              <Canvas />
            </div>
          </div>
        </SplitView>
      </SplitView>
    </SplitView>
  );
}

/** J and K walk through the differences, R marks one as looked at and goes on. */
function useKeys(groups: ReturnType<typeof groupEntries>, select: (index: number | undefined) => void): void {
  const { ui } = useStores();
  useEffect(() => {
    const onKeyDown = (e: KeyboardEvent) => {
      if (e.ctrlKey || e.metaKey || e.altKey || e.shiftKey || ui.getState().dialog !== undefined || isTyping(e.target))
        return;
      const review = ui.getState().review;
      if (review === undefined || !['j', 'k', 'r'].includes(e.key.toLowerCase())) return;
      e.preventDefault();
      e.stopPropagation();
      const key = e.key.toLowerCase();
      if (key === 'r') {
        const entry = review.selected === undefined ? undefined : review.entries[review.selected];
        if (entry !== undefined) toggleReviewed(entryKey(entry));
      }
      select(step(groups, review.selected, key === 'k' ? -1 : 1));
    };
    // Before the window's own shortcuts, some of which are single letters.
    window.addEventListener('keydown', onKeyDown, true);
    return () => window.removeEventListener('keydown', onKeyDown, true);
  }, [groups, select, ui]);
}

/** A changed shape clicked on the picture selects its entry. */
function useSelectionOfCanvas(): void {
  const { ui } = useStores();
  const selection = useUi((s) => s.selection);
  useEffect(() => {
    const review = ui.getState().review;
    const [ref, ...more] = selection;
    if (review === undefined || ref === undefined || more.length > 0) return;
    const current = review.selected === undefined ? undefined : review.entries[review.selected];
    if (current !== undefined && refsOf(current).some((r) => refKey(r) === refKey(ref))) return;
    const found = review.entries.findIndex(
      (e) => e.subject.kind === ref.kind && (e.subject.id === ref.id || e.renamedFrom === ref.id),
    );
    if (found >= 0) ui.getState().set({ review: { ...review, selected: found } });
  }, [selection, ui]);
}

function toggleReviewed(key: string): void {
  const reviewed = new Set(reviewSource.getState().reviewed);
  if (!reviewed.delete(key)) reviewed.add(key);
  reviewSource.setState({ reviewed });
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}
