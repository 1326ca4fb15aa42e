/** The nodes of a YAML document, each with its place in the text. */
import type { ScalarValue } from './yaml-scalar.ts';

interface NodeBase {
  /** Offset of the node with its anchor and tag; `end` is exclusive and stops before trailing blank space and comments. */
  readonly start: number;
  readonly end: number;
  readonly anchor?: string;
}

export interface YamlScalar extends NodeBase {
  readonly type: 'scalar';
  /** `empty`: nothing is written where a value could stand. */
  readonly style: 'plain' | 'single' | 'double' | 'literal' | 'folded' | 'empty';
  readonly value: ScalarValue;
  /** The decoded text before it was taken for a number, boolean or null. */
  readonly source: string;
}

export interface YamlEntry {
  readonly key: YamlNode;
  /** The key as text; undefined where the key is no scalar. */
  readonly name: string | undefined;
  readonly value: YamlNode;
  /** Offset behind the colon, or behind the key where there is none. */
  readonly colonEnd: number;
  /** True for keys written with `? `. */
  readonly isExplicit: boolean;
}

export interface YamlMap extends NodeBase {
  readonly type: 'map';
  readonly isFlow: boolean;
  readonly entries: readonly YamlEntry[];
}

export interface YamlList extends NodeBase {
  readonly type: 'list';
  readonly isFlow: boolean;
  readonly items: readonly YamlNode[];
  /** Offsets of the dashes of a block list, one per item. */
  readonly dashes: readonly number[];
}

export interface YamlAlias extends NodeBase {
  readonly type: 'alias';
  readonly name: string;
  /** The anchored node; undefined where no complete value with such an anchor stands before the alias. */
  readonly target: YamlNode | undefined;
}

export type YamlNode = YamlScalar | YamlMap | YamlList | YamlAlias;

export interface YamlProblem {
  readonly rule: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  readonly offset: number;
  /** A second place the problem is about; `label` begins the sentence that names it. */
  readonly related?: { readonly offset: number; readonly label: string };
}
