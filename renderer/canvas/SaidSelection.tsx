import { useEffect, useState } from 'react';
import { kinds, lookup } from '../../shared/model/index.ts';
import { useStores, useUi } from '../store/stores.tsx';

/** Says to a screen reader what the keys on the canvas have come to, because no card of the picture ever has the focus. */
export function SaidSelection({ hasKeys }: { readonly hasKeys: () => boolean }) {
  const { documents } = useStores();
  const selection = useUi((s) => s.selection);
  const [said, setSaid] = useState('');
  useEffect(() => {
    const [only, ...others] = selection;
    // Whatever else selects something says so itself.
    if (!hasKeys()) return;
    if (only === undefined) return setSaid((before) => (before === '' ? '' : 'Nothing is selected.'));
    if (others.length > 0) return setSaid(`${selection.length} things are selected.`);
    setSaid(`${lookup(documents.getState().topology).titleOf(only)}, ${kinds[only.kind].label.toLowerCase()}`);
  }, [selection, documents, hasKeys]);
  return (
    <p className="visually-hidden" role="status" data-testid="canvas-said">
      {said}
    </p>
  );
}
