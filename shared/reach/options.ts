/** What an evaluation may be told about the cluster beside its objects. */
import type { Pod, SourceObject } from './cluster.ts';
import type { Known } from './policy.ts';

export interface EvaluateOptions {
  /** Whether an ipBlock also means pods whose address is known. The API leaves it undefined; default: false. */
  readonly ipBlockMatchesPods?: boolean;
  /** `ignored`: no policy selects or matches pods on the host network (what most CNIs do). Default: ignored. */
  readonly hostNetwork?: 'ignored' | 'as-pods';
  /** Ranges (CIDR) the caller will ask about: the address space is cut at their borders as well. */
  readonly cut?: readonly string[];
  /**
   * For a network plugin that knows nodes and the API server by identity: their ranges (CIDR). No range in a rule means a
   * node then, however wide it is; rules name them by what they are. Undefined: nodes are addresses like any other.
   */
  readonly known?: Readonly<Record<Known, readonly string[]>>;
  readonly mesh?: MeshOptions;
}

export interface MeshOptions {
  /** The name of this cluster in the mesh. */
  readonly cluster: string;
  readonly others: ReadonlyArray<{ readonly cluster: string; readonly objects: readonly SourceObject[] }>;
  /** Whether a selector that names no cluster means the pods of all of them. */
  readonly selectsAll: boolean;
}

/** Whether policies do not see a pod: those on the host network, unless the options say otherwise. */
export function isHidden(pod: Pod, { hostNetwork }: EvaluateOptions): boolean {
  return pod.hostNetwork && hostNetwork !== 'as-pods';
}
