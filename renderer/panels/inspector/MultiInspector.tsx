import { X } from 'lucide-react';
import { kinds, lookup, type Ref, refKey } from '../../../shared/model/index.ts';
import { ActionButton } from '../../actions/ActionButton.tsx';
import { actions, canRun } from '../../actions/registry.ts';
import { useActionContext } from '../../actions/use-actions.tsx';
import { useDocument, useStores } from '../../store/stores.tsx';
import { groupBy } from '../../ui/group-by.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { Section } from '../../ui/Section.tsx';
import { SharedFields } from './SharedFields.tsx';

/** Several records: what they share, and what can be done with all of them. */
export function MultiInspector({ refs }: { readonly refs: readonly Ref[] }) {
  const topology = useDocument((s) => s.topology);
  const { ui } = useStores();
  const context = useActionContext();
  const index = lookup(topology);
  const counts = groupBy(refs, (r) => r.kind);
  const [only] = counts.size === 1 ? counts.keys() : [];
  const possible = actions.filter((a) => a.inContextMenu && a.id !== 'edit.paste' && canRun(a, context));
  return (
    <>
      <header className="inspector__head">
        <p className="inspector__kind">Selection</p>
        <h2 className="inspector__title">{`${refs.length} records`}</h2>
        <p className="inspector__place">
          {[...counts]
            .map(
              ([kind, list]) =>
                `${list.length} ${(list.length === 1 ? kinds[kind].label : kinds[kind].plural).toLowerCase()}`,
            )
            .join(' · ')}
        </p>
        <div className="inspector__actions">
          {possible.map((a) => (
            <ActionButton key={a.id} id={a.id} iconOnly />
          ))}
        </div>
      </header>
      {only !== undefined && <SharedFields kind={only} refs={refs} />}
      <Section title="Selected">
        <ul className="inspector__list">
          {refs.slice(0, 200).map((r) => (
            <li key={refKey(r)} className="inspector__pair">
              <button type="button" className="inspector__row" onClick={() => ui.getState().select([r])}>
                <span className="inspector__row-main">{index.titleOf(r)}</span>
                <span className="inspector__row-note">{kinds[r.kind].label}</span>
              </button>
              <IconButton
                label={`Take ${index.titleOf(r)} out of the selection`}
                icon={<X size={13} aria-hidden />}
                onClick={() => ui.getState().select([r], { extend: true })}
              />
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}
