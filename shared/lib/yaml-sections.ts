/**
 * Every `---` section of a text read for itself, as kubectl splits files: one broken document does not hide its
 * neighbours. What is kept of a document is its value; its nodes, which take many times the room, are made when somebody
 * asks where something stands.
 */
import { isLarge, parsePart, sections, type YamlNode, type YamlProblem, type YamlStream } from './yaml.ts';
import { quickNodes, quickValues } from './yaml-quick.ts';
import type { YamlVersion } from './yaml-scalar.ts';
import { plainValue, type ValueOptions } from './yaml-value.ts';

export interface YamlSection {
  /** Undefined where the document cannot be expanded. */
  readonly value: unknown;
  /** Offset of the root. */
  readonly start: number;
  /** The root with the places of all its values. */
  readonly root: () => YamlNode;
}

export interface YamlSections {
  readonly sections: readonly YamlSection[];
  readonly problems: readonly YamlProblem[];
}

export function readYamlSections(text: string, version: YamlVersion, options: ValueOptions): YamlSections {
  const found: YamlSection[] = [];
  const problems: YamlProblem[] = [];
  const take = (stream: YamlStream) => {
    for (const problem of stream.problems) problems.push(problem);
    for (const { root } of stream.documents) {
      const { value, problems: more } = plainValue(root, options);
      for (const problem of more) problems.push(problem);
      found.push({ value, start: root.start, root: () => root });
    }
  };
  // Directives and ends of documents reach over the sections.
  if (isLarge(text) || /^(?:%|\.\.\.)/m.test(text)) {
    const whole = parsePart(text, 0, { version });
    if (!whole.problems.some((p) => p.rule === 'yaml/syntax')) {
      take(whole);
      return { sections: found, problems };
    }
  }
  const values = quickValues(text, version);
  for (const { start, end } of sections(text)) {
    const quick = values.read(start, end);
    if (quick === undefined) take(parsePart(text.slice(start, end), start, { version }));
    else found.push({ value: quick.root, start: values.rootStart, root: later(text, version, start, end) });
  }
  return { sections: found, problems };
}

/** Once made, the nodes stay: whoever asks for one place asks for more. */
function later(text: string, version: YamlVersion, start: number, end: number): () => YamlNode {
  let root: YamlNode | undefined;
  return () => {
    root ??= quickNodes(text, version).read(start, end)?.root;
    if (root === undefined) throw new Error('what was read as values is read as nodes');
    return root;
  };
}
