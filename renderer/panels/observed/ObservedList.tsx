/** The entries of a log laid over the drawing, class by class: walked with arrows, mended with Enter and Delete. */
import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react';
import { endRef, lookup, type Ref, type Topology } from '../../../shared/model/index.ts';
import type { SeenEnd } from '../../../shared/observed/index.ts';
import { type ObservedEntry, shownEntries } from '../../store/observed-store.ts';
import { useDocument, useObserved, useStores } from '../../store/stores.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { VirtualRows, type VirtualRowsHandle } from '../../ui/VirtualRows.tsx';
import { flowPorts, observedClasses, timeText, titleOfEnd } from './observed-words.ts';
import { useMending } from './use-mending.ts';

const rowHeight = 28;

export function ObservedList() {
  const { observed } = useStores();
  const entries = useObserved((s) => s.entries);
  const filter = useObserved((s) => s.filter);
  const counts = useMemo(
    () => new Map(observedClasses.map(({ id }) => [id, entries.filter((e) => e.class === id).length])),
    [entries],
  );
  return (
    <div className="observed__list">
      <div className="observed__bar">
        <Tabs
          look="segments"
          label="What to show"
          value={filter ?? 'all'}
          onChange={(id) => observed.getState().set({ filter: id === 'all' ? undefined : id })}
          items={[
            { id: 'all', label: 'All', note: entries.length, testId: 'observed-all' },
            ...observedClasses.map(({ id, word, about }) => ({
              id,
              label: word,
              note: counts.get(id),
              noteTitle: about,
              testId: `observed-filter-${id}`,
            })),
          ]}
        />
      </div>
      <Rows />
    </div>
  );
}

function Rows() {
  const { observed, ui } = useStores();
  const topology = useDocument((s) => s.topology);
  const entries = useObserved((s) => s.entries);
  const filter = useObserved((s) => s.filter);
  const selected = useObserved((s) => s.selected);
  const shown = useMemo(() => shownEntries({ entries, filter }), [entries, filter]);
  const handle = useRef<VirtualRowsHandle>(null);
  const mend = useMending();
  const at = shown.findIndex((e) => e.id === selected);
  useSelectionOfCanvas(entries);
  useEffect(() => {
    if (at >= 0) handle.current?.reveal(at);
  }, [at]);
  const select = (entry: ObservedEntry | undefined) => {
    if (entry === undefined) return;
    observed.getState().set({ selected: entry.id });
    const refs = refsOf(entry, topology);
    if (refs.length > 0) ui.getState().revealRefs(refs);
  };
  if (shown.length === 0) {
    return (
      <EmptyState title={filter === undefined ? 'The log tells of nothing in this design' : 'None of this class'}>
        {observedClasses.find((c) => c.id === filter)?.none ?? 'What was read is beside this list, line by line.'}
      </EmptyState>
    );
  }
  const onKeyDown = (e: KeyboardEvent) => {
    const current = shown[at];
    const keys: Readonly<Record<string, (() => void) | undefined>> = {
      arrowdown: () => select(shown[Math.min(shown.length - 1, at + 1)]),
      arrowup: () => select(shown[Math.max(0, at - 1)]),
      pagedown: () => select(shown[Math.min(shown.length - 1, at + 8)]),
      pageup: () => select(shown[Math.max(0, at - 8)]),
      home: () => select(shown[0]),
      end: () => select(shown.at(-1)),
      enter: () => current?.class === 'not-drawn' && mend(current),
      delete: () => current?.class === 'never-seen' && mend(current),
      backspace: () => current?.class === 'never-seen' && mend(current),
    };
    const run = e.ctrlKey || e.metaKey || e.altKey ? undefined : keys[e.key.toLowerCase()];
    if (run === undefined) return;
    e.preventDefault();
    run();
  };
  return (
    <VirtualRows
      handle={handle}
      role="listbox"
      label="Observed flows"
      className="observed__rows"
      testId="observed-entries"
      tabIndex={0}
      count={shown.length}
      rowHeight={rowHeight}
      {...(at >= 0 && { activeDescendant: `observed-row-${at}` })}
      onKeyDown={onKeyDown}
      row={(index) => {
        const entry = shown[index];
        return entry === undefined ? null : (
          <Row key={entry.id} entry={entry} index={index} isSelected={index === at} onSelect={select} />
        );
      }}
    />
  );
}

function Row({
  entry,
  index,
  isSelected,
  onSelect,
}: {
  readonly entry: ObservedEntry;
  readonly index: number;
  readonly isSelected: boolean;
  readonly onSelect: (entry: ObservedEntry) => void;
}) {
  const topology = useDocument((s) => s.topology);
  const { word, Icon } = observedClasses.find((c) => c.id === entry.class) ?? observedClasses[0];
  const { ends, port, seen, last } = cellsOf(entry, topology);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys
    <div
      id={`observed-row-${index}`}
      role="option"
      tabIndex={-1}
      aria-selected={isSelected}
      data-testid={`observed-entry-${entry.id}`}
      className={`observed-row is-${entry.class}${isSelected ? ' is-selected' : ''}`}
      style={{ height: rowHeight }}
      onClick={() => onSelect(entry)}
    >
      <span className="observed-row__class">
        <Icon size={13} aria-hidden />
        {word}
      </span>
      <span className="observed-row__ends" title={ends}>
        {ends}
      </span>
      <span className="observed-row__port">{port}</span>
      <span className="observed-row__seen">{seen}</span>
      <span className="observed-row__last" title={last === '' ? undefined : `Seen last at ${last}`}>
        {timeText(last)}
      </span>
    </div>
  );
}

function cellsOf(entry: ObservedEntry, topology: Topology) {
  if (entry.class === 'never-seen') {
    const flow = topology.flows?.[entry.flow];
    const index = lookup(topology);
    return {
      ends: flow === undefined ? entry.flow : `${index.titleOf(endRef(flow.from))} → ${index.titleOf(endRef(flow.to))}`,
      port: flow === undefined ? '' : flowPorts(flow),
      seen: '',
      last: '',
    };
  }
  const { from, to, protocol, port, count, dropped, last } = entry.seen;
  return {
    ends: `${titleOfEnd(topology, from)} → ${titleOfEnd(topology, to)}`,
    port: `${port}/${protocol.toLowerCase()}`,
    seen: `${count.toLocaleString('en')}×${dropped > 0 ? `, ${dropped === count ? 'all' : dropped.toLocaleString('en')} dropped` : ''}`,
    last,
  };
}

/** The records on the picture that an entry is about: its arrow, or its ends. */
function refsOf(entry: ObservedEntry, topology: Topology): Ref[] {
  if (entry.class === 'never-seen') return [{ kind: 'flow', id: entry.flow }];
  const flow = entry.seen.causes.find((c) => c.kind === 'flow');
  if (flow !== undefined) return [flow];
  const { heldBack } = entry.seen;
  if (heldBack !== undefined && topology.flows?.[heldBack] !== undefined) return [{ kind: 'flow', id: heldBack }];
  return [entry.seen.from, entry.seen.to].flatMap((end: SeenEnd) => end.ref ?? []);
}

/** A flow clicked on the picture selects its entry. */
function useSelectionOfCanvas(entries: readonly ObservedEntry[]): void {
  const { observed, ui } = useStores();
  useEffect(
    () =>
      ui.subscribe(({ selection }, before) => {
        const [ref, ...more] = selection;
        if (selection === before.selection || ref?.kind !== 'flow' || more.length > 0) return;
        const isOf = (entry: ObservedEntry) =>
          entry.class === 'never-seen'
            ? entry.flow === ref.id
            : entry.seen.causes.some((c) => c.kind === 'flow' && c.id === ref.id);
        const current = entries.find((e) => e.id === observed.getState().selected);
        if (current !== undefined && isOf(current)) return;
        const found = entries.find(isOf);
        if (found !== undefined) observed.getState().set({ selected: found.id });
      }),
    [entries, observed, ui],
  );
}
