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
  /** The serial of the state before the oldest step in `past`: 0 as long as no step is forgotten. */
  readonly beginning: number;
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

/**
 * Patches that the past may hold; beyond them the oldest steps are forgotten. A patch holds about one record, so that an
 * evening of edits is kept, and a day of edits of whole designs takes some megabytes. The last step is kept in any case.
 */
export const mostPatches = 20_000;

export function startHistory<T>(value: T): History<T> {
  return { value, beginning: 0, past: [], future: [] };
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
    beginning: settled.beginning,
    past: settled.past.slice(0, -1),
    future: [entry, ...settled.future],
  };
}

export function redo<T extends object>(history: History<T>): History<T> {
  const settled = cancel(history);
  const [entry, ...future] = settled.future;
  if (entry === undefined) return settled;
  const { beginning } = settled;
  return { value: applyPatches(settled.value, entry.forward), beginning, past: [...settled.past, entry], future };
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
    return { value, ...withinLimit(history.beginning, [...history.past.slice(0, -1), merged]), future: [] };
  }
  const { label, forward, backward, coalesce } = entry;
  const step = { label, forward, backward, ...(coalesce !== undefined && { coalesce }), serial };
  return { value, ...withinLimit(history.beginning, [...history.past, step]), future: [] };
}

function withinLimit(beginning: number, past: readonly HistoryEntry[]): Pick<History<unknown>, 'beginning' | 'past'> {
  let patches = 0;
  const from = past.findLastIndex((step, i) => {
    patches += step.forward.length + step.backward.length;
    return patches > mostPatches && i < past.length - 1;
  });
  const forgotten = past[from];
  return forgotten === undefined ? { beginning, past } : { beginning: forgotten.serial, past: past.slice(from + 1) };
}
