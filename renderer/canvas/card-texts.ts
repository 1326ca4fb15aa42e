/** What a workload's card says, and how wide it has to be to say it. */
import { formatShortPorts, type Workload } from '../../shared/model/index.ts';
import { card } from './layout-sizes.ts';

export function replicasText({ kind = 'Deployment', replicas }: Workload): string {
  if (kind === 'DaemonSet') return 'each node';
  return kind === 'Job' || kind === 'CronJob' ? kind : `×${replicas ?? 1}`;
}

export function portsText({ ports }: Workload): string {
  const all = Object.entries(ports ?? {}).map(
    ([name, p]) => `${name} ${formatShortPorts([{ port: p.port, protocol: p.protocol }])}`,
  );
  return all.length > 0 ? all.join(', ') : 'no ports';
}

/** Of one line of letters of this size, roughly: what is drawn in them is not cut off, whatever font the machine has. */
export function textWidth(text: string, size: number, weight: 'normal' | 'bold' = 'normal'): number {
  const letter = weight === 'bold' ? 0.65 : 0.58;
  let em = 0;
  for (const c of text) em += c > '\u2e7f' ? 1.05 : letter;
  return Math.ceil(em * size);
}

/** Room for it is kept on every card: the picture does not move when a problem comes or goes. */
const problemMark = 18;

/**
 * The width at which nothing on the card is cut off, in canvas units: at least card.w, at most card.maxW, in steps, so
 * that not every letter typed into a name moves the picture. `runtime`: its badge, empty for none. Judged by the number of letters, because a layout that
 * depended on fonts would differ from machine to machine.
 */
export function cardWidth(id: string, workload: Workload, runtime: string): number {
  const name = (workload.name ?? id).length * 8.4 + problemMark + replicasText(workload).length * 6.6 + 34;
  const claims = Object.keys(workload.storage ?? {}).length > 0 ? 26 : 0;
  const badge = runtime === '' ? 0 : Math.min(64, textWidth(runtime, 10) + 10) + 6;
  const ports = portsText(workload).length * 6 + claims + badge + 24;
  const wish = Math.max(name, ports);
  return Math.min(card.maxW, card.w + Math.max(0, Math.ceil((wish - card.w) / 8)) * 8);
}
