import { bakery } from '../designs.ts';
import { boxOf, expect, type Planner, type Point, test } from '../planner.ts';

test('a finger selects, moves and connects cards, from the first touch on', async ({ planner }) => {
  const touch = await planner.finger();
  const path = await planner.openDesign(bakery);
  const oven = planner.shape('workload', 'oven');
  const counter = planner.shape('workload', 'counter');

  // At the edge of a card that nobody has selected there is no handle to be seen: the card itself is moved.
  const before = await boxOf(oven);
  const edge = await rightOf(planner, 'oven');
  await touch(edge, { x: edge.x + 60, y: edge.y + 10 });
  await planner.seesUnsavedEdits();
  expect((await boxOf(oven)).x).toBeGreaterThan(before.x + 20);
  await planner.undo();
  await planner.seesSaved();

  // A tap selects and shows the handles; the first touch on one of them draws a flow.
  await touch(centreOf(await boxOf(counter)));
  await expect(planner.field('id')).toHaveValue('counter');
  await touch(centreOf(await boxOf(oven)));
  await expect(planner.field('id')).toHaveValue('oven');
  await touch(await rightOf(planner, 'oven'), centreOf(await boxOf(counter)));
  await planner.typePorts('9090');
  await planner.save();
  const flows = Object.values((await planner.designOnDisk(path)).flows ?? {}) as Array<{ from: unknown; to: unknown }>;
  expect(flows.map(({ from, to }) => [from, to])).toContainEqual([{ workload: 'oven' }, { workload: 'counter' }]);
});

async function rightOf(planner: Planner, workload: string): Promise<Point> {
  const { x, y, width, height } = await boxOf(planner.shape('workload', workload));
  return { x: x + width, y: y + height / 2 };
}

function centreOf({ x, y, width, height }: Point & { readonly width: number; readonly height: number }): Point {
  return { x: x + width / 2, y: y + height / 2 };
}
