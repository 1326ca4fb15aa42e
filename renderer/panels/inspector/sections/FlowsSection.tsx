import { sortBy, unique } from '../../../../shared/lib/sort.ts';
import { endRef, type Flow, formatShortPorts, lookup, type Ref, ref, refKey } from '../../../../shared/model/index.ts';
import { useDocument, useStores } from '../../../store/stores.tsx';
import { Section } from '../../../ui/Section.tsx';

/** The drawn flows in and out of a record; those of what it contains are counted with the containing record. */
export function FlowsSection({ of }: { readonly of: Ref }) {
  const topology = useDocument((s) => s.topology);
  const { ui } = useStores();
  const index = lookup(topology);
  if (!['workload', 'namespace', 'zone', 'external'].includes(of.kind)) return null;
  const inside = [
    of,
    ...(of.kind === 'external' ? [] : index.workloadsOf(of).map((w) => ref('workload', w.id))),
    ...(of.kind === 'zone' ? index.namespacesOfZone(of.id).map((n) => ref('namespace', n.id)) : []),
  ];
  const within = new Set(inside.map(refKey));
  const crosses = (f: Flow) => within.has(refKey(endRef(f.from))) !== within.has(refKey(endRef(f.to)));
  const flows = sortBy(
    unique(inside.flatMap((r) => index.flowsOf(r))).filter((f) => of.kind === 'workload' || crosses(f)),
    (f) => f.id,
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
