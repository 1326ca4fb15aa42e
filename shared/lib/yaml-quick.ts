/**
 * A quick reader for what nearly every manifest is made of: block maps and lists, scalars on one line, small flow
 * collections. It gives exactly what the full reader gives (a property holds that), some five times as fast, and gives up
 * at the first thing it does not know, so that every fault and every rarity is the full reader's.
 */
import type { YamlEntry, YamlNode, YamlScalar } from './yaml-node.ts';
import { resolvePlain, type ScalarValue, type YamlVersion } from './yaml-scalar.ts';

/** What a document becomes: nodes that know their place, or plain values alone, which take a tenth of the room. */
interface Builder<Value, Fields, Items> {
  scalar(start: number, end: number, style: YamlScalar['style'], source: string, value: ScalarValue): Value;
  fields(): Fields;
  /** False where the map has the key already. The key starts at `start` and is followed by its colon. */
  put(fields: Fields, start: number, name: string, value: Value): boolean;
  map(fields: Fields, start: number, end: number, isFlow: boolean): Value;
  items(): Items;
  /** `dash` is undefined in flow lists. */
  push(items: Items, value: Value, dash: number | undefined): void;
  list(items: Items, start: number, end: number, isFlow: boolean): Value;
}

export interface QuickReader<Value> {
  /** Where the root of the document that was read last starts. */
  readonly rootStart: number;
  /** The one document between two offsets of the text; undefined where the full reader is needed. */
  read(start: number, end: number): { readonly root: Value } | undefined;
}

/** Reads one document after the other of one text. */
export function quickNodes(text: string, version: YamlVersion): QuickReader<YamlNode> {
  return new Reader(text, version, nodeBuilder);
}

/** As plain values, with every merge and alias left to the full reader. */
export function quickValues(text: string, version: YamlVersion): QuickReader<unknown> {
  return new Reader(text, version, valueBuilder);
}

interface NodeFields {
  readonly entries: YamlEntry[];
  readonly names: Names;
}

interface NodeItems {
  readonly items: YamlNode[];
  readonly dashes: number[];
}

const nodeBuilder: Builder<YamlNode, NodeFields, NodeItems> = {
  scalar: (start, end, style, source, value) => ({ type: 'scalar', start, end, style, source, value }),
  fields: () => ({ entries: [], names: new Names() }),
  put({ entries, names }, start, name, value) {
    if (!names.add(name)) return false;
    const end = start + name.length;
    const key: YamlScalar = { type: 'scalar', start, end, style: 'plain', source: name, value: name };
    entries.push({ key, name, value, colonEnd: end + 1, isExplicit: false });
    return true;
  },
  map: ({ entries }, start, end, isFlow) => ({ type: 'map', start, end, isFlow, entries }),
  items: () => ({ items: [], dashes: [] }),
  push({ items, dashes }, value, dash) {
    items.push(value);
    if (dash !== undefined) dashes.push(dash);
  },
  list: ({ items, dashes }, start, end, isFlow) => ({ type: 'list', start, end, isFlow, items, dashes }),
};

const valueBuilder: Builder<unknown, Record<string, unknown>, unknown[]> = {
  scalar: (_start, _end, _style, _source, value) => value,
  fields: () => ({}),
  put(fields, _start, name, value) {
    // The full reader says why that key is not read.
    if (name === '__proto__' || Object.hasOwn(fields, name)) return false;
    fields[name] = value;
    return true;
  },
  map: (fields) => fields,
  items: () => [],
  push(items, value) {
    items.push(value);
  },
  list: (items) => items,
};

class Reader<Value, Fields, Items> implements QuickReader<Value> {
  rootStart = 0;
  /** Of the line that is read next and holds something: where it starts, where its text starts. */
  private line = 0;
  private at = 0;
  /** Of the value that was read last. */
  private valueEnd = 0;
  private start = 0;
  private end = 0;
  private readonly keys = new Set<string>();
  private readonly text: string;
  private readonly version: YamlVersion;
  private readonly build: Builder<Value, Fields, Items>;
  private readonly isStrange: boolean;

  constructor(text: string, version: YamlVersion, build: Builder<Value, Fields, Items>) {
    this.text = text;
    this.version = version;
    this.build = build;
    this.isStrange = strange.test(text);
  }

  read(start: number, end: number): { readonly root: Value } | undefined {
    if (this.isStrange && strange.test(this.text.slice(start, end))) return undefined;
    this.start = start;
    this.end = end;
    try {
      return { root: this.root() };
    } catch (error) {
      if (error === unknownHere) return undefined;
      throw error;
    }
  }

  private root(): Value {
    const { text, end } = this;
    this.toLine(this.start);
    if (this.at === this.line && text.startsWith('---', this.at)) {
      const rest = this.skipSpaces(this.at + 3);
      if (!this.isLineEnd(rest)) throw unknownHere;
      this.toNextLine(rest);
    }
    if (this.at >= end || this.at !== this.line) throw unknownHere;
    this.rootStart = this.at;
    const root = this.block(0, 0);
    if (this.at < end) throw unknownHere;
    return root;
  }

  /** The collection that starts at the current place, in the given column. */
  private block(column: number, level: number): Value {
    if (level > mostLevels) throw unknownHere;
    return this.isDash(this.at) ? this.list(column, level) : this.map(column, level);
  }

  private map(column: number, level: number): Value {
    const { build } = this;
    const fields = build.fields();
    const start = this.at;
    for (;;) {
      const from = this.at;
      const keyEnd = this.keyEnd(from);
      const name = this.nameAt(from, keyEnd);
      const value = this.valueAfter(keyEnd + 1, column, level, true);
      if (!build.put(fields, from, name, value)) throw unknownHere;
      if (this.at >= this.end) break;
      const next = this.at - this.line;
      if (next < column) break;
      if (next > column || this.isDash(this.at)) throw unknownHere;
    }
    return build.map(fields, start, this.valueEnd, false);
  }

  private list(column: number, level: number): Value {
    const { build } = this;
    const items = build.items();
    const start = this.at;
    for (;;) {
      const from = this.at;
      const inner = this.skipSpaces(from + 1);
      const isMap = !this.isLineEnd(inner) && this.isKey(inner);
      // The rest of the line is the first line of a map in its own column.
      if (isMap) this.at = inner;
      const item = isMap ? this.map(inner - this.line, level + 1) : this.valueAfter(from + 1, column, level, false);
      build.push(items, item, from);
      if (this.at >= this.end) break;
      const next = this.at - this.line;
      if (next < column) break;
      if (next > column) throw unknownHere;
      // A list may stand in the column of its key, whose map goes on behind it.
      if (!this.isDash(this.at)) break;
    }
    return build.list(items, start, this.valueEnd, false);
  }

  /** What stands behind a colon or a dash: on the same line, or below it and further in. */
  private valueAfter(from: number, column: number, level: number, isOfMap: boolean): Value {
    const at = this.skipSpaces(from);
    if (!this.isLineEnd(at)) {
      const value = this.inline(at, level);
      const end = this.valueEnd;
      const rest = this.skipSpaces(end);
      if (!this.isLineEnd(rest) || (rest === end && this.text.charCodeAt(rest) === hash)) throw unknownHere;
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
    return this.scalar(from, from, 'empty', '', null);
  }

  /** A scalar or a flow collection that begins and ends on one line. */
  private inline(at: number, level: number): Value {
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

  private scalar(start: number, end: number, style: YamlScalar['style'], source: string, value: ScalarValue): Value {
    this.valueEnd = end;
    return this.build.scalar(start, end, style, source, value);
  }

  private plain(start: number, end: number): Value {
    const source = this.text.slice(start, end);
    if (isText(source.charCodeAt(0))) return this.scalar(start, end, 'plain', source, source);
    const { value, surprise } = resolvePlain(source, this.version);
    if (surprise !== undefined) throw unknownHere;
    return this.scalar(start, end, 'plain', source, value);
  }

  private quoted(start: number): Value {
    const mark = this.text.charCodeAt(start);
    let at = start + 1;
    for (; ; at += 1) {
      const code = this.text.charCodeAt(at);
      if (at >= this.end || code === newline || (mark === quote && code === 92)) throw unknownHere;
      if (code === mark) break;
    }
    if (this.text.charCodeAt(at + 1) === mark) throw unknownHere;
    const source = this.text.slice(start + 1, at);
    return this.scalar(start, at + 1, mark === quote ? 'double' : 'single', source, source);
  }

  private flow(start: number, level: number): Value {
    if (level > mostLevels) throw unknownHere;
    return this.text.charCodeAt(start) === openMap ? this.flowMap(start, level) : this.flowList(start, level);
  }

  private flowMap(start: number, level: number): Value {
    const { build } = this;
    const fields = build.fields();
    let at = this.skipSpaces(start + 1);
    for (let count = 0; this.text.charCodeAt(at) !== closeMap; count += 1) {
      const from = this.flowPart(at, count);
      const end = this.wordEnd(from);
      if (this.text.charCodeAt(end) !== colon || this.text.charCodeAt(end + 1) !== space) throw unknownHere;
      const name = this.nameAt(from, end);
      const value = this.flowValue(this.skipSpaces(end + 1), level);
      if (!build.put(fields, from, name, value)) throw unknownHere;
      at = this.skipSpaces(this.valueEnd);
    }
    this.valueEnd = at + 1;
    return build.map(fields, start, at + 1, true);
  }

  private flowList(start: number, level: number): Value {
    const { build } = this;
    const items = build.items();
    let at = this.skipSpaces(start + 1);
    for (let count = 0; this.text.charCodeAt(at) !== closeList; count += 1) {
      build.push(items, this.flowValue(this.flowPart(at, count), level), undefined);
      at = this.skipSpaces(this.valueEnd);
    }
    this.valueEnd = at + 1;
    return build.list(items, start, at + 1, true);
  }

  /** Where the next part of a flow collection starts: behind a comma, but for the first. */
  private flowPart(at: number, count: number): number {
    if (count === 0) return at;
    if (this.text.charCodeAt(at) !== comma) throw unknownHere;
    return this.skipSpaces(at + 1);
  }

  private flowValue(at: number, level: number): Value {
    const code = this.text.charCodeAt(at);
    if (code === openMap || code === openList) return this.flow(at, level + 1);
    const value = code === quote || code === apostrophe ? this.quoted(at) : this.plain(at, this.wordEnd(at));
    const next = this.text.charCodeAt(this.skipSpaces(this.valueEnd));
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

  /** Only keys that everybody reads as text. They are the same few in all documents of a text. */
  private nameAt(start: number, end: number): string {
    const name = this.text.slice(start, end);
    if (this.keys.has(name)) return name;
    const { value, surprise } = resolvePlain(name, this.version);
    if (value !== name || surprise !== undefined) throw unknownHere;
    this.keys.add(name);
    return name;
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
