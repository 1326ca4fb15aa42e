/**
 * Kubernetes manifests from YAML text, read as kubectl reads them: YAML 1.1 scalars, several documents, lists flattened.
 * What the API server would refuse to take as an object at all is left out with a problem; everything else is kept as it is.
 */
import type { Path, Problem } from '../lib/problem.ts';
import { sortBy } from '../lib/sort.ts';
import type { YamlNode } from '../lib/yaml.ts';
import { parseYamlSections, placeProblems, resolveAlias } from '../lib/yaml.ts';
import type { LineIndex, Position } from '../lib/yaml-lines.ts';
import { indexLines } from '../lib/yaml-lines.ts';
import { placeOf } from '../lib/yaml-place.ts';
import { plainValue } from '../lib/yaml-value.ts';
import type { KubeObject } from './types.ts';

export interface ParsedObject {
  readonly object: KubeObject;
  readonly file?: string;
  /** Where the object starts, counted from 1. */
  readonly line: number;
  /** Where a value of the object stands, or its nearest parent that does. */
  readonly positionOf: (path: Path) => Position;
}

export interface ParsedManifests {
  readonly objects: ParsedObject[];
  readonly problems: Problem[];
}

/** Reads everything that can be read; a document with a fault does not hide the others. */
export function parseManifests(text: string, options: { readonly file?: string } = {}): ParsedManifests {
  const { file } = options;
  const lines = indexLines(text);
  const stream = parseYamlSections(text, { version: '1.1' });
  const reader = new ManifestReader(lines, file);
  for (const problem of placeProblems(stream.problems, lines, file)) reader.problems.push(problem);
  for (const { root, again } of stream.documents) {
    const hasNoAlias = again !== undefined;
    const { value, problems } = plainValue(root, { duplicates: 'last', merges: !hasNoAlias, hasNoAlias });
    for (const problem of placeProblems(problems, lines, file)) reader.problems.push(problem);
    if (value === null || value === undefined) continue;
    reader.rootAgain = again && once(again);
    reader.read(value, root, undefined);
  }
  const line = (p: Problem): number => p.line ?? 0;
  const column = (p: Problem): number => p.column ?? 0;
  return { objects: reader.objects, problems: sortBy(reader.problems, line, column) };
}

type Fields = Readonly<Record<string, unknown>>;

class ManifestReader {
  readonly objects: ParsedObject[] = [];
  readonly problems: Problem[] = [];
  /** For the document that is being read; see YamlDocument. */
  rootAgain: (() => YamlNode) | undefined;
  private readonly lines: LineIndex;
  private readonly file: string | undefined;

  constructor(lines: LineIndex, file: string | undefined) {
    this.lines = lines;
    this.file = file;
  }

  /**
   * `list` is the list that holds the value: its items may leave out what the list says for them. `at` leads from the
   * root of the document to the value.
   */
  read(value: unknown, node: YamlNode, list: Fields | undefined, at: Path = []): void {
    if (!isMap(value)) {
      this.report(
        'manifest/not-an-object',
        node,
        [],
        `A Kubernetes object is a map with apiVersion, kind and metadata, but this is ${what(value)}. Remove it or write the fields.`,
      );
      return;
    }
    const fields = list === undefined ? value : { ...typeOfItems(list), ...value };
    if (!this.isText(fields, node, 'apiVersion') || !this.isText(fields, node, 'kind')) return;
    if (String(fields.kind).endsWith('List') && Array.isArray(fields.items)) {
      const items = childOf(node, 'items');
      for (const [i, item] of fields.items.entries())
        this.read(item, (items?.type === 'list' ? items.items[i] : undefined) ?? node, fields, [...at, 'items', i]);
      return;
    }
    if (!this.hasMetadata(fields, node)) return;
    const { rootAgain, lines } = this;
    this.objects.push({
      object: fields as KubeObject,
      ...(this.file !== undefined && { file: this.file }),
      line: this.lines.positionAt(node.start).line,
      positionOf:
        rootAgain === undefined
          ? (path) => lines.positionAt(placeOf(resolveAlias(node) ?? node, path).valueStart)
          : positionIn(lines, rootAgain, at),
    });
  }

  private hasMetadata(fields: Fields, node: YamlNode): boolean {
    const kind = String(fields.kind);
    const { metadata } = fields;
    if (metadata !== undefined && metadata !== null && !isMap(metadata)) {
      this.report(
        'manifest/wrong-type',
        node,
        ['metadata'],
        `The field metadata of this ${kind} must be a map, but is ${what(metadata)}. Write name and namespace below it. Until then the object is left out.`,
      );
      return false;
    }
    const name = metadata?.name;
    if (name === undefined || name === null || name === '') {
      this.report(
        'manifest/missing-field',
        node,
        ['metadata', 'name'],
        `This ${kind} has no metadata.name, so it is no object of a cluster and is left out. Add a name; kustomizations and tool configuration belong in files of their own.`,
      );
      return false;
    }
    let isSound = true;
    const wrong = (path: Path, found: unknown): void => {
      isSound = false;
      this.report(
        'manifest/wrong-type',
        node,
        path,
        `The field ${path.join('.')} of this ${kind} must be text, but is ${what(found)}. ${isMap(found) || Array.isArray(found) ? 'Write text' : 'Put it in quotes'}. Kubernetes refuses the object as it is, so it is left out.`,
      );
    };
    if (typeof name !== 'string') wrong(['metadata', 'name'], name);
    const namespace = metadata?.namespace;
    if (namespace !== undefined && namespace !== null && typeof namespace !== 'string')
      wrong(['metadata', 'namespace'], namespace);
    for (const field of ['labels', 'annotations']) {
      const texts = metadata?.[field];
      if (texts === undefined || texts === null) continue;
      if (!isMap(texts)) {
        isSound = false;
        this.report(
          'manifest/wrong-type',
          node,
          ['metadata', field],
          `The field metadata.${field} of this ${kind} must be a map of names to text, but is ${what(texts)}. Write name: text below it. Until then the object is left out.`,
        );
        continue;
      }
      for (const [key, text] of Object.entries(texts))
        if (typeof text !== 'string') wrong(['metadata', field, key], text);
    }
    return isSound;
  }

  private isText(fields: Fields, node: YamlNode, field: 'apiVersion' | 'kind'): boolean {
    const value = fields[field];
    if (typeof value === 'string' && value !== '') return true;
    if (value === undefined || value === null || value === '') {
      this.report(
        'manifest/missing-field',
        node,
        [field],
        `This document has no ${field}, so it is no Kubernetes object and is left out. Add ${field}, or remove the document.`,
      );
    } else {
      this.report(
        'manifest/wrong-type',
        node,
        [field],
        `The field ${field} must be text, but is ${what(value)}. Until then the object is left out.`,
      );
    }
    return false;
  }

  private report(rule: string, node: YamlNode, path: Path, message: string): void {
    const offset = placeOf(resolveAlias(node) ?? node, path).valueStart;
    this.problems.push(...placeProblems([{ rule, severity: 'error', message, offset }], this.lines, this.file));
  }
}

/** Apart from where the nodes are at hand, so that it does not hold on to them. */
function positionIn(lines: LineIndex, root: () => YamlNode, at: Path): ParsedObject['positionOf'] {
  return (path) => lines.positionAt(placeOf(root(), [...at, ...path]).valueStart);
}

function once<T>(compute: () => T): () => T {
  let found: { readonly value: T } | undefined;
  return () => {
    found ??= { value: compute() };
    return found.value;
  };
}

/** `PodList` of `v1` holds pods of `v1`; a plain `List` says nothing about its items. */
function typeOfItems(list: Fields): Fields {
  const kind = String(list.kind).slice(0, -'List'.length);
  return kind === '' ? {} : { apiVersion: list.apiVersion, kind };
}

function childOf(node: YamlNode, name: string): YamlNode | undefined {
  const map = resolveAlias(node);
  const value = map?.type === 'map' ? map.entries.findLast((entry) => entry.name === name)?.value : undefined;
  return value && resolveAlias(value);
}

function what(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return isMap(value) ? 'a map' : `the ${typeof value} ${String(value)}`;
}

function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
