import { useEffect } from 'react';
import { findRecord, refKey } from '../../../shared/model/index.ts';
import { useDocument, useStores, useUi } from '../../store/stores.tsx';
import { DesignInspector } from './DesignInspector.tsx';
import { MultiInspector } from './MultiInspector.tsx';
import { RecordInspector } from './RecordInspector.tsx';
import './inspector.css';

/** Everything about what is selected: one record, several, or, with nothing selected, the design itself. */
export function InspectorPanel() {
  const topology = useDocument((s) => s.topology);
  const documentId = useDocument((s) => s.documentId);
  const selection = useUi((s) => s.selection);
  const refs = selection.filter((r) => findRecord(topology, r) !== undefined);
  const [first] = refs;
  useFocusedField();
  return (
    // Another selection starts at the top again.
    <aside
      key={`${documentId} ${first === undefined ? '' : refKey(first)} ${refs.length}`}
      className="inspector"
      data-testid="inspector"
      aria-label="Inspector"
    >
      {first === undefined ? (
        <DesignInspector />
      ) : refs.length === 1 ? (
        <RecordInspector of={first} />
      ) : (
        <MultiInspector refs={refs} />
      )}
    </aside>
  );
}

/** Something asked for a value: its field is brought into view with its text marked, so that typing replaces it. */
function useFocusedField(): void {
  const { ui } = useStores();
  const wanted = useUi((s) => s.focusField);
  useEffect(() => {
    if (wanted === undefined) return;
    ui.getState().set({ focusField: undefined });
    const input = document.querySelector(`[data-testid="inspector"] [data-testid="field-${CSS.escape(wanted)}"]`);
    if (!(input instanceof HTMLInputElement)) return;
    input.scrollIntoView({ block: 'center' });
    input.focus({ preventScroll: true });
    input.select();
  }, [wanted, ui]);
}
