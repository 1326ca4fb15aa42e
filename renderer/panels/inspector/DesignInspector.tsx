import { Plus } from 'lucide-react';
import { z } from 'zod';
import { type Kind, kinds, lookup, recordsOf, ref, schema } from '../../../shared/model/index.ts';
import { addNew } from '../../actions/add.ts';
import { useActionContext } from '../../actions/use-actions.tsx';
import { useDocument, useStores } from '../../store/stores.tsx';
import { Button } from '../../ui/Button.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Section } from '../../ui/Section.tsx';
import { FieldEditor } from './editors/FieldEditor.tsx';
import { metadataFields, rulesField } from './fields/design.ts';

const rulesSchema = z.record(z.string(), schema.ruleSetting).optional();

/** The design itself: what it is called, and the records that have no shape on the canvas. */
export function DesignInspector() {
  const { documents, ui } = useStores();
  const topology = useDocument((s) => s.topology);
  const index = lookup(topology);
  const metadata = { topology, index, record: topology.metadata as unknown as Readonly<Record<string, unknown>> };
  const rules = { topology, index, record: (topology.rules ?? {}) as Readonly<Record<string, unknown>> };
  const written = Object.values(topology.matrix ?? {}).reduce((n, row) => n + Object.keys(row).length, 0);
  return (
    <>
      <header className="inspector__head">
        <p className="inspector__kind">Design</p>
        <h2 className="inspector__title" title={topology.metadata.name}>
          {topology.metadata.name}
        </h2>
      </header>
      <div className="inspector__fields">
        {metadataFields.map((field) => (
          <FieldEditor
            key={field.path.join('.')}
            field={field}
            context={metadata}
            target={{ documents, base: ['metadata'], schema: schema.metadata }}
          />
        ))}
      </div>
      <RecordList kind="runtime" />
      <RecordList kind="class" />
      <Section title="Matrix" note={written === 0 ? 'by trust' : `${written} written`}>
        <p className="inspector__text">
          {written === 0
            ? 'Nothing is written: one zone inward is allowed, everything else blocked.'
            : 'Cells that are not written follow trust.'}
        </p>
        <div>
          <Button size="small" onClick={() => ui.getState().set({ view: 'matrix' })}>
            Open the matrix
          </Button>
        </div>
      </Section>
      <Section title="Rules" startsOpen={topology.rules !== undefined}>
        <FieldEditor field={rulesField} context={rules} target={{ documents, base: ['rules'], schema: rulesSchema }} />
      </Section>
    </>
  );
}

function RecordList({ kind }: { readonly kind: Kind }) {
  const topology = useDocument((s) => s.topology);
  const { ui } = useStores();
  const context = useActionContext();
  const index = lookup(topology);
  const ids = Object.keys(recordsOf(topology, kind)).sort();
  return (
    <Section
      title={kinds[kind].plural}
      note={ids.length}
      testId={`design-${kind}s`}
      aside={
        <IconButton
          label={`Add ${kinds[kind].label.toLowerCase()}`}
          icon={<Plus size={14} aria-hidden />}
          testId={`action-add.${kind}`}
          onClick={() => addNew(context, kind)}
        />
      }
    >
      {ids.length === 0 ? (
        <p className="inspector__text">None yet.</p>
      ) : (
        <ul className="inspector__list">
          {ids.map((id) => (
            <li key={id}>
              <button type="button" className="inspector__row" onClick={() => ui.getState().select([ref(kind, id)])}>
                <span className="inspector__row-main">{index.titleOf(ref(kind, id))}</span>
                <span className="inspector__row-note">
                  {kind === 'runtime' ? index.get('runtime', id)?.from : index.get('class', id)?.endpoint}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
