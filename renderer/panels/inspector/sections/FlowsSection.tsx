import { endRef, formatShortPorts, lookup, type Ref, ref, refKey } from '../../../../shared/model/index.ts';
import { useDocument, useStores } from '../../../store/stores.tsx';
import { Section } from '../../../ui/Section.tsx';

/** The drawn flows in and out of a record; those of what it contains are counted with the containing record. */
export function FlowsSection({ of }: { readonly of: Ref }) {
  const topology = useDocument((s) => s.topology);
  const { ui } = useStores();
  const index = lookup(topology);
  if (!['workload', 'namespace', 'zone', 'external'].includes(of.kind)) return null;
  const within = new Set([
    refKey(of),
    ...(of.kind === 'external' ? [] : index.workloadsOf(of).map((w) => refKey(ref('workload', w.id)))),
  ]);
  if (of.kind === 'zone') for (const n of index.namespacesOfZone(of.id)) within.add(refKey(ref('namespace', n.id)));
  const flows = index.flows.filter(
    (f) =>
      within.has(refKey(endRef(f.from))) !== within.has(refKey(endRef(f.to))) ||
      (of.kind === 'workload' && index.flowsOf(of).includes(f)),
  );
  return (
    <Section title="Flows" note={flows.length} testId="inspector-flows">
      {flows.length === 0 ? (
        <p className="inspector__text">None. Drag from a handle on the canvas to connect it.</p>
      ) : (
        <ul className="inspector__list">
          {flows.slice(0, 100).map((f) => {
            const isOut = within.has(refKey(endRef(f.from)));
            const other = isOut ? endRef(f.to) : endRef(f.from);
            return (
              <li key={f.id}>
                <button
                  type="button"
                  className="inspector__row"
                  title={f.id}
                  onClick={() => ui.getState().revealRefs([ref('flow', f.id)])}
                >
                  <span className="inspector__row-main">
                    {isOut ? `→ ${index.titleOf(other)}` : `${index.titleOf(other)} →`}
                  </span>
                  <span className="inspector__row-note">{formatShortPorts(f.ports)}</span>
                </button>
              </li>
            );
          })}
        </ul>
      )}
    </Section>
  );
}
