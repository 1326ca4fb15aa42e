/** Both versions as pictures: on one canvas, one after the other, under a slider, or side by side. */
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { createStore } from 'zustand/vanilla';
import { Canvas, type SharedViewport } from '../../canvas/index.ts';
import { titleOfSide } from '../../store/review-store.ts';
import { useReview, useStores } from '../../store/stores.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';

export function ReviewStage() {
  const show = useReview((s) => s.show);
  const hasBoth = useReview((s) => s.compared !== undefined);
  const isOfManifests = useReview((s) => s.compared?.isOfManifests === true);
  const isDrawn = useReview((s) => s.compared?.drawn !== undefined);
  const hasDesign = useReview(
    (s) => s.compared?.sides.before.kind !== 'folder' || s.compared.sides.after.kind !== 'folder',
  );
  const [shared] = useState((): SharedViewport => createStore(() => ({ x: 0, y: 0, zoom: 1 })));
  if (isOfManifests && hasDesign) return <Canvas key="one" version="both" />;
  if (isOfManifests && !isDrawn) {
    return (
      <EmptyState title="Nothing to draw">
        Neither folder holds a workload. Each changed object is listed with what it weakens or strengthens; below is
        each manifest line by line.
      </EmptyState>
    );
  }
  if (!hasBoth) return <Canvas key="one" version="after" />;
  if (show === 'split') {
    return (
      <div className="review-split" data-testid="review-split-view">
        <Half name="before">
          <Canvas key="before" version="before" shared={shared} />
        </Half>
        <Half name="after">
          <Canvas key="after" version="after" shared={shared} isFollower />
        </Half>
      </div>
    );
  }
  if (show === 'slider') return <Slider shared={shared} />;
  return <Canvas key="one" version={show} />;
}

function Half({ name, children }: { readonly name: 'before' | 'after'; readonly children: React.ReactNode }) {
  return (
    <div className="review-split__half">
      {children}
      <Tag name={name} />
    </div>
  );
}

/** Which side a picture is of: the one that was compared, which may be older than what is chosen. */
function Tag({ name, isRight = false }: { readonly name: 'before' | 'after'; readonly isRight?: boolean }) {
  const title = useReview((s) => titleOfSide((s.compared?.sides ?? s)[name]));
  return (
    <span className={`review-stage__tag is-${name}${isRight ? ' is-right' : ''}`}>
      {`${name === 'before' ? 'Before' : 'After'}: ${title}`}
    </span>
  );
}

/** One picture over the other, cut at a line that the mouse and the arrow keys move. */
function Slider({ shared }: { readonly shared: SharedViewport }) {
  const { review } = useStores();
  const at = useReview((s) => s.slider);
  const box = useRef<HTMLDivElement>(null);
  const isDragged = useRef(false);
  const set = (share: number) => review.setState({ slider: Math.max(0, Math.min(1, share)) });
  const follow = (e: PointerEvent<HTMLElement>) => {
    const rect = box.current?.getBoundingClientRect();
    if (rect !== undefined && isDragged.current) set((e.clientX - rect.left) / rect.width);
  };
  const onKeyDown = (e: KeyboardEvent) => {
    const next = {
      ArrowLeft: at - (e.shiftKey ? 0.1 : 0.02),
      ArrowRight: at + (e.shiftKey ? 0.1 : 0.02),
      Home: 0,
      End: 1,
      PageUp: at + 0.1,
      PageDown: at - 0.1,
    }[e.key];
    if (next === undefined) return;
    e.preventDefault();
    e.stopPropagation();
    set(next);
  };
  const percent = `${at * 100}%`;
  return (
    <div className="review-slider" ref={box} data-testid="review-slider-view">
      <Canvas key="before" version="before" shared={shared} />
      <div className="review-slider__over" style={{ clipPath: `inset(0 0 0 ${percent})` }}>
        <Canvas key="after" version="after" shared={shared} isFollower />
      </div>
      <Tag name="before" />
      <Tag name="after" isRight />
      <div
        role="slider"
        aria-label="Before and after"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(at * 100)}
        aria-valuetext={`${Math.round(at * 100)} % before`}
        tabIndex={0}
        data-testid="review-slider"
        className="review-slider__line"
        style={{ left: percent }}
        onPointerDown={(e) => {
          e.currentTarget.setPointerCapture(e.pointerId);
          isDragged.current = true;
        }}
        onPointerMove={follow}
        onPointerUp={() => {
          isDragged.current = false;
        }}
        onKeyDown={onKeyDown}
      >
        <span className="review-slider__grip" aria-hidden>
          ⇆
        </span>
      </div>
    </div>
  );
}
