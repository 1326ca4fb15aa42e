/**
 * The application in the words of its users: what they do, and what they then see. Specs speak only this, so that a
 * change of the window is a change of this file. Every wait is for something to be seen, never for time to pass.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { load } from 'js-yaml';
import { git } from '../shared/testing/git.ts';
import { type App, test as base, expect } from './fixtures.ts';

export { expect };

export const test = base.extend<{ planner: Planner }>({
  planner: async ({ app }, use) => {
    await use(new Planner(app));
  },
});

export type Drawable = 'zone' | 'cluster' | 'namespace' | 'workload' | 'external' | 'endpoint';
export type KindWord = Drawable | 'pool' | 'flow' | 'class' | 'runtime';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A parsed design, as far as specs look into it. */
export interface Design {
  readonly metadata: { readonly name: string };
  readonly [section: string]: { readonly [id: string]: unknown } | undefined;
}

export class Planner {
  readonly app: App;

  constructor(app: App) {
    this.app = app;
  }

  get page(): Page {
    return this.app.page;
  }

  // Opening and saving

  async startFromTemplate(id: string): Promise<void> {
    await this.page.getByTestId(`template-${id}`).click();
    await expect(this.canvas).toBeVisible();
  }

  async startEmpty(): Promise<void> {
    await this.page.getByTestId('template-empty').click();
    await expect(this.canvas).toBeVisible();
  }

  /** Puts a design into the test's folder, as if it had been there all the time. */
  async putFile(name: string, text: string): Promise<string> {
    const path = join(this.app.folder, name);
    await writeFile(path, text);
    return path;
  }

  /** Puts a design into the test's folder and commits it there, in a repository that the first commit makes. */
  async commitFile(name: string, text: string, message: string): Promise<string> {
    const path = await this.putFile(name, text);
    const { folder } = this.app;
    git(folder, 'init', '--quiet');
    git(folder, 'add', name);
    git(folder, 'commit', '--quiet', '-m', message);
    return path;
  }

  async open(path: string): Promise<void> {
    await this.app.answerOpen(path, () => this.press('Control+o'));
  }

  /** Puts a design into the folder and opens it. */
  async openDesign(text: string, name = 'design.zones.yaml'): Promise<string> {
    const path = await this.putFile(name, text);
    await this.open(path);
    await expect(this.documentName).toContainText(name);
    await expect(this.canvas).toBeVisible();
    return path;
  }

  async save(): Promise<void> {
    await this.press('Control+s');
    await this.seesSaved();
  }

  async saveAs(path: string): Promise<void> {
    await this.app.answerSave(path, () => this.press('Control+Shift+s'));
    await this.seesSaved();
  }

  async seesSaved(): Promise<void> {
    await expect(this.documentName).not.toContainText(/edited|not saved/);
  }

  async seesUnsavedEdits(): Promise<void> {
    await expect(this.documentName).toContainText('edited');
  }

  /** What another program would read from the file. */
  async designOnDisk(path: string): Promise<Design> {
    return load(await readFile(path, 'utf8')) as Design;
  }

  // Keyboard and menus

  async press(keys: string): Promise<void> {
    await this.page.keyboard.press(keys);
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  undo(): Promise<void> {
    return this.press('Control+z');
  }

  redo(): Promise<void> {
    return this.press('Control+Shift+z');
  }

  /** Runs an action from the command palette, found by what is typed. */
  async command(typed: string, id: string): Promise<void> {
    await this.press('Control+k');
    await this.page.getByTestId('command-palette-input').fill(typed);
    await this.page.getByTestId(`palette-${id}`).click();
    await expect(this.page.getByTestId('command-palette')).toBeHidden();
  }

  /** Searches a record and goes there; it is selected then, and in view. */
  async find(kind: KindWord, id: string): Promise<void> {
    await this.press('Control+f');
    // A node pool is `cluster/pool` in full, and is called by its own part.
    await this.page.getByTestId('command-palette-input').fill(id.split('/').at(-1) ?? id);
    await this.page.getByTestId(`palette-${kind}:${id}`).click();
    await expect(this.page.getByTestId('command-palette')).toBeHidden();
    await expect(this.field('id')).toHaveValue(id.split('/').at(-1) ?? id);
  }

  async goTo(view: 'design' | 'matrix' | 'manifests' | 'review'): Promise<void> {
    await this.page.getByTestId(`view-${view}`).click();
  }

  // What is seen

  get canvas(): Locator {
    return this.page.getByTestId('canvas');
  }

  get inspector(): Locator {
    return this.page.getByTestId('inspector');
  }

  get documentName(): Locator {
    return this.page.getByTestId('document-name');
  }

  get toast(): Locator {
    return this.page.getByTestId('toast');
  }

  /** A shape on the canvas. */
  shape(kind: Drawable, id: string): Locator {
    return this.page.getByTestId(`node-${kind}-${id}`);
  }

  flow(id: string): Locator {
    return this.page.getByTestId(`flow-${id}`);
  }

  field(name: string): Locator {
    return this.page.getByTestId(`field-${name}`);
  }

  problem(rule: string): Locator {
    return this.page.getByTestId(`problem-${rule}`);
  }

  outlineRow(kind: KindWord, id: string): Locator {
    return this.page.getByTestId(`outline-${kind}-${id}`);
  }

  /** The rules and the compiler have answered for what is drawn now. */
  async seesAnalysis(): Promise<void> {
    await expect(this.page.getByTestId('status-bundle')).not.toHaveClass(/is-dim/);
  }

  /** The proof has answered for what is drawn now. */
  async seesProof(text: string | RegExp): Promise<void> {
    const proof = this.page.getByTestId('status-proof');
    await expect(proof).not.toHaveClass(/is-dim/);
    await expect(proof).toContainText(text);
  }

  // Drawing

  /** A place on the bare canvas, as fractions of its width and height. */
  async at(fractionX: number, fractionY: number): Promise<Point> {
    const box = await boxOf(this.canvas);
    return { x: box.x + box.width * fractionX, y: box.y + box.height * fractionY };
  }

  async drag(from: Point, to: Point): Promise<void> {
    const { mouse } = this.page;
    await mouse.move(from.x, from.y);
    await mouse.down();
    await mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
    await mouse.move(to.x, to.y, { steps: 4 });
    await mouse.up();
  }

  /** Gives the window a touch screen, before a design is opened in it; the answer is a finger: it drags, or without `to` taps. */
  async finger(): Promise<(from: Point, to?: Point) => Promise<void>> {
    const devices = await this.page.context().newCDPSession(this.page);
    await devices.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 1 });
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: Point[]) =>
      devices.send('Input.dispatchTouchEvent', { type, touchPoints });
    return async (from, to) => {
      await touch('touchStart', [from]);
      for (const share of to === undefined ? [] : [0.25, 0.5, 0.75, 1]) {
        const { x, y } = to ?? from;
        await touch('touchMove', [{ x: from.x + (x - from.x) * share, y: from.y + (y - from.y) * share }]);
      }
      await touch('touchEnd', []);
    };
  }

  async drawZone(from: Point, to: Point, name: string): Promise<void> {
    await this.page.getByTestId('tool-zone').click();
    await expect(this.page.getByTestId('draw-layer')).toBeVisible();
    await this.drag(from, to);
    await this.nameIt(name);
  }

  /** Types the name that the canvas asks for right after drawing. */
  async nameIt(name: string): Promise<void> {
    const input = this.canvas.getByLabel('Name', { exact: true });
    await expect(input).toBeFocused();
    await input.fill(name);
    await this.press('Enter');
    await expect(input).toBeHidden();
  }

  /** Drags something from the palette onto a shape or a place. */
  async dropFromPalette(kind: Drawable, target: Locator, name: string): Promise<void> {
    const box = await boxOf(target);
    const canvas = await boxOf(this.canvas);
    await this.page.getByTestId(`tool-${kind}`).dragTo(this.canvas, {
      targetPosition: { x: box.x - canvas.x + box.width / 2, y: box.y - canvas.y + Math.min(box.height / 2, 14) },
    });
    await this.nameIt(name);
  }

  /** Picks a tool by its key and clicks where the thing shall be. */
  async placeByKey(key: string, at: Point, name: string): Promise<void> {
    await this.press(key);
    await expect(this.page.getByTestId('draw-layer')).toBeVisible();
    await this.page.mouse.click(at.x, at.y);
    await this.nameIt(name);
  }

  /** Drags from a handle of one shape onto another; the canvas asks for ports then. */
  async connect(from: Locator, to: Locator): Promise<void> {
    await from.hover();
    const handle = from.locator('[data-handleid="bottom"]');
    const start = centre(await boxOf(handle));
    const end = centre(await boxOf(to));
    await this.drag(start, end);
    await expect(this.portEditor).toBeVisible();
  }

  get portEditor(): Locator {
    return this.page.getByTestId('port-editor');
  }

  async typePorts(text: string): Promise<void> {
    const input = this.portEditor.getByRole('textbox');
    await expect(input).toBeFocused();
    await input.fill(text);
    await this.press('Enter');
  }

  async click(shape: Locator, options: { readonly extend?: boolean } = {}): Promise<void> {
    await shape.click({ position: { x: 12, y: 8 }, ...(options.extend && { modifiers: ['Shift'] }) });
  }

  /** Opens the context menu of a shape and chooses an action. */
  async chooseFromMenu(shape: Locator, action: string): Promise<void> {
    await shape.click({ button: 'right', position: { x: 12, y: 8 } });
    await this.page.getByTestId('context-menu').getByTestId(`menu-${action}`).click();
  }

  /** Writes a value into a field of the inspector and leaves it. */
  async fill(name: string, value: string): Promise<void> {
    const input = this.field(name);
    await input.fill(value);
    await input.blur();
  }

  async choose(name: string, value: string): Promise<void> {
    await this.field(name).selectOption(value);
  }

  // Exporting

  /** Exports into a folder and stops at the preview. */
  async previewExport(folder: string): Promise<void> {
    await this.press('Control+e');
    await expect(this.page.getByTestId('export-folder')).toBeEnabled();
    await this.app.answerFolder(folder, () => this.page.getByTestId('export-folder').click());
    await expect(this.page.getByTestId('export-counts')).toBeVisible();
  }

  get exportCounts(): Locator {
    return this.page.getByTestId('export-counts');
  }

  /** Writes what the preview shows and closes the dialog. */
  async writeExport(): Promise<void> {
    await this.page.getByTestId('export-write').click();
    await expect(this.page.getByTestId('export-done')).toBeVisible();
    await this.page.getByTestId('export-close').click();
    await expect(this.page.getByTestId('export-dialog')).toBeHidden();
  }

  async closeDialog(): Promise<void> {
    await this.press('Escape');
    await expect(this.page.getByRole('dialog')).toHaveCount(0);
  }

  // Observed flows

  /** Opens a log of observed flows from a path; `ask` does what opens the chooser, by default a click on its button. */
  async openFlowLog(
    path: string | readonly string[],
    ask = () => this.page.getByTestId('observed-open').click() as Promise<unknown>,
  ): Promise<void> {
    const chooser = this.page.waitForEvent('filechooser');
    await ask();
    await (await chooser).setFiles(typeof path === 'string' ? path : [...path]);
  }

  /** `sender receiver port/PROTOCOL`, or `flow ID` for one that was never seen. */
  observedEntry(id: string): Locator {
    return this.page.getByTestId(`observed-entry-${id}`);
  }

  flowLabel(id: string): Locator {
    return this.page.getByTestId(`flow-label-${id}`);
  }

  /** Drops a file on the middle of the window. */
  async drop(name: string, text: string): Promise<void> {
    const dataTransfer = await this.page.evaluateHandle(
      ([of = '', content = '']) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([content], of));
        return transfer;
      },
      [name, text],
    );
    for (const event of ['dragover', 'drop']) await this.canvas.dispatchEvent(event, { dataTransfer });
  }

  // Reviewing

  /** Opens the review; with words, chooses the revision that they find as the older side. */
  async review(words?: string): Promise<void> {
    await this.goTo('review');
    await expect(this.page.getByTestId('review-list')).toBeVisible();
    if (words !== undefined) await this.compareWith('before', words);
  }

  /** Chooses a side by mouse: finds it by words, and clicks the first that is found. */
  async compareWith(side: 'before' | 'after', words: string): Promise<void> {
    await this.page.getByTestId(`review-${side}-side`).click();
    await this.page.getByTestId('review-chooser-input').fill(words);
    await this.page.getByTestId('review-chooser').getByRole('option').first().click();
    await expect(this.page.getByTestId('review-chooser')).toBeHidden();
  }

  /** The entry for the edit of a record, or for what follows from it in another layer. */
  reviewEntry(kind: string, id: string, layer: 'record' | 'connection' | 'isolation' | 'manifest' = 'record'): Locator {
    return this.page.getByTestId(`review-entry-${layer}-${kind}-${id}`).first();
  }

  get reviewDetails(): Locator {
    return this.page.getByTestId('review-details');
  }

  async seesReviewed(text: RegExp): Promise<void> {
    await expect(this.page.getByTestId('review-progress')).toHaveText(text);
  }
}

export function centre(box: { x: number; y: number; width: number; height: number }): Point {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Where a thing is, once it is there and stands still. */
export async function boxOf(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  await expect(locator).toBeVisible();
  let before = '';
  await expect
    .poll(async () => {
      const now = JSON.stringify(await locator.boundingBox());
      const isStill = now === before && now !== 'null';
      before = now;
      return isStill;
    })
    .toBe(true);
  return JSON.parse(before);
}

/** What the application keeps for its next start: the text of the file of that name, or of all files in that folder. */
export async function keptIn(app: App, name: string): Promise<string> {
  const files = await readdir(app.state, { recursive: true, withFileTypes: true });
  const kept = files
    .filter((f) => f.isFile() && (f.name === name || basename(f.parentPath) === name) && !f.name.startsWith('.'))
    .map((f) => join(f.parentPath, f.name));
  // A file may be replaced or dropped between the listing and the reading.
  return (await Promise.all(kept.map((f) => readFile(f, 'utf8').catch(() => '')))).join('\n');
}

/** Every file below a folder with its text, by path with `/`. */
export async function readTree(folder: string): Promise<Map<string, string>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names
    .filter((n) => n.isFile())
    .map((n) => join(n.parentPath, n.name))
    .sort();
  return new Map(
    await Promise.all(
      files.map(async (f) => [f.slice(folder.length + 1).replaceAll('\\', '/'), await readFile(f, 'utf8')] as const),
    ),
  );
}
