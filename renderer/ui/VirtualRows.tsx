import {
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useCallback,
  useImperativeHandle,
  useLayoutEffect,
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
  /** In pixels; all rows are of one height. */
  readonly rowHeight: number;
  readonly row: (index: number) => ReactNode;
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
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });

  const measure = useCallback(() => {
    const element = box.current;
    if (element !== null) setView({ top: element.scrollTop, height: element.clientHeight });
  }, []);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [measure]);
  useImperativeHandle(props.handle, () => ({
    element: box.current,
    reveal: (index) => {
      const element = box.current;
      if (element === null) return;
      const top = index * rowHeight;
      if (top < element.scrollTop || top + rowHeight > element.scrollTop + element.clientHeight) {
        element.scrollTop = Math.max(0, top - element.clientHeight / 3);
      }
    },
  }));

  const first = Math.max(0, Math.floor(view.top / rowHeight) - 8);
  const last = Math.min(count, Math.ceil((view.top + view.height) / rowHeight) + 8);
  const rows: ReactNode[] = [];
  for (let i = first; i < last; i += 1) rows.push(props.row(i));
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
      <div
        role="presentation"
        style={{ height: count * rowHeight, position: 'relative', minWidth: props.contentWidth }}
      >
        <div role="presentation" style={{ position: 'absolute', top: first * rowHeight, left: 0, right: 0 }}>
          {rows}
        </div>
      </div>
    </div>
  );
}
