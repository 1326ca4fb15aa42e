import { findRecord, refKey } from '../../../shared/model/index.ts';
import { useDocument, useUi } from '../../store/stores.tsx';
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
