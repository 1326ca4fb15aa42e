/** An opened design: the topology that could be read, and the text it came from with the place of every value. */
import type { Path, Problem } from '../lib/problem.ts';
import type { YamlMap } from '../lib/yaml.ts';
import type { LineIndex, Position } from '../lib/yaml-lines.ts';
import { placeOf } from '../lib/yaml-place.ts';
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
  const { start, valueStart } = placeOf(root, path);
  return preferKey ? start : valueStart;
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
