/**
 * What two evaluations allow differently, pair by pair. Things that are in one class before and in one class after are
 * compared as one, so that equal clusters cost their classes and not their pairs.
 */
import { looseCidr } from '../lib/ip.ts';
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
  workloadsOf,
} from '../reach/index.ts';
import { canStandAlone, cidrsIn, type Touched, touchedBy, withoutPoliciesElsewhere } from './touched.ts';

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
  readonly nameOf?: (end: WorkloadEnd, side: 0 | 1) => string;
  /** Objects of either side that the other has not, or has otherwise, where the caller knows them. */
  readonly changed?: ReadonlySet<object>;
  /** How the network plugin of each side sees its peers, where that is known. */
  readonly plugins?: readonly [PluginOptions, PluginOptions];
}

type PluginOptions = Pick<EvaluateOptions, 'known' | 'mesh'>;

/** A workload or a piece of the address space, with its classes on both sides. */
export interface Unit {
  readonly key: string;
  /** As it is called on each side; a piece of the address space has neither. */
  readonly ends: readonly [WorkloadEnd | undefined, WorkloadEnd | undefined];
  /** Index of the address piece, the same on both sides. */
  readonly piece?: number;
  /** Empty on the side that has it not. */
  readonly classes: readonly [readonly number[], readonly number[]];
  /** Whether its own labels or ports, or the labels of its namespace, may differ. */
  readonly isChanged: boolean;
}

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

/** Compares the objects of one cluster with those of another state of it. */
export function compareConnections(
  before: readonly SourceObject[],
  after: readonly SourceObject[],
  options: CompareOptions = {},
): Comparison {
  const touched = touchedBy(before, after, options.changed);
  const compareWith = (kept: ReadonlySet<string> | 'all') => {
    const [older, newer] =
      kept === 'all'
        ? [before, after]
        : [withoutPoliciesElsewhere(before, kept), withoutPoliciesElsewhere(after, kept)];
    // Both sides must cut the address space alike, or their addresses could not be compared.
    const known = (options.plugins ?? []).flatMap((plugin) => Object.values(plugin.known ?? {}).flat());
    const cut = [...(options.cut ?? []), ...known, ...cidrsIn(older), ...cidrsIn(newer)];
    const [first, second] = options.plugins ?? [{}, {}];
    return [evaluate(older, { ...options, ...first, cut }), evaluate(newer, { ...options, ...second, cut })] as const;
  };
  if (touched.namespaces === 'all') return compare(compareWith('all'), touched, undefined, options);
  // Where a pair differs as far as one end's policies go, the other end's policies decide whether it does.
  const near = compareWith(touched.namespaces);
  if (near.some((reach) => reach.policies.some((policy) => !canStandAlone(policy))))
    return compare(compareWith('all'), touched, touched.namespaces, options);
  const beyond = namespacesBeyond(near, touched, touched.namespaces, options);
  if (beyond.size === 0) return compare(near, touched, touched.namespaces, options);
  const far = compareWith(new Set([...touched.namespaces, ...beyond]));
  return compare(far, touched, touched.namespaces, options);
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

function compare(
  sides: readonly [Reach, Reach],
  { changed, relabelled }: Touched,
  namespaces: ReadonlySet<string> | undefined,
  options: CompareOptions,
): Comparison {
  const units = unitsOf(sides, changed, relabelled, options);
  const changes: UnitChange[] = [];
  const ports = eachPair(sides, groupsOf(units), namespaces, (from, to, had, has) => {
    if (had !== has) changes.push({ from, to, had, has });
  });
  return { sides, ports, changes, units, changed };
}

/**
 * The namespaces, beside the touched ones, whose policies decide over a pair that may differ. Pods whose own labels or
 * ports differ may meet other rules there, so with them each end they may connect with counts.
 */
function namespacesBeyond(
  sides: readonly [Reach, Reach],
  { changed, relabelled }: Touched,
  namespaces: ReadonlySet<string>,
  options: CompareOptions,
): ReadonlySet<string> {
  const found = new Set<string>();
  eachPair(sides, groupsOf(unitsOf(sides, changed, relabelled, options)), namespaces, (from, to, had, has) => {
    if (had === has && !(from[0]?.isChanged || to[0]?.isChanged)) return;
    if (had === 0 && has === 0) return;
    for (const unit of [...from, ...to])
      for (const end of unit.ends) if (end !== undefined && !namespaces.has(end.namespace)) found.add(end.namespace);
  });
  return found;
}

/** Every pair of groups with an end in one of the namespaces, or every pair of all; returns the table of the sets. */
function eachPair(
  sides: readonly [Reach, Reach],
  groups: ReadonlyArray<readonly Unit[]>,
  namespaces: ReadonlySet<string> | undefined,
  visit: (from: readonly Unit[], to: readonly Unit[], had: PortSetId, has: PortSetId) => void,
): PortTable {
  const ports = new PortTable();
  const rows = [rowsOf(sides[0], ports), rowsOf(sides[1], ports)] as const;
  const isNear = groups.map(
    (own) => namespaces === undefined || own.some((u) => u.ends.some((e) => e && namespaces.has(e.namespace))),
  );
  const near = groups.filter((_, i) => isNear[i]);
  // A whole row pays where most of it is read.
  const pairs =
    near.length * 8 < groups.length ? ([pairsOf(sides[0], ports), pairsOf(sides[1], ports)] as const) : rows;
  for (const [i, from] of groups.entries()) {
    const [sender] = from;
    const receivers = isNear[i] ? groups : near;
    if (sender === undefined || receivers.length === 0) continue;
    const readers = isNear[i] ? rows : pairs;
    const [before, after] = [readers[0](sender.classes[0]), readers[1](sender.classes[1])];
    for (const to of receivers) {
      const [receiver] = to;
      if (receiver === undefined || (sender.piece !== undefined && receiver.piece !== undefined)) continue;
      visit(from, to, before(receiver.classes[0]), after(receiver.classes[1]));
    }
  }
  return ports;
}

function groupsOf(units: readonly Unit[]): Unit[][] {
  const joint = new Map<string, Unit[]>();
  for (const unit of units) {
    const key = `${unit.classes[0].join()}|${unit.classes[1].join()}|${unit.isChanged}`;
    const known = joint.get(key);
    if (known === undefined) joint.set(key, [unit]);
    else known.push(unit);
  }
  return [...joint.values()];
}

function unitsOf(
  sides: readonly [Reach, Reach],
  changed: ReadonlySet<object>,
  relabelled: ReadonlySet<string>,
  options: CompareOptions,
): Unit[] {
  interface Draft {
    readonly ends: [WorkloadEnd | undefined, WorkloadEnd | undefined];
    readonly classes: [number[], number[]];
    isChanged: boolean;
  }
  const byKey = new Map<string, Draft>();
  for (const side of [0, 1] as const) {
    const reach = sides[side];
    for (const { key: ownKey, end, things } of workloadsOf(reach)) {
      const key = options.nameOf?.(end, side) ?? ownKey;
      const unit: Draft = byKey.get(key) ?? { ends: [undefined, undefined], classes: [[], []], isChanged: false };
      byKey.set(key, unit);
      unit.ends[side] = end;
      unit.classes[side] = distinct([
        ...unit.classes[side],
        ...things.map((thing) => reach.classes.classOf[thing] ?? 0),
      ]);
      if (relabelled.has(end.namespace) || things.some((t) => changed.has(reach.pods[t]?.source.object ?? reach)))
        unit.isChanged = true;
    }
  }
  const workloads = [...byKey].map(([key, unit]): Unit => ({ key, ...unit }));
  workloads.sort((a, b) => (a.key < b.key ? -1 : 1));
  const classOf = (reach: Reach, piece: number) => [reach.classes.classOf[reach.pods.length + piece] ?? 0];
  const pieces = sides[0].pieces.map(
    (_, piece): Unit => ({
      key: '',
      ends: [undefined, undefined],
      piece,
      classes: [classOf(sides[0], piece), classOf(sides[1], piece)],
      isChanged: false,
    }),
  );
  return [...workloads, ...pieces];
}

/** From the classes of a sender to what it may open by the classes of a receiver, as sets of the common table. */
type Reader = (from: readonly number[]) => (to: readonly number[]) => PortSetId;

/** Computes a whole row for each sender. */
function rowsOf(reach: Reach, table: PortTable): Reader {
  const translate = translator(reach, table);
  return (from) => {
    const rows = from.length === 1 ? [reach.row(from[0] ?? 0)] : from.map((id) => reach.row(id).slice());
    return (to) => {
      let sum = 0;
      for (const row of rows) for (const id of to) sum = reach.ports.union(sum, row[id] ?? 0);
      return translate(sum);
    };
  };
}

/** Asks for each pair by itself. */
function pairsOf(reach: Reach, table: PortTable): Reader {
  const translate = translator(reach, table);
  const thing = (id: number) => reach.classes.members[id]?.[0] ?? 0;
  return (from) => (to) => {
    let sum = 0;
    for (const a of from) for (const b of to) sum = reach.ports.union(sum, reach.allowed(thing(a), thing(b)));
    return translate(sum);
  };
}

function translator(reach: Reach, table: PortTable): (id: PortSetId) => PortSetId {
  const translated = new Map<number, number>();
  return (id) => {
    let found = translated.get(id);
    if (found === undefined) {
      found = table.of(reach.ports.ranges(id));
      translated.set(id, found);
    }
    return found;
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

function distinct(items: readonly number[]): number[] {
  return [...new Set(items)].sort((a, b) => a - b);
}
