/**
 * What expressions of admission look at: which fields of the object, and which texts and numbers they hold these against.
 * It is a guess at what matters and no evaluation: a field that is missed here is one that nobody tries.
 */
import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import { unique } from '../lib/sort.ts';

/** Names of fields from the object down; `*` stands for every element of a list. */
export type FieldPath = readonly string[];

export interface Reads {
  readonly fields: readonly FieldPath[];
  readonly texts: readonly string[];
  /** Whole numbers of modest size. */
  readonly numbers: readonly number[];
  readonly readsUser: boolean;
}

export interface Expressions {
  readonly expressions: readonly string[];
  /** By name. */
  readonly variables: ReadonlyMap<string, string>;
}

export function readsOf({ expressions, variables }: Expressions): Reads {
  const reader = new Reader(variables);
  for (const expression of [...variables.values(), ...expressions]) reader.readText(expression);
  return {
    fields: [...reader.fields.values()],
    texts: unique(reader.texts),
    numbers: unique(reader.numbers),
    readsUser: [...variables.values(), ...expressions].some((text) => /\buserInfo\b/.test(text)),
  };
}

/** Behind a path: the elements of the list that is meant are the path itself. */
const elements = '[]';

type Scope = ReadonlyMap<string, readonly FieldPath[]>;

const nothing: Scope = new Map([['object', [[]]]]);

class Reader {
  readonly fields = new Map<string, FieldPath>();
  readonly texts: string[] = [];
  readonly numbers: number[] = [];
  private readonly environment = new Environment({ enableOptionalTypes: true, unlistedVariablesAreDyn: true });
  private readonly known = new Map<string, readonly FieldPath[]>();

  constructor(private readonly variables: ReadonlyMap<string, string>) {}

  /** Nothing for an expression that cannot be parsed. */
  readText(expression: string): readonly FieldPath[] {
    try {
      return this.read(this.environment.parse(expression).ast, nothing);
    } catch {
      return [];
    }
  }

  /** The fields that a part of an expression stands for, if it stands for any. */
  private read(node: ASTNode, scope: Scope): readonly FieldPath[] {
    switch (node.op) {
      case 'value':
        this.hold(node.args);
        return [];
      case 'id':
        return scope.get(node.args) ?? [];
      case '.':
      case '.?': {
        const [base, name] = node.args;
        if (base.op === 'id' && base.args === 'variables') return this.variable(name);
        return this.below(this.read(base, scope), name);
      }
      case '[]':
      case '[?]': {
        const [base, key] = node.args;
        this.read(key, scope);
        return this.below(this.read(base, scope), key.op === 'value' && typeof key.args === 'string' ? key.args : '*');
      }
      case 'in': {
        const [item, whole] = node.args;
        const found = this.read(whole, scope);
        this.read(item, scope);
        if (item.op === 'value' && typeof item.args === 'string') this.below(found, item.args);
        for (const path of found) this.note(elementOf(path));
        return [];
      }
      case 'rcall': {
        const [name, receiver, args] = node.args;
        return this.call(name, this.read(receiver, scope), args, scope);
      }
      case '?:': {
        const [condition, ...ways] = nodesIn(node.args);
        if (condition !== undefined) this.read(condition, scope);
        return ways.flatMap((way) => this.read(way, scope));
      }
      case '+':
        return nodesIn(node.args).flatMap((part) => this.read(part, scope));
      default:
        for (const inner of nodesIn(node.args)) this.read(inner, scope);
        return [];
    }
  }

  private call(
    name: string,
    receiver: readonly FieldPath[],
    args: readonly ASTNode[],
    scope: Scope,
  ): readonly FieldPath[] {
    const [first, ...bodies] = args;
    if (/^(all|exists|exists_one|existsOne|filter|map)$/.test(name) && first?.op === 'id') {
      const inner = new Map([...scope, [first.args, receiver.map(elementOf)]]);
      const found = bodies.flatMap((body) => this.read(body, inner));
      if (name === 'map') return found.map((path) => [...path, elements]);
      return name === 'filter' ? receiver : [];
    }
    for (const argument of args) {
      // A pattern is told by something that it matches.
      if (name === 'matches' && argument.op === 'value' && typeof argument.args === 'string')
        this.texts.push(...samplesOf(argument.args));
      else this.read(argument, scope);
    }
    return name === 'orValue' || name === 'or' ? receiver : [];
  }

  private variable(name: string): readonly FieldPath[] {
    let found = this.known.get(name);
    if (found === undefined) {
      // Variables may only name earlier ones; a circle would be refused by the API server.
      this.known.set(name, []);
      const expression = this.variables.get(name);
      found = expression === undefined ? [] : this.readText(expression);
      this.known.set(name, found);
    }
    return found;
  }

  private below(paths: readonly FieldPath[], name: string): readonly FieldPath[] {
    return paths.map((path) => {
      const whole = [...(path.at(-1) === elements ? path.slice(0, -1) : path), plainName(name)];
      this.note(whole);
      return whole;
    });
  }

  private note(path: FieldPath): void {
    if (path.length > 0) this.fields.set(path.join('\u0000'), path);
  }

  private hold(value: unknown): void {
    if (typeof value === 'string') this.texts.push(value);
    if (typeof value === 'bigint' && value > -1_000_000n && value < 1_000_000n) this.numbers.push(Number(value));
  }
}

function elementOf(path: FieldPath): FieldPath {
  return path.at(-1) === elements ? path.slice(0, -1) : [...path, '*'];
}

function nodesIn(value: unknown): readonly ASTNode[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn);
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value ? [value as ASTNode] : [];
}

/** Fields that are called like a word of CEL, or have other letters than names may have, are written in another way. */
function plainName(name: string): string {
  const plain = name.replaceAll('__dash__', '-').replaceAll('__dot__', '.').replaceAll('__slash__', '/');
  return /^__(\w+)__$/.exec(plain)?.[1] ?? plain;
}

/** Texts that a simple pattern may match, with and without something where it takes anything. */
function samplesOf(pattern: string): string[] {
  const first = pattern.replace(/\((?:\?:)?([^()|]*)(?:\|[^()]*)?\)[*+?]?/g, '$1').split('|')[0] ?? '';
  const bare = first.replace(/^\(\?\w+\)|\\A|\\z|^\^|\$$/g, '');
  const fill = (anything: string) =>
    bare
      .replace(/\[\^[^\]]*\][*+?]?|\\S[*+?]?|(?<!\\)\.[*+?]/g, anything)
      .replace(/\[([^\]])[^\]]*\](\{(\d+)[^}]*\}|[*+?])?/g, (_, letter: string, __: string, count?: string) =>
        letter.repeat(Math.min(Number(count ?? 1), 100)),
      )
      .replace(/\\d[*+?]?/g, '1')
      .replace(/\\w[*+?]?/g, 'a')
      .replace(/(?<!\\)\./g, 'x')
      .replace(/\\(.)/g, '$1')
      .replace(/[*+?]$/g, '');
  return unique([fill(''), fill('x')]);
}
