import { createContext, type ReactNode, useContext } from 'react';
import type { Host } from '../../shared/host/index.ts';

const HostContext = createContext<Host | undefined>(undefined);

export function HostProvider(props: { readonly host: Host; readonly children: ReactNode }) {
  return <HostContext value={props.host}>{props.children}</HostContext>;
}

/** The shell around the window. Components ask it and never wonder which one it is. */
export function useHost(): Host {
  const host = useContext(HostContext);
  if (host === undefined) throw new Error('useHost needs a HostProvider around it.');
  return host;
}
