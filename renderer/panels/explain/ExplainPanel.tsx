/** Why one end can or cannot reach another: the ends, the verdict, and each side's way through the policies. */
import { ArrowDownUp, Crosshair, X } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import { type AskedEnd, type ExplainQuestion, endKey } from '../../../shared/analysis/index.ts';
import { type Lookup, lookup, parseRefKey, ref } from '../../../shared/model/index.ts';
import { useReach } from '../../store/reach-client.ts';
import { useDocument, useStores, useUi } from '../../store/stores.tsx';
import type { ExplainState } from '../../store/ui-store.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { Select, type SelectOption } from '../../ui/Select.tsx';
import { Suggesting } from '../../ui/Suggesting.tsx';
import { Answer } from './Answer.tsx';
import { askedPort, portChoices } from './explain-ports.ts';
import { Reached } from './Reached.tsx';
import './explain.css';

export function ExplainPanel() {
  const { ui } = useStores();
  const state = useUi((s) => s.explain) ?? {};
  const topology = useDocument((s) => s.topology);
  const index = lookup(topology);
  const from = existing(index, state.from);
  const to = existing(index, state.to);
  const ports = portChoices(index, from, to);
  const port = state.port !== undefined ? state.port : (ports[0]?.value ?? '');
  const options = useMemo(() => endOptions(lookup(topology)), [topology]);
  const put = (part: Partial<ExplainState>) => ui.getState().set({ explain: { ...ui.getState().explain, ...part } });
  usePicking(state, put);

  const wanted = askedPort(port);
  const question: ExplainQuestion | undefined =
    from === undefined || to === undefined ? undefined : { from, to, ...(wanted !== undefined && { port: wanted }) };
  const { answer, isBusy, failure } = useReach(question && { ask: 'explain', question });
  const row = (side: 'from' | 'to', label: string, end: AskedEnd | undefined) => (
    <div className="explain__end">
      <span className="explain__label">{label}</span>
      <Select
        label={label}
        testId={`explain-${side}`}
        value={end === undefined ? '' : endKey(end)}
        options={
          end?.kind === 'addresses' ? [{ value: endKey(end), label: end.cidrs.join(', ') }, ...options] : options
        }
        onChange={(key) => put({ [side]: endOfKey(key), port: undefined, picking: undefined })}
      />
      <IconButton
        label={state.picking === side ? 'Stop choosing on the canvas' : 'Choose on the canvas'}
        icon={<Crosshair size={15} aria-hidden />}
        isOn={state.picking === side}
        testId={`explain-pick-${side}`}
        onClick={() => put({ picking: state.picking === side ? undefined : side })}
      />
    </div>
  );
  return (
    <aside
      className={`explain${state.picking === undefined ? '' : ' is-picking'}`}
      data-testid="explain"
      aria-label="Explain"
    >
      <header className="explain__head">
        <h2>Explain</h2>
        <IconButton
          label="Close"
          icon={<X size={16} aria-hidden />}
          testId="explain-close"
          onClick={() => ui.getState().set({ explain: undefined })}
        />
      </header>
      <div className="explain__question">
        {row('from', 'From', from)}
        {row('to', 'To', to)}
        <div className="explain__end">
          <span className="explain__label">Port</span>
          <PortSelect value={port} choices={ports} onChange={(next) => put({ port: next })} />
          <IconButton
            label="Swap the ends"
            icon={<ArrowDownUp size={15} aria-hidden />}
            testId="explain-swap"
            onClick={() => put({ from: to, to: from, port: undefined })}
          />
        </div>
        {state.picking !== undefined && (
          <p className="explain__hint" role="status">
            {`Click the ${state.picking === 'from' ? 'sender' : 'receiver'} on the canvas. Escape stops.`}
          </p>
        )}
      </div>
      {question === undefined ? (
        from?.kind === 'workload' ? (
          <Reached workload={from.id} direction="out" onChoose={(peer) => put({ to: peer, port: undefined })} />
        ) : to?.kind === 'workload' ? (
          <Reached workload={to.id} direction="in" onChoose={(peer) => put({ from: peer, port: undefined })} />
        ) : (
          <p className="explain__empty">
            Choose two ends. The answer comes from the exported manifests, with the rule and the line that decide.
          </p>
        )
      ) : failure !== undefined ? (
        <p className="explain__empty is-error">{`This could not be answered: ${failure}`}</p>
      ) : answer === undefined ? (
        <p className="explain__empty">Asking the manifests…</p>
      ) : (
        <Answer answer={answer} isBusy={isBusy} question={question} />
      )}
    </aside>
  );
}

/** The ports that are known, and any other by its number. */
function PortSelect({
  value,
  choices,
  onChange,
}: {
  readonly value: string;
  readonly choices: ReturnType<typeof portChoices>;
  readonly onChange: (value: string) => void;
}) {
  const list = 'explain-ports';
  return (
    <Suggesting id={list} suggestions={choices}>
      <input
        className="ui-input"
        aria-label="Port"
        data-testid="explain-port"
        list={list}
        spellCheck={false}
        placeholder="all ports"
        value={value}
        onChange={(e) => onChange(e.target.value.trim())}
        onFocus={(e) => e.currentTarget.select()}
      />
    </Suggesting>
  );
}

/** While an end is to be chosen, the next workload or external that is selected on the canvas is that end. */
function usePicking(state: ExplainState, put: (part: Partial<ExplainState>) => void): void {
  const { ui } = useStores();
  const { picking } = state;
  const latest = useRef(put);
  latest.current = put;
  useEffect(() => {
    if (picking === undefined) return;
    ui.getState().select([]);
    const onKeyDown = (e: KeyboardEvent) => {
      if (e.key !== 'Escape') return;
      e.stopPropagation();
      latest.current({ picking: undefined });
    };
    window.addEventListener('keydown', onKeyDown, true);
    const stop = ui.subscribe((now, before) => {
      const [only] = now.selection;
      if (now.selection === before.selection || only === undefined || now.selection.length > 1) return;
      if (only.kind !== 'workload' && only.kind !== 'external') return;
      const next = picking === 'from' && now.explain?.to === undefined ? 'to' : undefined;
      latest.current({ [picking]: { kind: only.kind, id: only.id }, port: undefined, picking: next });
    });
    return () => {
      stop();
      window.removeEventListener('keydown', onKeyDown, true);
    };
  }, [picking, ui]);
}

function existing(index: Lookup, end: AskedEnd | undefined): AskedEnd | undefined {
  return end === undefined || end.kind === 'addresses' || index.get(end.kind, end.id) !== undefined ? end : undefined;
}

function endOfKey(key: string): AskedEnd | undefined {
  const target = parseRefKey(key);
  return target?.kind === 'workload' || target?.kind === 'external' ? { kind: target.kind, id: target.id } : undefined;
}

function endOptions(index: Lookup): readonly SelectOption[] {
  return [
    ...Object.keys(index.topology.externals ?? {}).map((id) => ({
      value: `external:${id}`,
      label: index.titleOf(ref('external', id)),
      group: 'Outside',
    })),
    ...index.namespaces.flatMap((namespace) =>
      index.workloadsOfNamespace(namespace.id).map((w) => ({
        value: `workload:${w.id}`,
        label: index.titleOf(ref('workload', w.id)),
        group: `${namespace.cluster} · ${index.titleOf(ref('namespace', namespace.id))}`,
      })),
    ),
  ];
}
