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
  PortTable,
  type Reach,
  type ReachEnd,
  type SourceObject,
  type WorkloadEnd,
  workloadsOf,
} from '../reach/index.ts';

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

/** Sides of a comparison: the objects of one cluster. */
export function diffConnections(
  before: readonly SourceObject[],
  after: readonly SourceObject[],
  options: EvaluateOptions & { readonly most: number },
): ConnectionDifference {
  // Both sides must cut the address space alike, or their addresses could not be compared.
  const cut = [...(options.cut ?? []), ...evaluate(before, options).cut, ...evaluate(after, options).cut];
  const sides = [evaluate(before, { ...options, cut }), evaluate(after, { ...options, cut })] as const;
  return compare(sides, options.most);
}

/** A workload or a piece of the address space, with its classes on both sides. */
interface Unit {
  readonly key: string;
  readonly end?: WorkloadEnd;
  /** Index of the address piece, the same on both sides. */
  readonly piece?: number;
  readonly classes: readonly [readonly number[], readonly number[]];
}

function compare(sides: readonly [Reach, Reach], most: number): ConnectionDifference {
  const units = unitsOf(sides);
  const joint = new Map<string, Unit[]>();
  for (const unit of units) {
    const key = `${unit.classes[0].join()}|${unit.classes[1].join()}`;
    const known = joint.get(key);
    if (known === undefined) joint.set(key, [unit]);
    else known.push(unit);
  }
  const groups = [...joint.values()];
  const table = new PortTable();
  const found = new Changes(sides[1], table, most);
  const rows = sides.map((reach) => rowsOf(reach, table));
  for (const senders of groups) {
    const [sender] = senders;
    if (sender === undefined) continue;
    const [before, after] = [rows[0]?.(sender.classes[0]), rows[1]?.(sender.classes[1])];
    for (const receivers of groups) {
      const [receiver] = receivers;
      if (receiver === undefined) continue;
      const [had, has] = [before?.(receiver.classes[0]) ?? 0, after?.(receiver.classes[1]) ?? 0];
      if (had !== has) found.add(senders, receivers, had, has);
    }
  }
  const only = (side: 0 | 1) =>
    units.flatMap((u) => (u.end !== undefined && u.classes[side].length === 0 ? [u.end] : []));
  return { ...found.listed(), came: only(0), went: only(1) };
}

function unitsOf(sides: readonly [Reach, Reach]): Unit[] {
  const byKey = new Map<string, { end: WorkloadEnd; classes: [number[], number[]] }>();
  sides.forEach((reach, side) => {
    for (const { key, end, things } of workloadsOf(reach)) {
      const unit = byKey.get(key) ?? { end, classes: [[], []] };
      byKey.set(key, unit);
      unit.classes[side === 0 ? 0 : 1] = distinct(things.map((thing) => reach.classes.classOf[thing] ?? 0));
    }
  });
  const workloads = [...byKey].map(([key, unit]): Unit => ({ key, ...unit }));
  workloads.sort((a, b) => (a.key < b.key ? -1 : 1));
  const classOf = (reach: Reach, piece: number) => [reach.classes.classOf[reach.pods.length + piece] ?? 0];
  const pieces = sides[0].pieces.map(
    (_, piece): Unit => ({ key: '', piece, classes: [classOf(sides[0], piece), classOf(sides[1], piece)] }),
  );
  return [...workloads, ...pieces];
}

/** From the classes of a sender to what it may open by the classes of a receiver, as sets of the common table. */
function rowsOf(reach: Reach, table: PortTable): (from: readonly number[]) => (to: readonly number[]) => number {
  const translated = new Map<number, number>();
  const translate = (id: number): number => {
    let found = translated.get(id);
    if (found === undefined) {
      found = table.of(reach.ports.ranges(id));
      translated.set(id, found);
    }
    return found;
  };
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
        if (from.end !== undefined && to.end !== undefined) {
          if (this.pairs.length < this.most) this.pairs.push({ from, to, had, has });
          else this.more[this.table.subtract(has, had) === 0 ? 'closes' : 'opens'] += 1;
          continue;
        }
        const isSender = from.end !== undefined;
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
      if (from.end !== undefined && to.end !== undefined)
        push(from.end, to.end, `${from.key}\u0001${to.key}`, had, has);
    }
    for (const { unit, isSender, pieces, had, has } of this.atEdge.values()) {
      if (unit.end === undefined) continue;
      const addresses = addressesOf(this.reach, pieces);
      const start = looseCidr(addresses.cidrs[0] ?? '');
      const place = `\uffff${start?.family ?? ''}${(start?.start ?? 0n).toString(16).padStart(32, '0')}`;
      if (isSender) push(unit.end, addresses, `${unit.key}\u0001${place}`, had, has);
      else push(addresses, unit.end, `${place}\u0001${unit.key}`, had, has);
    }
    changes.sort((a, b) => (a.order < b.order ? -1 : 1));
    for (const { change } of changes.slice(this.most)) this.more[change.opened.length === 0 ? 'closes' : 'opens'] += 1;
    return { changes: changes.slice(0, this.most).map(({ change }) => change), more: this.more };
  }
}

function distinct(items: readonly number[]): number[] {
  return [...new Set(items)].sort((a, b) => a - b);
}
