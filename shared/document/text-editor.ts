/**
 * Collects edits of a text by offsets and applies them at once. It knows lines, comments and line ends; what the values
 * mean is the patcher's business.
 */
import type { YamlEntry, YamlMap, YamlNode } from '../lib/yaml.ts';
import type { Layout, WrittenValue } from './write.ts';

/** An entry of a map or an item of a list, with its place. */
export interface Slot {
  /** The key, the `?` of an explicit key, the dash, or the item of a flow list. */
  readonly start: number;
  readonly end: number;
  readonly node: YamlNode;
  readonly isFlow: boolean;
  /** Offset behind the colon or dash. */
  readonly valueStart: number;
  readonly key?: YamlNode;
  readonly name?: string;
}

export function entrySlot(entry: YamlEntry, isFlow: boolean, text: string): Slot {
  const { key, name, value, colonEnd } = entry;
  const start = entry.isExplicit ? text.lastIndexOf('?', key.start - 1) : key.start;
  return {
    start,
    end: Math.max(value.end, colonEnd),
    node: value,
    isFlow,
    valueStart: colonEnd,
    key,
    ...(name !== undefined && { name }),
  };
}

export function itemSlot(node: YamlNode, dash: number | undefined): Slot {
  const start = dash ?? node.start;
  return {
    start,
    end: dash === undefined ? node.end : Math.max(node.end, dash + 1),
    node,
    isFlow: dash === undefined,
    valueStart: dash === undefined ? start : dash + 1,
  };
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export class TextEditor {
  readonly layout: Layout;
  readonly text: string;
  private readonly eol: string;
  private readonly edits: Edit[] = [];

  constructor(text: string, root: YamlMap) {
    this.text = text;
    this.eol = /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
    this.layout = { step: this.stepOf(root) };
  }

  apply(): string {
    const order = this.edits
      .map((edit, i) => ({ ...edit, i }))
      .sort((a, b) => a.start - b.start || Number(a.end > a.start) - Number(b.end > b.start) || a.i - b.i);
    const parts: string[] = [];
    let at = 0;
    for (const { start, end, text } of order) {
      if (start > at) parts.push(this.text.slice(at, start));
      parts.push(text);
      at = Math.max(at, end);
    }
    parts.push(this.text.slice(at));
    return this.withSameEnd(parts.join(''));
  }

  replace(start: number, end: number, text: string): void {
    this.edits.push({ start, end, text });
  }

  /** Unless the place is edited already. */
  replaceUntouched(start: number, end: number, text: string): void {
    if (!this.edits.some((edit) => edit.start <= start && end <= edit.end)) this.replace(start, end, text);
  }

  /** Puts a value that stands on one line in the place of another. */
  replaceInline(slot: Slot, text: string): void {
    const { node, valueStart } = slot;
    const isEmpty = node.type === 'scalar' && node.style === 'empty';
    if (!isEmpty) this.replace(node.start, node.end, text);
    else if (slot.key !== undefined && this.text[valueStart - 1] !== ':')
      this.replace(valueStart, valueStart, `: ${text}`);
    else this.replace(valueStart, Math.max(node.end, valueStart), ` ${text}`);
  }

  /** Puts a value of any form in the place of another in a block collection. A comment behind the value stays. */
  replaceValue(slot: Slot, written: WrittenValue): void {
    const end = Math.max(slot.node.end, slot.valueStart);
    this.replace(slot.valueStart, end, written.head);
    if (written.lines.length > 0) this.insertBelow(end, written.lines);
  }

  /** Removes and adds slots of one collection. `inserts` names, by slot index (-1: the front), what comes behind it. */
  edit(
    node: YamlNode,
    slots: readonly Slot[],
    removed: ReadonlySet<number>,
    inserts: ReadonlyMap<number, readonly string[]>,
    render: (key: string) => string[],
  ): void {
    const kept = slots.flatMap((_, i) => (removed.has(i) ? [] : [i]));
    if ((node.type === 'map' || node.type === 'list') && node.isFlow)
      this.editFlow(node, slots, removed, kept, inserts, render);
    else this.editBlock(slots, removed, kept, inserts, render);
  }

  /** Turns an entry into a comment that keeps its text; false where the place does not allow it. */
  commentOut(slot: Slot): boolean {
    const isContainer =
      slot.node.type === 'map' ? slot.node.entries.length > 0 : slot.node.type === 'list' && slot.node.items.length > 0;
    if (!isContainer || slot.isFlow || this.isCompact(slot)) return false;
    const column = this.columnOf(slot.start);
    for (let line = this.lineStart(slot.start); line < slot.end; line = this.lineEnd(line)) {
      const content = this.text.slice(line, this.lineEnd(line));
      if (content.trim() !== '') {
        const at = line + Math.min(column, content.length - content.trimStart().length);
        this.replace(at, at, '# ');
      }
      if (this.lineEnd(line) === line) break;
    }
    return true;
  }

  /** Counted from 0. */
  columnOf(offset: number): number {
    return offset - this.lineStart(offset);
  }

  private editFlow(
    node: YamlNode,
    slots: readonly Slot[],
    removed: ReadonlySet<number>,
    kept: readonly number[],
    inserts: ReadonlyMap<number, readonly string[]>,
    render: (key: string) => string[],
  ): void {
    const textOf = (keys: readonly string[] | undefined): string => (keys ?? []).flatMap(render).join(', ');
    const first = slots[0];
    const last = slots.at(-1);
    const lastKept = slots[kept.at(-1) ?? -1];
    if (first === undefined || last === undefined) {
      this.replace(node.end - 1, node.end - 1, textOf(inserts.get(-1)));
      return;
    }
    if (lastKept === undefined) {
      this.replace(first.start, last.end, textOf([...inserts.values()].flat()));
      return;
    }
    for (const [place, keys] of inserts) {
      const slot = slots[place];
      if (slot === undefined) this.replace(first.start, first.start, `${textOf(keys)}, `);
      else this.replace(slot.end, slot.end, `, ${textOf(keys)}`);
    }
    for (const i of removed) {
      const next = slots[i + 1];
      const slot = slots[i];
      if (slot !== undefined && next !== undefined && slot.start < lastKept.start)
        this.replace(slot.start, next.start, '');
    }
    if (lastKept.end < last.end) this.replace(lastKept.end, last.end, '');
  }

  private editBlock(
    slots: readonly Slot[],
    removed: ReadonlySet<number>,
    kept: readonly number[],
    inserts: ReadonlyMap<number, readonly string[]>,
    render: (key: string) => string[],
  ): void {
    const first = slots[0];
    const last = slots.at(-1);
    if (first === undefined || last === undefined) return;
    const isCompact = this.isCompact(first);
    const firstKept = kept[0];
    if (firstKept === undefined) {
      const lines = [...inserts.values()].flat().flatMap(render);
      if (isCompact) this.replace(first.start, last.end, lines.join(this.eol).trimStart());
      else {
        const start = this.removeLines(slots);
        this.replace(start, start, this.asLines(lines, start));
      }
      return;
    }
    for (const [place, keys] of inserts) {
      const lines = keys.flatMap(render);
      const slot = slots[place] ?? (isCompact || removed.has(0) ? slots[firstKept] : undefined);
      if (slot === undefined) {
        const start = this.columnOf(first.start) === 0 ? this.lineStart(first.start) : this.attachedStart(first);
        this.replace(start, start, this.asLines(lines, start));
      } else this.insertAt(this.entryEnd(slot), lines);
    }
    const target = slots[firstKept];
    const skipped = isCompact && removed.has(0) ? firstKept : 0;
    if (skipped > 0 && target !== undefined) this.replace(first.start, target.start, '');
    this.removeLines([...removed].filter((i) => i >= skipped).flatMap((i) => slots[i] ?? []));
  }

  /** Returns where the first of them began. */
  private removeLines(slots: readonly Slot[]): number {
    const starts = slots.map((slot) => {
      const start = this.attachedStart(slot);
      this.replace(start, this.entryEnd(slot), '');
      return start;
    });
    return Math.min(...starts);
  }

  private insertBelow(offset: number, lines: readonly string[]): void {
    this.insertAt(this.lineEnd(offset), lines);
  }

  private insertAt(offset: number, lines: readonly string[]): void {
    this.replace(offset, offset, this.asLines(lines, offset));
  }

  private asLines(lines: readonly string[], offset: number): string {
    const body = lines.join(this.eol);
    const isAfterBreak = offset === 0 || /[\n\r\uFEFF]/.test(this.text[offset - 1] ?? '');
    return isAfterBreak ? body + this.eol : this.eol + body;
  }

  /** The start of the comment that stands directly above the slot, at its own column. */
  private attachedStart(slot: Slot): number {
    const column = this.columnOf(slot.start);
    let start = this.lineStart(slot.start);
    while (start > this.firstOffset()) {
      const above = this.lineStart(
        start - 1 - (this.text[start - 1] === '\n' && this.text[start - 2] === '\r' ? 1 : 0),
      );
      const line = this.text.slice(above, start);
      if (!line.trimStart().startsWith('#') || line.length - line.trimStart().length !== column) break;
      start = above;
    }
    return start;
  }

  /** Behind the slot's last line and the comments that stand below it further to the right. */
  private entryEnd(slot: Slot): number {
    const column = this.columnOf(slot.start);
    let end = this.lineEnd(slot.end);
    let at = end;
    while (at < this.text.length) {
      const next = this.lineEnd(at);
      const line = this.text.slice(at, next);
      const content = line.trimStart();
      if (content.startsWith('#') && line.length - content.length > column) end = next;
      else if (content !== '') break;
      at = next;
    }
    return end;
  }

  private isCompact(slot: Slot): boolean {
    return this.text.slice(this.lineStart(slot.start), slot.start).trim() !== '';
  }

  private lineStart(offset: number): number {
    let at = offset;
    while (at > this.firstOffset() && !isBreak(this.text.charCodeAt(at - 1))) at -= 1;
    return at;
  }

  /** Behind the line break. */
  private lineEnd(offset: number): number {
    let at = offset;
    while (at < this.text.length && !isBreak(this.text.charCodeAt(at))) at += 1;
    if (this.text[at] === '\r' && this.text[at + 1] === '\n') return at + 2;
    return Math.min(at + 1, this.text.length);
  }

  private firstOffset(): number {
    return this.text.startsWith('\uFEFF') ? 1 : 0;
  }

  private withSameEnd(result: string): string {
    const hadEnd = /[\n\r]$/.test(this.text);
    const hasEnd = /[\n\r]$/.test(result);
    if (hadEnd === hasEnd) return result;
    return hadEnd ? result + this.eol : result.replace(/(?<![\r\n])[\r\n]+$/, '');
  }

  /** The file's own indentation: that of the first nested block map or list. */
  private stepOf(root: YamlMap): number {
    for (const { value } of root.entries) {
      if (value.type !== 'map' || value.isFlow || value.entries[0] === undefined) continue;
      const column = this.columnOf(value.entries[0].key.start);
      if (column > 0 && column <= 8) return column;
    }
    return 2;
  }
}

function isBreak(code: number): boolean {
  return code === 10 || code === 13;
}
