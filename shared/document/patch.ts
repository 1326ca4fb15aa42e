/**
 * Edits a text so that it says `after` where it said `before`, and touches only the ranges concerned. Entries that the
 * text has and `before` has not (they could not be read) are left where they are.
 */
import { isMap } from '../lib/is-map.ts';
import type { YamlAlias, YamlList, YamlMap, YamlNode } from '../lib/yaml.ts';
import { plainValue } from '../lib/yaml-value.ts';
import type { ScalarStyle } from '../lib/yaml-write.ts';
import { diffList, pairRenames } from './difference.ts';
import { equalValues } from './equal.ts';
import type { Shape } from './shape.ts';
import { anyShape, childShape } from './shape.ts';
import type { Slot } from './text-editor.ts';
import { entrySlot, itemSlot, TextEditor } from './text-editor.ts';
import { writeEntry, writeFlow, writeItem, writeKey, writeValue } from './write.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface PatchOptions {
  /** Sections of the root that are written anew instead of being edited in place. */
  readonly rewrite?: ReadonlySet<string>;
}

export function patch(
  text: string,
  root: YamlMap,
  before: Fields,
  after: Fields,
  shape: Shape,
  options: PatchOptions = {},
): string {
  return new Patcher(text, root, options).run(before, after, shape);
}

class Patcher {
  private readonly editor: TextEditor;
  private readonly root: YamlMap;
  private readonly rewrite: ReadonlySet<string>;
  /** Anchored nodes on the way to the node at hand. */
  private readonly anchors: YamlNode[] = [];
  /** Anchored nodes whose value changes or goes, so that their aliases have to be written out. */
  private readonly touched = new Set<YamlNode>();

  constructor(text: string, root: YamlMap, options: PatchOptions) {
    this.editor = new TextEditor(text, root);
    this.root = root;
    this.rewrite = options.rewrite ?? new Set();
  }

  run(before: Fields, after: Fields, shape: Shape): string {
    this.map(this.root, before, after, shape);
    this.writeOutAliases(this.root);
    return this.editor.apply();
  }

  private value(slot: Slot, before: unknown, after: unknown, shape: Shape): void {
    const { node } = slot;
    if (equalValues(before, after)) return;
    if (node.anchor !== undefined) this.anchors.push(node);
    if (node.type === 'map' && isMap(before) && isMap(after) && Object.keys(after).length > 0)
      this.map(node, before, after, shape);
    else if (node.type === 'list' && Array.isArray(before) && Array.isArray(after) && after.length > 0)
      this.list(node, before, after, shape);
    else this.replace(slot, after, shape);
    if (node.anchor !== undefined) this.anchors.pop();
  }

  private map(node: YamlMap, before: Fields, after: Fields, shape: Shape): void {
    const slots = node.entries.map((entry) => entrySlot(entry, node.isFlow, this.editor.text));
    const indexOf = new Map<string, number>();
    for (const [i, slot] of slots.entries())
      if (slot.name !== undefined && !indexOf.has(slot.name)) indexOf.set(slot.name, i);
    const has = (fields: Fields, key: string): boolean => Object.hasOwn(fields, key) && fields[key] !== undefined;

    const removed = new Set<number>();
    const gone = Object.keys(before).filter((key) => has(before, key) && !has(after, key) && indexOf.has(key));
    const added = Object.keys(after).filter((key) => has(after, key) && !has(before, key));
    const renames =
      shape.kind === 'map'
        ? pairRenames(
            gone,
            added.filter((key) => !indexOf.has(key)),
            before,
            after,
          )
        : new Map<string, string>();
    // A second entry of the same name would come to light if the first went alone.
    const namesakes = (key: string): number[] => slots.flatMap((slot, i) => (slot.name === key ? [i] : []));
    for (const key of gone) for (const i of renames.has(key) ? namesakes(key).slice(1) : namesakes(key)) removed.add(i);

    for (const [from, to] of renames) {
      const slot = slots[indexOf.get(from) ?? -1];
      if (slot?.key === undefined) continue;
      this.editor.replace(slot.key.start, slot.key.end, writeKey(to, node.isFlow, quotesOf(slot.key)));
      this.touchPath();
      this.value(slot, before[from], after[to], childShape(shape, to));
    }
    const renamedTo = new Set(renames.values());
    const inserts = new Map<number, string[]>();
    for (const key of Object.keys(after)) {
      if (!has(after, key) || renamedTo.has(key)) continue;
      const at = indexOf.get(key);
      const slot = at === undefined ? undefined : slots[at];
      const isRewritten = node === this.root && this.rewrite.has(key);
      if (slot !== undefined && at !== undefined && (has(before, key) || isRewritten)) {
        if (isRewritten) this.replace(slot, after[key], childShape(shape, key));
        else this.value(slot, before[key], after[key], childShape(shape, key));
      } else if (slot !== undefined && at !== undefined) {
        if (this.editor.commentOut(slot)) {
          this.touchWithin(slot.node);
          inserts.set(at, [...(inserts.get(at) ?? []), key]);
        } else this.replace(slot, after[key], childShape(shape, key));
      } else if (!equalValues(before[key], after[key])) {
        const place = this.placeFor(key, slots, removed, shape, renames);
        inserts.set(place, [...(inserts.get(place) ?? []), key]);
      }
    }
    if (removed.size === 0 && inserts.size === 0) return;
    this.touchPath();
    for (const i of removed) if (slots[i] !== undefined) this.touchWithin(slots[i].node);
    const indent = slots[0] === undefined ? 0 : this.editor.columnOf(slots[0].start);
    this.editor.edit(node, slots, removed, inserts, (key) =>
      node.isFlow
        ? [`${writeKey(key, true)}: ${writeFlow(after[key], childShape(shape, key))}`]
        : writeEntry(key, after[key], childShape(shape, key), this.editor.layout, indent),
    );
  }

  /** The index of the entry to insert behind, or -1 for the front. */
  private placeFor(
    key: string,
    slots: readonly Slot[],
    removed: ReadonlySet<number>,
    shape: Shape,
    renames: ReadonlyMap<string, string>,
  ): number {
    let place = slots.length - 1;
    if (shape.kind === 'struct') {
      const order = [...shape.fields.keys()];
      const rank = order.indexOf(key);
      const before = slots.flatMap((slot, i) => {
        const other = order.indexOf(renames.get(slot.name ?? '') ?? slot.name ?? '');
        return other !== -1 && other < rank && !removed.has(i) ? [{ i, other }] : [];
      });
      if (rank !== -1) place = before.reduce((best, at) => (at.other > best.other ? at : best), { i: -1, other: -1 }).i;
    }
    while (place >= 0 && removed.has(place)) place -= 1;
    return place;
  }

  private list(node: YamlList, before: readonly unknown[], after: readonly unknown[], shape: Shape): void {
    const slots = node.items.map((item, i) => itemSlot(item, node.dashes[i]));
    const item = childShape(shape, 0);
    const { changed, removed, inserted } = diffList(before, after);
    for (const [from, to] of changed) {
      const slot = slots[from];
      if (slot !== undefined) this.value(slot, before[from], after[to], item);
    }
    if (removed.size === 0 && inserted.size === 0) return;
    this.touchPath();
    for (const i of removed) if (slots[i] !== undefined) this.touchWithin(slots[i].node);
    const indent = slots[0] === undefined ? 0 : this.editor.columnOf(slots[0].start);
    const inserts = new Map([...inserted].map(([place, indexes]) => [place, indexes.map(String)]));
    this.editor.edit(node, slots, removed, inserts, (index) => {
      const value = after[Number(index)];
      return node.isFlow ? [writeFlow(value, item)] : writeItem(value, item, this.editor.layout, indent);
    });
  }

  private replace(slot: Slot, after: unknown, shape: Shape): void {
    const { node } = slot;
    this.touchPath();
    this.touchWithin(node);
    const quotes = typeof after === 'string' ? quotesOf(node) : undefined;
    if (slot.isFlow || quotes !== undefined) {
      this.editor.replaceInline(slot, writeFlow(after, shape, quotes));
      return;
    }
    const column = this.editor.columnOf(slot.start);
    const written =
      slot.key === undefined
        ? this.itemValue(after, shape, column)
        : writeValue(after, shape, this.editor.layout, column, column + slot.key.end - slot.key.start + 1);
    this.editor.replaceValue(slot, written);
  }

  private itemValue(after: unknown, shape: Shape, column: number): { head: string; lines: readonly string[] } {
    const [first = '', ...lines] = writeItem(after, shape, this.editor.layout, column);
    return { head: first.slice(column + 1), lines };
  }

  private touchPath(): void {
    for (const node of this.anchors) this.touched.add(node);
  }

  private touchWithin(node: YamlNode): void {
    if (node.anchor !== undefined) this.touched.add(node);
    if (node.type === 'map') {
      for (const { key, value } of node.entries) {
        this.touchWithin(key);
        this.touchWithin(value);
      }
    } else if (node.type === 'list') for (const item of node.items) this.touchWithin(item);
  }

  /** Aliases of what changed get the value they stood for, so that a change stays where it was made. */
  private writeOutAliases(node: YamlNode): void {
    if (this.touched.size === 0) return;
    if (node.type === 'map') {
      for (const { value } of node.entries) this.writeOutAliases(value);
    } else if (node.type === 'list') {
      for (const item of node.items) this.writeOutAliases(item);
    } else if (node.type === 'alias' && this.isTouched(node)) {
      const { value } = plainValue(node, { duplicates: 'first', merges: false });
      this.editor.replaceUntouched(node.start, node.end, writeFlow(value ?? null, anyShape));
    }
  }

  private isTouched(alias: YamlAlias): boolean {
    return alias.target !== undefined && this.touched.has(alias.target);
  }
}

function quotesOf(node: YamlNode): ScalarStyle['quotes'] {
  return node.type === 'scalar' && (node.style === 'single' || node.style === 'double') ? node.style : undefined;
}
