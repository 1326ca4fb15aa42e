/** From the parser's events to nodes. */
import type { Event } from 'js-yaml';
import { EVENT_ID, getScalarValue } from 'js-yaml';
import type { YamlEntry, YamlList, YamlMap, YamlNode, YamlProblem, YamlScalar } from './yaml-node.ts';
import type { ScalarValue, YamlVersion } from './yaml-scalar.ts';
import { resolvePlain } from './yaml-scalar.ts';

/** Turns the event stream into nodes. Events carry starts only, so ends of flow collections are found in the text. */
export class TreeBuilder {
  private readonly text: string;
  private readonly base: number;
  private readonly events: readonly Event[];
  private readonly version: YamlVersion;
  private next = 0;
  private anchors = new Map<string, YamlNode>();
  /** Anchors whose value is being read: an alias of one of them would never end. */
  private readonly open: string[] = [];
  private readonly problems: YamlProblem[] = [];

  constructor(text: string, base: number, events: readonly Event[], version: YamlVersion) {
    this.text = text;
    this.base = base;
    this.events = events;
    this.version = version;
  }

  build(): { roots: YamlNode[]; problems: YamlProblem[] } {
    const roots: YamlNode[] = [];
    let cursor = 0;
    while (this.next < this.events.length) {
      const event = this.events[this.next];
      this.next += 1;
      if (event?.type !== EVENT_ID.DOCUMENT) continue;
      this.anchors = new Map();
      cursor = this.skipDocumentStart(cursor, event.explicitStart);
      const root = this.node(cursor);
      roots.push(root);
      cursor = root.end - this.base;
    }
    return { roots, problems: this.problems };
  }

  private skipDocumentStart(from: number, explicit: boolean): number {
    if (!explicit) return this.skipSpace(from);
    const marker = /(?<=^|\n|\r|\uFEFF)---(?=[ \t\r\n]|$)/g;
    marker.lastIndex = from;
    const match = marker.exec(this.text);
    return match === null ? from : match.index + 3;
  }

  private node(cursor: number): YamlNode {
    const event = this.events[this.next];
    this.next += 1;
    switch (event?.type) {
      case EVENT_ID.SCALAR:
      case EVENT_ID.SEQUENCE:
      case EVENT_ID.MAPPING: {
        const starts = [event.anchorStart >= 0 ? event.anchorStart - 1 : -1, event.tagStart].filter((s) => s >= 0);
        const afterProperties = Math.max(cursor, event.anchorEnd, event.tagEnd);
        const propertyStart = starts.length > 0 ? Math.min(...starts) : undefined;
        const { anchor } = this.anchorOf(event);
        if (anchor !== undefined) this.open.push(anchor);
        const node =
          event.type === EVENT_ID.SCALAR
            ? this.scalar(event, afterProperties, propertyStart)
            : event.type === EVENT_ID.MAPPING
              ? this.map(event, propertyStart)
              : this.list(event, propertyStart);
        if (anchor !== undefined) {
          this.open.pop();
          this.anchors.set(anchor, node);
        }
        return node;
      }
      case EVENT_ID.ALIAS: {
        const name = this.text.slice(event.anchorStart, event.anchorEnd);
        const start = event.anchorStart - 1;
        const isRecursive = this.open.includes(name);
        const target = isRecursive ? undefined : this.anchors.get(name);
        if (isRecursive) {
          const message = `The alias *${name} stands inside the value that it names, so the value would have no end. Write the inner value out.`;
          this.report('yaml/recursive-alias', 'error', start, message);
        } else if (target === undefined) {
          const message = `The alias *${name} names no anchor that stands before it. Write the value itself, or put &${name} on an earlier value.`;
          this.report('yaml/unknown-alias', 'error', start, message);
        }
        return { type: 'alias', start: start + this.base, end: event.anchorEnd + this.base, name, target };
      }
      default:
        // Every event stream is balanced, so a node always follows here.
        throw new Error('The event stream of the YAML parser is not balanced.');
    }
  }

  private scalar(event: Extract<Event, { type: 4 }>, cursor: number, propertyStart: number | undefined): YamlScalar {
    const { valueStart, valueEnd } = event;
    const source = getScalarValue(this.text, event);
    const style = valueStart < 0 ? 'empty' : (scalarStyles[event.style] ?? 'plain');
    let start = valueStart;
    let end = valueEnd;
    if (style === 'empty') {
      start = cursor;
      end = cursor;
    } else if (style === 'single' || style === 'double') {
      start = valueStart - 1;
      end = valueEnd + 1;
    } else if (style === 'literal' || style === 'folded') {
      start = this.skipSpace(cursor);
      end = this.blockScalarEnd(start, valueStart, valueEnd, event.chomping === 3);
    }
    return {
      type: 'scalar',
      start: (propertyStart ?? start) + this.base,
      end: end + this.base,
      ...this.anchorOf(event),
      style,
      source,
      value: this.scalarValue(event, source, style, start),
    };
  }

  /** Trailing empty lines are part of the value only where it keeps them (`|+`). */
  private blockScalarEnd(header: number, valueStart: number, valueEnd: number, keeps: boolean): number {
    let end = valueEnd;
    const isBreak = (i: number): boolean => this.text.charCodeAt(i) === 10 || this.text.charCodeAt(i) === 13;
    const isBlank = (i: number): boolean =>
      isBreak(i) || this.text.charCodeAt(i) === 32 || this.text.charCodeAt(i) === 9;
    if (keeps && end > valueStart) {
      if (this.text.charCodeAt(end - 1) === 10) end -= 1;
      if (this.text.charCodeAt(end - 1) === 13) end -= 1;
      return Math.max(end, valueStart);
    }
    while (end > valueStart && isBlank(end - 1)) end -= 1;
    if (end > valueStart) return end;
    end = header;
    while (end < this.text.length && !isBreak(end)) end += 1;
    return end;
  }

  private scalarValue(
    event: Extract<Event, { type: 4 }>,
    source: string,
    style: YamlScalar['style'],
    offset: number,
  ): ScalarValue {
    const isPlain = style === 'plain' || style === 'empty';
    if (event.tagStart >= 0) {
      const tag = this.text.slice(event.tagStart, event.tagEnd);
      if (tag === '!' || tag === '!!str') return source;
      const name = /^!!(int|float|bool|null)$/.exec(tag)?.[1];
      if (name !== undefined) {
        const { value } = resolvePlain(source, this.version);
        const isRight =
          name === 'null' ? value === null : name === 'bool' ? typeof value === 'boolean' : typeof value === 'number';
        if (isRight) return value;
        this.report(
          'yaml/tag',
          'error',
          offset,
          `“${source}” does not fit its tag ${tag}. Remove the tag or change the value.`,
        );
        return source;
      }
      this.report(
        'yaml/tag',
        'warning',
        offset,
        `The tag ${tag} is not known here, so the value is read as text. Remove the tag.`,
      );
      return source;
    }
    if (!isPlain) return source;
    const { value, surprise } = resolvePlain(source, this.version);
    if (surprise === 'boolean') {
      this.report(
        'yaml/boolean',
        'warning',
        offset,
        `“${source}” without quotes is the boolean ${String(value)} for Kubernetes. Put it in quotes if it is text, or write ${String(value)}.`,
      );
    } else if (surprise === 'octal') {
      this.report(
        'yaml/octal',
        'info',
        offset,
        `“${source}” starts with 0, so Kubernetes reads it as an octal number: ${String(value)}. Put it in quotes if it is text.`,
      );
    }
    return value;
  }

  private map(event: Extract<Event, { type: 3 }>, propertyStart: number | undefined): YamlMap {
    this.checkCollectionTag(event, '!!map');
    const isFlow = event.style === 2;
    const entries: YamlEntry[] = [];
    const seen = new Map<string, number>();
    let cursor = event.start;
    while (this.events[this.next]?.type !== EVENT_ID.POP) {
      if (isFlow || cursor !== event.start) cursor = this.skipSpace(cursor);
      if (
        isFlow &&
        (this.text[cursor] === ',' ||
          (entries.length === 0 && this.text[cursor] === '{' && this.startsInside(event.start)))
      ) {
        cursor = this.skipSpace(cursor + 1);
      }
      const key = this.node(cursor);
      const keyEnd = key.end - this.base;
      const colon = this.skipSpace(keyEnd);
      const colonEnd = this.text[colon] === ':' ? colon + 1 : keyEnd;
      const value = this.node(colonEnd);
      const name = key.type === 'scalar' && key.style !== 'empty' ? keyName(key) : undefined;
      entries.push({
        key,
        name,
        value,
        colonEnd: colonEnd + this.base,
        isExplicit: this.isExplicitKey(key.start - this.base),
      });
      cursor = value.end - this.base;
      if (name === undefined) {
        const isTemplate = this.text.startsWith('{{', event.start);
        this.report('yaml/key', 'error', key.start - this.base, isTemplate ? templateMessage : keyMessage);
      } else if (seen.has(name) && name !== '<<') {
        const first = seen.get(name) ?? 0;
        this.problems.push({
          rule: 'yaml/duplicate-key',
          severity: 'error',
          message: `The key “${name}” stands twice in one map, and only one of them can count. Remove one or rename it.`,
          offset: key.start,
          related: { offset: first + this.base, label: 'The first one is' },
        });
      } else seen.set(name, key.start - this.base);
    }
    this.next += 1;
    const first = entries[0];
    const isPair = isFlow && first !== undefined && !this.startsInside(event.start, first.key.start - this.base);
    const end = isFlow && !isPair ? this.flowEnd(first === undefined ? event.start + 1 : cursor, '}') : cursor;
    return {
      type: 'map',
      start: (propertyStart ?? event.start) + this.base,
      end: end + this.base,
      ...this.anchorOf(event),
      isFlow,
      entries,
    };
  }

  private list(event: Extract<Event, { type: 2 }>, propertyStart: number | undefined): YamlList {
    this.checkCollectionTag(event, '!!seq');
    const isFlow = event.style === 2;
    const items: YamlNode[] = [];
    const dashes: number[] = [];
    let cursor = isFlow ? event.start + 1 : event.start;
    while (this.events[this.next]?.type !== EVENT_ID.POP) {
      cursor = this.skipSpace(cursor);
      if (isFlow && this.text[cursor] === ',') cursor = this.skipSpace(cursor + 1);
      if (!isFlow) {
        dashes.push(cursor + this.base);
        cursor += 1;
      }
      const item = this.node(cursor);
      items.push(item);
      cursor = item.end - this.base;
    }
    this.next += 1;
    const end = isFlow ? this.flowEnd(cursor, ']') : cursor;
    return {
      type: 'list',
      start: (propertyStart ?? event.start) + this.base,
      end: end + this.base,
      ...this.anchorOf(event),
      isFlow,
      items,
      dashes,
    };
  }

  /** A pair in a flow list, `[a: b]`, is a map without braces: its first key stands where the map starts. */
  private startsInside(start: number, firstKey = start + 1): boolean {
    return this.text[start] === '{' && firstKey > start;
  }

  private flowEnd(from: number, close: string): number {
    let at = this.skipSpace(from);
    while (at < this.text.length && this.text[at] !== close) at = this.skipSpace(at + 1);
    return Math.min(at + 1, this.text.length);
  }

  private isExplicitKey(keyStart: number): boolean {
    let at = keyStart - 1;
    while (at >= 0 && (this.text[at] === ' ' || this.text[at] === '\t')) at -= 1;
    return this.text[at] === '?' && at < keyStart - 1;
  }

  /** The next offset that is neither blank space, nor a line break, nor in a comment. */
  private skipSpace(from: number): number {
    let at = from;
    while (at < this.text.length) {
      const code = this.text.charCodeAt(at);
      if (code === 32 || code === 9 || code === 10 || code === 13 || code === 0xfeff) at += 1;
      else if (
        code === 35 &&
        (at === 0 || isSpace(this.text.charCodeAt(at - 1)) || ',[]{}'.includes(this.text[at - 1] ?? ''))
      ) {
        while (at < this.text.length && this.text.charCodeAt(at) !== 10 && this.text.charCodeAt(at) !== 13) at += 1;
      } else return at;
    }
    return at;
  }

  private anchorOf(event: { anchorStart: number; anchorEnd: number }): { anchor?: string } {
    return event.anchorStart < 0 ? {} : { anchor: this.text.slice(event.anchorStart, event.anchorEnd) };
  }

  private checkCollectionTag(event: { tagStart: number; tagEnd: number }, expected: string): void {
    if (event.tagStart < 0) return;
    const tag = this.text.slice(event.tagStart, event.tagEnd);
    if (tag !== expected && tag !== '!') {
      this.report(
        'yaml/tag',
        'warning',
        event.tagStart,
        `The tag ${tag} is not known here and is ignored. Remove the tag.`,
      );
    }
  }

  private report(rule: string, severity: YamlProblem['severity'], offset: number, message: string): void {
    this.problems.push({ rule, severity, message, offset: offset + this.base });
  }
}

const keyMessage =
  'A key has to be text; lists, maps, aliases and nothing at all cannot be keys here. Write a name before the colon.';
const templateMessage =
  'This is a template, not a value: {{ }} was never replaced. Render it first (for example with helm template) and open the result.';

const scalarStyles: Readonly<Record<number, YamlScalar['style']>> = {
  1: 'plain',
  2: 'single',
  3: 'double',
  4: 'literal',
  5: 'folded',
};

/** Keys are text to JSON: 5 and "5" are the same key, and a YAML 1.1 boolean becomes "true" or "false". */
function keyName(key: YamlScalar): string {
  return typeof key.value === 'string' ? key.value : typeof key.value === 'number' ? key.source : String(key.value);
}

function isSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13 || code === 0xfeff;
}
