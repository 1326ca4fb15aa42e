import { bakery } from '../designs.ts';
import { type Design, expect, type KindWord, test } from '../planner.ts';

interface RecordCase {
  readonly kind: KindWord;
  /** The action's label, as it is typed into the palette. */
  readonly add: string;
  /** What is selected before, so that the new record knows where it belongs. */
  readonly near?: readonly [KindWord, string];
  /** A field to write, its text, and where the value is in the file afterwards. */
  readonly field: string;
  readonly text: string;
  readonly read: (design: Design, id: string) => unknown;
  readonly value: unknown;
}

const at = (section: string, field: string) => (design: Design, id: string) =>
  (design[section]?.[id] as Record<string, unknown> | undefined)?.[field];
const storage = (part: string, field: string) => (design: Design, id: string) =>
  (design.storage as Record<string, Record<string, Record<string, unknown>>> | undefined)?.[part]?.[id]?.[field];

/** Each kind of record that a design knows. Storage classes come after the endpoint that they need. */
const cases: readonly RecordCase[] = [
  {
    kind: 'zone',
    add: 'add zone',
    field: 'description',
    text: 'A new band',
    read: at('zones', 'description'),
    value: 'A new band',
  },
  {
    kind: 'cluster',
    add: 'add cluster',
    field: 'version',
    text: '1.36.1',
    read: at('clusters', 'version'),
    value: '1.36.1',
  },
  {
    kind: 'pool',
    add: 'add node pool',
    near: ['cluster', 'prod'],
    field: 'nodes',
    text: '7',
    read: (design, id) => {
      const [cluster = '', pool = ''] = id.split('/');
      const { pools } = (design.clusters?.[cluster] ?? {}) as { pools?: Record<string, { nodes?: number }> };
      return pools?.[pool]?.nodes;
    },
    value: 7,
  },
  {
    kind: 'namespace',
    add: 'add namespace',
    near: ['zone', 'app'],
    field: 'owner',
    text: 'team-a',
    read: at('namespaces', 'owner'),
    value: 'team-a',
  },
  {
    kind: 'workload',
    add: 'add workload',
    near: ['namespace', 'office'],
    field: 'replicas',
    text: '3',
    read: at('workloads', 'replicas'),
    value: 3,
  },
  {
    kind: 'external',
    add: 'add external',
    field: 'name',
    text: 'Supplier',
    read: at('externals', 'name'),
    value: 'Supplier',
  },
  { kind: 'flow', add: 'add flow', field: 'reason', text: 'Because', read: at('flows', 'reason'), value: 'Because' },
  {
    kind: 'endpoint',
    add: 'add storage endpoint',
    near: ['zone', 'app'],
    field: 'export',
    text: '/flour',
    read: storage('endpoints', 'export'),
    value: '/flour',
  },
  {
    kind: 'class',
    add: 'add storage class',
    field: 'description',
    text: 'Sacks',
    read: storage('classes', 'description'),
    value: 'Sacks',
  },
  {
    kind: 'runtime',
    add: 'add runtime',
    field: 'handler',
    text: 'special',
    read: at('runtimes', 'handler'),
    value: 'special',
  },
];

test('records of every kind are created, edited, deleted and brought back in the inspector', async ({ planner }) => {
  const path = await planner.openDesign(bakery);
  const ids = new Map<KindWord, string>();
  for (const c of cases) {
    await test.step(`create and edit a ${c.kind}`, async () => {
      if (c.near !== undefined) await planner.find(...c.near);
      await planner.command(c.add, `add.${c.kind}`);
      const own = await planner.field('id').inputValue();
      expect(own).not.toBe('');
      ids.set(c.kind, c.kind === 'pool' ? `prod/${own}` : own);
      await planner.fill(c.field, c.text);
    });
  }
  await planner.save();
  const made = await planner.designOnDisk(path);
  for (const c of cases) expect([c.kind, c.read(made, ids.get(c.kind) ?? '')]).toEqual([c.kind, c.value]);

  for (const c of [...cases].reverse()) {
    await test.step(`delete a ${c.kind}`, async () => {
      await planner.find(c.kind, ids.get(c.kind) ?? '');
      await planner.press('Delete');
      await expect(planner.inspector).toContainText('Design');
    });
  }
  await planner.save();
  const left = await planner.designOnDisk(path);
  for (const c of cases) expect([c.kind, c.read(left, ids.get(c.kind) ?? '')]).toEqual([c.kind, undefined]);

  for (const _ of cases) await planner.undo();
  await planner.save();
  const back = await planner.designOnDisk(path);
  for (const c of cases) expect([c.kind, c.read(back, ids.get(c.kind) ?? '')]).toEqual([c.kind, c.value]);
});
