/**
 * A quick reader for what nearly every manifest is made of: block maps and lists, scalars on one line, small flow
 * collections. It gives exactly the nodes that the full reader gives (a property holds that), about five times as fast,
 * and gives up at the first thing it does not know, so that every fault and every rarity is the full reader's.
 */
import type { YamlEntry, YamlList, YamlMap, YamlNode, YamlScalar } from './yaml-node.ts';
import { resolvePlain, type YamlVersion } from './yaml-scalar.ts';

/** Reads one document after the other of one text; a map's keys are the same ones in most documents. */
export class QuickReader {
  /** Of the line that is read next and holds something: where it starts, where its text starts. */
  private line = 0;
  private at = 0;
  private start = 0;
  private end = 0;
  private readonly keys = new Map<string, string>();
  private readonly text: string;
  private readonly version: YamlVersion;
  private readonly isStrange: boolean;

  constructor(text: string, version: YamlVersion) {
    this.text = text;
    this.version = version;
    this.isStrange = strange.test(text);
  }

  /**
   * The root of the one document between two offsets, with offsets in the whole text; undefined where the full reader is
   * needed.
   */
  read(start: number, end: number): YamlNode | undefined {
    if (this.isStrange && strange.test(this.text.slice(start, end))) return undefined;
    this.start = start;
    this.end = end;
    try {
      return this.root();
    } catch (error) {
      if (error === unknownHere) return undefined;
      throw error;
    }
  }

  private root(): YamlNode {
    const { text, end } = this;
    this.toLine(this.start);
    if (this.at === this.line && text.startsWith('---', this.at)) {
      const rest = this.skipSpaces(this.at + 3);
      if (!this.isLineEnd(rest)) throw unknownHere;
      this.toNextLine(rest);
    }
    if (this.at >= end || this.at !== this.line) throw unknownHere;
    const root = this.block(0, 0);
    if (this.at < end) throw unknownHere;
    return root;
  }

  /** The collection that starts at the current place, in the given column. */
  private block(column: number, level: number): YamlNode {
    if (level > mostLevels) throw unknownHere;
    return this.isDash(this.at) ? this.list(column, level) : this.map(column, level);
  }

  private map(column: number, level: number): YamlMap {
    const { text } = this;
    const entries: YamlEntry[] = [];
    const names = new Names();
    const start = this.at;
    let end = start;
    for (;;) {
      const from = this.at;
      const keyEnd = this.keyEnd(from);
      const source = text.slice(from, keyEnd);
      const name = this.nameOf(source);
      if (!names.add(name)) throw unknownHere;
      const key: YamlScalar = { type: 'scalar', start: from, end: keyEnd, style: 'plain', source, value: name };
      const colonEnd = keyEnd + 1;
      const value = this.valueAfter(colonEnd, column, level, true);
      entries.push({ key, name, value, colonEnd, isExplicit: false });
      end = value.end;
      if (this.at >= this.end) break;
      const next = this.at - this.line;
      if (next < column) break;
      if (next > column || this.isDash(this.at)) throw unknownHere;
    }
    return { type: 'map', start, end, isFlow: false, entries };
  }

  private list(column: number, level: number): YamlList {
    const items: YamlNode[] = [];
    const dashes: number[] = [];
    const start = this.at;
    let end = start;
    for (;;) {
      const from = this.at;
      dashes.push(from);
      const inner = this.skipSpaces(from + 1);
      const isMap = !this.isLineEnd(inner) && this.isKey(inner);
      if (isMap) {
        // The rest of the line is the first line of a map in its own column.
        this.at = inner;
        items.push(this.map(inner - this.line, level + 1));
      } else items.push(this.valueAfter(from + 1, column, level, false));
      end = items[items.length - 1]?.end ?? end;
      if (this.at >= this.end) break;
      const next = this.at - this.line;
      if (next < column) break;
      if (next > column) throw unknownHere;
      // A list may stand in the column of its key, whose map goes on behind it.
      if (!this.isDash(this.at)) break;
    }
    return { type: 'list', start, end, isFlow: false, items, dashes };
  }

  /** What stands behind a colon or a dash: on the same line, or below it and further in. */
  private valueAfter(from: number, column: number, level: number, isOfMap: boolean): YamlNode {
    const at = this.skipSpaces(from);
    if (!this.isLineEnd(at)) {
      const value = this.inline(at, level);
      const rest = this.skipSpaces(value.end);
      if (!this.isLineEnd(rest) || (rest === value.end && this.text.charCodeAt(rest) === hash)) throw unknownHere;
      this.toNextLine(rest);
      // Text that goes on below is part of the value.
      if (this.at < this.end && this.at - this.line > column) throw unknownHere;
      return value;
    }
    if (at === from && this.text.charCodeAt(at) === hash) throw unknownHere;
    this.toNextLine(at);
    if (this.at < this.end) {
      const inner = this.at - this.line;
      if (inner > column || (isOfMap && inner === column && this.isDash(this.at))) return this.block(inner, level + 1);
    }
    return { type: 'scalar', start: from, end: from, style: 'empty', source: '', value: null };
  }

  /** A scalar or a flow collection that begins and ends on one line. */
  private inline(at: number, level: number): YamlNode {
    const code = this.text.charCodeAt(at);
    if (code === openMap || code === openList) return this.flow(at, level + 1);
    if (code === quote || code === apostrophe) return this.quoted(at);
    if (!mayStartPlain(code, this.text.charCodeAt(at + 1))) throw unknownHere;
    let end = at;
    for (let i = at; i < this.end; i += 1) {
      const here = this.text.charCodeAt(i);
      if (here === newline || (here === hash && this.text.charCodeAt(i - 1) === space)) break;
      if (here === colon && isBlank(this.text.charCodeAt(i + 1))) throw unknownHere;
      if (here !== space) end = i + 1;
    }
    if (this.text.charCodeAt(end - 1) === colon) throw unknownHere;
    return this.plain(at, end);
  }

  private plain(start: number, end: number): YamlScalar {
    const source = this.text.slice(start, end);
    if (isText(source.charCodeAt(0))) return { type: 'scalar', start, end, style: 'plain', source, value: source };
    const { value, surprise } = resolvePlain(source, this.version);
    if (surprise !== undefined) throw unknownHere;
    return { type: 'scalar', start, end, style: 'plain', source, value };
  }

  private quoted(start: number): YamlScalar {
    const mark = this.text.charCodeAt(start);
    let at = start + 1;
    for (; ; at += 1) {
      const code = this.text.charCodeAt(at);
      if (at >= this.end || code === newline || (mark === quote && code === 92)) throw unknownHere;
      if (code === mark) break;
    }
    if (this.text.charCodeAt(at + 1) === mark) throw unknownHere;
    const source = this.text.slice(start + 1, at);
    const style = mark === quote ? 'double' : 'single';
    return { type: 'scalar', start, end: at + 1, style, source, value: source };
  }

  private flow(start: number, level: number): YamlMap | YamlList {
    if (level > mostLevels) throw unknownHere;
    const isMap = this.text.charCodeAt(start) === openMap;
    const close = isMap ? closeMap : closeList;
    const entries: YamlEntry[] = [];
    const names = new Names();
    const items: YamlNode[] = [];
    let at = this.skipSpaces(start + 1);
    while (this.text.charCodeAt(at) !== close) {
      if (entries.length + items.length > 0) {
        if (this.text.charCodeAt(at) !== comma) throw unknownHere;
        at = this.skipSpaces(at + 1);
      }
      if (isMap) {
        const entry = this.flowEntry(at, level);
        if (!names.add(entry.name ?? '')) throw unknownHere;
        entries.push(entry);
        at = this.skipSpaces(entry.value.end);
      } else {
        const item = this.flowValue(at, level);
        items.push(item);
        at = this.skipSpaces(item.end);
      }
    }
    const base = { start, end: at + 1, isFlow: true };
    return isMap ? { type: 'map', ...base, entries } : { type: 'list', ...base, items, dashes: [] };
  }

  private flowEntry(from: number, level: number): YamlEntry {
    const end = this.wordEnd(from);
    if (this.text.charCodeAt(end) !== colon || this.text.charCodeAt(end + 1) !== space) throw unknownHere;
    const source = this.text.slice(from, end);
    const name = this.nameOf(source);
    const key: YamlScalar = { type: 'scalar', start: from, end, style: 'plain', source, value: name };
    const value = this.flowValue(this.skipSpaces(end + 1), level);
    return { key, name, value, colonEnd: end + 1, isExplicit: false };
  }

  private flowValue(at: number, level: number): YamlNode {
    const code = this.text.charCodeAt(at);
    if (code === openMap || code === openList) return this.flow(at, level + 1);
    const value = code === quote || code === apostrophe ? this.quoted(at) : this.plain(at, this.wordEnd(at));
    const next = this.text.charCodeAt(this.skipSpaces(value.end));
    if (next !== comma && next !== closeMap && next !== closeList) throw unknownHere;
    return value;
  }

  /** The end of letters, digits and what versions, paths and names have between them. */
  private wordEnd(from: number): number {
    let at = from;
    while (at < this.end && isWord(this.text.charCodeAt(at))) at += 1;
    if (at === from || this.text.charCodeAt(from) === dash) throw unknownHere;
    return at;
  }

  private keyEnd(from: number): number {
    const end = this.wordEnd(from);
    if (this.text.charCodeAt(end) !== colon || !this.isBlankAt(end + 1)) throw unknownHere;
    return end;
  }

  private isKey(from: number): boolean {
    let at = from;
    while (at < this.end && isWord(this.text.charCodeAt(at))) at += 1;
    return at > from && this.text.charCodeAt(at) === colon && this.isBlankAt(at + 1);
  }

  /** Only keys that everybody reads as text. */
  private nameOf(source: string): string {
    const known = this.keys.get(source);
    if (known !== undefined) return known;
    const { value, surprise } = resolvePlain(source, this.version);
    if (typeof value !== 'string' || surprise !== undefined) throw unknownHere;
    this.keys.set(source, value);
    return value;
  }

  private isDash(at: number): boolean {
    return this.text.charCodeAt(at) === dash && this.isBlankAt(at + 1);
  }

  private isBlankAt(at: number): boolean {
    return at >= this.end || isBlank(this.text.charCodeAt(at));
  }

  private isLineEnd(at: number): boolean {
    if (at >= this.end) return true;
    const code = this.text.charCodeAt(at);
    return code === newline || code === hash;
  }

  private skipSpaces(from: number): number {
    let at = from;
    while (at < this.end && this.text.charCodeAt(at) === space) at += 1;
    return at;
  }

  private toNextLine(from: number): void {
    const at = this.text.indexOf('\n', from);
    this.toLine(at === -1 || at >= this.end ? this.end : at + 1);
  }

  /** Goes to the next line that holds more than spaces and a comment, from the start of a line. */
  private toLine(from: number): void {
    let line = from;
    for (;;) {
      const at = this.skipSpaces(line);
      if (at >= this.end || !this.isLineEnd(at)) {
        this.line = line;
        this.at = at;
        return;
      }
      const next = this.text.indexOf('\n', at);
      line = next === -1 || next >= this.end ? this.end : next + 1;
    }
  }
}

/** Thrown and caught in this file alone: giving up is rare, and checking for it after each step would cost more. */
const unknownHere = new Error('the full reader is needed');

/** Deeper values are rare, and the full reader has its own limit. */
const mostLevels = 60;

/** Tabs, other control characters, halves of surrogates and separators that some readers take for line breaks. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const strange = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]/;

const [space, newline, hash, colon, dash, comma] = [32, 10, 35, 58, 45, 44];
const [quote, apostrophe, openMap, closeMap, openList, closeList] = [34, 39, 123, 125, 91, 93];

/** The keys of one map. Most maps have a handful, for which a list is quicker than a set; sections of designs have thousands. */
class Names {
  private readonly few: string[] = [];
  private many: Set<string> | undefined;

  /** False where the name is there already. */
  add(name: string): boolean {
    if (this.many === undefined && this.few.length === 16) this.many = new Set(this.few);
    if (this.many?.has(name) ?? this.few.includes(name)) return false;
    if (this.many === undefined) this.few.push(name);
    else this.many.add(name);
    return true;
  }
}

function isBlank(code: number): boolean {
  return code === space || code === newline;
}

/** `A-Z a-z 0-9 _ - . /` */
function isWord(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 45 && code <= 57) || code === 95;
}

/** Letters, digits and the signs that begin nothing else in YAML. */
function mayStartPlain(code: number, next: number): boolean {
  if (code === dash) return next > space;
  return isWord(code) || code === 43 || code === 36 || code === 40 || code === 94 || code === 126 || code > 160;
}

/** Letters with which no boolean and no null begins. */
function isText(first: number): boolean {
  const lower = first | 32;
  // f, n, o, t, y
  return (
    lower >= 97 && lower <= 122 && lower !== 102 && lower !== 110 && lower !== 111 && lower !== 116 && lower !== 121
  );
}
