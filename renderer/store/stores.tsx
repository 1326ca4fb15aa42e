/** The stores as React sees them: one context, thin hooks with selectors. */
import { createContext, type ReactNode, useContext } from 'react';
import { useStore } from 'zustand';
import type { AnalysisState, AnalysisStore } from './analysis-client.ts';
import type { DocumentState, DocumentStore } from './document-store.ts';
import type { UiState, UiStore } from './ui-store.ts';

export interface Stores {
  readonly documents: DocumentStore;
  readonly ui: UiStore;
  readonly analysis: AnalysisStore;
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

export function useUi<T>(selector: (state: UiState) => T): T {
  return useStore(useStores().ui, selector);
}

export function useAnalysis<T>(selector: (state: AnalysisState) => T): T {
  return useStore(useStores().analysis, selector);
}
