/**
 * Kubernetes manifests from YAML text, read as kubectl reads them: YAML 1.1 scalars, several documents, lists flattened.
 * What the API server would refuse to take as an object at all is left out with a problem; everything else is kept as it is.
 */
import { isMap } from '../lib/is-map.ts';
import { oneLine } from '../lib/one-line.ts';
import type { Path, Problem } from '../lib/problem.ts';
import { sortBy } from '../lib/sort.ts';
import type { YamlNode } from '../lib/yaml.ts';
import { placeProblems, resolveAlias } from '../lib/yaml.ts';
import type { LineIndex, Position } from '../lib/yaml-lines.ts';
import { indexLines } from '../lib/yaml-lines.ts';
import { placeOf } from '../lib/yaml-place.ts';
import { readYamlSections } from '../lib/yaml-sections.ts';
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

/**
 * Whether objects may be hidden by what could not be read, so that they would look removed in a comparison. A document
 * without a name is configuration of some tool; one that is no YAML may hide anything.
 */
export function hidesObjects({ severity, rule }: Problem): boolean {
  return severity === 'error' && !rule.startsWith('manifest/');
}

/** Reads everything that can be read; a document with a fault does not hide the others. */
export function parseManifests(text: string, options: { readonly file?: string } = {}): ParsedManifests {
  const { file } = options;
  const lines = indexLines(text);
  const read = readYamlSections(text, '1.1', { duplicates: 'last', merges: true });
  const reader = new ManifestReader(lines, file);
  for (const problem of placeProblems(read.problems, lines, file)) reader.problems.push(problem);
  for (const { value, start, root } of read.sections)
    if (value !== null && value !== undefined) reader.read(value, { start, node: root }, undefined);
  const line = (p: Problem): number => p.line ?? 0;
  const column = (p: Problem): number => p.column ?? 0;
  return { objects: reader.objects, problems: sortBy(reader.problems, line, column) };
}

type Fields = Readonly<Record<string, unknown>>;

/** Where a value stands: its offset, and its node for those who ask for more. */
interface Place {
  readonly start: number;
  readonly node: () => YamlNode;
}

class ManifestReader {
  readonly objects: ParsedObject[] = [];
  readonly problems: Problem[] = [];
  private readonly lines: LineIndex;
  private readonly file: string | undefined;

  constructor(lines: LineIndex, file: string | undefined) {
    this.lines = lines;
    this.file = file;
  }

  /** `list` is the list that holds the value: its items may leave out what the list says for them. */
  read(value: unknown, place: Place, list: Fields | undefined): void {
    if (!isMap(value)) {
      this.report(
        'manifest/not-an-object',
        place,
        [],
        `A Kubernetes object is a map with apiVersion, kind and metadata, but this is ${what(value)}. Remove it or write the fields.`,
      );
      return;
    }
    const fields = list === undefined ? value : { ...typeOfItems(list), ...value };
    if (!this.isText(fields, place, 'apiVersion') || !this.isText(fields, place, 'kind')) return;
    // No group of Kubernetes can be called so: groups of custom resources have a dot.
    if (String(fields.apiVersion).startsWith('zonewright/')) {
      // An export has its index and its proof beside the objects; a design among them may have been meant otherwise.
      const message = 'This is a design of Zonewright and no object of a cluster, so it is left out.';
      if (fields.kind === 'Topology') this.report('manifest/design', place, [], message, 'info');
      return;
    }
    if (String(fields.kind).endsWith('List') && Array.isArray(fields.items)) {
      const items = childOf(place.node(), 'items');
      for (const [i, item] of fields.items.entries()) {
        const node = (items?.type === 'list' ? items.items[i] : undefined) ?? place.node();
        this.read(item, { start: node.start, node: () => node }, fields);
      }
      return;
    }
    if (!this.hasMetadata(fields, place)) return;
    this.objects.push({
      object: fields as KubeObject,
      ...(this.file !== undefined && { file: this.file }),
      line: this.lines.positionAt(place.start).line,
      positionOf: (path) => this.lines.positionAt(placeIn(place, path)),
    });
  }

  private hasMetadata(fields: Fields, place: Place): boolean {
    const kind = String(fields.kind);
    const { metadata } = fields;
    if (metadata !== undefined && metadata !== null && !isMap(metadata)) {
      this.report(
        'manifest/wrong-type',
        place,
        ['metadata'],
        `The field metadata of this ${kind} must be a map, but is ${what(metadata)}. Write name and namespace below it. Until then the object is left out.`,
      );
      return false;
    }
    const name = metadata?.name;
    if (name === undefined || name === null || name === '') {
      this.report(
        'manifest/missing-field',
        place,
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
        place,
        path,
        `The field ${path.join('.')} of this ${kind} must be text, but is ${what(found)}. ${isMap(found) || Array.isArray(found) ? 'Write text' : 'Put it in quotes'}. Kubernetes refuses the object as it is, so it is left out.`,
      );
    };
    for (const field of ['name', 'namespace']) {
      const found = metadata?.[field];
      if (found === undefined || found === null) continue;
      if (typeof found !== 'string') wrong(['metadata', field], found);
      else if (found !== oneLine(found)) {
        isSound = false;
        this.report(
          'manifest/bad-name',
          place,
          ['metadata', field],
          `The field metadata.${field} of this ${kind} holds line breaks or control characters, which no name in a cluster has. Kubernetes refuses the object, so it is left out. Correct the ${field}.`,
        );
      }
    }
    for (const field of ['labels', 'annotations']) {
      const texts = metadata?.[field];
      if (texts === undefined || texts === null) continue;
      if (!isMap(texts)) {
        isSound = false;
        this.report(
          'manifest/wrong-type',
          place,
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

  private isText(fields: Fields, place: Place, field: 'apiVersion' | 'kind'): boolean {
    const value = fields[field];
    if (typeof value === 'string' && value !== '') return true;
    if (value === undefined || value === null || value === '') {
      this.report(
        'manifest/missing-field',
        place,
        [field],
        `This document has no ${field}, so it is no Kubernetes object and is left out. Add ${field}, or remove the document.`,
      );
    } else {
      this.report(
        'manifest/wrong-type',
        place,
        [field],
        `The field ${field} must be text, but is ${what(value)}. Until then the object is left out.`,
      );
    }
    return false;
  }

  private report(
    rule: string,
    place: Place,
    path: Path,
    message: string,
    severity: Problem['severity'] = 'error',
  ): void {
    const offset = placeIn(place, path);
    this.problems.push(...placeProblems([{ rule, severity, message, offset }], this.lines, this.file));
  }
}

function placeIn({ node }: Place, path: Path): number {
  const root = node();
  return placeOf(resolveAlias(root) ?? root, path).valueStart;
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
