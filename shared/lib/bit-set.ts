/**
 * Words are cut from slabs: an array of its own for each of many thousand sets would cost more than what is done with it.
 * A slab lives as long as one of its sets.
 */
const slabWords = 1 << 16;
let slab = new Uint32Array(0);
let used = 0;

function takeWords(count: number): Uint32Array {
  if (count > slabWords >>> 3) return new Uint32Array(count);
  if (used + count > slab.length) {
    slab = new Uint32Array(slabWords);
    used = 0;
  }
  used += count;
  return slab.subarray(used - count, used);
}

/** A set of small non-negative integers as bits. All sets that meet in one operation have the same size. */
export class BitSet {
  readonly words: Uint32Array;

  /** Holds integers from 0 to size - 1. */
  constructor(readonly size: number) {
    this.words = takeWords((size + 31) >>> 5);
  }

  static full(size: number): BitSet {
    const set = new BitSet(size);
    set.words.fill(0xffffffff);
    if (size % 32 !== 0 && set.words.length > 0) set.words[set.words.length - 1] = 2 ** (size % 32) - 1;
    return set;
  }

  add(item: number): void {
    this.words[item >>> 5] = (this.words[item >>> 5] ?? 0) | (1 << (item & 31));
  }

  has(item: number): boolean {
    return (((this.words[item >>> 5] ?? 0) >>> (item & 31)) & 1) === 1;
  }

  isEmpty(): boolean {
    return this.words.every((word) => word === 0);
  }

  count(): number {
    let total = 0;
    for (let word of this.words) {
      for (; word !== 0; word &= word - 1) total += 1;
    }
    return total;
  }

  clone(): BitSet {
    const copy = new BitSet(this.size);
    copy.words.set(this.words);
    return copy;
  }

  /** Adds everything of the other set to this one. */
  addAll(other: BitSet): this {
    for (let i = 0; i < this.words.length; i += 1) this.words[i] = (this.words[i] ?? 0) | (other.words[i] ?? 0);
    return this;
  }

  /** Keeps only what the other set has too. */
  keepAll(other: BitSet): this {
    for (let i = 0; i < this.words.length; i += 1) this.words[i] = (this.words[i] ?? 0) & (other.words[i] ?? 0);
    return this;
  }

  removeAll(other: BitSet): this {
    for (let i = 0; i < this.words.length; i += 1) this.words[i] = (this.words[i] ?? 0) & ~(other.words[i] ?? 0);
    return this;
  }

  equals(other: BitSet): boolean {
    return this.size === other.size && this.words.every((word, i) => word === other.words[i]);
  }

  /** Calls back with each member, ascending. */
  forEach(visit: (item: number) => void): void {
    for (let i = 0; i < this.words.length; i += 1) {
      let word = this.words[i] ?? 0;
      while (word !== 0) {
        const low = word & -word;
        visit((i << 5) + (31 - Math.clz32(low)));
        word ^= low;
      }
    }
  }

  toArray(): number[] {
    const items: number[] = [];
    this.forEach((item) => {
      items.push(item);
    });
    return items;
  }

  /** A number that equal sets share; for hash tables. */
  hash(): number {
    let h = 0x811c9dc5;
    for (const word of this.words) h = Math.imul(h ^ word, 0x01000193) ^ (word >>> 15);
    return h >>> 0;
  }
}
