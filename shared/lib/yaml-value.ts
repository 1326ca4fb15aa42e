/** From nodes to plain values: aliases are expanded within a budget, merge keys applied where asked. */
import type { YamlMap, YamlNode, YamlProblem } from './yaml.ts';
import { resolveAlias } from './yaml.ts';

/** How many nodes aliases may add to a document. Real files add a few hundred; bombs add billions. */
const aliasBudget = 100_000;

export interface ValueOptions {
  /** Which of two equal keys counts. */
  readonly duplicates: 'first' | 'last';
  /** True to apply `<<` as YAML 1.1 does: keys that stand in the map itself win. */
  readonly merges: boolean;
}

export interface NodeValue {
  /** Undefined where the document cannot be expanded. */
  readonly value: unknown;
  readonly problems: readonly YamlProblem[];
}

/** Maps become plain objects. The key `__proto__` is left out with a problem, as it would change the object itself. */
export function plainValue(root: YamlNode, options: ValueOptions): NodeValue {
  const problems: YamlProblem[] = [];
  const fault = expansionFault(root);
  if (fault !== undefined) return { value: undefined, problems: [fault] };
  const value = convert(root, options, problems, false);
  return { value, problems };
}

/** Aliases only lead back in the text, never in circles, so that sizes are known by the time they are asked for. */
function expansionFault(root: YamlNode): YamlProblem | undefined {
  if (!hasAlias(root)) return undefined;
  const sizes = new Map<YamlNode, number>();
  const size = (node: YamlNode): number => {
    const known = sizes.get(node);
    if (known !== undefined) return known;
    let sum = 1;
    if (node.type === 'map') for (const { key, value } of node.entries) sum += size(key) + size(value);
    else if (node.type === 'list') for (const item of node.items) sum += size(item);
    else if (node.type === 'alias' && node.target !== undefined) sum += size(node.target);
    sizes.set(node, sum);
    return sum;
  };
  const total = size(root);
  if (total - sizes.size <= aliasBudget) return undefined;
  const message = `Aliases multiply this text to more than ${aliasBudget} extra values, so it is not opened: it would fill the memory. Write the values out instead of nesting aliases.`;
  return { rule: 'yaml/alias-bomb', severity: 'error', message, offset: root.start };
}

function hasAlias(node: YamlNode): boolean {
  if (node.type === 'map') return node.entries.some(({ key, value }) => hasAlias(key) || hasAlias(value));
  if (node.type === 'list') return node.items.some(hasAlias);
  return node.type === 'alias';
}

function convert(node: YamlNode, options: ValueOptions, problems: YamlProblem[], isExpanding: boolean): unknown {
  switch (node.type) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map((item) => convert(item, options, problems, isExpanding));
    case 'alias':
      return node.target === undefined ? null : convert(node.target, options, problems, true);
    case 'map': {
      const result: Record<string, unknown> = {};
      for (const { key, name, value } of node.entries) {
        if (name === undefined) continue;
        if (name === '__proto__') {
          if (!isExpanding)
            problems.push({
              rule: 'yaml/unsafe-key',
              severity: 'error',
              message:
                'The key “__proto__” is not read, because it would change the program’s own objects. Rename or remove it.',
              offset: key.start,
            });
          continue;
        }
        if (options.merges && name === '<<') continue;
        if (options.duplicates === 'first' && Object.hasOwn(result, name)) continue;
        result[name] = convert(value, options, problems, isExpanding);
      }
      if (options.merges) merge(node, result, options, problems);
      return result;
    }
  }
}

function merge(node: YamlMap, result: Record<string, unknown>, options: ValueOptions, problems: YamlProblem[]): void {
  for (const { name, value } of node.entries) {
    if (name !== '<<') continue;
    const source = resolveAlias(value);
    const parts = source?.type === 'list' ? source.items : [value];
    for (const part of parts) {
      const merged = resolveAlias(part);
      if (merged?.type !== 'map') {
        problems.push({
          rule: 'yaml/merge',
          severity: 'error',
          message:
            'A merge key (<<) takes a map, an alias of a map, or a list of them. Correct the alias or write the fields out.',
          offset: part.start,
        });
        continue;
      }
      const fields = convert(merged, options, problems, true) as Record<string, unknown>;
      for (const [key, field] of Object.entries(fields)) if (!Object.hasOwn(result, key)) result[key] = field;
    }
  }
}
