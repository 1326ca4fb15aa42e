import { freeId, isId, renameRecord } from '../../../shared/commands/index.ts';
import { findRecord, kinds, lookup, ref as makeRef, type Ref, recordPath } from '../../../shared/model/index.ts';
import { useDocument, useStores } from '../../store/stores.tsx';

import { TextInput } from '../../ui/TextInput.tsx';
import { FieldEditor } from './editors/FieldEditor.tsx';
import { fieldsOf, schemaOf } from './fields/index.ts';
import { CausedSection } from './sections/CausedSection.tsx';
import { FindingsSection } from './sections/FindingsSection.tsx';
import { FlowsSection } from './sections/FlowsSection.tsx';
import { MembersSection } from './sections/MembersSection.tsx';
import { ReachSection } from './sections/ReachSection.tsx';

export function RecordInspector({ of }: { readonly of: Ref }) {
  const { documents } = useStores();
  const topology = useDocument((s) => s.topology);
  const record = findRecord(topology, of);
  if (record === undefined) return null;
  const index = lookup(topology);
  const context = { topology, index, ref: of, record: record as unknown as Readonly<Record<string, unknown>> };
  const target = { documents, base: recordPath(of), schema: schemaOf[of.kind] };
  return (
    <>
      <header className="inspector__head">
        <p className="inspector__kind">{kinds[of.kind].label}</p>
        <h2 className="inspector__title" title={index.titleOf(of)}>
          {index.titleOf(of)}
        </h2>
        <Place of={of} />
        <IdInput of={of} />
      </header>
      <FindingsSection of={of} show="problems" />
      <div className="inspector__fields">
        {fieldsOf[of.kind].map((field) => (
          <FieldEditor key={field.path.join('.')} field={field} context={context} target={target} />
        ))}
      </div>
      <FindingsSection of={of} show="notes" />
      <MembersSection of={of} />
      <FlowsSection of={of} />
      <ReachSection of={of} />
      <CausedSection of={of} />
    </>
  );
}

/** Where it stands: `prod · orders · Application`, each part leading there. */
function Place({ of }: { readonly of: Ref }) {
  const topology = useDocument((s) => s.topology);
  const { ui } = useStores();
  const index = lookup(topology);
  const parts: Ref[] = [];
  const cluster = of.kind === 'cluster' ? undefined : index.clusterOf(of);
  if (cluster !== undefined) parts.push(makeRef('cluster', cluster));
  const namespace = of.kind === 'workload' ? index.get('workload', of.id)?.namespace : undefined;
  if (namespace !== undefined) parts.push(makeRef('namespace', namespace));
  const zone = of.kind === 'zone' ? undefined : index.zoneOf(of);
  if (zone !== undefined && index.get('zone', zone) !== undefined) parts.push(makeRef('zone', zone));
  if (parts.length === 0) return null;
  return (
    <p className="inspector__place">
      {parts.map((part) => (
        <span key={part.kind}>
          <button type="button" onClick={() => ui.getState().revealRefs([part])}>
            {index.titleOf(part)}
          </button>
        </span>
      ))}
    </p>
  );
}

/** Renaming rewrites every reference in one step, so it happens on leaving the input, not with every key. */
function IdInput({ of }: { readonly of: Ref }) {
  const { documents, ui } = useStores();
  const own = of.kind === 'pool' ? (of.id.split('/')[1] ?? '') : of.id;
  return (
    <div className="inspector__id">
      <span title="Other records refer to it by this; renaming rewrites them.">Id</span>
      <TextInput
        when="leaving"
        mono
        label="Id"
        testId="field-id"
        value={own}
        commit={(text) => {
          const wanted = text.trim();
          const { topology } = documents.getState();
          const to = of.kind === 'pool' ? `${of.id.split('/')[0]}/${wanted}` : wanted;
          if (to === of.id) return { value: own };
          if (!isId(wanted)) {
            const example = freeId(topology, of.kind, to).split('/').at(-1);
            return { error: `An id is made of lower-case letters, digits and “-”, at most 63: “${example}” would do.` };
          }
          if (of.kind === 'zone' && wanted === 'outside')
            return { error: '“outside” stands for all externals in the matrix. Choose another id.' };
          if (findRecord(topology, { kind: of.kind, id: to }) !== undefined) {
            return {
              error: `There is a ${kinds[of.kind].label.toLowerCase()} “${wanted}” already. Choose another id.`,
            };
          }
          documents.getState().run(renameRecord, { ref: of, to });
          ui.getState().select([{ kind: of.kind, id: to }]);
          return { value: wanted };
        }}
      />
    </div>
  );
}
