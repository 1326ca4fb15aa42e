/** Below the canvas: the objects that the selection caused, or all of them, as one flat list. */
import { useMemo, useRef } from 'react';
import { refKey } from '../../../shared/model/index.ts';
import { useAnalysis, useStores, useUi } from '../../store/stores.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { VirtualRows, type VirtualRowsHandle } from '../../ui/VirtualRows.tsx';
import './manifests.css';

export function ManifestList() {
  const bundle = useAnalysis((s) => s.analysis?.bundle);
  const selection = useUi((s) => s.selection);
  const { ui } = useStores();
  const rows = useRef<VirtualRowsHandle>(null);
  const shown = useMemo(() => {
    const keys = new Set(selection.map(refKey));
    return (bundle?.files ?? []).flatMap((file) =>
      file.objects
        .filter((o) => keys.size === 0 || o.causes.some((c) => keys.has(refKey(c))))
        .map((object) => ({ file, object })),
    );
  }, [bundle, selection]);
  if (bundle === undefined) return <EmptyState title="Compiling…" />;
  if (shown.length === 0) {
    return <EmptyState title={selection.length === 0 ? 'Nothing to export yet' : 'The selection causes no manifest'} />;
  }
  return (
    <VirtualRows
      handle={rows}
      className="manifest-list"
      label={selection.length === 0 ? 'All objects' : 'Objects caused by the selection'}
      role="group"
      count={shown.length}
      rowHeight={27}
      row={(i) => {
        const item = shown[i];
        if (item === undefined) return null;
        const { file, object } = item;
        return (
          <button
            key={`${file.path} ${object.startLine}`}
            type="button"
            className="manifest-list__row"
            onClick={() =>
              ui.getState().set({ view: 'manifests', manifest: { path: file.path, line: object.startLine } })
            }
          >
            <span className="manifest-list__name">{object.name}</span>
            <span className="manifest-list__kind">{object.kind}</span>
            <span className="manifest-list__path">{`${file.path}:${object.startLine}`}</span>
          </button>
        );
      }}
    />
  );
}
