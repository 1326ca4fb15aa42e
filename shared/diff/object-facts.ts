/** How facts of isolation are gathered from objects, and how their untyped fields are read. */

import type { KubeObject } from '../k8s/index.ts';
import { isMap } from '../lib/is-map.ts';
import { sortBy } from '../lib/sort.ts';
import type { Grade } from './entry.ts';
import type { IsolationFact } from './isolation.ts';

export interface ObjectContext {
  readonly cluster?: string;
  /** How a handler of a container engine isolates, from 0 for a shared kernel; undefined where nobody knows. */
  readonly rankOfHandler: (handler: string) => number | undefined;
  /** In words: `shared kernel`. */
  readonly isolationText: (rank: number) => string;
  /** The strictest level of Pod Security that the pods of an object meet; absent where the design says it. */
  readonly podSecurityOf?: (object: KubeObject) => 'privileged' | 'baseline' | 'restricted' | undefined;
  /** Whether an object is the same on both sides, so that nobody has to ask what it says. */
  readonly isSettled?: (object: KubeObject) => boolean;
  /** The zone of a namespace; absent where nobody knows zones. */
  readonly zoneOf?: (namespace: string) => string | undefined;
  /** How grave a loss is in a namespace. */
  readonly gradeOf: (namespace: string | undefined) => Grade;
}

/** Of a guard that is there on one side only. */
export const gone = { rank: 0, state: 'it is not there' };

export type Standing = Pick<IsolationFact, 'rank' | 'state'>;

/** How strong a guard stands: the first row that holds, or the last where none does. */
export function standingOf(rows: ReadonlyArray<Standing & { readonly when: boolean }>, last: Standing): Standing {
  const { rank, state } = rows.find(({ when }) => when) ?? last;
  return { rank, state };
}

export type Fact = Omit<IsolationFact, 'key' | 'zones' | 'grade' | 'holder' | 'cluster'> & {
  readonly key: readonly string[];
  /** The key of the fact without which nobody asks for this one; default: the namespace, or the cluster. */
  readonly holder?: readonly string[];
  readonly namespace?: string;
  readonly grade?: Grade;
};

export class Facts {
  readonly found: IsolationFact[] = [];

  constructor(readonly context: ObjectContext) {}

  /** Says nothing but that the cluster is there. */
  hold(): void {
    this.add({
      key: ['cluster'],
      rank: 0,
      state: 'it is there',
      subject: { kind: 'Cluster', id: this.context.cluster ?? '' },
      title: 'The cluster',
      about: 'strength',
      sources: [],
    });
  }

  add({ key, namespace, grade, holder, ...rest }: Fact): void {
    const { zoneOf } = this.context;
    const keyOf = (parts: readonly string[]) => [this.context.cluster ?? '', ...parts].join('/');
    const zone = namespace === undefined ? undefined : zoneOf?.(namespace);
    this.found.push({
      ...rest,
      key: keyOf(key),
      grade: grade ?? this.context.gradeOf(namespace),
      zones: zone === undefined ? [] : [zone],
      ...(zoneOf === undefined && namespace !== undefined && { namespace }),
      ...(this.context.cluster !== undefined && { cluster: this.context.cluster }),
      holder: keyOf(holder ?? [namespace ?? '']),
    });
  }
}

export function isEmptySelector(selector: unknown): boolean {
  return (
    selector === undefined ||
    selector === null ||
    (isMap(selector) &&
      Object.values(selector).every((part) => (isMap(part) || Array.isArray(part)) && Object.keys(part).length === 0))
  );
}

export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((found, key) => (isMap(found) ? found[key] : undefined), value);
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}

/** Equal for equal values, in whatever order their fields are written. */
export function printOf(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isMap(inner) ? Object.fromEntries(sortBy(Object.entries(inner), ([key]) => key)) : inner,
  );
}
