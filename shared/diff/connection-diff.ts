/**
 * What two evaluations allow differently, pair by pair. Things that are in one class before and in one class after are
 * compared as one, so that equal clusters cost their classes and not their pairs.
 */
import { looseCidr } from '../lib/ip.ts';
import { isEqual } from '../lib/is-equal.ts';
import {
  addressesOf,
  type EvaluateOptions,
  evaluate,
  type PortRange,
  type PortSetId,
  PortTable,
  type Reach,
  type ReachEnd,
  type SourceObject,
  type WorkloadEnd,
} from '../reach/index.ts';
import { eachSuspectPair, namespacesBeyond } from './suspect-pairs.ts';
import { align, cidrsIn, type Touched, touchedBy, withoutPoliciesElsewhere } from './touched.ts';
import { areOutside, groupsOf, type NameOf, translator, type Unit, unitsOf, type Visit } from './units.ts';

export interface ConnectionChange {
  readonly from: ReachEnd;
  readonly to: ReachEnd;
  /** Sorted; empty where nothing was allowed. */
  readonly before: readonly PortRange[];
  readonly after: readonly PortRange[];
  readonly opened: readonly PortRange[];
  readonly closed: readonly PortRange[];
}

export interface ConnectionDifference {
  /** Sorted by sender, then receiver; workloads before addresses. At most `most`. */
  readonly changes: readonly ConnectionChange[];
  /** Changed pairs beyond the list, by whether they open something. */
  readonly more: { readonly opens: number; readonly closes: number };
  /** Workloads that are only there after, or only before. */
  readonly came: readonly WorkloadEnd[];
  readonly went: readonly WorkloadEnd[];
}

export interface CompareOptions extends EvaluateOptions {
  /** What tells that a workload of one side is the same as one of the other; default: its namespace, name and kind. */
  readonly nameOf?: NameOf;
  /** Objects of either side that the other has not, or has otherwise, where the caller knows them. */
  readonly changed?: ReadonlySet<object>;
  /** How the network plugin of each side sees its peers, where that is known. */
  readonly plugins?: readonly [PluginOptions, PluginOptions];
}

type PluginOptions = Pick<EvaluateOptions, 'known' | 'mesh'>;

/** Ends that nothing tells apart on either side, and what changed between all of them. */
export interface UnitChange {
  readonly from: readonly Unit[];
  readonly to: readonly Unit[];
  /** Sets of the comparison's own table. */
  readonly had: PortSetId;
  readonly has: PortSetId;
}

/** What two evaluations allow differently, complete and still in classes. */
export interface Comparison {
  readonly sides: readonly [Reach, Reach];
  readonly ports: PortTable;
  readonly changes: readonly UnitChange[];
  /** Everything that takes part: workloads, then addresses. */
  readonly units: readonly Unit[];
  /** Objects of either side that the other has not, or has otherwise. */
  readonly changed: ReadonlySet<object>;
}

/**
 * Compares the objects of one cluster with those of another state of it. A pair can differ only where an end of it differs
 * or a changed policy holds one. Such ends are judged first by their own policies, and those of the other end are read
 * only where they matter.
 */
export function compareConnections(
  before: readonly SourceObject[],
  after: readonly SourceObject[],
  options: CompareOptions = {},
): Comparison {
  const [first, second] = options.plugins ?? [{}, {}];
  const { sides, differing } = align(before, after, options.changed);
  const touched = touchedBy(differing, [
    { sources: sides[0], options: { ...options, ...first } },
    { sources: sides[1], options: { ...options, ...second } },
  ]);
  const evaluateWith = (kept: ReadonlySet<string> | 'all') => {
    const [older, newer] =
      kept === 'all' ? sides : [withoutPoliciesElsewhere(sides[0], kept), withoutPoliciesElsewhere(sides[1], kept)];
    // Both sides must cut the address space alike, or their addresses could not be compared.
    const known = [first, second].flatMap((plugin) => Object.values(plugin.known ?? {}).flat());
    const cut = [...(options.cut ?? []), ...known, ...cidrsIn(older), ...cidrsIn(newer)];
    return [evaluate(older, { ...options, ...first, cut }), evaluate(newer, { ...options, ...second, cut })] as const;
  };
  // Policies that stay as they are may name peers that the plugin knows by identity.
  if (touched.namespaces === 'all' || !isEqual(first, second)) return compareAll(evaluateWith('all'), touched, options);
  const { namespaces } = touched;
  const near = evaluateWith(namespaces);
  const units = unitsOf(near, touched, options.nameOf);
  const beyond = namespacesBeyond(near, units, touched, namespaces);
  if (beyond.size === 0) return compareSuspects(near, units, touched, namespaces);
  const judged = new Set([...namespaces, ...beyond]);
  const sidesOfAll = evaluateWith(judged);
  return compareSuspects(sidesOfAll, unitsOf(sidesOfAll, touched, options.nameOf), touched, judged);
}

/** Every pair whose connections changed, one by one. */
export function diffConnections(
  before: readonly SourceObject[],
  after: readonly SourceObject[],
  options: CompareOptions & { readonly most: number },
): ConnectionDifference {
  const { sides, ports, changes, units } = compareConnections(before, after, options);
  const found = new Changes(sides[1], ports, options.most);
  for (const { from, to, had, has } of changes) found.add(from, to, had, has);
  const only = (side: 0 | 1) =>
    units.flatMap((u) => {
      const end = u.ends[1 - side];
      return end !== undefined && u.ends[side] === undefined ? [end] : [];
    });
  return { ...found.listed(), came: only(0), went: only(1) };
}

function compareAll(sides: readonly [Reach, Reach], touched: Touched, options: CompareOptions): Comparison {
  const units = unitsOf(sides, touched, options.nameOf);
  return collect(sides, units, touched, (visit) => eachPair(sides, groupsOf(units), visit));
}

function compareSuspects(
  sides: readonly [Reach, Reach],
  units: readonly Unit[],
  touched: Touched,
  judged: ReadonlySet<string>,
): Comparison {
  return collect(sides, units, touched, (visit) => eachSuspectPair(sides, units, touched, judged, visit));
}

function collect(
  sides: readonly [Reach, Reach],
  units: readonly Unit[],
  { changed }: Touched,
  each: (visit: Visit) => PortTable,
): Comparison {
  const changes: UnitChange[] = [];
  const ports = each((from, to, had, has) => {
    if (had !== has) changes.push({ from, to, had, has });
  });
  return { sides, ports, changes, units, changed };
}

/** Every pair of groups; returns the table of the sets. */
function eachPair(sides: readonly [Reach, Reach], groups: ReadonlyArray<readonly Unit[]>, visit: Visit): PortTable {
  const ports = new PortTable();
  const rows = [rowsOf(sides[0], ports), rowsOf(sides[1], ports)] as const;
  for (const from of groups) {
    const [sender] = from;
    if (sender === undefined) continue;
    const [before, after] = [rows[0](sender.classes[0]), rows[1](sender.classes[1])];
    for (const to of groups) {
      const [receiver] = to;
      if (receiver === undefined || areOutside(sender, receiver)) continue;
      visit(from, to, before(receiver.classes[0]), after(receiver.classes[1]));
    }
  }
  return ports;
}

/** From the classes of a sender to what it may open by the classes of a receiver, as sets of the common table. */
function rowsOf(reach: Reach, table: PortTable): (from: readonly number[]) => (to: readonly number[]) => PortSetId {
  const translate = translator(reach.ports, table);
  return (from) => {
    const rows = from.length === 1 ? [reach.row(from[0] ?? 0)] : from.map((id) => reach.row(id).slice());
    return (to) => {
      let sum = 0;
      for (const row of rows) for (const id of to) sum = reach.ports.union(sum, row[id] ?? 0);
      return translate(sum);
    };
  };
}

/** Collects changes; addresses that change alike at one workload become one end. */
class Changes {
  private readonly pairs: Array<{ from: Unit; to: Unit; had: number; has: number }> = [];
  private readonly atEdge = new Map<
    string,
    { unit: Unit; isSender: boolean; pieces: number[]; had: number; has: number }
  >();
  private readonly more = { opens: 0, closes: 0 };

  constructor(
    private readonly reach: Reach,
    private readonly table: PortTable,
    private readonly most: number,
  ) {}

  add(senders: readonly Unit[], receivers: readonly Unit[], had: number, has: number): void {
    for (const from of senders) {
      for (const to of receivers) {
        if (from === to) continue;
        if (from.piece === undefined && to.piece === undefined) {
          if (this.pairs.length < this.most) this.pairs.push({ from, to, had, has });
          else this.more[this.table.subtract(has, had) === 0 ? 'closes' : 'opens'] += 1;
          continue;
        }
        const isSender = from.piece === undefined;
        const [unit, piece] = isSender ? [from, to.piece] : [to, from.piece];
        const key = `${isSender} ${unit.key} ${had} ${has}`;
        const known = this.atEdge.get(key);
        if (known === undefined) this.atEdge.set(key, { unit, isSender, pieces: [piece ?? 0], had, has });
        else known.pieces.push(piece ?? 0);
      }
    }
  }

  listed(): Pick<ConnectionDifference, 'changes' | 'more'> {
    const changes: Array<{ readonly order: string; readonly change: ConnectionChange }> = [];
    const push = (from: ReachEnd, to: ReachEnd, order: string, had: number, has: number) =>
      changes.push({
        order,
        change: {
          from,
          to,
          before: this.table.ranges(had),
          after: this.table.ranges(has),
          opened: this.table.ranges(this.table.subtract(has, had)),
          closed: this.table.ranges(this.table.subtract(had, has)),
        },
      });
    for (const { from, to, had, has } of this.pairs) {
      const [sender, receiver] = [endOf(from), endOf(to)];
      if (sender !== undefined && receiver !== undefined)
        push(sender, receiver, `${from.key}\u0001${to.key}`, had, has);
    }
    for (const { unit, isSender, pieces, had, has } of this.atEdge.values()) {
      const end = endOf(unit);
      if (end === undefined) continue;
      const addresses = addressesOf(this.reach, pieces);
      const start = looseCidr(addresses.cidrs[0] ?? '');
      const place = `\uffff${start?.family ?? ''}${(start?.start ?? 0n).toString(16).padStart(32, '0')}`;
      if (isSender) push(end, addresses, `${unit.key}\u0001${place}`, had, has);
      else push(addresses, end, `${place}\u0001${unit.key}`, had, has);
    }
    changes.sort((a, b) => (a.order < b.order ? -1 : 1));
    for (const { change } of changes.slice(this.most)) this.more[change.opened.length === 0 ? 'closes' : 'opens'] += 1;
    return { changes: changes.slice(0, this.most).map(({ change }) => change), more: this.more };
  }
}

/** What a workload is called after, or before where it is gone. */
export function endOf(unit: Unit): WorkloadEnd | undefined {
  return unit.ends[1] ?? unit.ends[0];
}
