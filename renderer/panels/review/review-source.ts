/** What the open design is compared with, kept while other views are shown. */
import { createStore } from 'zustand/vanilla';
import type { Topology } from '../../../shared/model/index.ts';

export type ReviewSource =
  | { readonly kind: 'saved' }
  | { readonly kind: 'fixed'; readonly value: string; readonly title: string; readonly before: Topology };

export interface ReviewSourceState {
  /** The document the choice was made for; another one starts anew. */
  readonly documentId?: string;
  readonly source?: ReviewSource;
  /** Why the last choice could not be read. */
  readonly failure?: string;
  /** Keys of entries that the user has looked at. */
  readonly reviewed: ReadonlySet<string>;
}

export const reviewSource = createStore<ReviewSourceState>()(() => ({ reviewed: new Set() }));
