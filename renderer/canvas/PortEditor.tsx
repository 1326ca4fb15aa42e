import { useReactFlow } from '@xyflow/react';
import { useEffect, useRef, useState } from 'react';
import { commands } from '../../shared/commands/index.ts';
import {
  endRef,
  formatShortPorts,
  lookup,
  parseShortPorts,
  recordPath,
  ref,
  unlistedPorts,
  withPorts,
} from '../../shared/model/index.ts';
import { useDocument, useStores } from '../store/stores.tsx';
import { portNames } from './create.ts';
import type { Point } from './geometry.ts';

export interface EditedPorts {
  readonly flow: string;
  /** In canvas units. */
  readonly at: Point;
  /** True for a flow that was just drawn: Escape takes it away. */
  readonly isNew: boolean;
}

/** Asks for the ports of a flow right where it was drawn: `443, 8443/tcp, 53/udp`, `all`, or names of the receiver's ports. */
export function PortEditor({ edited, onDone }: { readonly edited: EditedPorts; readonly onDone: () => void }) {
  const { documents } = useStores();
  const flow = useDocument((s) => s.topology.flows?.[edited.flow]);
  const topology = useDocument((s) => s.topology);
  const { flowToScreenPosition } = useReactFlow();
  const [text, setText] = useState(() => (flow === undefined ? '' : formatShortPorts(flow.ports)));
  const [touched, setTouched] = useState(false);
  const [adds, setAdds] = useState<boolean>();
  const input = useRef<HTMLInputElement>(null);
  const done = useRef(false);
  useEffect(() => {
    input.current?.focus({ preventScroll: true });
    input.current?.select();
  }, []);
  const { ports, errors } = parseShortPorts(text);
  const receiver = flow === undefined ? undefined : endRef(flow.to);
  const workload = receiver?.kind === 'workload' ? lookup(topology).get('workload', receiver.id) : undefined;
  // A range says that many may be meant; only a single number is surely one that the receiver listens on.
  const addable =
    workload === undefined ? [] : unlistedPorts(ports, workload).filter((p) => (p.endPort ?? p.port) === p.port);
  const hasNone = Object.keys(workload?.ports ?? {}).length === 0;
  const isAdding = adds ?? hasNone;
  const isEmpty = ports !== 'all' && ports.length === 0;
  const error = errors[0] ?? (isEmpty ? 'Name at least one port, or all.' : undefined);

  const finish = (accept: boolean) => {
    if (done.current) return;
    const store = documents.getState();
    if (!accept) {
      if (edited.isNew) store.cancel();
      done.current = true;
      onDone();
      return;
    }
    if (error !== undefined) {
      setTouched(true);
      return;
    }
    // A new flow is an open step already; ports of an older one and of its receiver become one here.
    if (!edited.isNew) store.begin('Set ports');
    if (store.topology.flows?.[edited.flow] !== undefined) {
      store.run(commands['field/set'], { path: [...recordPath(ref('flow', edited.flow)), 'ports'], value: ports });
    }
    if (isAdding && addable.length > 0 && workload !== undefined && receiver !== undefined) {
      store.run(commands['field/set'], {
        path: [...recordPath(receiver), 'ports'],
        value: withPorts(workload, addable),
      });
    }
    store.commit();
    done.current = true;
    onDone();
  };

  if (flow === undefined) return null;
  const names = portNames(topology, endRef(flow.to));
  const host = document.querySelector('.canvas')?.getBoundingClientRect();
  const screen = flowToScreenPosition(edited.at);
  const left = Math.min(Math.max(8, screen.x - (host?.left ?? 0) - 120), Math.max(8, (host?.width ?? 800) - 256));
  const top = Math.min(Math.max(8, screen.y - (host?.top ?? 0) - 20), Math.max(8, (host?.height ?? 600) - 120));
  return (
    <div className="port-editor nodrag nopan" style={{ left, top }} data-testid="port-editor">
      <label className="port-label" htmlFor="port-editor-input">
        Ports
      </label>
      <input
        id="port-editor-input"
        ref={input}
        value={text}
        placeholder="443, 8443/tcp, 53/udp"
        spellCheck={false}
        autoComplete="off"
        aria-invalid={touched && error !== undefined}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === 'Enter') finish(true);
          if (event.key === 'Escape') finish(false);
        }}
        onBlur={(event) => {
          if (event.relatedTarget instanceof Element && event.relatedTarget.closest('.port-editor') !== null) return;
          // Clicking elsewhere keeps what was typed, or where that cannot be read what was there before.
          if (error === undefined) finish(true);
          else {
            if (edited.isNew) documents.getState().commit();
            done.current = true;
            onDone();
          }
        }}
      />
      {names.length > 0 && (
        <div className="port-names">
          {names.map((name) => (
            <button
              key={name}
              type="button"
              onClick={() => {
                setText(name);
                input.current?.focus();
              }}
            >
              {name}
            </button>
          ))}
          <button
            type="button"
            onClick={() => {
              setText('all');
              input.current?.focus();
            }}
          >
            all
          </button>
        </div>
      )}
      {addable.length > 0 && receiver !== undefined && (
        <label className="port-adds">
          <input
            type="checkbox"
            data-testid="port-editor-add"
            checked={isAdding}
            onChange={(event) => {
              setAdds(event.target.checked);
              input.current?.focus();
            }}
          />
          {`${receiver.id} listens on ${formatShortPorts(addable)}`}
        </label>
      )}
      <div className={touched && error !== undefined ? 'port-error' : 'port-hint'}>
        {touched && error !== undefined
          ? error
          : edited.isNew
            ? 'Enter connects, Escape takes it back.'
            : 'Enter accepts, Escape leaves it.'}
      </div>
    </div>
  );
}
