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

  const write = () => {
    const store = documents.getState();
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
  };
  /** Once: what closes the editor takes the focus from it, which would end it again. */
  const end = (how: () => void) => {
    if (done.current) return;
    done.current = true;
    how();
    onDone();
  };
  const accept = () => (error === undefined ? end(write) : setTouched(true));
  const cancel = () =>
    end(() => {
      if (edited.isNew) documents.getState().cancel();
    });
  const leave = () =>
    end(() => {
      if (error === undefined) write();
      else if (edited.isNew) documents.getState().commit();
    });

  if (flow === undefined) return null;
  const names = portNames(topology, endRef(flow.to));
  const { left, top } = placeOf(flowToScreenPosition(edited.at));
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
          if (event.key === 'Enter') accept();
          if (event.key === 'Escape') cancel();
        }}
        onBlur={(event) => {
          if (event.relatedTarget instanceof Element && event.relatedTarget.closest('.port-editor') !== null) return;
          // Clicking elsewhere keeps what was typed, or where that cannot be read what was there before.
          leave();
        }}
      />
      {names.length > 0 && (
        <div className="port-names">
          {[...new Set([...names, 'all'])].map((name) => (
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

/** Beside a point of the screen, and within the canvas, in pixels from its corner. */
function placeOf(screen: Point): { readonly left: number; readonly top: number } {
  const host = document.querySelector('.canvas')?.getBoundingClientRect();
  const { left = 0, top = 0, width = 800, height = 600 } = host ?? {};
  return {
    left: Math.min(Math.max(8, screen.x - left - 120), Math.max(8, width - 256)),
    top: Math.min(Math.max(8, screen.y - top - 20), Math.max(8, height - 120)),
  };
}
