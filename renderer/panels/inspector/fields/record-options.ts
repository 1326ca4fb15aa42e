/** Records of a kind as options, by their titles. */
import { type Kind, recordsOf, ref } from '../../../../shared/model/index.ts';
import type { FieldContext, Option } from './define.ts';

export function recordOptions(kind: Kind) {
  return ({ topology, index }: FieldContext): readonly Option[] =>
    kind === 'zone'
      ? index.zones.map((z) => ({ value: z.id, label: z.name ?? z.id }))
      : Object.keys(recordsOf(topology, kind))
          .sort()
          .map((id) => ({ value: id, label: index.titleOf(ref(kind, id)) }));
}
