import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from 'react';

export interface SplitViewProps {
  /** Where the pane of fixed size stands; the rest of the room is the main content's. */
  readonly side: 'left' | 'right' | 'bottom';
  readonly pane: ReactNode;
  readonly children: ReactNode;
  /** Of the pane, in pixels. */
  readonly size: number;
  readonly min: number;
  readonly max: number;
  readonly isOpen: boolean;
  readonly onResize: (size: number) => void;
  /** Of the handle: `Resize inspector`. */
  readonly label: string;
}

/** Two panes with a handle between them that the mouse and the arrow keys move. A closed pane is taken out. */
export function SplitView({ side, pane, children, size, min, max, isOpen, onResize, label }: SplitViewProps) {
  const start = useRef<{ at: number; size: number }>(undefined);
  const vertical = side === 'bottom';
  const sign = side === 'left' ? 1 : -1;
  const clamp = (value: number) => Math.round(Math.max(min, Math.min(max, value)));

  const onPointerDown = (e: PointerEvent<HTMLElement>) => {
    e.currentTarget.setPointerCapture(e.pointerId);
    start.current = { at: vertical ? e.clientY : e.clientX, size };
  };
  const onPointerMove = (e: PointerEvent<HTMLElement>) => {
    if (start.current === undefined) return;
    const moved = (vertical ? e.clientY : e.clientX) - start.current.at;
    onResize(clamp(start.current.size + sign * moved));
  };
  const onKeyDown = (e: KeyboardEvent) => {
    const step = { ArrowLeft: -16, ArrowUp: -16, ArrowRight: 16, ArrowDown: 16 }[e.key];
    if (step === undefined) return;
    e.preventDefault();
    onResize(clamp(size + sign * step));
  };
  const handle = (
    // biome-ignore lint/a11y/useSemanticElements: a movable separator has no element of its own
    <div
      role="separator"
      aria-label={label}
      aria-orientation={vertical ? 'horizontal' : 'vertical'}
      aria-valuenow={size}
      aria-valuemin={min}
      aria-valuemax={max}
      tabIndex={0}
      className={`ui-split__handle ui-split__handle--${side}`}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => {
        start.current = undefined;
      }}
      onKeyDown={onKeyDown}
    />
  );
  const fixed = isOpen && (
    <div className={`ui-split__pane ui-split__pane--${side}`} style={vertical ? { height: size } : { width: size }}>
      {pane}
    </div>
  );
  return (
    <div className={`ui-split ui-split--${vertical ? 'vertical' : 'horizontal'}`}>
      {side === 'left' && fixed}
      {side === 'left' && isOpen && handle}
      <div className="ui-split__main">{children}</div>
      {side !== 'left' && isOpen && handle}
      {side !== 'left' && fixed}
    </div>
  );
}
