/**
 * Whom policies of manifests let in beside the pods that are there: a rule that grows from one namespace to all opens
 * nothing between today's pods and everything to tomorrow's. A pod of each kind that a changed policy names takes part in
 * the comparison of both sides.
 */
import type { Unit, UnitChange } from '../diff/index.ts';
import type { KubeObject } from '../k8s/index.ts';
import { isPolicy, otherNamespace, type SourceObject, type WorkloadEnd, witnessesOf } from '../reach/index.ts';
import { describePods } from '../report/index.ts';

export class Strangers {
  /** For both sides alike. */
  readonly sources: readonly SourceObject[];
  private readonly names: ReadonlySet<string>;

  /**
   * `changed` are the objects of either side that the other has not, or has otherwise. Strangers of a namespace that
   * `isAsked` declines take no part; those of namespaces that nobody knows always do.
   */
  constructor(
    sides: readonly [readonly SourceObject[], readonly SourceObject[]],
    changed: ReadonlySet<object>,
    isAsked: (namespace: string) => boolean = () => true,
  ) {
    const found = new Map<string, readonly KubeObject[]>();
    for (const side of sides)
      for (const { objects, ...pods } of witnessesOf(side.filter((s) => !isPolicy(s) || changed.has(s.object)))) {
        if (!pods.namespace.startsWith(otherNamespace) && !isAsked(pods.namespace)) continue;
        const name = describePods(pods);
        found.set(
          keyOf(pods.namespace, name),
          objects.map((o) => (o.kind === 'Pod' ? renamed(o, name) : o)),
        );
      }
    this.names = new Set(found.keys());
    this.sources = [...found.values()].flat().map((object) => ({ object }));
  }

  isStranger({ namespace, name }: WorkloadEnd): boolean {
    return this.names.has(keyOf(namespace, name));
  }

  /**
   * The changes with the ends that tell something. Pods that are there speak for strangers of their namespace that are
   * treated alike; what strangers may do among themselves nobody asked.
   */
  telling(changes: readonly UnitChange[]): UnitChange[] {
    if (this.names.size === 0) return [...changes];
    const told = this.toldByOthers(changes);
    return changes.flatMap((change): UnitChange[] => {
      const [from, to] = [this.split(change.from), this.split(change.to)];
      if (from.known.length === 0 && to.known.length === 0) return [];
      if (from.known.length > 0 && to.known.length > 0) return [{ ...change, from: from.known, to: to.known }];
      // What came or went meets strangers otherwise for that alone.
      const senders =
        from.known.length > 0
          ? from.known.filter(isOnBothSides)
          : this.untold('from', from.strange, to.known, change, told);
      const receivers =
        to.known.length > 0 ? to.known.filter(isOnBothSides) : this.untold('to', to.strange, from.known, change, told);
      return senders.length === 0 || receivers.length === 0 ? [] : [{ ...change, from: senders, to: receivers }];
    });
  }

  private untold(
    side: 'from' | 'to',
    strange: readonly Unit[],
    others: readonly Unit[],
    { had, has }: UnitChange,
    told: ReadonlySet<string>,
  ): readonly Unit[] {
    const left = strange.filter((unit) => {
      const namespace = namespaceOf(unit);
      // Whether namespaces that nobody knows are let in at all is news, whoever else is.
      if (namespace.startsWith(otherNamespace) && (had === 0 || has === 0)) return true;
      const place = namespace.startsWith(otherNamespace) ? anywhere : namespace;
      return !told.has(tellingKey(side, place, others, had, has));
    });
    // Who comes in from any namespace says it for those of each.
    const widest = left.filter((unit) => namespaceOf(unit) === otherNamespace);
    return widest.length > 0 ? widest : left;
  }

  private toldByOthers(changes: readonly UnitChange[]): ReadonlySet<string> {
    const told = new Set<string>();
    for (const { from, to, had, has } of changes) {
      const [senders, receivers] = [this.split(from).known, this.split(to).known];
      // Nobody is compared with itself.
      if (senders.length === 1 && receivers.length === 1 && senders[0] === receivers[0]) continue;
      for (const place of placesOf(senders)) told.add(tellingKey('from', place, receivers, had, has));
      for (const place of placesOf(receivers)) told.add(tellingKey('to', place, senders, had, has));
    }
    return told;
  }

  private split(units: readonly Unit[]): { readonly known: readonly Unit[]; readonly strange: readonly Unit[] } {
    const strange = units.filter(({ ends }) => ends.some((end) => end !== undefined && this.isStranger(end)));
    return strange.length === 0
      ? { known: units, strange }
      : { known: units.filter((unit) => !strange.includes(unit)), strange };
  }
}

const anywhere = '*';

function tellingKey(side: string, place: string, others: readonly Unit[], had: number, has: number): string {
  const [first] = others;
  return [side, place, first?.piece ?? first?.key ?? '', had, has].join('\u0000');
}

function placesOf(units: readonly Unit[]): ReadonlySet<string> {
  const places = new Set(units.map(namespaceOf));
  if (places.size > 0) places.add(anywhere);
  return places;
}

function isOnBothSides({ ends, piece }: Unit): boolean {
  return piece !== undefined || ends.every((end) => end !== undefined);
}

function namespaceOf({ ends }: Unit): string {
  return (ends[1] ?? ends[0])?.namespace ?? '';
}

const keyOf = (namespace: string, name: string) => `${namespace}\u0000${name}`;

function renamed(object: KubeObject, name: string): KubeObject {
  return { ...object, metadata: { ...object.metadata, name } };
}
