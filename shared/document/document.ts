/** An opened design: the topology that could be read, and the text it came from with the place of every value. */
import type { Path, Problem } from '../lib/problem.ts';
import type { YamlMap, YamlNode } from '../lib/yaml.ts';
import type { LineIndex, Position } from '../lib/yaml-lines.ts';
import { entryOf } from '../lib/yaml-value.ts';
import type { Ref, Topology } from '../model/index.ts';
import { isKind, kinds, ref } from '../model/index.ts';

/** Opaque to callers: what saving and positions need. */
export interface DesignSource {
  readonly text: string;
  /** What the topology's metadata.name is where the text has none. */
  readonly fallbackName: string;
  readonly file?: string;
  readonly root: YamlMap;
  readonly lines: LineIndex;
  /** True where the text is of an older version, so that saving an edit writes it anew. */
  readonly isMigrated: boolean;
}

/** A part of the text that could not be read. Its bytes stay in the file on saving. */
export interface UnreadablePart {
  readonly path: Path;
  /** The record it is, or belongs to. */
  readonly subject?: Ref;
}

export interface DesignDocument {
  readonly topology: Topology;
  readonly source: DesignSource;
  readonly unreadable: readonly UnreadablePart[];
}

/**
 * Where a value stands in the text, or its nearest parent that does: the value itself where it is a scalar or a list item,
 * its key where it is a map or list.
 */
export function positionOf(document: DesignDocument, path: Path): Position | undefined {
  return document.source.lines.positionAt(offsetOf(document.source.root, path, false));
}

/** The offset behind positionOf; with `preferKey` always that of the key. */
export function offsetOf(root: YamlMap, path: Path, preferKey: boolean): number {
  const { start, valueStart } = rangeOf(root, path);
  return preferKey ? start : valueStart;
}

/** What a path, or its nearest parent that exists, takes up in the text: from its key to the end of its value. */
export function rangeOf(root: YamlMap, path: Path): { start: number; valueStart: number; end: number } {
  let range = { start: root.start, valueStart: root.start, end: root.end };
  let node: YamlNode = root;
  for (const step of path) {
    if (node.type === 'map') {
      const entry = entryIn(node, String(step));
      if (entry === undefined) break;
      node = entry.value;
      const isWritten = (node.type === 'scalar' && node.style !== 'empty') || node.type === 'alias';
      range = {
        start: entry.key.start,
        valueStart: isWritten ? node.start : entry.key.start,
        end: Math.max(node.end, entry.colonEnd),
      };
    } else if (node.type === 'list' && typeof step === 'number') {
      const item: YamlNode | undefined = node.items[step];
      if (item === undefined) break;
      node = item;
      range = { start: item.start, valueStart: item.start, end: item.end };
    } else break;
  }
  return range;
}

/** The problems with file, line and column of what they are about, where they have a path and no position yet. */
export function locate(problems: readonly Problem[], document: DesignDocument): Problem[] {
  const { file } = document.source;
  return problems.map((problem) => {
    if (problem.line !== undefined) return problem;
    const path =
      problem.path ??
      (problem.subject && isKind(problem.subject.kind)
        ? subjectPath(problem.subject.kind, problem.subject.id)
        : undefined);
    const position = path && positionOf(document, path);
    return position === undefined ? problem : { ...problem, ...(file !== undefined && { file }), ...position };
  });
}

/** The record that a path leads to or into; pools before their clusters. */
export function subjectAt(path: Path): Ref | undefined {
  let best: Ref | undefined;
  let longest = 0;
  for (const [kind, info] of Object.entries(kinds)) {
    const length = info.path.length;
    if (!isKind(kind) || path.length <= length || length < longest) continue;
    if (!info.path.every((step, i) => step === '*' || step === path[i])) continue;
    const id = String(path[length]);
    best = ref(kind, kind === 'pool' ? `${String(path[1])}/${id}` : id);
    longest = length;
  }
  return best;
}

function subjectPath(kind: keyof typeof kinds, id: string): Path {
  const [first = '', second = ''] = id.split('/');
  return kind === 'pool' ? ['clusters', first, 'pools', second] : [...kinds[kind].path, id];
}

/** Sections hold thousands of records, and problems come by the hundred, so names are indexed once per map. */
const indexes = new WeakMap<YamlMap, Map<string, YamlMap['entries'][number]>>();

function entryIn(map: YamlMap, name: string): YamlMap['entries'][number] | undefined {
  if (map.entries.length < 16) return entryOf(map, name);
  let index = indexes.get(map);
  if (index === undefined) {
    index = new Map();
    for (const entry of map.entries)
      if (entry.name !== undefined && !index.has(entry.name)) index.set(entry.name, entry);
    indexes.set(map, index);
  }
  return index.get(name);
}
