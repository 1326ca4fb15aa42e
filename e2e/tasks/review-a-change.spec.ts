import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { git } from '../../shared/testing/git.ts';
import { bakery } from '../designs.ts';
import { boxOf, expect, type Planner, test } from '../planner.ts';

/** The bakery after somebody's proposal: an arrow that opens the kitchen from outside, one workload more, one namespace less. */
const proposal = bakery
  .replace('  office: {cluster: prod, zone: app, owner: team-office}\n', '')
  .replace(
    'workloads:\n',
    'workloads:\n  scale:\n    namespace: kitchen\n    labels: {app: scale}\n    owner: team-kitchen\n',
  )
  .replace('{access: allow-only, services: [8080/tcp], severity: high}', '{access: allow-all, severity: high}')
  .replace('ports: [{port: http}]', 'ports: all')
  .replace('replicas: 2', 'replicas: 4');

test('what changed since the last save is listed under its edit, marked on the picture, and shown line by line', async ({
  planner,
}) => {
  await planner.openDesign(bakery);
  await planner.find('flow', 'counter-oven');
  await planner.fill('ports', 'all');
  await planner.find('workload', 'oven');
  await planner.fill('id', 'bread-oven');
  await planner.find('namespace', 'office');
  await planner.press('Delete');
  await expect(planner.shape('namespace', 'office')).toHaveCount(0);

  await planner.review();
  await expect(planner.page.getByTestId('review-before-side')).toContainText('saved state');
  const flow = planner.reviewEntry('flow', 'counter-oven');
  await expect(flow).toBeVisible();
  // Renamed, not removed and added.
  await expect(planner.reviewEntry('workload', 'bread-oven')).toBeVisible();
  await expect(planner.reviewEntry('workload', 'oven')).toHaveCount(0);

  await flow.click();
  await expect(planner.page.getByTestId('review-values')).toContainText('all');
  await expect(planner.page.getByTestId('review-design-lines')).toContainText('ports: all');
  await expect(planner.flow('counter-oven')).toHaveClass(/flow-changed/);
  await expect(planner.shape('namespace', 'office')).toHaveClass(/review-removed/);

  // A shape on the picture leads to its entry.
  await planner.click(planner.shape('workload', 'bread-oven'));
  await expect(planner.reviewEntry('workload', 'bread-oven')).toHaveAttribute('aria-selected', 'true');

  // The design goes on, and the review with it.
  await planner.goTo('design');
  await planner.undo();
  await planner.review();
  await expect(planner.shape('namespace', 'office')).not.toHaveClass(/review-removed/);
});

test('a whole review in git, by mouse: compare, filter, look, decide, comment, and find it again', async ({
  planner,
}) => {
  const path = await proposed(planner);
  await planner.open(path);
  await planner.review('First drawing');
  await expect(planner.page.getByTestId('review-before-side')).toContainText('First drawing');
  await expect(planner.reviewEntry('flow', 'counter-oven')).toBeVisible();

  // Filters: by class, by zone, by text, and back to everything.
  const entries = planner.page.getByTestId('review-entries');
  await planner.page.getByTestId('review-search').fill('office');
  await expect(planner.reviewEntry('flow', 'counter-oven')).toHaveCount(0);
  await expect(planner.reviewEntry('namespace', 'office')).toBeVisible();
  await planner.page.getByTestId('review-search').fill('');
  await planner.page.getByTestId('review-zone').selectOption('dmz');
  await expect(planner.reviewEntry('namespace', 'office')).toHaveCount(0);
  await planner.page.getByTestId('review-zone').selectOption('');
  await planner.page.getByTestId('review-class-opens').click();
  await expect(entries.getByRole('option').first()).toContainText('opens');
  await expect(planner.reviewEntry('namespace', 'office')).toHaveCount(0);
  await planner.page.getByTestId('review-class-opens').click();

  // Every version on the picture.
  await planner.reviewEntry('flow', 'counter-oven').click();
  await expect(planner.shape('workload', 'scale')).toHaveClass(/review-added/);
  await planner.page.getByTestId('review-before').click();
  await expect(planner.shape('workload', 'scale')).toHaveCount(0);
  await expect(planner.shape('namespace', 'office')).toBeVisible();
  await planner.page.getByTestId('review-after').click();
  await expect(planner.shape('namespace', 'office')).toHaveCount(0);
  await planner.page.getByTestId('review-split').click();
  await expect(planner.canvas).toHaveCount(2);
  await planner.page.getByTestId('review-show-slider').click();
  const slider = planner.page.getByTestId('review-slider');
  const line = await boxOf(slider);
  const stage = await boxOf(planner.page.getByTestId('review-slider-view'));
  await planner.drag(
    { x: line.x + line.width / 2, y: line.y + 60 },
    { x: stage.x + stage.width * 0.25, y: line.y + 60 },
  );
  await expect(slider).toHaveAttribute('aria-valuenow', '25');
  await planner.page.getByTestId('review-both').click();

  // Decide and comment: it stands in a file beside the design at once.
  await planner.reviewEntry('flow', 'counter-oven').click();
  await planner.page.getByTestId('review-comment').fill('Which port does the counter need?');
  await planner.page.getByTestId('review-reject').click();
  await expect(planner.reviewEntry('flow', 'counter-oven')).toHaveAttribute('data-state', 'rejected');
  const file = join(planner.app.folder, 'design.review.yaml');
  await expect.poll(() => readFile(file, 'utf8').catch(() => '')).toContain('verdict: rejected');
  expect(await readFile(file, 'utf8')).toContain('comment: Which port does the counter need?');
  // The words of a line that changed are marked, and the rest of the edit is decided at once.
  await planner.reviewEntry('flow', 'counter-oven').click();
  await expect(planner.page.getByTestId('review-design-lines').locator('mark')).toContainText(['http', 'all']);
  await planner.page.getByTestId('review-edit-rejected').click();
  const heading = planner.page.getByTestId('review-group-flow:counter-oven');
  await expect(heading).toContainText(/(\d+)\/\1$/);

  // Another day, another window.
  await planner.app.restart();
  await planner.open(path);
  await planner.review();
  await planner.page.getByTestId('review-resume').click();
  await expect(planner.page.getByTestId('review-before-side')).toContainText('First drawing');
  await expect(planner.reviewEntry('flow', 'counter-oven')).toHaveAttribute('data-state', 'rejected');
  await planner.reviewEntry('flow', 'counter-oven').click();
  await expect(planner.page.getByTestId('review-comment')).toHaveValue('Which port does the counter need?');
});

test('a whole review in git, by keyboard alone, and what no longer applies after the design went on', async ({
  planner,
}) => {
  const path = await proposed(planner);
  await planner.open(path);
  await expect(planner.canvas).toBeVisible();
  await planner.press('Control+4');
  await expect(planner.page.getByTestId('review-list')).toBeVisible();
  // Who types fast is done before the history is read; in the browser it can be held back until then.
  let readOn = () => {};
  const isTyped = new Promise<void>((done) => {
    readOn = done;
  });
  await planner.page.route('**/rpc/git:history', (route) => isTyped.then(() => route.continue()));
  await planner.press('b');
  await expect(planner.page.getByTestId('review-chooser-input')).toBeFocused();
  await planner.type('first drawing ann');
  await planner.press('Enter');
  readOn();
  await expect(planner.page.getByTestId('review-before-side')).toContainText('First drawing');
  await expect(planner.page.getByTestId('review-progress')).toContainText('0 of');

  await planner.press('j');
  await expect(planner.reviewDetails).toBeVisible();
  const title = planner.reviewDetails.getByRole('heading', { level: 2 });
  const first = await title.textContent();
  await planner.press('j');
  await expect(title).not.toHaveText(first ?? '');
  await planner.press('k');
  await expect(title).toHaveText(first ?? '');

  await planner.press('4');
  await expect(planner.page.getByTestId('review-slider-view')).toBeVisible();
  await planner.page.getByTestId('review-slider').focus();
  await planner.press('Home');
  await expect(planner.page.getByTestId('review-slider')).toHaveAttribute('aria-valuenow', '0');
  await planner.press('Shift+ArrowRight');
  await expect(planner.page.getByTestId('review-slider')).toHaveAttribute('aria-valuenow', '10');
  await planner.press('Tab');
  await planner.press('1');

  // A comment, a rejection, then everything else accepted one after the other.
  await planner.press('c');
  await expect(planner.page.getByTestId('review-comment')).toBeFocused();
  await planner.type('Not like this.');
  await planner.press('Escape');
  // Where a screen reader tells each difference that is walked to.
  await expect(planner.page.getByTestId('review-entries')).toBeFocused();
  await planner.press('x');
  await planner.seesReviewed(/^1 of \d+ reviewed$/);
  const total = Number(/of (\d+)/.exec((await planner.page.getByTestId('review-progress').textContent()) ?? '')?.[1]);
  for (let done = 2; done <= total; done += 1) {
    await planner.press('a');
    await planner.seesReviewed(new RegExp(`^${done} of ${total} reviewed$`));
  }
  // Undecided again, and next open goes there.
  await planner.press('u');
  await planner.seesReviewed(new RegExp(`^${total - 1} of ${total} reviewed$`));
  await planner.press('n');
  await planner.press('a');
  await planner.seesReviewed(new RegExp(`^${total} of ${total} reviewed$`));

  // Every decision is on disk before the window is taken away.
  await expect.poll(() => decisionsIn(join(planner.app.folder, 'design.review.yaml'))).toBe(total);

  // The author changes the proposal: what was accepted about it counts no longer, the rest does.
  await planner.commitFile('design.zones.yaml', proposal.replace('replicas: 4', 'replicas: 9'), 'More counters');
  await planner.app.restart();
  await planner.open(path);
  await planner.review('First drawing');
  await expect(planner.page.getByTestId('review-stale')).toContainText('changed');
  await expect(planner.reviewEntry('workload', 'counter')).toHaveAttribute('data-state', 'changed');
  await expect(planner.reviewEntry('namespace', 'office')).toHaveAttribute('data-state', 'accepted');
});

test('the sides can be swapped, and be another file or two revisions, of which neither is open', async ({
  planner,
}) => {
  const path = await proposed(planner);
  await planner.open(path);
  await planner.review('First drawing');
  await expect(planner.shape('workload', 'scale')).toHaveClass(/review-added/);
  await planner.page.getByTestId('review-swap').click();
  await expect(planner.page.getByTestId('review-after-side')).toContainText('First drawing');
  await expect(planner.shape('workload', 'scale')).toHaveClass(/review-removed/);

  await planner.compareWith('before', 'v1');
  await planner.compareWith('after', 'First drawing');
  await expect(planner.page.getByTestId('review-list')).toContainText('No difference');

  const other = await planner.putFile('other.zones.yaml', bakery.replace('replicas: 2', 'replicas: 8'));
  await planner.page.getByTestId('review-after-side').click();
  await planner.app.answerOpen(other, () => planner.page.getByTestId('review-side-file').click());
  await expect(planner.page.getByTestId('review-after-side')).toContainText('other.zones.yaml');
  await expect(planner.reviewEntry('workload', 'counter')).toBeVisible();
});

test('the review of a large design lists everything, and a key in the design does not wait for it', async ({
  planner,
}) => {
  const names = Array.from({ length: 300 }, (_, n) => `w${n}`);
  const many = (replicas: number) =>
    bakery.replace(
      'workloads:\n',
      `workloads:\n${names.map((n) => `  ${n}: {namespace: kitchen, labels: {app: ${n}}, replicas: ${replicas}, owner: team-kitchen}`).join('\n')}\n`,
    );
  const path = await planner.putFile('design.zones.yaml', many(3));
  const older = await planner.putFile('older.zones.yaml', many(2));
  await planner.open(path);
  await planner.review();
  await planner.page.getByTestId('review-before-side').click();
  await planner.app.answerOpen(older, () => planner.page.getByTestId('review-side-file').click());
  await expect(planner.page.getByTestId('review-progress')).toContainText('of 300');
  // Only the rows in view are there, and the last one is reached.
  expect(await planner.page.getByTestId('review-entries').getByRole('option').count()).toBeLessThan(80);
  await planner.page.getByTestId('review-entries').focus();
  await planner.press('End');
  await expect(planner.page.getByTestId('review-entries').getByRole('option', { selected: true })).toBeInViewport();
});

/** How many decisions a review's file holds. */
async function decisionsIn(file: string): Promise<number> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.match(/^ {4}verdict: (?:accepted|rejected)$/gm)?.length ?? 0;
}

/** A repository with the first drawing, tagged v1, and the proposal on top. */
async function proposed(planner: Planner): Promise<string> {
  await planner.commitFile('design.zones.yaml', bakery, 'First drawing');
  git(planner.app.folder, 'tag', 'v1');
  return planner.commitFile('design.zones.yaml', proposal, 'Proposal');
}

test('magnified to twice its size, problems keep their words, and a review shows its picture and details', async ({
  planner,
}) => {
  const path = await proposed(planner);
  await planner.open(path);
  await planner.seesAnalysis();
  await planner.page.setViewportSize({ width: 720, height: 450 });
  for (const words of ['.problem__title', '.problem__text']) {
    const { width } = await boxOf(planner.page.getByTestId('problems').locator(words).first());
    expect(width).toBeGreaterThan(120);
  }
  await planner.review('First drawing');
  await planner.reviewEntry('flow', 'counter-oven').click();
  const [list, picture, details] = await Promise.all(
    [planner.page.getByTestId('review-list'), planner.canvas, planner.reviewDetails].map(boxOf),
  );
  expect(picture?.x).toBeGreaterThanOrEqual((list?.x ?? 0) + (list?.width ?? 0));
  expect(picture?.width).toBeGreaterThan(300);
  expect(picture?.height).toBeGreaterThan(100);
  expect(details?.y).toBeGreaterThanOrEqual((picture?.y ?? 0) + (picture?.height ?? 0));
  await expect(planner.page.getByTestId('review-accept')).toBeInViewport();
});

test('two folders of manifests are compared object by object, and by what their policies allow', async ({
  planner,
}) => {
  await planner.openDesign(bakery);
  await planner.seesAnalysis();
  const older = join(planner.app.folder, 'older');
  await planner.previewExport(older);
  await planner.writeExport();
  await planner.find('flow', 'counter-oven');
  await planner.press('Escape');
  await planner.page.getByTestId('canvas').focus();
  await planner.find('flow', 'counter-oven');
  await planner.page.getByTestId('canvas').focus();
  await planner.press('Delete');
  await expect(planner.flow('counter-oven')).toHaveCount(0);
  await planner.seesAnalysis();
  const newer = join(planner.app.folder, 'newer');
  await planner.previewExport(newer);
  await planner.writeExport();

  await planner.review();
  const choose = async (side: 'before' | 'after', folder: string) => {
    await planner.page.getByTestId(`review-${side}-side`).click();
    await planner.app.answerFolder(folder, () => planner.page.getByTestId('review-side-folder').click());
    await expect(planner.page.getByTestId(`review-${side}-side`)).toContainText(folder.split('/').at(-1) ?? '');
  };
  await choose('before', older);
  await choose('after', newer);
  await expect(planner.page.getByTestId('review-class-closes')).toBeVisible();
  // Both are drawn as they would be imported, with the arrow that is gone.
  await expect(planner.shape('workload', 'web/counter[Deployment]')).toBeVisible();
  await expect(planner.shape('zone', 'dmz')).toBeVisible();
  await expect(planner.page.locator('.flow-removed').first()).toBeVisible();
  await planner.page.getByTestId('review-after').click();
  await expect(planner.page.locator('.flow-removed')).toHaveCount(0);
  await planner.page.getByTestId('review-both').click();
  // A shape leads to what changed about it, and an entry to its shape.
  await planner.click(planner.shape('workload', 'kitchen/oven[Deployment]'));
  await expect(planner.reviewDetails).toContainText('oven');
  // What a policy closes is told with the policy and its lines.
  await planner.page.getByTestId('review-class-closes').click();
  await planner.page.getByTestId('review-entries').getByRole('option').first().click();
  await expect(planner.page.getByTestId('review-manifest')).toContainText('name: counter-oven-out');
  await expect(planner.reviewDetails.getByRole('button', { name: /NetworkPolicy .* removed$/ }).first()).toBeVisible();
  await planner.page.getByTestId('review-class-closes').click();
  await planner.page.getByTestId('review-layer-manifest').click();
  await planner.page.getByTestId(/^review-row-manifest-.*counter-oven-out/).click();
  await expect(planner.page.getByTestId('review-file-diff')).toContainText('NetworkPolicy');
  await planner.press('a');
  await planner.seesReviewed(/^1 of/);
});
