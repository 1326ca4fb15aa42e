/** What the guard rails of all network plugins share: their names, their causes, and what they say of themselves. */
import type { Ref } from '../../model/index.ts';
import type { CoverageNote } from '../bundle.ts';
import type { ClusterIr } from '../ir.ts';
import type { GuardPassIr, GuardPodsIr, PeerIr, ZoneGuardIr, ZoneGuardSideIr } from '../lower/network-ir.ts';
import { causes } from '../provenance.ts';

/** A rule of a guard: whom it means, in words for names. */
export function borderName(border: GuardPodsIr): string {
  return border.kind === 'zone' ? `zone-${border.zone}` : border.kind;
}

/** The peers of a pass that are pods, or those that are addresses; undefined where it has none of them. */
export function passTo(kind: PeerIr['kind'], pass: GuardPassIr): GuardPassIr | undefined {
  const grants = pass.grants.flatMap((grant) => {
    const peers = grant.peers.filter((peer) => peer.kind === kind);
    return peers.length === 0 ? [] : [{ ...grant, peers }];
  });
  return grants.length === 0 ? undefined : { ...pass, grants };
}

/** Pods of this cluster; those of a mesh are named by the mesh's own kind only. */
export function ownPods(side: ZoneGuardSideIr): readonly GuardPodsIr[] {
  return side.pods.filter((border) => border.cluster === undefined);
}

export function podCauses({ ingress, egress }: ZoneGuardIr): Ref[] {
  return causes(...[ingress, egress].flatMap(ownPods).map((border) => border.causes));
}

export function addressCauses({ ingress, egress }: ZoneGuardIr): Ref[] {
  return causes(...[ingress, egress].flatMap((side) => side.addresses).map((entry) => entry.causes));
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
    subject: 'The matrix',
    text: `What it blocks stays denied whatever policies somebody adds in a namespace: ${kinds} objects are asked before them. What it permits, and drawn flows with an exception, are left to the policies of the namespaces.${limits}`,
  };
}
