/** The layer of connections: blocks of pairs that changed alike, as entries of the review. */
import { contains, looseCidr } from '../lib/ip.ts';
import { sortBy, unique } from '../lib/sort.ts';
import { lookup, outside, type Topology } from '../model/index.ts';
import { lastPort, portsText } from '../reach/index.ts';
import { gradeOfConnection } from './classify-context.ts';
import type { Grade } from './entry.ts';
import {
  type ConnectionBlock,
  digest,
  type ReviewEnd,
  type ReviewEntry,
  type ReviewSubject,
  reviewEntry,
} from './review.ts';

/** A block before it is said what became of it. */
export type BlockOfEnds = Omit<ConnectionBlock, 'kind'>;

export interface ConnectionContext {
  readonly causes: readonly ReviewSubject[];
  /** True where nobody tried which of the causes did it, or whether any other edit did. */
  readonly isUntried?: boolean;
  /** The newer design, and the older for what closes; absent between manifests. */
  readonly designs?: { readonly before: Topology; readonly after: Topology };
  /** Whether an end is only there after, or only before; for the sentence. */
  readonly came?: ReadonlySet<string>;
  readonly went?: ReadonlySet<string>;
  /** The cluster it is in, where there are several. */
  readonly cluster?: string;
}

export function connectionEntry(block: BlockOfEnds, context: ConnectionContext): ReviewEntry {
  const from = sortBy(block.from, titleKey);
  const to = sortBy(block.to, titleKey);
  const connection: ConnectionBlock = { kind: kindOf(block), ...block, from, to };
  const names = [endsTitle(from, context), endsTitle(to, context)] as const;
  const place = context.cluster === undefined ? '' : `${context.cluster}: `;
  const title = `${place}${names[0]} → ${names[1]}`;
  const { causes } = context;
  const namespaces = unique(
    [...from, ...to].flatMap((end) => (end.kind === 'workload' ? (end.namespace ?? []) : [])),
  ).sort();
  return reviewEntry({
    id: `connection:${digest([context.cluster, from.map(endKey), to.map(endKey)])}`,
    layer: 'connection',
    class: block.opened.length > 0 ? 'opens' : 'closes',
    severity: gradeOfBlock(connection, context),
    change: block.before.length === 0 ? 'added' : block.after.length === 0 ? 'removed' : 'changed',
    subject: { kind: 'Connection', id: title },
    ...(block.before.length > 0 && { before: block.before }),
    ...(block.after.length > 0 && { after: block.after }),
    causes,
    title,
    message: `${place}${sentence(connection, names)}`,
    details: detailsOf(connection, context),
    zones: [...new Set([...from, ...to].flatMap((end) => zoneOfEnd(end) ?? []))].sort(),
    ...(namespaces.length > 0 && { namespaces }),
    connection,
  });
}

/** The same end, whatever object names it. */
export function endKey(end: ReviewEnd): string {
  return end.kind === 'workload' ? `${end.cluster ?? ''}/${end.id}` : end.cidrs.join();
}

/** What people call some addresses: `any address`, `the internet`, one range, or the first of several. */
export function addressTitle(cidrs: readonly string[]): string {
  if (cidrs.includes('0.0.0.0/0') || cidrs.includes('::/0')) return 'any address';
  if (isAnyone(cidrs)) return 'the internet';
  const [first = 'no address', second, ...more] = cidrs;
  if (second === undefined) return first;
  return more.length === 0 ? `${first} and ${second}` : `${first} and ${more.length + 1} more ranges`;
}

/** Whether the ranges hold addresses that only the whole internet, or everything, has together. */
export function isAnyone(cidrs: readonly string[]): boolean {
  const ranges = cidrs.flatMap((cidr) => looseCidr(cidr) ?? []);
  return witnesses.some((group) =>
    group.every((text) => {
      const host = looseCidr(text);
      return host !== undefined && ranges.some((range) => contains(range, host));
    }),
  );
}

/** Public addresses far apart, by family. */
const witnesses: ReadonlyArray<readonly string[]> = [
  ['1.1.1.1/32', '8.8.8.8/32', '52.0.0.1/32', '151.101.1.1/32', '185.0.0.1/32', '217.0.0.1/32'],
  ['2001:4860:4860::8888/128', '2400:cb00::1/128', '2600::1/128', '2a00::1/128'],
];

function kindOf({ before, after, opened, closed }: BlockOfEnds): ConnectionBlock['kind'] {
  if (before.length === 0) return 'opened';
  if (after.length === 0) return 'closed';
  if (opened.length === 0) return 'narrowed';
  return closed.length === 0 ? 'widened' : 'shifted';
}

function gradeOfBlock({ from, to, opened }: ConnectionBlock, { designs }: ConnectionContext): Grade {
  if (opened.length === 0) return 'low';
  const trustOutside = [from[0], to[0]].flatMap((end) => (end?.kind === 'addresses' ? (end.trust ?? []) : []))[0];
  const isOpen = (end: ReviewEnd | undefined) => end?.kind === 'addresses' && isAnyone(end.cidrs);
  return gradeOfConnection(
    {
      from: from[0] && zoneOfEnd(from[0]),
      to: to[0] && zoneOfEnd(to[0]),
      ...(trustOutside !== undefined && { trustOutside }),
      isAllPorts: opened.some((range) => range.start === 1 && range.end === lastPort),
      isAnyone: isOpen(from[0]) || isOpen(to[0]),
    },
    designs?.after,
    designs?.before,
  );
}

const allPorts = 'all ports';

function sentence(
  { kind, before, after, opened, closed, pairs }: ConnectionBlock,
  [from, to]: readonly [string, string],
): string {
  const count = pairs > 1 ? ` (${pairs} pairs)` : '';
  const [was, is] = [portsText(before), portsText(after)];
  // "All ports but those of before" says less than both states.
  if (kind === 'widened' && is === allPorts) return `${from} can reach ${to} on ${is}; before it was ${was}${count}.`;
  if (kind === 'narrowed' && was === allPorts)
    return `${from} can reach ${to} on ${is} only; before it was ${was}${count}.`;
  switch (kind) {
    case 'opened':
      return `${from} can reach ${to} on ${portsText(opened)}${count}, and could not before.`;
    case 'widened':
      return `${from} can reach ${to} on ${portsText(opened)} as well; before it was ${was}${count}.`;
    case 'shifted':
      return `${from} can reach ${to} on ${portsText(opened)}, and can no longer on ${portsText(closed)}${count}.`;
    case 'narrowed':
      return `${from} can no longer reach ${to} on ${portsText(closed)}; the rest of ${was} stays${count}.`;
    default:
      return `${from} can no longer reach ${to} on ${portsText(closed)}${count}.`;
  }
}

/** The ends one by one where the title only counts them, at most `most` of each side. */
function detailsOf({ from, to }: ConnectionBlock, { causes, came, went, isUntried }: ConnectionContext): string[] {
  const list = (what: string, ends: readonly ReviewEnd[]) => {
    const titles = ends.map((end) => end.title);
    const rest = titles.length - most;
    return titles.length <= 2
      ? []
      : [`${what}: ${titles.slice(0, most).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}.`];
  };
  const ends = [...new Map([...from, ...to].map((end) => [endKey(end), end])).values()];
  const only = (keys: ReadonlySet<string> | undefined, words: string) => {
    const titles = ends.filter((end) => end.kind === 'workload' && keys?.has(end.id)).map((end) => end.title);
    return titles.length === 0 || titles.length > most ? [] : [`${titles.join(', ')} ${words}.`];
  };
  return [
    ...list('From', from),
    ...list('To', to),
    ...only(came, 'came with this change'),
    ...only(went, 'went with this change'),
    ...(isUntried === true ? [causes.length === 0 ? notSearched : notSingledOut] : []),
  ];
}

const notSearched =
  'Which edit led to it was not searched to the end, because each trial takes a whole export; compare smaller steps to find it.';
const notSingledOut =
  'Which of the edits named as its causes did it was not tried out one by one; compare smaller steps to tell them apart.';

const most = 12;

function endsTitle(ends: readonly ReviewEnd[], { designs }: ConnectionContext): string {
  const [first, second, ...more] = ends;
  if (first === undefined) return 'nobody';
  if (second === undefined) return first.title;
  if (more.length === 0) return `${first.title} and ${second.title}`;
  const zone = zoneOfEnd(first);
  return `${ends.length} workloads${zone === undefined ? '' : ` of ${zoneTitle(zone, designs)}`}`;
}

/** What people call a zone, in the newer design where it has the zone. */
function zoneTitle(zone: string, designs: ConnectionContext['designs']): string {
  const holder = [designs?.after, designs?.before].find((design) => design?.zones?.[zone] !== undefined);
  return holder === undefined ? zone : lookup(holder).titleOf({ kind: 'zone', id: zone });
}

function zoneOfEnd(end: ReviewEnd): string | undefined {
  return end.kind === 'workload' ? end.zone : outside;
}

const titleKey = (end: ReviewEnd) => `${end.title}\u0000${endKey(end)}`;
