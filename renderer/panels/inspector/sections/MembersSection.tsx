import { Plus } from 'lucide-react';
import { type Kind, kinds, lookup, type Ref, recordsOf, ref } from '../../../../shared/model/index.ts';
import { addNew } from '../../../actions/add.ts';
import { useActionContext } from '../../../actions/use-actions.tsx';
import { useDocument, useStores } from '../../../store/stores.tsx';
import { IconButton } from '../../../ui/IconButton.tsx';
import { Section } from '../../../ui/Section.tsx';

interface Members {
  readonly kind: Kind;
  readonly ids: readonly string[];
}

/** What a record contains, with a way to add more. */
export function MembersSection({ of }: { readonly of: Ref }) {
  const topology = useDocument((s) => s.topology);
  const { ui } = useStores();
  const context = useActionContext();
  const index = lookup(topology);
  const ids = (items: ReadonlyArray<{ readonly id: string }>) => items.map((i) => i.id);
  const groups: Members[] = [];
  if (of.kind === 'zone') {
    groups.push({ kind: 'namespace', ids: ids(index.namespacesOfZone(of.id)) });
    const endpoints = recordsOf(topology, 'endpoint');
    groups.push({ kind: 'endpoint', ids: Object.keys(endpoints).filter((id) => endpoints[id]?.zone === of.id) });
  }
  if (of.kind === 'cluster') {
    groups.push(
      { kind: 'pool', ids: ids(index.poolsOf(of.id)) },
      { kind: 'namespace', ids: ids(index.namespacesHeldBy(of.id)) },
    );
  }
  if (of.kind === 'namespace') groups.push({ kind: 'workload', ids: ids(index.workloadsOfNamespace(of.id)) });
  if (of.kind === 'endpoint') {
    const classes = recordsOf(topology, 'class');
    groups.push({ kind: 'class', ids: Object.keys(classes).filter((id) => classes[id]?.endpoint === of.id) });
  }
  return groups.map((g) => (
    <Section
      key={g.kind}
      title={kinds[g.kind].plural}
      note={g.ids.length}
      testId={`members-${g.kind}`}
      aside={
        <IconButton
          label={`Add ${kinds[g.kind].label.toLowerCase()}`}
          icon={<Plus size={14} aria-hidden />}
          testId={`members-${g.kind}-add`}
          onClick={() => addNew(context, g.kind, of)}
        />
      }
    >
      {g.ids.length === 0 ? (
        <p className="inspector__text">None yet.</p>
      ) : (
        <ul className="inspector__list">
          {g.ids.map((id) => (
            <li key={id}>
              <button
                type="button"
                className="inspector__row"
                onClick={() => ui.getState().revealRefs([ref(g.kind, id)])}
              >
                <span className="inspector__row-main">{index.titleOf(ref(g.kind, id))}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Section>
  ));
}
