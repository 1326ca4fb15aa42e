import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { begin, cancel, commit, edit, type History, mostPatches, redo, startHistory, undo } from './history.ts';

type Value = Record<string, number>;

/** What a user may do, in any order; `transaction` runs its edits as one gesture. */
const edits = fc.array(
  fc.record({ key: fc.constantFrom('a', 'b', 'c'), value: fc.integer({ min: 0, max: 3 }), remove: fc.boolean() }),
  { maxLength: 4 },
);
const step = fc.record({
  edits,
  transaction: fc.boolean(),
  coalesce: fc.option(fc.constantFrom('x', 'y'), { nil: undefined }),
});
const steps = fc.array(step, { maxLength: 12 });
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function apply(history: History<Value>, { edits: changes, transaction, coalesce }: Step): History<Value> {
  let next = transaction ? begin(history, 'Gesture') : history;
  for (const { key, value, remove } of changes) {
    next = edit(
      next,
      'Edit',
      (draft) => {
        if (remove) delete draft[key];
        else draft[key] = value;
      },
      coalesce,
    );
  }
  return transaction ? commit(next) : next;
}

function exhaust(history: History<Value>, one: typeof undo | typeof redo): History<Value> {
  let now = history;
  for (;;) {
    const next = one<Value>(now);
    if (next.past.length === now.past.length) return next;
    now = next;
  }
}

describe('history', () => {
  it('should return to the start when everything is undone, and to the end when all is done again', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const start: Value = { a: 1 };
        const end = all.reduce(apply, startHistory(start));
        const back = exhaust(end, undo);
        expect(back.value).toEqual(start);
        expect(exhaust(back, redo).value).toEqual(end.value);
      }),
    );
  });

  it('should take back exactly the last step', () => {
    fc.assert(
      fc.property(steps, edits, (all, last) => {
        const before = all.reduce(apply, startHistory<Value>({ a: 1 }));
        const after = apply(before, { edits: last, transaction: true, coalesce: undefined });
        expect(after.past.length === before.past.length ? after.value : undo(after).value).toEqual(before.value);
      }),
    );
  });

  it('should leave no trace of a cancelled transaction', () => {
    fc.assert(
      fc.property(steps, edits, (all, inside) => {
        const before = all.reduce(apply, startHistory<Value>({ a: 1 }));
        let open = begin(before, 'Gesture');
        for (const { key, value } of inside) {
          open = edit(open, 'Edit', (draft) => {
            draft[key] = value;
          });
        }
        expect(cancel(open)).toEqual(before);
      }),
    );
  });

  it('should take a gesture within a gesture for a part of it', () => {
    const type = (h: History<Value>, n: number) =>
      edit(h, 'Edit', (d) => {
        d.a = n;
      });
    const nested = type(begin(type(begin(startHistory<Value>({}), 'Outer'), 1), 'Inner'), 2);
    expect(cancel(nested).value).toEqual({});
    expect(commit(nested).past.map((step) => step.label)).toEqual(['Outer']);
  });

  it('should make one step of a transaction', () => {
    let history = begin(startHistory<Value>({}), 'Connect');
    history = edit(history, 'One', (d) => {
      d.a = 1;
    });
    history = edit(history, 'Two', (d) => {
      d.b = 2;
    });
    history = commit(history);
    expect(history.past.map((e) => e.label)).toEqual(['Connect']);
    expect(undo(history).value).toEqual({});
  });

  it('should keep no step for edits that change nothing', () => {
    const history = startHistory<Value>({ a: 1 });
    const same = edit(history, 'Edit', (d) => {
      d.a = 1;
    });
    expect(same).toBe(history);
    expect(commit(begin(history, 'Gesture')).past).toEqual([]);
  });

  it('should make one step of edits with the same key that follow each other, and another after an undo', () => {
    const type = (h: History<Value>, n: number) =>
      edit(
        h,
        'Type',
        (d) => {
          d.a = n;
        },
        'field a',
      );
    const typed = [1, 2, 3].reduce(type, startHistory<Value>({}));
    expect(typed.past).toHaveLength(1);
    expect(undo(typed).value).toEqual({});
    const again = type(
      undo(
        type(
          edit(typed, 'Other', (d) => {
            d.b = 1;
          }),
          4,
        ),
      ),
      5,
    );
    const undone = undo(
      edit(typed, 'Other', (d) => {
        d.b = 1;
      }),
    );
    expect(undo(type(undone, 4)).value).toEqual({ a: 3 });
    expect(again.value).toEqual({ a: 5, b: 1 });
    expect(undo(again).value).toEqual({ a: 3, b: 1 });
  });

  it('should forget the oldest steps beyond the limit, and no others', () => {
    const change = (h: History<Value>, n: number, keys: number) =>
      edit(h, `Edit ${n}`, (d) => {
        for (let key = 0; key < keys; key += 1) d[`k${key}`] = n;
      });
    const keys = mostPatches / 10;
    const five = [1, 2, 3, 4, 5].reduce((h, n) => change(h, n, keys), startHistory<Value>({}));
    expect([five.past.length, five.beginning]).toEqual([5, 0]);
    const more = change(five, 6, 1);
    expect(more.past.map((e) => e.label)).toEqual(['Edit 2', 'Edit 3', 'Edit 4', 'Edit 5', 'Edit 6']);
    expect(more.beginning).toBe(five.past[0]?.serial);
    expect(exhaust(more, undo)).toMatchObject({ value: { k0: 1, k1: 1 }, beginning: more.beginning, past: [] });
    expect(exhaust(exhaust(more, undo), redo)).toMatchObject({ value: more.value, beginning: more.beginning });
    const huge = change(more, 7, mostPatches);
    expect(huge.past.map((e) => e.label)).toEqual(['Edit 7']);
    expect(undo(huge).value).toEqual(more.value);
  });

  it('should take a transaction under way back before it undoes', () => {
    const one = edit(startHistory<Value>({}), 'One', (d) => {
      d.a = 1;
    });
    const open = edit(begin(one, 'Gesture'), 'Two', (d) => {
      d.b = 2;
    });
    expect(undo(open).value).toEqual({});
  });
});
