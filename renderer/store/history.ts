/**
 * Undo as patches. Knows no React and no design: a value, recipes on it, and what takes them back. A transaction
 * collects the steps of one gesture; committed it is one entry, cancelled it leaves no trace.
 */
import { applyPatches, type Draft, enablePatches, type Patch, produceWithPatches } from 'immer';

enablePatches();

export interface HistoryEntry {
  /** What undo offers: `Move workload`. */
  readonly label: string;
  readonly forward: readonly Patch[];
  readonly backward: readonly Patch[];
  /** Entries with the same key that follow each other become one: typing in a field. */
  readonly coalesce?: string;
  /** Different for each entry ever made, so that "saved" can be told from "the same number of steps". */
  readonly serial: number;
}

export interface History<T> {
  readonly value: T;
  readonly past: readonly HistoryEntry[];
  readonly future: readonly HistoryEntry[];
  readonly open?: {
    readonly label: string;
    readonly before: T;
    readonly forward: readonly Patch[];
    readonly backward: readonly Patch[];
  };
}

let serial = 0;

export function startHistory<T>(value: T): History<T> {
  return { value, past: [], future: [] };
}

export function edit<T>(
  history: History<T>,
  label: string,
  recipe: (draft: Draft<T>) => void,
  coalesce?: string,
): History<T> {
  const [value, forward, backward] = produceWithPatches(history.value, (draft: Draft<T>) => {
    recipe(draft);
  });
  if (forward.length === 0) return history;
  if (history.open !== undefined) {
    const { open } = history;
    return {
      ...history,
      value,
      open: { ...open, forward: [...open.forward, ...forward], backward: [...backward, ...open.backward] },
    };
  }
  return push(history, value, { label, forward, backward, ...(coalesce !== undefined && { coalesce }) });
}

export function begin<T>(history: History<T>, label: string): History<T> {
  return history.open === undefined
    ? { ...history, open: { label, before: history.value, forward: [], backward: [] } }
    : history;
}

export function commit<T>(history: History<T>): History<T> {
  const { open, ...rest } = history;
  if (open === undefined) return history;
  return open.forward.length === 0 ? rest : push(rest, history.value, open);
}

export function cancel<T>(history: History<T>): History<T> {
  const { open, ...rest } = history;
  return open === undefined ? history : { ...rest, value: open.before };
}

export function undo<T extends object>(history: History<T>): History<T> {
  const settled = cancel(history);
  const entry = settled.past.at(-1);
  if (entry === undefined) return settled;
  return {
    value: applyPatches(settled.value, entry.backward),
    past: settled.past.slice(0, -1),
    future: [entry, ...settled.future],
  };
}

export function redo<T extends object>(history: History<T>): History<T> {
  const settled = cancel(history);
  const [entry, ...future] = settled.future;
  if (entry === undefined) return settled;
  return { value: applyPatches(settled.value, entry.forward), past: [...settled.past, entry], future };
}

function push<T>(history: History<T>, value: T, entry: Omit<HistoryEntry, 'serial'>): History<T> {
  serial += 1;
  const last = history.past.at(-1);
  if (entry.coalesce !== undefined && last?.coalesce === entry.coalesce && history.future.length === 0) {
    const merged = {
      ...last,
      forward: [...last.forward, ...entry.forward],
      backward: [...entry.backward, ...last.backward],
      serial,
    };
    return { value, past: [...history.past.slice(0, -1), merged], future: [] };
  }
  return {
    value,
    past: [
      ...history.past,
      {
        label: entry.label,
        forward: entry.forward,
        backward: entry.backward,
        ...(entry.coalesce !== undefined && { coalesce: entry.coalesce }),
        serial,
      },
    ],
    future: [],
  };
}
