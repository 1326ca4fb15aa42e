import { type End, endRef, type Flow, isKind, kinds, parseRefKey, refKey } from '../../../../shared/model/index.ts';
import { Select } from '../../../ui/Select.tsx';
import type { FieldContext } from '../fields/define.ts';
import { recordOptions } from '../fields/record-options.ts';

const endKinds = ['workload', 'namespace', 'zone', 'external'] as const;

export interface EndEditorProps {
  readonly id: string;
  readonly testId: string;
  readonly context: FieldContext;
  readonly side: 'from' | 'to';
  readonly write: (value: unknown) => string | undefined;
}

/** One end of a flow, chosen among everything that can be one. */
export function EndEditor({ id, testId, context, side, write }: EndEditorProps) {
  const end = (context.record as unknown as Flow)[side];
  const options = endKinds.flatMap((kind) =>
    recordOptions(kind)(context).map((o) => ({
      value: `${kind}:${o.value}`,
      label: o.label,
      group: kinds[kind].plural,
    })),
  );
  return (
    <Select
      id={id}
      testId={testId}
      value={refKey(endRef(end))}
      options={options}
      onChange={(key) => {
        const chosen = parseRefKey(key);
        if (chosen !== undefined && isKind(chosen.kind)) write({ [chosen.kind]: chosen.id } as unknown as End);
      }}
    />
  );
}
