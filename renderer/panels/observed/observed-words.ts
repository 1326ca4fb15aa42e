/** How an observed flow is called, everywhere in the panel. */
import { CircleAlert, CircleCheck, CircleDashed, type LucideIcon } from 'lucide-react';
import { type Flow, lookup, protocolOf, type Topology } from '../../../shared/model/index.ts';
import type { SeenEnd } from '../../../shared/observed/index.ts';
import type { ObservedClass } from '../../store/observed-store.ts';

interface ClassWords {
  readonly id: ObservedClass;
  readonly word: string;
  readonly about: string;
  /** What it means that there is none. */
  readonly none: string;
  readonly Icon: LucideIcon;
}

/** In the order of the list. */
export const observedClasses: readonly [ClassWords, ClassWords, ClassWords] = [
  {
    id: 'not-drawn',
    word: 'Not drawn',
    about: 'Seen and not drawn: an export would break it',
    none: 'Everything that was seen is drawn; an export breaks nothing of it.',
    Icon: CircleAlert,
  },
  {
    id: 'never-seen',
    word: 'Never seen',
    about: 'Drawn and never seen: a candidate to remove',
    none: 'Every flow that is drawn was seen.',
    Icon: CircleDashed,
  },
  {
    id: 'drawn',
    word: 'As drawn',
    about: 'Seen and drawn',
    none: 'Nothing that is drawn was seen.',
    Icon: CircleCheck,
  },
];

export function titleOfEnd(topology: Topology, { ref, name, names }: SeenEnd): string {
  if (ref?.kind === 'workload') return lookup(topology).titleOf(ref);
  if (ref?.kind === 'external') return `${lookup(topology).titleOf(ref)} (${name})`;
  const [called] = names ?? [];
  return called === undefined ? name : `${called} (${name})`;
}

/** `2026-11-02 08:00`, in the time zone of the log, which is UTC. */
export function timeText(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

export function flowPorts({ ports }: Flow): string {
  if (ports === 'all') return 'all ports';
  const [first, ...more] = ports.map((p) => {
    const range = p.endPort === undefined ? `${p.port}` : `${p.port}-${p.endPort}`;
    return `${range}/${protocolOf(p).toLowerCase()}`;
  });
  return more.length === 0 ? (first ?? '') : `${first} +${more.length}`;
}
