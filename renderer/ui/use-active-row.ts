/** A list below an input that keeps the focus: arrows and page keys move the active row, Enter takes it. */
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';

/** Rows of a page. */
const page = 8;
const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page };

/**
 * `list` goes to the element that scrolls; its active row has to be the only one with `aria-selected`. Who types faster
 * than rows are loaded presses Enter before there is one: the first that is found is taken then.
 */
export function useActiveRow<T>(rows: readonly T[], take: (row: T) => void, isLoading: boolean) {
  const [active, setActive] = useState(0);
  const [isAwaited, setIsAwaited] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the row is found by the number of the active one
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [active, rows]);
  const [first] = rows;
  useEffect(() => {
    if (isAwaited && first !== undefined) take(first);
    if (first !== undefined || !isLoading) setIsAwaited(false);
  }, [isAwaited, isLoading, first, take]);
  const onKeyDown = (e: KeyboardEvent) => {
    setIsAwaited(false);
    const step = Object.hasOwn(steps, e.key) ? steps[e.key] : undefined;
    const row = rows[active];
    if (step !== undefined && rows.length > 0) {
      e.preventDefault();
      const next = active + step;
      // Single steps go round; a page stops at the ends.
      setActive(Math.abs(step) > 1 ? Math.max(0, Math.min(rows.length - 1, next)) : (next + rows.length) % rows.length);
    } else if (e.key === 'Enter' && !e.nativeEvent.isComposing) {
      e.preventDefault();
      if (row !== undefined) take(row);
      else setIsAwaited(isLoading);
    }
  };
  return { active, setActive, list, onKeyDown };
}
