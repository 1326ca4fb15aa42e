/**
 * The address space cut into the pieces that policies can tell apart. Every range a policy names is a union of pieces, so
 * that addresses outside the cluster take part in an evaluation as if they were pods: by number.
 */
import { cidrAt, type Family, formatAddress, formatCidr, looseCidr } from '../lib/ip.ts';

/** One piece: first and last address, inclusive. */
export interface AddressPiece {
  readonly family: Family;
  readonly start: bigint;
  readonly end: bigint;
}

const width: Readonly<Record<Family, number>> = { 4: 32, 6: 128 };

/** Sorted, disjoint, covering both families as a whole. Ranges that cannot be read are passed over. */
export function cutAddressSpace(cidrs: Iterable<string>): AddressPiece[] {
  const bounds: Record<Family, Set<bigint>> = { 4: new Set([0n]), 6: new Set([0n]) };
  for (const text of new Set(cidrs)) {
    const range = looseCidr(text);
    if (range !== undefined) bounds[range.family].add(range.start).add(range.end + 1n);
  }
  return ([4, 6] as const).flatMap((family) => {
    const limit = 1n << BigInt(width[family]);
    const starts = [...bounds[family]].filter((b) => b < limit).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    return starts.map((start, i) => ({ family, start, end: (starts[i + 1] ?? limit) - 1n }));
  });
}

/** The indexes of the pieces inside a range, as first and one past the last; pieces are those of cutAddressSpace. */
export function piecesOf(
  pieces: readonly AddressPiece[],
  cidr: string,
): { readonly first: number; readonly past: number } {
  const range = looseCidr(cidr);
  if (range === undefined) return { first: 0, past: 0 };
  const before = (piece: AddressPiece, family: Family, value: bigint) =>
    piece.family < family || (piece.family === family && piece.start < value);
  const find = (family: Family, value: bigint): number => {
    let [low, high] = [0, pieces.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const piece = pieces[middle];
      if (piece !== undefined && before(piece, family, value)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return { first: find(range.family, range.start), past: find(range.family, range.end + 1n) };
}

/** Ranges put together where they touch, sorted by family and address. Ranges that cannot be read are passed over. */
export function joinRanges(cidrs: Iterable<string>): AddressPiece[] {
  return join([...cidrs].flatMap((cidr) => looseCidr(cidr) ?? []));
}

/** `10.0.0.0/8`, or `10.0.0.0-10.1.255.255` where no CIDR says it. */
export function formatRange({ family, start, end }: AddressPiece): string {
  const [only, ...more] = asCidrs([{ family, start, end }]);
  if (only !== undefined && more.length === 0) return only;
  return `${formatAddress({ family, value: start })}-${formatAddress({ family, value: end })}`;
}

/** The fewest ranges, canonical CIDR, that hold exactly the given pieces. */
export function asCidrs(pieces: readonly AddressPiece[]): string[] {
  return join(pieces).flatMap(({ family, start, end }) => {
    const cidrs: string[] = [];
    for (let at = start; at <= end; ) {
      let prefix = width[family];
      while (prefix > 0) {
        const wider = cidrAt(family, at, prefix - 1);
        if (wider.start !== at || wider.end > end) break;
        prefix -= 1;
      }
      const range = cidrAt(family, at, prefix);
      cidrs.push(formatCidr(range));
      at = range.end + 1n;
    }
    return cidrs;
  });
}

function join(pieces: readonly AddressPiece[]): AddressPiece[] {
  const joined: AddressPiece[] = [];
  for (const { family, start, end } of [...pieces].sort(
    (a, b) => a.family - b.family || (a.start < b.start ? -1 : 1),
  )) {
    const last = joined.at(-1);
    if (last === undefined || last.family !== family || last.end + 1n < start) joined.push({ family, start, end });
    else if (last.end < end) joined[joined.length - 1] = { ...last, end };
  }
  return joined;
}
