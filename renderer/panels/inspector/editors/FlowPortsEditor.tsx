import { useState } from 'react';
import { type Flow, type FlowPort, formatShortPorts, parseShortPorts } from '../../../../shared/model/index.ts';
import { Button } from '../../../ui/Button.tsx';
import { NumberInput } from '../../../ui/NumberInput.tsx';
import { TextInput } from '../../../ui/TextInput.tsx';
import type { FieldContext } from '../fields/define.ts';

export interface FlowPortsEditorProps {
  readonly id: string;
  readonly testId: string;
  readonly context: FieldContext;
  /** Returns why the value cannot be taken over. */
  readonly write: (value: unknown, typing?: boolean) => string | undefined;
  readonly onFocusChange: (focused: boolean) => void;
}

export function FlowPortsEditor({ id, testId, context, write, onFocusChange }: FlowPortsEditorProps) {
  const { ports } = context.record as unknown as Flow;
  const [asked, setAsked] = useState(false);
  const list = ports === 'all' ? [] : (ports ?? []);
  const showDial = asked || list.some((p) => p.dial !== undefined);
  return (
    <>
      <TextInput
        id={id}
        testId={testId}
        mono
        value={formatShortPorts(ports ?? [])}
        placeholder="443, 8000-8010, all"
        onFocusChange={onFocusChange}
        commit={(text) => {
          const parsed = parseShortPorts(text);
          const [error] = parsed.errors;
          if (error !== undefined) return { error };
          if (parsed.ports !== 'all' && parsed.ports.length === 0) return { error: 'Write at least one port, or all.' };
          const next = parsed.ports === 'all' ? 'all' : keepDialled(parsed.ports, list);
          const refused = write(next, true);
          return refused === undefined ? { value: formatShortPorts(next) } : { error: refused };
        }}
      />
      {showDial ? (
        list.map((port, i) => (
          <div key={formatShortPorts([port])} className="inspector-dial">
            <span>{`${formatShortPorts([port])} is dialled at`}</span>
            <NumberInput
              label={`Dialled port of ${formatShortPorts([port])}`}
              testId={`${testId}.${i}.dial`}
              value={port.dial}
              placeholder="the same"
              onFocusChange={onFocusChange}
              onNumber={(dial) => write(list.with(i, withDial(port, dial)), true)}
            />
          </div>
        ))
      ) : (
        <div hidden={list.length === 0}>
          <Button look="link" size="small" testId={`${testId}-dial`} onClick={() => setAsked(true)}>
            Dialled at another port…
          </Button>
        </div>
      )}
    </>
  );
}

/** The short form does not say what is dialled, so ports that stay keep it. */
function keepDialled(next: readonly FlowPort[], before: readonly FlowPort[]): FlowPort[] {
  const dialled = new Map(before.map((p) => [formatShortPorts([p]), p.dial]));
  return next.map((p) => withDial(p, dialled.get(formatShortPorts([p]))));
}

function withDial({ dial: _, ...port }: FlowPort, dial: number | undefined): FlowPort {
  return dial === undefined ? port : { ...port, dial };
}
