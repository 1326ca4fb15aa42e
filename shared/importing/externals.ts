/** Groups of addresses as externals of a design, each under one id however many arrows it has. */
import { contains, type Family, looseCidr } from '../lib/ip.ts';
import { metadataAddresses, notPublic } from '../lib/public-ranges.ts';
import type { External } from '../model/index.ts';
import { asCidrs, type Reach } from '../reach/index.ts';
import { Ids } from './ids.ts';

type Piece = Reach['pieces'][number];

export class Externals {
  readonly records: Record<string, External> = {};
  private readonly ids = new Ids();
  private readonly known = new Map<string, string>();
  private readonly ofReach = new Map<Reach, Map<string, string>>();

  /** The id of the external for some pieces of an evaluation. `pods` are ranges that are no addresses outside. */
  idOf(reach: Reach, chosen: readonly number[], as: 'senders' | 'receivers', pods: readonly string[]): string {
    let byPieces = this.ofReach.get(reach);
    if (byPieces === undefined) {
      byPieces = new Map();
      this.ofReach.set(reach, byPieces);
    }
    const asked = `${as} ${chosen.join()}`;
    const found = byPieces.get(asked);
    if (found !== undefined) return found;
    const pieces = chosen.flatMap((i) => reach.pieces[i] ?? []);
    const record = externalOf(reach, pieces, as, pods);
    const key = JSON.stringify(record);
    // As senders metadata addresses do nothing, so one external says “everywhere” in both directions.
    let id =
      (as === 'senders' ? this.known.get(JSON.stringify(withNamed(record, metadataAddresses))) : undefined) ??
      this.known.get(key);
    if (id === undefined) {
      id = this.ids.take(nameOf(record), 'addresses');
      this.known.set(key, id);
      this.records[id] = record;
    }
    byPieces.set(asked, id);
    return id;
  }
}

/**
 * A design never means metadata addresses as receivers by a wide range, nor the addresses of pods. Ranges may therefore be written over
 * them, which turns the thirty-two ranges around one forbidden address back into one.
 */
function externalOf(
  reach: Reach,
  pieces: readonly Piece[],
  as: 'senders' | 'receivers',
  pods: readonly string[],
): External {
  if (isInternet(reach, pieces, pods)) return { kind: 'internet' };
  const own = new Set(pieces);
  const free = [...(as === 'receivers' ? metadataAddresses : []), ...pods].flatMap((c) => looseCidr(c) ?? []);
  const filled = reach.pieces.filter((p) => own.has(p) || free.some((f) => contains(f, { ...p, prefix: 0 })));
  const cidrs = ([4, 6] as const).flatMap((family) => {
    const exact = asCidrs(pieces.filter((p) => p.family === family));
    if (exact.length === 0 || exact.every((c) => metadataAddresses.includes(c))) return exact;
    const wide = asCidrs(filled.filter((p) => p.family === family));
    return wide.length < exact.length ? wide : exact;
  });
  const held = metadataAddresses.filter((c) => {
    const range = looseCidr(c);
    return range !== undefined && pieces.some((p) => contains(range, { ...p, prefix: 0 }));
  });
  return as === 'receivers' ? withNamed({ cidrs }, held) : { cidrs };
}

/** A wide range does not mean the metadata addresses; named beside it they are meant. */
function withNamed({ cidrs = [] }: External, metadata: readonly string[]): External {
  return { cidrs: [...cidrs, ...metadata.filter((c) => !cidrs.includes(c))] };
}

/** True for every public address of the families that are there, and nothing else. */
function isInternet(reach: Reach, pieces: readonly Piece[], pods: readonly string[]): boolean {
  const own = new Set(pieces);
  const holes = [...notPublic[4], ...notPublic[6], ...pods].flatMap((c) => looseCidr(c) ?? []);
  return reach.pieces.every((p) => {
    const range = { ...p, prefix: 0 };
    const isHidden = holes.some((h) => contains(h, range));
    const isCut = !isHidden && holes.some((h) => h.family === p.family && h.start <= p.end && p.start <= h.end);
    return !isCut && own.has(p) === !isHidden;
  });
}

function nameOf({ kind, cidrs = [] }: External): string {
  if (kind === 'internet') return 'internet';
  if (cidrs.every((c) => metadataAddresses.includes(c))) return 'metadata';
  const wide = cidrs.filter((c) => !metadataAddresses.includes(c));
  if (wide.every((c) => c.endsWith('/0')))
    return wide.length > 1 ? 'anywhere' : wide[0] === '::/0' ? 'anywhere-ipv6' : 'anywhere-ipv4';
  const widest = ([4, 6] as const).filter((family) => isMostOf(family, cidrs));
  if (widest.length > 0) return widest.length > 1 ? 'most-addresses' : `most-ipv${widest[0]}-addresses`;
  const [first = '', ...more] = cidrs;
  const one = first.replace(/\/(32|128)$/, '');
  return more.length === 0 ? `net-${one}` : `net-${one}-and-more`;
}

/** Whether ranges hold more than half of the addresses of a family; of IPv6, of those that are in use (2000::/3). */
function isMostOf(family: Family, cidrs: readonly string[]): boolean {
  const all = looseCidr(family === 4 ? '0.0.0.0/0' : '2000::/3');
  if (all === undefined) return false;
  let held = 0n;
  for (const text of cidrs) {
    const range = looseCidr(text);
    if (range?.family === family && contains(all, range)) held += range.end - range.start + 1n;
  }
  return held * 2n > all.end - all.start + 1n;
}
