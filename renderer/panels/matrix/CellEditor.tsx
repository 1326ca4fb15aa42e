import { setMatrixCell } from '../../../shared/commands/index.ts';
import {
  endRef,
  formatShortPorts,
  lookup,
  type MatrixCell,
  outside,
  parseShortPorts,
  ref,
  schema,
  writtenCell,
} from '../../../shared/model/index.ts';
import { useDocument, useStores } from '../../store/stores.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { ChipsInput } from '../../ui/ChipsInput.tsx';
import { Field } from '../../ui/Field.tsx';
import { Section } from '../../ui/Section.tsx';
import { Select } from '../../ui/Select.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import type { MatrixCellView } from './matrix-cells.ts';

export interface CellEditorProps {
  readonly cell: MatrixCellView;
  readonly titleOf: (id: string) => string;
  readonly blocked: ReadonlySet<string>;
  readonly onIntraZone: (value: 'allow' | 'deny' | undefined) => void;
}

const accesses = [
  { id: 'allow-all', label: 'Allow all', testId: 'matrix-access-allow-all' },
  { id: 'allow-only', label: 'Allow only', testId: 'matrix-access-allow-only' },
  { id: 'block-all', label: 'Block all', testId: 'matrix-access-block-all' },
] as const;

/** One cell: what is allowed, and the flows drawn there. */
export function CellEditor({ cell, titleOf, blocked, onIntraZone }: CellEditorProps) {
  const { decision } = cell;
  return (
    <aside className="matrix-editor" aria-label="Matrix cell" data-testid="matrix-editor">
      <header className="matrix-editor__head">
        <p>{decision === undefined ? 'Inside a zone' : 'From, to'}</p>
        <h2>{decision === undefined ? titleOf(cell.from) : `${titleOf(cell.from)} → ${titleOf(cell.to)}`}</h2>
      </header>
      {decision !== undefined ? (
        <Decision cell={cell} />
      ) : cell.from === outside ? (
        <p className="matrix-editor__text">What externals do among each other is none of this design’s business.</p>
      ) : (
        <div className="matrix-editor__fields">
          <Select
            label="Inside the zone"
            testId="matrix-intra-zone"
            value={cell.intraZone ?? ''}
            options={[
              { value: 'allow', label: 'Everything may talk' },
              { value: 'deny', label: 'Only drawn flows' },
            ]}
            onChange={(value) => onIntraZone(value === 'deny' ? 'deny' : undefined)}
          />
        </div>
      )}
      <Flows cell={cell} blocked={blocked} />
    </aside>
  );
}

function Decision({ cell }: { readonly cell: MatrixCellView }) {
  const { documents } = useStores();
  const written = useDocument((s) => writtenCell(s.topology, cell.from, cell.to));
  const { decision, from, to } = cell;
  if (decision === undefined) return null;
  const write = (next: MatrixCell | undefined, coalesce?: string) =>
    documents.getState().run(setMatrixCell, { from, to, cell: next }, coalesce === undefined ? {} : { coalesce });
  const change = (part: Partial<MatrixCell>): string | undefined => {
    const { services: _, ...rest } = written ?? { access: decision.access };
    const merged = { ...rest, ...(written?.services && { services: written.services }), ...part };
    const kept = Object.fromEntries(Object.entries(merged).filter(([, v]) => v !== undefined)) as unknown as MatrixCell;
    const checked = schema.matrixCell.safeParse(kept);
    if (!checked.success) return checked.error.issues[0]?.message;
    write(kept);
    return undefined;
  };
  return (
    <div className="matrix-editor__fields">
      <div>
        <Tabs
          look="segments"
          label="Access"
          items={accesses}
          value={decision.access}
          onChange={(access) =>
            change(
              access === 'allow-only'
                ? { access, services: written?.services ?? servicesOf(cell) }
                : { access, services: undefined },
            )
          }
        />
      </div>
      {written === undefined ? (
        <p className="matrix-editor__text">
          Not written: by trust, one zone inward is allowed and everything else is blocked. Choose to write it.
        </p>
      ) : (
        <>
          {decision.access === 'allow-only' && (
            <Field label="Services" hint="443/tcp, 8000-8010/udp">
              <ChipsInput
                label="Services"
                testId="matrix-services"
                mono
                placeholder="443/tcp"
                values={written.services ?? []}
                onChange={(values) => {
                  for (const value of values) {
                    const { errors } = parseShortPorts(value);
                    if (errors[0] !== undefined) return errors[0];
                  }
                  return change({ services: [...values] });
                }}
              />
            </Field>
          )}
          <Field label="Severity of a flow against it">
            <Select
              label="Severity"
              testId="matrix-severity"
              value={written.severity ?? ''}
              options={schema.severities.map((s) => ({ value: s, label: s.charAt(0).toUpperCase() + s.slice(1) }))}
              emptyLabel="Not graded"
              onChange={(value) =>
                change({ severity: value === '' ? undefined : (value as (typeof schema.severities)[number]) })
              }
            />
          </Field>
          <Field label="Description">
            <TextInput
              when="leaving"
              multiline
              label="Description"
              value={written.description ?? ''}
              commit={(text) => {
                const error = change({ description: text === '' ? undefined : text });
                return error === undefined ? { value: text } : { error };
              }}
            />
          </Field>
          <div>
            <Button size="small" testId="matrix-clear" onClick={() => write(undefined)}>
              Leave it to trust
            </Button>
          </div>
        </>
      )}
    </div>
  );
}

function Flows({ cell, blocked }: { readonly cell: MatrixCellView; readonly blocked: ReadonlySet<string> }) {
  const topology = useDocument((s) => s.topology);
  const { ui } = useStores();
  const index = lookup(topology);
  return (
    <Section title="Drawn flows" note={cell.flows.length} testId="matrix-flows">
      {cell.flows.length === 0 ? (
        <p className="matrix-editor__none">None.</p>
      ) : (
        <ul className="matrix-editor__flows">
          {cell.flows.map((f) => (
            <li key={f.id}>
              <button
                type="button"
                data-testid={`matrix-flow-${f.id}`}
                title="Show on the canvas"
                onClick={() => ui.getState().revealRefs([ref('flow', f.id)])}
              >
                <span>{`${index.titleOf(endRef(f.from))} → ${index.titleOf(endRef(f.to))}`}</span>
                <span className="matrix-editor__ports">{formatShortPorts(f.ports)}</span>
                {f.exception !== undefined && <Badge tone="warning">{`exception until ${f.exception.until}`}</Badge>}
                {blocked.has(f.id) && <Badge tone="error">blocked</Badge>}
              </button>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** What is drawn already, as the first list of services: writing the cell then blocks nothing by surprise. */
function servicesOf(cell: MatrixCellView): string[] {
  const services = new Set<string>();
  for (const flow of cell.flows) {
    if (flow.ports === 'all') continue;
    for (const port of flow.ports) if (typeof port.port === 'number') services.add(formatShortPorts([port]));
  }
  return [...services].sort();
}
