/** Collects what changed cluster by cluster and between clusters, and puts it together for reading. */
import {
  type Atom,
  addressTitle,
  type Comparison,
  ConnectionBlocks,
  connectionEntry,
  editKey,
  type ReviewEnd,
  type ReviewEntry,
  translator,
  type Unit,
  type UnitChange,
} from '../diff/index.ts';
import { memo, memoBy } from '../lib/memo.ts';
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
  /** What was found at each of its parts. */
  readonly found: Set<FoundCauses>;
}

export class ConnectionLayer {
  private readonly ports = new PortTable();
  private readonly blocks = new Map<string, ConnectionBlocks<InnerEnd>>();
  private readonly causes = new Map<string, FoundCauses>();
  private readonly joined = new Map<string, FoundCauses>();
  private readonly causeKey = memo((found: FoundCauses): string => {
    const key = [found.isUntried, ...found.causes.map(editKey)].join('\u0000');
    this.causes.set(key, found);
    return key;
  });
  private readonly ends = new Map<string, ReviewEnd>();
  private readonly singles = new Map<string, Atom<InnerEnd>>();
  /** By sender, then receiver. */
  private readonly moved = new Map<Atom<InnerEnd>, Map<Atom<InnerEnd>, MovedPair>>();
  /** The same addresses in different clusters are one end. */
  private readonly alone = memo(
    memoBy(innerKey, (end: InnerEnd): Atom<InnerEnd> => ({ ends: [end], place: placeOf(end) })),
  );
  private readonly holdsMoved = memo(({ ends }: Atom<InnerEnd>) =>
    ends.some((end) => 'kind' in end && end.kind === 'workload' && this.naming.changedHome?.has(end.id) === true),
  );
  /** The sets of a comparison as those of the layer. */
  private readonly tableOf = memo(({ ports }: Comparison) => translator(ports, this.ports));
  private readonly isOneCluster: boolean;
  private readonly atomsOf = new Map<readonly Unit[], ReadonlyArray<Atom<InnerEnd>>>();

  constructor(private readonly naming: Naming) {
    this.isOneCluster = naming.clusters.length <= 1;
  }

  add(cluster: string, comparison: Comparison, change: UnitChange, causes: FoundCauses): void {
    const own = this.tableOf(comparison);
    for (const from of this.split(cluster, comparison, change.from))
      for (const to of this.split(cluster, comparison, change.to))
        this.put(cluster, from, to, own(change.had), own(change.has), causes);
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
      this.put('', from, to, had, has, causes);
    }
  }

  entries(): ReviewEntry[] {
    for (const own of this.moved.values())
      for (const { from, to, had, has, found } of own.values())
        if (had !== has) this.builder('').add(from, to, had, has, this.causeKey(this.together(found)));
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
    found: FoundCauses,
  ): void {
    if (!this.holdsMoved(from) && !this.holdsMoved(to)) {
      if (had !== has) this.builder(cluster).add(from, to, had, has, this.causeKey(found));
      return;
    }
    // Where a workload changed its cluster, what it had in the old one and has in the new one is one pair.
    for (const a of from.ends)
      for (const b of to.ends) {
        const pair = this.movedPair(this.alone(a), this.alone(b));
        pair.had = this.ports.union(pair.had, had);
        pair.has = this.ports.union(pair.has, has);
        pair.found.add(found);
      }
  }

  private movedPair(from: Atom<InnerEnd>, to: Atom<InnerEnd>): MovedPair {
    const own = this.moved.get(from) ?? new Map<Atom<InnerEnd>, MovedPair>();
    this.moved.set(from, own);
    const pair = own.get(to) ?? { from, to, had: 0, has: 0, found: new Set<FoundCauses>() };
    own.set(to, pair);
    return pair;
  }

  /** Units of one group, apart by zone; addresses are all outside. */
  private split(cluster: string, comparison: Comparison, units: readonly Unit[]): ReadonlyArray<Atom<InnerEnd>> {
    let found = this.atomsOf.get(units);
    if (found === undefined) {
      const places = new Map<string, InnerEnd[]>();
      for (const unit of units) {
        const end = this.endOf(cluster, comparison, unit);
        if (end === undefined) continue;
        const place = placeOf(end);
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
      found = { ends: [end], place: placeOf(end) };
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

  /** Of many pairs at once, so that what the parts of each have in common is put together once. */
  private together(parts: ReadonlySet<FoundCauses>): FoundCauses {
    const [only] = parts;
    if (only !== undefined && parts.size === 1) return only;
    const key = [...parts].map((part) => this.causeKey(part)).join('\u0001');
    let found = this.joined.get(key);
    if (found === undefined) {
      const causes = new Map(
        [...parts].flatMap((part) => part.causes.map((cause) => [editKey(cause), cause] as const)),
      );
      found = { causes: [...causes.values()], isUntried: [...parts].some((part) => part.isUntried) };
      this.joined.set(key, found);
    }
    return found;
  }
}

/** Nobody is compared with itself, so a single end is not listed on the other side as well. */
function withoutItself(from: ReviewEnd[], to: ReviewEnd[]): readonly [ReviewEnd[], ReviewEnd[]] {
  if (from.length === 1) return [from, to.filter((end) => end !== from[0])];
  return to.length === 1 ? [from.filter((end) => end !== to[0]), to] : [from, to];
}

/** Its zone, or outside. */
function placeOf(end: InnerEnd): string {
  return 'kind' in end && end.kind === 'workload' ? (end.zone ?? '') : outside;
}

function innerKey(end: InnerEnd): string {
  if (!('kind' in end)) return `${end.family} ${end.start}-${end.end}`;
  return end.kind === 'workload' ? `${end.cluster ?? ''}/${end.id}` : end.cidrs.join();
}
