/** The stores as React sees them: one context, thin hooks with selectors. */
import { createContext, type ReactNode, useContext, useRef } from 'react';
import { useStore } from 'zustand';
import type { Topology } from '../../shared/model/index.ts';
import type { AnalysisState, AnalysisStore } from './analysis-client.ts';
import type { DocumentState, DocumentStore } from './document-store.ts';
import type { ObservedState, ObservedStore } from './observed-store.ts';
import type { ReviewClient } from './review-client.ts';
import type { ReviewState, ReviewStore } from './review-store.ts';
import type { UiState, UiStore } from './ui-store.ts';

export interface Stores {
  readonly documents: DocumentStore;
  readonly ui: UiStore;
  readonly analysis: AnalysisStore;
  readonly observed: ObservedStore;
  readonly review: ReviewStore;
  readonly reviewer: ReviewClient;
}

const StoresContext = createContext<Stores | undefined>(undefined);

export function StoresProvider({ stores, children }: { readonly stores: Stores; readonly children: ReactNode }) {
  return <StoresContext.Provider value={stores}>{children}</StoresContext.Provider>;
}

/** The stores themselves, for event handlers and actions. */
export function useStores(): Stores {
  const stores = useContext(StoresContext);
  if (stores === undefined) throw new Error('useStores needs a StoresProvider above it');
  return stores;
}

export function useDocument<T>(selector: (state: DocumentState) => T): T {
  return useStore(useStores().documents, selector);
}

/** The design as it was last different in what `isSame` compares: a panel that shows only names need not know of the rest. */
export function useTopology(isSame: (before: Topology, now: Topology) => boolean): Topology {
  const kept = useRef<Topology | undefined>(undefined);
  return useDocument(({ topology }) => {
    if (kept.current === undefined || (kept.current !== topology && !isSame(kept.current, topology)))
      kept.current = topology;
    return kept.current;
  });
}

export function useUi<T>(selector: (state: UiState) => T): T {
  return useStore(useStores().ui, selector);
}

export function useAnalysis<T>(selector: (state: AnalysisState) => T): T {
  return useStore(useStores().analysis, selector);
}

export function useObserved<T>(selector: (state: ObservedState) => T): T {
  return useStore(useStores().observed, selector);
}

export function useReview<T>(selector: (state: ReviewState) => T): T {
  return useStore(useStores().review, selector);
}
