/** Collects what changed cluster by cluster and between clusters, and puts it together for reading. */
import {
  type Atom,
  addressTitle,
  type Comparison,
  ConnectionBlocks,
  connectionEntry,
  type ReviewEnd,
  type ReviewEntry,
  type ReviewSubject,
  translator,
  type Unit,
  type UnitChange,
} from '../diff/index.ts';
import { memo } from '../lib/memo.ts';
import { outside } from '../model/index.ts';
import { asCidrs, type PortRange, type PortSetId, PortTable, type Reach } from '../reach/index.ts';
import { type BetweenChange, type BetweenPair, pairKey } from './review-between.ts';
import type { FoundCauses } from './review-causes.ts';
import type { Naming } from './review-naming.ts';

type Piece = Reach['pieces'][number];
type InnerEnd = ReviewEnd | Piece;

interface MovedPair {
  readonly from: Atom<InnerEnd>;
  readonly to: Atom<InnerEnd>;
  had: PortSetId;
  has: PortSetId;
  readonly causes: Map<string, ReviewSubject>;
  isUntried: boolean;
}

export class ConnectionLayer {
  private readonly ports = new PortTable();
  private readonly blocks = new Map<string, ConnectionBlocks<InnerEnd>>();
  private readonly causes = new Map<string, FoundCauses>();
  private readonly ends = new Map<string, ReviewEnd>();
  private readonly singles = new Map<string, Atom<InnerEnd>>();
  private readonly moved = new Map<string, MovedPair>();
  /** The sets of a comparison as those of the layer. */
  private readonly tableOf = memo(({ ports }: Comparison) => translator(ports, this.ports));
  private readonly isOneCluster: boolean;
  private readonly atomsOf = new Map<readonly Unit[], ReadonlyArray<Atom<InnerEnd>>>();

  constructor(private readonly naming: Naming) {
    this.isOneCluster = naming.clusters.length <= 1;
  }

  add(cluster: string, comparison: Comparison, change: UnitChange, causes: FoundCauses): void {
    const own = this.tableOf(comparison);
    const key = this.causeKey(causes);
    for (const from of this.split(cluster, comparison, change.from))
      for (const to of this.split(cluster, comparison, change.to))
        this.put(cluster, from, to, own(change.had), own(change.has), key, causes);
  }

  /** What was and is allowed across clusters; pairs that are the same on both sides are passed over. */
  addBetween(
    before: readonly BetweenPair[],
    after: readonly BetweenPair[],
    causesOf: (change: BetweenChange) => FoundCauses,
  ): void {
    const pairs = new Map<string, { readonly pair: BetweenPair; had: PortSetId; has: PortSetId }>();
    for (const [side, list] of [before, after].entries())
      for (const pair of list) {
        const key = pairKey(pair);
        const known = pairs.get(key) ?? { pair, had: 0, has: 0 };
        pairs.set(key, known);
        if (side === 0) known.had = this.ports.union(known.had, this.ports.of(pair.ports));
        else known.has = this.ports.union(known.has, this.ports.of(pair.ports));
      }
    for (const { pair, had, has } of pairs.values()) {
      const isSettled = had === has && ![pair.from, pair.to].some((id) => this.naming.changedHome?.has(id));
      if (isSettled) continue;
      const causes = causesOf({ ...pair, before: this.ports.ranges(had), after: this.ports.ranges(has) });
      const from = this.single(pair.fromCluster, `workload:${pair.from}`);
      const to = this.single(pair.toCluster, `workload:${pair.to}`);
      this.put('', from, to, had, has, this.causeKey(causes), causes);
    }
  }

  entries(): ReviewEntry[] {
    for (const { from, to, had, has, causes, isUntried } of this.moved.values())
      if (had !== has)
        this.builder('').add(from, to, had, has, this.causeKey({ causes: [...causes.values()], isUntried }));
    const { designs, came, went } = this.naming;
    return [...this.blocks].flatMap(([cluster, blocks]) =>
      blocks.blocks().map((block) => {
        const ranges = (set: PortSetId): PortRange[] => this.ports.ranges(set);
        const [from, to] = withoutItself(this.readable(block.from), this.readable(block.to));
        const hasAddresses = [from[0], to[0]].some((end) => end?.kind === 'addresses');
        return connectionEntry(
          {
            from,
            to,
            before: ranges(block.had),
            after: ranges(block.has),
            opened: ranges(this.ports.subtract(block.has, block.had)),
            closed: ranges(this.ports.subtract(block.had, block.has)),
            pairs: hasAddresses ? from.length * to.length : block.pairs,
          },
          {
            ...(this.causes.get(block.cause) ?? { causes: [], isUntried: false }),
            ...(designs !== undefined && { designs }),
            ...(came !== undefined && { came }),
            ...(went !== undefined && { went }),
            ...(!this.isOneCluster && cluster !== '' && { cluster }),
          },
        );
      }),
    );
  }

  private put(
    cluster: string,
    from: Atom<InnerEnd>,
    to: Atom<InnerEnd>,
    had: PortSetId,
    has: PortSetId,
    key: string,
    { causes, isUntried }: FoundCauses,
  ): void {
    const isMoved = (end: InnerEnd) =>
      'kind' in end && end.kind === 'workload' && this.naming.changedHome?.has(end.id) === true;
    if (![...from.ends, ...to.ends].some(isMoved)) {
      if (had !== has) this.builder(cluster).add(from, to, had, has, key);
      return;
    }
    // Where a workload changed its cluster, what it had in the old one and has in the new one is one pair.
    for (const a of from.ends)
      for (const b of to.ends) {
        const pair = `${innerKey(a)}\u0000${innerKey(b)}`;
        const known = this.moved.get(pair) ?? {
          from: { ends: [a], place: from.place },
          to: { ends: [b], place: to.place },
          had: 0,
          has: 0,
          causes: new Map<string, ReviewSubject>(),
          isUntried: false,
        };
        this.moved.set(pair, known);
        known.had = this.ports.union(known.had, had);
        known.has = this.ports.union(known.has, has);
        for (const cause of causes) known.causes.set(`${cause.kind}:${cause.id}`, cause);
        known.isUntried ||= isUntried;
      }
  }

  /** Units of one group, apart by zone; addresses are all outside. */
  private split(cluster: string, comparison: Comparison, units: readonly Unit[]): ReadonlyArray<Atom<InnerEnd>> {
    let found = this.atomsOf.get(units);
    if (found === undefined) {
      const places = new Map<string, InnerEnd[]>();
      for (const unit of units) {
        const end = this.endOf(cluster, comparison, unit);
        if (end === undefined) continue;
        const place = 'kind' in end && end.kind === 'workload' ? (end.zone ?? '') : outside;
        const known = places.get(place);
        if (known === undefined) places.set(place, [end]);
        else known.push(end);
      }
      found = [...places].map(([place, ends]) => ({ place, ends }));
      this.atomsOf.set(units, found);
    }
    return found;
  }

  private endOf(cluster: string, comparison: Comparison, unit: Unit): InnerEnd | undefined {
    if (unit.piece !== undefined) return comparison.sides[0].pieces[unit.piece];
    return this.workloadEnd(cluster, unit.key);
  }

  private workloadEnd(cluster: string, key: string): ReviewEnd {
    const named = this.naming.endOf(cluster, key);
    const place = this.naming.changedHome?.has(named.id) ? key : `${cluster}\u0000${key}`;
    let found = this.ends.get(place);
    if (found === undefined) {
      found = { kind: 'workload', ...named, ...(!this.isOneCluster && { cluster }) };
      this.ends.set(place, found);
    }
    return found;
  }

  private single(cluster: string, workload: string): Atom<InnerEnd> {
    const end = this.workloadEnd(cluster, workload);
    const key = `${cluster}\u0000${workload}`;
    let found = this.singles.get(key);
    if (found === undefined) {
      found = { ends: [end], place: end.kind === 'workload' ? (end.zone ?? '') : outside };
      this.singles.set(key, found);
    }
    return found;
  }

  private readable(ends: readonly InnerEnd[]): ReviewEnd[] {
    const workloads = ends.filter((end): end is ReviewEnd => 'kind' in end);
    const pieces = ends.filter((end): end is Piece => !('kind' in end));
    return pieces.length === 0 ? workloads : [...workloads, this.addressEnd(asCidrs(pieces))];
  }

  private addressEnd(cidrs: readonly string[]): ReviewEnd {
    const external = this.naming.externalOf(cidrs);
    if (external === undefined)
      return { kind: 'addresses', cidrs, title: this.naming.placeOf?.(cidrs) ?? addressTitle(cidrs) };
    const { id, title, trust } = external;
    return { kind: 'addresses', cidrs, title, external: id, ...(trust !== undefined && { trust }) };
  }

  private builder(cluster: string): ConnectionBlocks<InnerEnd> {
    let found = this.blocks.get(cluster);
    if (found === undefined) {
      found = new ConnectionBlocks(this.ports);
      this.blocks.set(cluster, found);
    }
    return found;
  }

  private causeKey(found: FoundCauses): string {
    const key = [found.isUntried, ...found.causes.map(({ kind, id }) => `${kind}:${id}`)].join('\u0000');
    this.causes.set(key, found);
    return key;
  }
}

/** Nobody is compared with itself, so a single end is not listed on the other side as well. */
function withoutItself(from: ReviewEnd[], to: ReviewEnd[]): readonly [ReviewEnd[], ReviewEnd[]] {
  if (from.length === 1) return [from, to.filter((end) => end !== from[0])];
  return to.length === 1 ? [from.filter((end) => end !== to[0]), to] : [from, to];
}

function innerKey(end: InnerEnd): string {
  if (!('kind' in end)) return `${end.family} ${end.start}-${end.end}`;
  return end.kind === 'workload' ? `${end.cluster ?? ''}/${end.id}` : end.cidrs.join();
}
