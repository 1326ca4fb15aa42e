/** What nodes need of the canvas around them: the level of detail, and what to do when a name was typed. */
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
