/**
 * A log of observed flows on the picture: arrows that are drawn say whether they were seen, and what is not drawn gets a
 * line of its own, which is led and labelled together with the arrows.
 */
import { refKey } from '../../shared/model/index.ts';
import type { Observed, SeenEnd } from '../../shared/observed/index.ts';
import { isDropped, type ObservedClass, type ObservedEntry, type SeenEntry } from '../store/observed-store.ts';
import type { Placement } from './layout.ts';
import { type Mark, type Marks, noMarks } from './review-scene.ts';
import type { DrawnFlow } from './routes.ts';

/** More lines than this hide the picture; the list has all of them. */
const mostLines = 40;

/** What was seen and is not drawn, between two nodes. */
export interface ObservedLine extends DrawnFlow {
  /** The id of the entry that a click leads to. */
  readonly entry: string;
  readonly mark: Mark;
}

/** Which arrows were seen and which never were; with a filter only those of its class. */
export function observedMarks(observed: Observed | undefined, filter: ObservedClass | undefined): Marks {
  if (observed === undefined || filter === 'not-drawn') return noMarks;
  const marked = (ids: readonly string[], mark: Mark['mark']) =>
    ids.map((id): [string, Mark] => [`flow:${id}`, { mark, tone: 'neutral' }]);
  return new Map([
    ...(filter === 'never-seen' ? [] : marked(Object.keys(observed.flows), 'seen')),
    ...(filter === 'drawn' ? [] : marked(observed.neverSeen, 'unseen')),
  ]);
}

/** One line for each pair of nodes, whatever ports; that of the selected entry is there in any case. */
export function observedLines(
  entries: readonly ObservedEntry[],
  selected: string | undefined,
  placement: Placement,
): ObservedLine[] {
  const pairs = new Map<string, SeenEntry[]>();
  for (const entry of [...entries.filter((e) => e.id === selected), ...entries]) {
    if (entry.class !== 'not-drawn') continue;
    const [from, to] = [nodeOf(entry.seen.from, placement), nodeOf(entry.seen.to, placement)];
    if (from === undefined || to === undefined || from === to) continue;
    const pair = `${from}>${to}`;
    const own = pairs.get(pair);
    if (own === undefined && pairs.size < mostLines) pairs.set(pair, [entry]);
    else if (own !== undefined && !own.includes(entry)) own.push(entry);
  }
  return [...pairs].flatMap(([pair, all]): ObservedLine[] => {
    const [fromNode, toNode] = pair.split('>');
    const [first] = all;
    if (first === undefined || fromNode === undefined || toNode === undefined) return [];
    const shown = first.id === selected ? [first] : all;
    const isAllDropped = shown.every((e) => isDropped(e.seen));
    return [
      {
        id: `observed:${pair}`,
        entry: first.id,
        mark: { mark: isAllDropped ? 'dropped' : 'unmeant', tone: 'neutral' },
        fromNode,
        toNode,
        state: 'plain',
        label: labelOf(shown, isAllDropped),
        count: 1,
        isTold: true,
      },
    ];
  });
}

/** What is worst in a bundle is what it shows: a dropped line breaks nothing, a drawn flow that was never seen may go. */
const worstFirst = ['unmeant', 'unseen', 'dropped', 'seen'] as const satisfies ReadonlyArray<Mark['mark']>;

/** Marks of single flows and lines, and those of the bundles that hold some of them. */
export function withBundles(marks: Marks, flows: readonly DrawnFlow[]): Marks {
  const bundles = flows.flatMap(({ id, members = [] }): Array<[string, Mark]> => {
    const worst = worstFirst.find((mark) => members.some((member) => marks.get(member)?.mark === mark));
    return worst === undefined ? [] : [[id, { mark: worst, tone: 'neutral' }]];
  });
  return bundles.length === 0 ? marks : new Map([...marks, ...bundles]);
}

/** Says in the labels of flows, lines and bundles what the log says of them; `marks` has all of theirs. */
export function withObserved(
  flows: readonly DrawnFlow[],
  lines: readonly ObservedLine[],
  observed: Observed | undefined,
  marks: Marks,
): readonly DrawnFlow[] {
  if (observed === undefined) return flows;
  return flows.map((drawn): DrawnFlow => {
    const mark = marks.get(drawn.id)?.mark;
    if (drawn.members !== undefined) {
      const count = drawn.members.filter((member) => marks.get(member)?.mark === mark).length;
      return mark === undefined ? drawn : { ...drawn, label: bundleLabel(mark, count, drawn.members) };
    }
    if (mark === undefined || drawn.flow === undefined) return drawn;
    const times = timesText(observed.flows[drawn.flow]?.count ?? 0);
    // Beside a line that nobody drew it has to say which of the two it is.
    const isTold = lines.some((l) => l.fromNode === drawn.fromNode && l.toNode === drawn.toNode);
    return { ...drawn, label: `${mark === 'unseen' ? '○' : '✓'} ${times} ${drawn.label}`, ...(isTold && { isTold }) };
  });
}

function bundleLabel(mark: Mark['mark'], count: number, members: readonly string[]): string {
  const flows = members.filter((member) => member.startsWith('flow:')).length;
  if (mark === 'unmeant') return `! ${count} not drawn`;
  if (mark === 'dropped') return `✕ ${count} dropped`;
  return mark === 'unseen'
    ? `○ ${count} of ${flows} never seen`
    : `✓ ${count === flows ? count : `${count} of ${flows}`} seen`;
}

/** `12×`, `1.2k×`: short enough for an arrow. */
export function timesText(count: number): string {
  if (count < 1000) return `${count}×`;
  const [amount, unit] = count < 1_000_000 ? [count / 1000, 'k'] : [count / 1_000_000, 'M'];
  return `${amount < 10 ? amount.toFixed(1) : Math.floor(amount)}${unit}×`;
}

function labelOf(shown: readonly SeenEntry[], isAllDropped: boolean): string {
  const [first] = shown;
  const ports = shown.length === 1 && first !== undefined ? `${first.seen.port}` : `${shown.length} ports`;
  if (isAllDropped) return `✕ ${ports} dropped`;
  return `! ${ports} ${timesText(shown.reduce((sum, { seen }) => sum + seen.count, 0))}`;
}

function nodeOf({ ref }: SeenEnd, placement: Placement): string | undefined {
  const key = ref === undefined ? outsideNode : refKey(ref);
  return placement.nodes.has(key) ? key : undefined;
}

/** The band above all zones: where addresses are that no external holds. */
const outsideNode = 'band:outside';
