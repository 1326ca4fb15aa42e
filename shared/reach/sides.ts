/**
 * What the policies of one end let through by themselves, whatever the other end says. A connection needs both ends, so
 * a rule that is too wide at one of them shows in no pair as long as the other end is right; here it shows.
 */
import type { Reach } from './evaluate.ts';
import type { Direction } from './policy.ts';
import { all, none } from './port-set.ts';

/**
 * By class of the peer: the ports that the policies of `subject` permit in the direction, as sets of `reach.ports`.
 * Everything for a subject that no policy holds.
 */
export function permittedAt(reach: Reach, direction: Direction, subject: number): Uint32Array {
  const { members } = reach.classes;
  const permitted = new Uint32Array(members.length);
  if (!reach.isPod(subject)) return permitted.fill(all);
  const { admin, network } = reach.chain(subject, direction);
  const first = (peerClass: number) => members[peerClass]?.[0] ?? 0;
  if (network === undefined || admin.length > 0) {
    return permitted.map((_, peerClass) => reach.permits(direction, subject, first(peerClass)));
  }
  // Where nothing but NetworkPolicy judges, only the peers that a rule names have to be visited.
  for (const { rule, peers } of network) {
    peers.forEach((peerClass) => {
      const ports = reach.portsOf(rule, direction === 'ingress' ? subject : first(peerClass));
      permitted[peerClass] = reach.ports.union(permitted[peerClass] ?? none, ports);
    });
  }
  return permitted;
}
