/** What the guard rails of all network plugins share: their names, their causes, and what they say of themselves. */
import type { Ref } from '../../model/index.ts';
import type { CoverageNote } from '../bundle.ts';
import type { ClusterIr } from '../ir.ts';
import type { GuardPodsIr, ZoneGuardSideIr } from '../lower/network-ir.ts';
import { causes } from '../provenance.ts';

/** A rule of a guard: whom it means, in words for names. */
export function borderName(border: GuardPodsIr): string {
  return border.kind === 'zone' ? `zone-${border.zone}` : border.kind;
}

/** Pods of this cluster; those of a mesh are named by the mesh's own kind only. */
export function ownPods(side: ZoneGuardSideIr): readonly GuardPodsIr[] {
  return side.pods.filter((border) => border.cluster === undefined);
}

export function sideCauses(side: ZoneGuardSideIr): Ref[] {
  return causes(...ownPods(side).map((b) => b.causes), ...side.addresses.map((a) => a.causes));
}

/** Lists are cut where an API bounds their length. */
export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

/** `kinds` are the kinds that enforce it, as the note names them. */
export function guardNote(ir: ClusterIr, kinds: string, limits: string): CoverageNote {
  return {
    cluster: ir.id,
    state: 'enforced',
    subject: 'Policies that others add',
    text: `What the matrix blocks stays denied whatever policies somebody adds in a namespace: ${kinds} objects are asked before them. What the matrix permits, and drawn flows with an exception, are left to the policies of the namespaces.${limits}`,
  };
}
