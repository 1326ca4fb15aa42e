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

/**
 * The width at which nothing on the card is cut off, in canvas units: at least card.w, at most card.maxW, in steps, so
 * that not every letter typed into a name moves the picture. Judged by the number of letters, because a layout that
 * depended on fonts would differ from machine to machine.
 */
export function cardWidth(id: string, workload: Workload): number {
  const name = (workload.name ?? id).length * 8.4 + replicasText(workload).length * 6.6 + 34;
  const marks = Object.keys(workload.storage ?? {}).length > 0 ? 26 : 0;
  const ports = portsText(workload).length * 6 + marks + 24;
  const wish = Math.max(name, ports);
  return Math.min(card.maxW, card.w + Math.max(0, Math.ceil((wish - card.w) / 8)) * 8);
}
