/** What nodes and edges need of the canvas around them: the level of detail, whether it is edited, and what to do then. */
import { createContext, type PointerEvent, useContext } from 'react';
import type { Ref } from '../../shared/model/index.ts';
import type { Detail, Level } from './canvas-types.ts';
import type { Point } from './geometry.ts';
import { nearDetail } from './level.ts';

export const DetailContext = createContext<Detail>(nearDetail);

export function useLevel(): Level {
  return useContext(DetailContext).level;
}

/** How many times as large as on the near view lines are drawn. */
export function useScale(): number {
  return useContext(DetailContext).scale;
}

/** True in a review, where nothing can be edited. */
export const ReadOnlyContext = createContext(false);

export function useIsReadOnly(): boolean {
  return useContext(ReadOnlyContext);
}

export interface CanvasCalls {
  /** Undefined: left as it was. */
  rename(of: Ref, name: string | undefined): void;
  /** After a name was typed and ended by a key. Left by a click the focus goes where the click wants it. */
  takeKeys(): void;
  select(of: Ref, extend: boolean): void;
  startRename(of: Ref): void;
  /** Starts leading one end of a flow elsewhere; `anchor` is where its other end is. */
  pull(flow: string, end: 'from' | 'to', anchor: Point, event: PointerEvent): void;
}

export const CallsContext = createContext<CanvasCalls | undefined>(undefined);

export function useCalls(): CanvasCalls {
  const calls = useContext(CallsContext);
  if (calls === undefined) throw new Error('nodes are drawn inside a Canvas');
  return calls;
}
