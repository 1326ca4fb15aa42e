import type { Topology } from '../model/index.ts';

/** What the ends of a comparison are called, and what a design says of them. */
export interface Naming {
  /** Of both sides. */
  readonly clusters: readonly string[];
  /** `key` is what tells a workload of one side that of the other. */
  endOf(
    cluster: string,
    key: string,
  ): { readonly id: string; readonly title: string; readonly zone?: string; readonly namespace?: string };
  /** The external that stands for some addresses. */
  externalOf(
    cidrs: readonly string[],
  ): { readonly id: string; readonly title: string; readonly trust?: number } | undefined;
  /** What has some addresses that no external stands for, in words that begin a sentence. */
  placeOf?(cidrs: readonly string[]): string | undefined;
  readonly designs?: { readonly before: Topology; readonly after: Topology };
  /** Ids of workloads that are only there after, only before, or in no cluster that held them before. */
  readonly came?: ReadonlySet<string>;
  readonly went?: ReadonlySet<string>;
  readonly changedHome?: ReadonlySet<string>;
}
