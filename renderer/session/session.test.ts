import { beforeEach, describe, expect, it } from 'vitest';
import { setField } from '../../shared/commands/index.ts';
import { type MemoryHost, type MemoryHostOptions, memoryHost } from '../host/memory-host.ts';
import { createDocumentStore } from '../store/document-store.ts';
import { createUiStore } from '../store/ui-store.ts';
import { createSession, type Session } from './session.ts';

const text = `# keep me
apiVersion: zonewright/v1
kind: Topology
metadata: {name: shop}
zones:
  dmz: {trust: 20} # outer
`;

let host: MemoryHost;
let documents: ReturnType<typeof createDocumentStore>;
let ui: ReturnType<typeof createUiStore>;
let session: Session;
let asked: string[];

beforeEach(() => openWindow({ files: { '/shop.zones.yaml': text } }));

function openWindow(options: MemoryHostOptions) {
  asked = [];
  host = memoryHost(options);
  documents = createDocumentStore();
  ui = createUiStore();
  let ids = 0;
  session = createSession({
    host,
    documents,
    ui,
    now: () => 1000,
    makeId: () => {
      ids += 1;
      return `id-${ids}`;
    },
    runAction: (id) => void asked.push(id),
  });
}

const edit = (name: string) => documents.getState().run(setField, { path: ['zones', 'dmz', 'name'], value: name });

describe('opening', () => {
  it('should show the design of a file', async () => {
    await session.start();
    await session.openPath('/shop.zones.yaml');
    expect(documents.getState()).toMatchObject({ topology: { zones: { dmz: { trust: 20 } } }, isDirty: false });
    expect(ui.getState().started).toBe(true);
  });

  it('should open what the command line named', async () => {
    openWindow({ files: { '/shop.zones.yaml': text }, openAtStart: '/shop.zones.yaml' });
    await session.start();
    expect(documents.getState().origin.name).toBe('shop.zones.yaml');
  });

  it('should open nothing and touch nothing where the file is no design', async () => {
    openWindow({ files: { '/bad.zones.yaml': 'metadata: [\n' } });
    await session.start();
    await session.openPath('/bad.zones.yaml');
    expect(ui.getState().started).toBe(false);
    const { failure } = session.store.getState();
    expect(failure?.name).toBe('bad.zones.yaml');
    expect(failure?.problems[0]).toMatchObject({ file: 'bad.zones.yaml', severity: 'error' });
    expect(failure?.problems[0]?.line).toBeGreaterThan(0);
    expect(host.files.get('/bad.zones.yaml')).toBe('metadata: [\n');
  });

  it('should keep the open design when another file fails to open', async () => {
    await session.start();
    await session.openPath('/shop.zones.yaml');
    await session.openPath('/gone.zones.yaml');
    expect(session.store.getState().failure?.message).toMatch(/not there/);
    session.dismissFailure();
    expect(documents.getState().origin.name).toBe('shop.zones.yaml');
  });
});

describe('saving', () => {
  beforeEach(async () => {
    await session.start();
    await session.openPath('/shop.zones.yaml');
  });

  it('should change only what was edited', async () => {
    edit('DMZ');
    expect(await session.save()).toBe(true);
    const saved = host.files.get('/shop.zones.yaml') ?? '';
    expect(saved.split('\n').filter((line) => !text.split('\n').includes(line))).toHaveLength(1);
    expect(saved).toContain('# keep me');
    expect(documents.getState().isDirty).toBe(false);
    expect(session.store.getState().savedAt).toBe(1000);
  });

  it('should ask where the file changed on disk, and overwrite only when told', async () => {
    edit('DMZ');
    host.files.set('/shop.zones.yaml', `${text}# theirs\n`);
    expect(await session.save()).toBe(false);
    expect(ui.getState().dialog).toEqual({ kind: 'changed-on-disk' });
    expect(host.files.get('/shop.zones.yaml')).toBe(`${text}# theirs\n`);
    expect(await session.overwrite()).toBe(true);
    expect(host.files.get('/shop.zones.yaml')).toContain('DMZ');
  });

  it('should reload what is on disk when told, without a second question', async () => {
    edit('DMZ');
    host.files.set('/shop.zones.yaml', text.replace('20', '30'));
    await session.save();
    await session.reload();
    expect(documents.getState()).toMatchObject({ topology: { zones: { dmz: { trust: 30 } } }, isDirty: false });
  });

  it('should put both together as one step, and write it into the text that it was merged with', async () => {
    edit('DMZ');
    host.files.set('/shop.zones.yaml', `${text.replace('20', '30')}# theirs\n`);
    await session.save();
    await session.startMerge();
    const { dialog } = ui.getState();
    if (dialog?.kind !== 'merge') throw new Error('the merge must be asked about');
    expect(dialog.merge.conflicts).toEqual([]);
    session.finishMerge(dialog.merge.merged);
    expect(documents.getState().topology.zones?.dmz).toEqual({ trust: 30, name: 'DMZ' });
    expect(documents.getState().undoLabel).toBe('Merge with the file');
    expect(await session.save()).toBe(true);
    const written = host.files.get('/shop.zones.yaml') ?? '';
    expect(written).toContain('trust: 30');
    expect(written).toContain('name: DMZ');
    expect(written).toContain('# theirs');
    expect(documents.getState().isDirty).toBe(false);
  });

  it('should ask again where the merge was undone, so that what others wrote is not lost', async () => {
    edit('DMZ');
    const theirs = text.replace('20', '30');
    host.files.set('/shop.zones.yaml', theirs);
    await session.save();
    await session.startMerge();
    const { dialog } = ui.getState();
    if (dialog?.kind !== 'merge') throw new Error('the merge must be asked about');
    session.finishMerge(dialog.merge.merged);
    documents.getState().undo();
    expect(documents.getState().topology.zones?.dmz).toEqual({ trust: 20, name: 'DMZ' });
    expect(await session.save()).toBe(false);
    expect(ui.getState().dialog).toEqual({ kind: 'changed-on-disk' });
    expect(host.files.get('/shop.zones.yaml')).toBe(theirs);
    documents.getState().redo();
    expect(await session.save()).toBe(true);
    expect(host.files.get('/shop.zones.yaml')).toContain('trust: 30');
  });

  it('should merge nothing with a file that is no design by now, and keep the edits', async () => {
    edit('DMZ');
    host.files.set('/shop.zones.yaml', 'metadata: [\n');
    await session.startMerge();
    expect(ui.getState().dialog).toBeUndefined();
    expect(ui.getState().message?.text).toContain('cannot be merged');
    expect(documents.getState().topology.zones?.dmz?.name).toBe('DMZ');
  });

  it('should stay edited for what was edited while it was being written', async () => {
    edit('DMZ');
    const saving = session.save();
    edit('Edge');
    await saving;
    expect(documents.getState().isDirty).toBe(true);
    expect(host.files.get('/shop.zones.yaml')).toContain('DMZ');
    await session.save();
    expect(host.files.get('/shop.zones.yaml')).toContain('Edge');
  });

  it('should write what was edited during a save, where it is asked for before that is done', async () => {
    edit('DMZ');
    const first = session.save();
    edit('Edge');
    const second = session.save();
    expect(await Promise.all([first, second])).toEqual([true, true]);
    expect(host.files.get('/shop.zones.yaml')).toContain('Edge');
    expect(documents.getState().isDirty).toBe(false);
  });

  it('should lead to save as where the file cannot be written', async () => {
    openWindow({
      files: { '/shop.zones.yaml': text },
      readOnly: ['/shop.zones.yaml'],
      choose: (kind) => (kind === 'save' ? '/copy.zones.yaml' : undefined),
    });
    await session.start();
    await session.openPath('/shop.zones.yaml');
    edit('DMZ');
    expect(await session.save()).toBe(true);
    expect(host.files.get('/shop.zones.yaml')).toBe(text);
    expect(host.files.get('/copy.zones.yaml')).toContain('DMZ');
    expect(documents.getState().origin.path).toBe('/copy.zones.yaml');
  });
});

describe('unsaved edits', () => {
  beforeEach(async () => {
    await session.start();
    await session.openPath('/shop.zones.yaml');
    edit('DMZ');
  });

  it('should be asked about before the window closes', async () => {
    host.request({ kind: 'close' });
    expect(ui.getState().dialog?.kind).toBe('unsaved');
    expect(host.state.isClosed).toBe(false);
    await session.answerUnsaved('cancel');
    expect(host.state.isClosed).toBe(false);
    host.request({ kind: 'close' });
    await session.answerUnsaved('save');
    expect(host.state.isClosed).toBe(true);
    expect(host.files.get('/shop.zones.yaml')).toContain('DMZ');
  });

  it('should be kept for recovery, and dropped when they are discarded', async () => {
    await session.keepNow();
    expect(await host.recoveries()).toMatchObject([{ name: 'shop.zones.yaml', path: '/shop.zones.yaml' }]);
    await session.newDesign();
    await session.answerUnsaved('discard');
    expect(await host.recoveries()).toEqual([]);
    expect(documents.getState().topology.zones).toBeUndefined();
  });

  it('should be dropped from recovery by saving', async () => {
    await session.keepNow();
    await session.save();
    expect(await host.recoveries()).toEqual([]);
  });

  it('should not be asked about once they are undone', async () => {
    documents.getState().undo();
    host.request({ kind: 'close' });
    await Promise.resolve();
    expect(host.state.isClosed).toBe(true);
  });

  it('should come back after a crash, with the place they belong to', async () => {
    await session.keepNow();
    const [kept] = await host.recoveries();
    if (kept === undefined) throw new Error('nothing was kept');
    openWindow({ files: { '/shop.zones.yaml': text }, recoveries: [kept] });
    await session.start();
    expect(session.store.getState().recoveries).toEqual([kept]);
    await session.restore(kept);
    expect(documents.getState()).toMatchObject({ topology: { zones: { dmz: { name: 'DMZ' } } }, isDirty: true });
    expect(session.hasUnsavedEdits()).toBe(true);
    expect(await host.recoveries()).toHaveLength(1);
    expect(await session.save()).toBe(true);
    expect(host.files.get('/shop.zones.yaml')).toContain('DMZ');
    expect(await host.recoveries()).toEqual([]);
  });

  it('should ask before they replace what somebody else wrote after the crash', async () => {
    await session.keepNow();
    const [kept] = await host.recoveries();
    if (kept === undefined) throw new Error('nothing was kept');
    openWindow({ files: { '/shop.zones.yaml': `${text}# theirs\n` }, recoveries: [kept] });
    await session.start();
    await session.restore(kept);
    expect(await session.save()).toBe(false);
    expect(ui.getState().dialog).toEqual({ kind: 'changed-on-disk' });
    expect(host.files.get('/shop.zones.yaml')).toContain('# theirs');
  });
});

describe('a template', () => {
  it('should open as a design of its own that nobody asks about until it is edited', async () => {
    openWindow({ templates: [{ id: 'three', text }], choose: () => '/mine.zones.yaml' });
    await session.start();
    await session.openTemplate('three');
    expect(documents.getState().origin).toEqual({
      name: 'untitled (from Three)',
      suggestedName: 'three.zones.yaml',
      writable: true,
    });
    expect(session.hasUnsavedEdits()).toBe(false);
    edit('DMZ');
    expect(session.hasUnsavedEdits()).toBe(true);
    await session.save();
    expect(host.files.get('/mine.zones.yaml')).toContain('# keep me');
  });
});

describe('the shell', () => {
  it('should reach actions by id and hear the title', async () => {
    await session.start();
    await session.openPath('/shop.zones.yaml');
    host.request({ kind: 'action', id: 'edit.undo' });
    expect(asked).toEqual(['edit.undo']);
    edit('DMZ');
    expect(host.state).toMatchObject({ title: 'shop.zones.yaml', isDirty: true });
  });
});
