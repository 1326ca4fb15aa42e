/**
 * Pods that nobody has drawn yet: a flow at a namespace without workloads opens nothing today and something to whoever
 * comes. The workloads of other namespaces speak for those that join them, as far as the export is proven.
 */
import type { UnitChange } from '../diff/index.ts';
import type { SourceObject, WorkloadEnd } from '../reach/index.ts';
import type { DesignSide } from './review-side.ts';
import { Strangers } from './review-strangers.ts';

export class LaterPods {
  /** For both sides alike. */
  readonly sources: readonly SourceObject[];
  private readonly zones = new Map<string, string | undefined>();
  private readonly strangers: Strangers | undefined;

  /** `changed` are the objects of either side that the other has not, or has otherwise. */
  constructor(sides: readonly [DesignSide, DesignSide], cluster: string, changed: ReadonlySet<object>) {
    const empty = emptyNamespaces(sides, cluster);
    const [before, after] = sides;
    this.strangers =
      empty.size === 0
        ? undefined
        : new Strangers([before.byCluster.get(cluster) ?? [], after.byCluster.get(cluster) ?? []], changed, (name) =>
            empty.has(name),
          );
    this.sources = this.strangers?.sources ?? [];
    for (const { object } of this.sources)
      this.zones.set(object.metadata.name, empty.get(object.metadata.namespace ?? ''));
  }

  readonly isStranger = (end: WorkloadEnd): boolean => this.strangers?.isStranger(end) === true;

  /** How the pods of a name are told; undefined for drawn workloads. */
  endOf(key: string): { readonly id: string; readonly title: string; readonly zone?: string } | undefined {
    if (!this.zones.has(key)) return undefined;
    const zone = this.zones.get(key);
    return { id: key, title: key, ...(zone !== undefined && { zone }) };
  }

  /** The changes that tell something. */
  telling(changes: readonly UnitChange[]): readonly UnitChange[] {
    return this.strangers?.telling(changes) ?? changes;
  }
}

/** Namespaces of a cluster, by name, that both designs have and in which neither draws a workload, with their zones. */
function emptyNamespaces(
  sides: readonly [DesignSide, DesignSide],
  cluster: string,
): ReadonlyMap<string, string | undefined> {
  const [before, after] = sides.map(
    ({ index }) =>
      new Map(
        index
          .namespacesHeldBy(cluster)
          .filter((n) => index.workloadsOfNamespace(n.id).length === 0)
          .map((n) => [index.nameOf({ kind: 'namespace', id: n.id }), n.zone] as const),
      ),
  );
  return new Map([...(after ?? [])].filter(([name]) => before?.has(name)));
}
