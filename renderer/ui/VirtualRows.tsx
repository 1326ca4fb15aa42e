import {
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useCallback,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';

export interface VirtualRowsHandle {
  /** Scrolls as little as needed, or puts the row a third below the top when it was out of sight. */
  reveal(index: number): void;
  readonly element: HTMLDivElement | null;
}

export interface VirtualRowsProps {
  readonly count: number;
  /** In pixels: of every row, or of each by its index and the width of the box. */
  readonly rowHeight: number | ((index: number, width: number) => number);
  /** Draws a row of that height in a box of that width, in pixels. */
  readonly row: (index: number, height: number, width: number) => ReactNode;
  readonly className?: string;
  readonly role?: string;
  readonly label?: string;
  readonly testId?: string;
  readonly tabIndex?: number;
  /** Of the widest row, where rows may be wider than the box. */
  readonly contentWidth?: string;
  readonly activeDescendant?: string;
  readonly onKeyDown?: (e: KeyboardEvent<HTMLDivElement>) => void;
  readonly handle?: Ref<VirtualRowsHandle>;
}

/** Draws only the rows in view, so that ten thousand cost as much as fifty. */
export function VirtualRows(props: VirtualRowsProps) {
  const { count, rowHeight } = props;
  const dependsOnWidth = typeof rowHeight !== 'number';
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600, width: 0 });

  const measure = useCallback(() => {
    const element = box.current;
    if (element !== null) setView({ top: element.scrollTop, height: element.clientHeight, width: element.clientWidth });
  }, []);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    // The observer tells the size before anything is painted, and asks for no layout of its own. Rows that depend on the
    // width have to know it at once, or they would be drawn twice.
    if (dependsOnWidth) measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [measure, dependsOnWidth]);
  const { width } = view;
  const seen = useRef(view);
  seen.current = view;
  const topOf = useMemo(() => topsOf(count, rowHeight, width), [count, rowHeight, width]);
  useImperativeHandle(props.handle, () => ({
    element: box.current,
    reveal: (index) => {
      const element = box.current;
      if (element === null) return;
      const top = topOf(index);
      // As they were measured last: asking the element itself would have it laid out first.
      const { top: from, height } = seen.current;
      if (top >= from && topOf(index + 1) <= from + height) return;
      element.scrollTop = Math.max(0, top - height / 3);
      seen.current = { ...seen.current, top: element.scrollTop };
    },
  }));

  const first = Math.max(0, rowAt(topOf, count, view.top) - 8);
  const last = Math.min(count, rowAt(topOf, count, view.top + view.height) + 9);
  const rows: ReactNode[] = [];
  for (let i = first; i < last; i += 1) rows.push(props.row(i, topOf(i + 1) - topOf(i), width));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the caller gives the role
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: the caller gives the role
    <div
      ref={box}
      className={`ui-rows ${props.className ?? ''}`}
      role={props.role}
      aria-label={props.label}
      aria-activedescendant={props.activeDescendant}
      data-testid={props.testId}
      tabIndex={props.tabIndex}
      onScroll={measure}
      onKeyDown={props.onKeyDown}
    >
      <div role="presentation" style={{ height: topOf(count), position: 'relative', minWidth: props.contentWidth }}>
        <div role="presentation" style={{ position: 'absolute', top: topOf(first), left: 0, right: 0 }}>
          {rows}
        </div>
      </div>
    </div>
  );
}

/** Where each row begins, in pixels; one past the last is where all of them end. */
function topsOf(count: number, rowHeight: VirtualRowsProps['rowHeight'], width: number): (index: number) => number {
  if (typeof rowHeight === 'number') return (index) => index * rowHeight;
  const tops = new Float64Array(count + 1);
  for (let i = 0; i < count; i += 1) tops[i + 1] = (tops[i] ?? 0) + rowHeight(i, width);
  return (index) => tops[Math.min(index, count)] ?? 0;
}

/** The row that is drawn at a height, or the last one above it. */
function rowAt(topOf: (index: number) => number, count: number, at: number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (topOf(middle + 1) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}
