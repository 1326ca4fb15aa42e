import { describe, expect, it } from 'vitest';
import { setField } from '../../shared/commands/index.ts';
import { emptyTopology } from '../../shared/model/index.ts';
import { FlowLog, layOver } from '../../shared/observed/index.ts';
import { createDocumentStore } from './document-store.ts';
import {
  createObservedStore,
  entriesOf,
  type ObservedReply,
  type ObservedRequest,
  shownEntries,
} from './observed-store.ts';

const observed = layOver(emptyTopology('x'), new FlowLog());
const file = (name: string) => new File(['x'], name);

function setUp() {
  const documents = createDocumentStore();
  const open = (name: string) =>
    documents.getState().open({ topology: emptyTopology(name), origin: { name, writable: true }, loadProblems: [] });
  open('first');
  const readers: Array<{ requests: ObservedRequest[]; isStopped: boolean; reply: (reply: ObservedReply) => void }> = [];
  const store = createObservedStore(
    documents,
    (reply) => {
      const reader = { requests: [] as ObservedRequest[], isStopped: false, reply };
      readers.push(reader);
      return {
        send: (request) => reader.requests.push(request),
        stop: () => {
          reader.isStopped = true;
        },
      };
    },
    0,
  );
  const lay = (at: number) => readers[at]?.reply({ observed, revision: documents.getState().revision });
  return { documents, open, readers, lay, store };
}

describe('createObservedStore', () => {
  it('should keep the log that lies over the design until another is read', () => {
    const { readers, lay, store } = setUp();
    store.getState().open(file('one'));
    expect(store.getState().reading).toEqual({ name: 'one', size: 1, done: 0 });
    lay(0);
    expect(store.getState()).toMatchObject({ log: { name: 'one' }, observed, reading: undefined });
    store.getState().open(file('two'));
    readers[1]?.reply({ done: 1 });
    expect(store.getState()).toMatchObject({ log: { name: 'one' }, reading: { name: 'two', done: 1 } });
    lay(1);
    expect(store.getState().log?.name).toBe('two');
    expect(readers.map((r) => r.isStopped)).toEqual([true, false]);
  });

  it('should call a reading off, and hear no late word of it', () => {
    const { readers, lay, store } = setUp();
    store.getState().open(file('one'));
    lay(0);
    store.getState().open(file('two'));
    store.getState().stop();
    lay(1);
    expect(store.getState()).toMatchObject({ log: { name: 'one' }, reading: undefined });
    expect(readers.map((r) => r.isStopped)).toEqual([false, true]);
  });

  it('should leave what lies there where another log cannot be read', () => {
    const { readers, lay, store } = setUp();
    store.getState().open(file('one'));
    lay(0);
    store.getState().open(file('two'));
    readers[1]?.reply({ failure: 'It is empty.' });
    expect(store.getState()).toMatchObject({ log: { name: 'one' }, reading: undefined });
    expect(store.getState().failure).toBe('two cannot be laid over the design. It is empty.');
  });

  it('should follow edits, and take no answer about the design as it was', async () => {
    const { documents, readers, lay, store } = setUp();
    store.getState().open(file('one'));
    const early = documents.getState().revision;
    documents.getState().run(setField, { path: ['metadata', 'name'], value: 'renamed' });
    readers[0]?.reply({ observed, revision: early });
    expect(store.getState()).toMatchObject({ log: { name: 'one' }, observed: undefined });
    expect(readers[0]?.requests.map((r) => r.ask)).toEqual(['read', 'lay']);
    lay(0);
    expect(store.getState().observed).toBe(observed);
    documents.getState().undo();
    await expect.poll(() => readers[0]?.requests.length).toBe(3);
  });

  it('should end a reading where another is asked for, and name all files of one', () => {
    const { readers, store } = setUp();
    store.getState().open(file('one'));
    store.getState().open(file('two'), file('three'), file('four'));
    expect(readers.map((r) => r.isStopped)).toEqual([true, false]);
    readers[0]?.reply({ done: 1 });
    expect(store.getState().reading).toEqual({ name: 'two and 2 more', size: 3, done: 0 });
  });

  it('should let go of a log that can be laid no more', () => {
    const { readers, lay, store } = setUp();
    store.getState().open(file('one'));
    lay(0);
    readers[0]?.reply({ failure: 'The reading broke off.' });
    expect(store.getState()).toMatchObject({ log: undefined, observed: undefined });
    expect(store.getState().failure).toContain('The reading broke off.');
  });

  it('should list what was let through first, by how often it was seen, and only the class that is asked for', () => {
    const some = { from: { name: 'a' }, to: { name: 'b' }, protocol: 'TCP', last: '', causes: [] } as const;
    const seen = (port: number, count: number, dropped: number) => ({ ...some, port, count, dropped });
    const entries = entriesOf({
      ...observed,
      drawn: [seen(1, 9, 9), seen(2, 1, 0), seen(3, 5, 4)],
      neverSeen: ['idle'],
    });
    expect(entries.flatMap((e) => ('seen' in e ? [e.seen.port] : []))).toEqual([3, 2, 1]);
    expect(shownEntries({ entries, filter: undefined })).toHaveLength(4);
    expect(shownEntries({ entries, filter: 'never-seen' })).toEqual([
      { id: 'flow idle', class: 'never-seen', flow: 'idle' },
    ]);
  });

  it('should go with its design', () => {
    const { open, readers, lay, store } = setUp();
    store.getState().open(file('one'));
    lay(0);
    store.getState().open(file('two'));
    open('second');
    lay(1);
    expect(store.getState()).toMatchObject({ log: undefined, observed: undefined, entries: [], reading: undefined });
    expect(readers.map((r) => r.isStopped)).toEqual([true, true]);
  });
});
