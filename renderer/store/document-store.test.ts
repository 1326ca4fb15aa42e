import { describe, expect, it } from 'vitest';
import { commands } from '../../shared/commands/index.ts';
import { loadDesign, newDesign } from '../../shared/document/index.ts';
import { emptyTopology, ref, type Topology } from '../../shared/model/index.ts';
import { createDocumentStore } from './document-store.ts';
import { mostPatches } from './history.ts';

const design: Topology = { ...emptyTopology('shop'), zones: { dmz: { trust: 20 } } };

function opened() {
  const store = createDocumentStore();
  store.getState().open({ topology: design, origin: { name: 'shop', writable: true }, loadProblems: [] });
  const addZone = (id: string, trust: number) =>
    store.getState().run(commands['record/add'], { ref: ref('zone', id), record: { trust } });
  const setTrust = (trust: number, coalesce?: string) =>
    store
      .getState()
      .run(
        commands['field/set'],
        { path: ['zones', 'dmz', 'trust'], value: trust },
        coalesce === undefined ? undefined : { coalesce },
      );
  return { store, now: store.getState, addZone, setTrust };
}

describe('createDocumentStore', () => {
  it('should be dirty after an edit and clean again after undoing it', () => {
    const { now, addZone } = opened();
    expect([now().isDirty, now().saved]).toEqual([false, design]);
    addZone('app', 50);
    expect([now().isDirty, now().undoLabel]).toEqual([true, 'Add zone']);
    now().undo();
    expect([now().isDirty, now().topology, now().redoLabel]).toEqual([false, design, 'Add zone']);
  });

  it('should be dirty where as many steps lead to another state than the saved one', () => {
    const { now, addZone } = opened();
    addZone('app', 50);
    const { document } = loadDesign(newDesign(now().topology));
    if (document === undefined) throw new Error('what was written cannot be read');
    now().markSaved(document, { name: 'shop', writable: true });
    expect(now().isDirty).toBe(false);
    now().undo();
    expect(now().isDirty).toBe(true);
    addZone('db', 90);
    expect(now().isDirty).toBe(true);
  });

  it('should stay dirty where something was edited while it was written', () => {
    const { now, addZone } = opened();
    addZone('app', 50);
    const point = now().savePoint();
    const { document } = loadDesign(newDesign(point.topology));
    if (document === undefined) throw new Error('what was written cannot be read');
    addZone('db', 90);
    now().markSaved(document, { name: 'shop', writable: true }, point);
    expect([now().isDirty, now().saved]).toEqual([true, point.topology]);
    now().undo();
    expect(now().isDirty).toBe(false);
    // A gesture under way is no step yet, and yet not written.
    now().begin('Draw');
    addZone('cache', 60);
    now().markSaved(document, { name: 'shop', writable: true }, point);
    expect(now().isDirty).toBe(true);
  });

  it('should know of a state whether undoing leads back to it', () => {
    const { now, addZone } = opened();
    const start = now().savePoint();
    addZone('app', 50);
    const one = now().savePoint();
    addZone('db', 90);
    const two = now().savePoint();
    now().undo();
    expect([start, one, two].map(now().hasStep)).toEqual([true, true, false]);
  });

  it('should stay dirty where so much was done since the save that undoing no longer leads back to it', () => {
    const { now, addZone } = opened();
    const start = now().savePoint();
    addZone('app', 50);
    const zones = Object.fromEntries(Array.from({ length: mostPatches }, (_, i) => [`z${i}`, { trust: 50 }]));
    const topology = { ...now().topology, zones: { ...now().topology.zones, ...zones } };
    now().run(commands['design/become'], { topology, label: 'Draw much' });
    addZone('db', 90);
    while (now().undoLabel !== undefined) now().undo();
    expect(now().topology).toEqual(topology);
    expect([now().isDirty, now().hasStep(start)]).toEqual([true, false]);
  });

  it('should make one step of a transaction and leave no trace of a cancelled one', () => {
    const { now, addZone } = opened();
    now().begin('Draw two');
    addZone('app', 50);
    addZone('db', 90);
    expect(now().isDirty).toBe(true);
    now().cancel();
    expect([now().topology, now().isDirty, now().undoLabel, now().inTransaction]).toEqual([
      design,
      false,
      undefined,
      false,
    ]);
    now().begin('Draw two');
    addZone('app', 50);
    addZone('db', 90);
    now().commit();
    expect(now().undoLabel).toBe('Draw two');
    now().undo();
    expect(now().topology).toEqual(design);
  });

  it('should make one step of what is typed into one field', () => {
    const { now, setTrust } = opened();
    setTrust(2, 'trust');
    setTrust(25, 'trust');
    now().undo();
    expect(now().topology.zones?.dmz?.trust).toBe(20);
  });

  it('should count a revision for each change and none for an edit that changes nothing', () => {
    const { now, setTrust } = opened();
    const { revision } = now();
    setTrust(20);
    expect(now().revision).toBe(revision);
    setTrust(30);
    expect(now().revision).toBe(revision + 1);
  });

  it('should forget the steps of the design that was open before', () => {
    const { now, addZone } = opened();
    addZone('app', 50);
    const { documentId } = now();
    now().open({ topology: design, origin: { name: 'new', writable: true }, loadProblems: [], unsaved: true });
    expect([now().undoLabel, now().isDirty, now().documentId !== documentId]).toEqual([undefined, true, true]);
    // Nothing was ever written that undoing could lead back to.
    addZone('app', 50);
    now().undo();
    expect([now().isDirty, now().saved]).toEqual([true, undefined]);
  });
});
