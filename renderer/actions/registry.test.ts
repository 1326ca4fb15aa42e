import { beforeEach, describe, expect, it } from 'vitest';
import { renameRecord } from '../../shared/commands/index.ts';
import { loadDesign, newDesign } from '../../shared/document/index.ts';
import { emptyTopology, findRecord, kindNames, type Topology } from '../../shared/model/index.ts';
import { memoryHost } from '../host/memory-host.ts';
import { createSession } from '../session/session.ts';
import { createAnalysisStore } from '../store/analysis-client.ts';
import { createDocumentStore } from '../store/document-store.ts';
import { createObservedStore } from '../store/observed-store.ts';
import { createReviewClient } from '../store/review-client.ts';
import { createReviewStore } from '../store/review-store.ts';
import { createUiStore } from '../store/ui-store.ts';
import { newRecord } from './add.ts';
import { appMenus } from './app-menu.ts';
import { applyFix } from './apply-fix.ts';
import type { ActionContext } from './define.ts';
import { actions, canRun, findAction, runAction, sections } from './registry.ts';

const shop: Topology = {
  ...emptyTopology('shop'),
  zones: { dmz: { trust: 20 }, db: { trust: 80 } },
  clusters: { prod: { distribution: 'kubeadm', version: '1.37', pools: { a: { zone: 'dmz', nodes: 2 } } } },
  namespaces: { web: { cluster: 'prod', zone: 'dmz' }, data: { cluster: 'prod', zone: 'db' } },
  workloads: { gateway: { namespace: 'web' }, redis: { namespace: 'data', ports: { tcp: { port: 6379 } } } },
  flows: { cache: { from: { workload: 'gateway' }, to: { workload: 'redis' }, ports: [{ port: 'tcp' }] } },
};

let context: ActionContext;

beforeEach(() => {
  const documents = createDocumentStore();
  const ui = createUiStore();
  const analysis = createAnalysisStore(
    documents,
    () =>
      Promise.resolve({
        problems: [],
        bundle: { files: [], problems: [], coverage: [] },
        problemsByRef: {},
        counts: { error: 0, warning: 0, info: 0 },
      }),
    () => '2026-11-21',
  );
  const host = memoryHost();
  const session = createSession({ host, documents, ui, now: () => 0, makeId: () => 'id', runAction: () => undefined });
  const idle = { ask: () => new Promise<never>(() => {}), stop: () => {} };
  context = {
    stores: {
      documents,
      ui,
      analysis,
      observed: createObservedStore(documents, () => ({ send: () => {}, stop: () => {} })),
      review: createReviewStore(),
      reviewer: createReviewClient(idle, idle),
    },
    host,
    session,
  };
  open(shop);
});

function open(topology: Topology) {
  context.stores.documents.getState().open({ topology, origin: { name: 'shop', writable: true }, loadProblems: [] });
  context.stores.ui.getState().set({ started: true });
}

const topology = () => context.stores.documents.getState().topology;

async function run(id: string) {
  const action = findAction(id);
  if (action === undefined) throw new Error(`there is no action ${id}`);
  await runAction(action, context);
}

describe('the actions', () => {
  it('should have different ids, and shortcuts that mean one thing', () => {
    const ids = actions.map((a) => a.id);
    expect(new Set(ids).size).toBe(ids.length);
    const keys = actions.flatMap((a) => (a.shortcuts ?? []).map((s) => s.toLowerCase()));
    expect(keys.filter((k, i) => keys.indexOf(k) !== i)).toEqual([]);
  });

  it('should be impossible without a design unless they say otherwise', () => {
    context.stores.ui.getState().set({ started: false });
    expect(actions.filter((a) => canRun(a, context) && !a.withoutDesign)).toEqual([]);
    expect(canRun(findAction('file.open') ?? never(), context)).toBe(true);
  });

  it('should delete with what belongs to it, say so, and bring all back with undo', async () => {
    context.stores.ui.getState().select([{ kind: 'namespace', id: 'data' }]);
    await run('edit.delete');
    expect(Object.keys(topology().workloads ?? {})).toEqual(['gateway']);
    expect(topology().flows).toBeUndefined();
    expect(context.stores.ui.getState().message?.text).toBe(
      'Deleted Namespace data and 2 records that belonged to it.',
    );
    await run('edit.undo');
    expect(topology()).toEqual(shop);
  });

  it('should edit nothing of what is selected in a review, and still undo', async () => {
    const before = topology();
    context.stores.ui.getState().select([{ kind: 'workload', id: 'redis' }]);
    context.stores.ui.getState().set({ view: 'review' });
    for (const id of ['edit.delete', 'edit.cut', 'edit.duplicate', 'add.zone']) await run(id);
    expect(topology()).toBe(before);
    context.stores.ui.getState().set({ view: 'design' });
    await run('edit.delete');
    context.stores.ui.getState().set({ view: 'review' });
    await run('edit.undo');
    expect(topology()).toEqual(before);
  });

  it('should duplicate a workload in its namespace and select the copy', async () => {
    context.stores.ui.getState().select([{ kind: 'workload', id: 'gateway' }]);
    await run('edit.duplicate');
    expect(topology().workloads?.['gateway-2']).toEqual({ namespace: 'web' });
    expect(context.stores.ui.getState().selection).toEqual([{ kind: 'workload', id: 'gateway-2' }]);
  });

  it('should give a copy of a workload labels of its own', async () => {
    const labels = { app: 'redis', tier: 'cache' };
    open({
      ...shop,
      workloads: { ...shop.workloads, redis: { namespace: 'data', labels, selector: { app: 'redis' } } },
    });
    context.stores.ui.getState().select([{ kind: 'workload', id: 'redis' }]);
    await run('edit.duplicate');
    expect(topology().workloads?.['redis-2']).toEqual({
      namespace: 'data',
      labels: { app: 'redis-2', tier: 'cache' },
      selector: { app: 'redis-2' },
    });
  });

  it('should paste what was copied into another design, in the place that is selected there', async () => {
    context.stores.ui.getState().select([{ kind: 'workload', id: 'redis' }]);
    await run('edit.copy');
    open({ ...shop, workloads: {}, flows: {}, namespaces: { other: { cluster: 'prod', zone: 'db' } } });
    context.stores.ui.getState().select([{ kind: 'namespace', id: 'other' }]);
    await run('edit.paste');
    expect(topology().workloads).toEqual({ redis: { namespace: 'other', ports: { tcp: { port: 6379 } } } });
  });

  it('should keep what is selected through undo, under the id it has then', async () => {
    context.stores.documents.getState().run(renameRecord, { ref: { kind: 'workload', id: 'redis' }, to: 'cache' });
    context.stores.ui.getState().select([
      { kind: 'workload', id: 'cache' },
      { kind: 'workload', id: 'gateway' },
    ]);
    await run('edit.undo');
    expect(context.stores.ui.getState().selection.map((r) => r.id)).toEqual(['redis', 'gateway']);
    await run('edit.redo');
    expect(context.stores.ui.getState().selection.map((r) => r.id)).toEqual(['cache', 'gateway']);
  });

  it('should reverse flows, only flows', async () => {
    const reverse = findAction('flow.reverse') ?? never();
    context.stores.ui.getState().select([{ kind: 'workload', id: 'redis' }]);
    expect(canRun(reverse, context)).toBe(false);
    context.stores.ui.getState().select([{ kind: 'flow', id: 'cache' }]);
    await run('flow.reverse');
    expect(topology().flows?.cache?.from).toEqual({ workload: 'redis' });
  });

  it('should fold panels and remember it', async () => {
    await run('view.toggle-bottom');
    expect(context.stores.ui.getState().bottomOpen).toBe(false);
    await expect(context.host.settings()).resolves.toEqual({ panels: { bottom: false } });
  });

  it('should isolate the selected workloads in one step, with a runtime that the design has or else gets', async () => {
    await run('isolate.user-space-kernel');
    expect(context.stores.ui.getState().message?.text).toMatch(/^Select the workloads first/);
    const workloads = ['gateway', 'redis'].map((id) => ({ kind: 'workload', id }) as const);
    context.stores.ui.getState().select(workloads);
    await run('isolate.user-space-kernel');
    expect(topology().runtimes).toEqual({ gvisor: { from: 'gvisor' } });
    expect(topology().workloads?.redis?.runtime).toBe('gvisor');
    await run('edit.undo');
    expect(topology()).toEqual(shop);

    open({
      ...shop,
      zones: { dmz: { trust: 20, runtimes: ['sandbox'] }, db: { trust: 80 } },
      runtimes: { another: { from: 'gvisor' }, sandbox: { from: 'gvisor' } },
    });
    context.stores.ui.getState().select(workloads);
    await run('isolate.user-space-kernel');
    expect(topology().workloads?.gateway?.runtime).toBe('sandbox');
    expect(topology().workloads?.redis?.runtime).toBe('another');
  });

  it('should stand in the menu bar of the desktop, every one of them once and with its keys', () => {
    const menus = appMenus(context);
    expect(menus.map((m) => m.label)).toEqual(['File', 'Edit', 'View', 'Go', 'Draw', 'Arrange', 'Help']);
    const items = menus.flatMap((menu) => menu.sections.flat());
    expect(items.map((i) => i.id)).toEqual(expect.arrayContaining(actions.map((a) => a.id)));
    expect(items).toHaveLength(actions.length);
    const item = (id: string) => items.find((i) => i.id === id);
    expect(item('edit.duplicate')).toEqual({
      id: 'edit.duplicate',
      label: 'Duplicate',
      isEnabled: false,
      shortcut: 'Mod+D',
    });
    context.stores.ui.getState().select([{ kind: 'workload', id: 'redis' }]);
    const after = appMenus(context).flatMap((menu) => menu.sections.flat());
    for (const id of ['edit.duplicate', 'edit.rename', 'edit.delete', 'file.start'])
      expect(after.find((i) => i.id === id)?.isEnabled, id).toBe(true);
  });

  it('should be of one group in each section, so that each section stands in one menu', () => {
    for (const section of sections) expect(new Set(section.map((a) => a.group)).size).toBe(1);
  });

  it('should show a failure instead of swallowing it', async () => {
    await runAction(
      { ...(findAction('edit.copy') ?? never()), when: () => true, run: () => Promise.reject(new Error('disk full')) },
      context,
    );
    expect(context.stores.ui.getState().message).toMatchObject({
      tone: 'error',
      text: 'Copy did not work: disk full.',
    });
  });
});

describe('new records', () => {
  it.each(kindNames)('should make a %s that saves and loads in a design', (kind) => {
    const full: Topology = { ...shop, storage: { endpoints: { nas: { zone: 'db', type: 'nfs' } } } };
    open(full);
    const made = newRecord(full, kind);
    if (!('record' in made)) throw new Error(made.missing);
    expect(findRecord(full, made.ref)).toBeUndefined();
    void run(`add.${kind}`);
    expect(findRecord(topology(), made.ref)).toEqual(made.record);
    const loaded = loadDesign(newDesign(topology()));
    expect(loaded.problems).toEqual([]);
    expect(loaded.document && findRecord(loaded.document.topology, made.ref)).toEqual(made.record);
  });

  it('should say what is missing in an empty design', () => {
    const made = newRecord(emptyTopology('new'), 'workload');
    expect(made).toEqual({ missing: 'A workload runs in a namespace. Draw a namespace first.' });
  });

  it('should give a cluster its next pool in a zone where it has none', () => {
    expect(newRecord(shop, 'pool', { kind: 'cluster', id: 'prod' })).toEqual({
      ref: { kind: 'pool', id: 'prod/db-a' },
      record: { zone: 'db', nodes: 3 },
    });
  });

  it('should give each new zone a trust of its own', () => {
    let design: Topology = emptyTopology('new');
    for (let i = 0; i < 40; i += 1) {
      const made = newRecord(design, 'zone');
      if (!('record' in made)) throw new Error(made.missing);
      design = { ...design, zones: { ...design.zones, [made.ref.id]: made.record as { trust: number } } };
    }
    expect(new Set(Object.values(design.zones ?? {}).map((z) => z.trust)).size).toBe(40);
  });
});

describe('fixes', () => {
  it('should run all commands as one step', () => {
    applyFix(context, {
      label: 'Name the owners',
      commands: [
        { id: 'field/set', args: { path: ['namespaces', 'web', 'owner'], value: 'a' } },
        { id: 'field/set', args: { path: ['namespaces', 'data', 'owner'], value: 'b' } },
      ],
    });
    expect(topology().namespaces?.data?.owner).toBe('b');
    context.stores.documents.getState().undo();
    expect(topology()).toEqual(shop);
  });

  it('should leave nothing of a fix that does not fit any more', () => {
    applyFix(context, {
      label: 'Tidy',
      commands: [
        { id: 'field/set', args: { path: ['namespaces', 'web', 'owner'], value: 'a' } },
        { id: 'namespace/move', args: { ids: ['gone'], zone: 'db' } },
      ],
    });
    expect(topology()).toEqual(shop);
    expect(context.stores.ui.getState().message?.text).toMatch(/does not fit/);
  });
});

function never(): never {
  throw new Error('the action is in the list');
}
