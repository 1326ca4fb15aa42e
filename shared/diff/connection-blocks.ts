/**
 * Pairs that changed alike, put together into blocks: every sender with every receiver. Nothing is lost on the way, so a
 * zone that opens is one line for a reader and still stands for each of its pairs.
 */
import type { PortSetId, PortTable } from '../reach/index.ts';

/** Ends that are always treated alike and that a reader takes together: same classes, same zone, or addresses. */
export interface Atom<E> {
  readonly ends: readonly E[];
  /** Ends of different places, such as zones, are never in one block. */
  readonly place: string;
}

export interface Block<E> {
  readonly from: readonly E[];
  readonly to: readonly E[];
  readonly had: PortSetId;
  readonly has: PortSetId;
  readonly cause: string;
  /** Ordered pairs, without those of an end and itself. */
  readonly pairs: number;
}

/** `E` are compared by identity, so the same end has to be the same object. */
export class ConnectionBlocks<E> {
  readonly ports: PortTable;
  private readonly ids = new Map<Atom<E>, number>();
  private readonly atoms: Array<Atom<E>> = [];
  private readonly rows = new Map<number, Map<string, Row>>();

  constructor(ports: PortTable) {
    this.ports = ports;
  }

  /** `had` and `has` belong to `ports`; `cause` names whatever led to it. A pair is added once. */
  add(from: Atom<E>, to: Atom<E>, had: PortSetId, has: PortSetId, cause: string): void {
    const [sender, receiver] = [this.idOf(from), this.idOf(to)];
    const key = `${had} ${has} ${from.place}\u0000${to.place}\u0000${cause}`;
    const own = this.rows.get(sender) ?? new Map<string, Row>();
    this.rows.set(sender, own);
    const row = own.get(key);
    if (row === undefined) own.set(key, { had, has, cause, to: [receiver] });
    else row.to.push(receiver);
  }

  /** In the order in which they were added. */
  blocks(): Array<Block<E>> {
    const found = new Map<string, { readonly row: Row; readonly from: number[] }>();
    for (const [sender, own] of this.rows) {
      for (const [key, row] of own) {
        const whole = `${key}\u0000${row.to.sort((a, b) => a - b).join()}`;
        const known = found.get(whole);
        if (known === undefined) found.set(whole, { row, from: [sender] });
        else known.from.push(sender);
      }
    }
    return [...found.values()].flatMap(({ row, from }) => {
      const [senders, receivers] = [this.endsOf(from), this.endsOf(row.to)];
      const both = new Set(receivers);
      const pairs = senders.length * receivers.length - senders.filter((end) => both.has(end)).length;
      return pairs === 0 ? [] : [{ from: senders, to: receivers, had: row.had, has: row.has, cause: row.cause, pairs }];
    });
  }

  private idOf(atom: Atom<E>): number {
    let id = this.ids.get(atom);
    if (id === undefined) {
      id = this.atoms.length;
      this.ids.set(atom, id);
      this.atoms.push(atom);
    }
    return id;
  }

  private endsOf(ids: readonly number[]): E[] {
    return ids.flatMap((id) => this.atoms[id]?.ends ?? []);
  }
}

interface Row {
  readonly had: PortSetId;
  readonly has: PortSetId;
  readonly cause: string;
  readonly to: number[];
}
