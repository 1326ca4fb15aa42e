/** From the way to a value to its place in the text. */
import type { Path } from './problem.ts';
import type { YamlEntry, YamlMap, YamlNode } from './yaml.ts';

/** Offsets; `end` is exclusive. */
export interface Place {
  /** Of the key, or of the list item. */
  readonly start: number;
  /** Of the value where it is written on its own; of the key where the value is a map, a list or nothing. */
  readonly valueStart: number;
  readonly end: number;
}

/** What a path, or its nearest parent that exists, takes up in the text: from its key to the end of its value. */
export function placeOf(root: YamlNode, path: Path): Place {
  let range: Place = { start: root.start, valueStart: root.start, end: root.end };
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

/** Sections hold thousands of records, and problems come by the hundred, so names are indexed once per map. */
const indexes = new WeakMap<YamlMap, Map<string, YamlEntry>>();

function entryIn(map: YamlMap, name: string): YamlEntry | undefined {
  if (map.entries.length < 16) return map.entries.find((entry) => entry.name === name);
  let index = indexes.get(map);
  if (index === undefined) {
    index = new Map();
    for (const entry of map.entries)
      if (entry.name !== undefined && !index.has(entry.name)) index.set(entry.name, entry);
    indexes.set(map, index);
  }
  return index.get(name);
}
