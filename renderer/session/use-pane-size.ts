import { useSession, useSessionState } from './session-context.tsx';

/** The size of a pane, kept for the next start. */
export function usePaneSize(
  key: string,
  normal: number,
): { readonly size: number; readonly onResize: (size: number) => void } {
  const session = useSession();
  const kept = useSessionState((s) => s.settings.panels?.[key]);
  return {
    size: typeof kept === 'number' ? kept : normal,
    onResize: (size) => session.rememberPanels({ [key]: size }),
  };
}
