/** The peers of Cilium's rules: endpoints, entities, ranges, names. A rule has one of these kinds, never two. */

import { contains, hostCidr, looseCidr } from '../../lib/ip.ts';
import { isMap } from '../../lib/is-map.ts';
import { sortBy } from '../../lib/sort.ts';
import type { SourceObject } from '../cluster.ts';
import type { Direction, IpPeer, Rule } from '../policy.ts';
import { isSet, readLabels } from '../read.ts';
import { LabelIndex } from '../selector.ts';
import { podPeerOf, selectorOf } from './cilium-selector.ts';
import type { PolicyReader } from './reader.ts';

type Path = ReadonlyArray<string | number>;
type Fields = Readonly<Record<string, unknown>>;
type Peer = Exclude<Rule['peers'], 'everyone'>[number];

export interface Ends {
  /** Undefined where the rule has no field for peers at all. */
  readonly peers: 'everyone' | readonly Peer[] | undefined;
  readonly names: readonly string[];
}

const world = (cidr: string): Peer => ({ ip: { cidr, except: [], matchesPods: 'never' } });

/**
 * What each entity stands for, as far as manifests can say. `host` is the node the pod runs on, between which and the pod
 * everything is possible anyway; `remote-node` is every other one.
 */
const entities: Readonly<Record<string, 'everyone' | readonly Peer[] | 'unseen'>> = {
  all: 'everyone',
  world: [world('0.0.0.0/0'), world('::/0')],
  'world-ipv4': [world('0.0.0.0/0')],
  'world-ipv6': [world('::/0')],
  cluster: [{ pods: { namespaces: {} } }, { known: 'nodes' }],
  'remote-node': [{ known: 'nodes' }],
  'kube-apiserver': [{ known: 'api-server' }],
  host: [],
  none: [],
  init: 'unseen',
  health: 'unseen',
  ingress: 'unseen',
  unmanaged: 'unseen',
};

const fields = ['Endpoints', 'Entities', 'CIDR', 'CIDRSet', 'FQDNs', 'Services', 'Nodes', 'Groups'];

export function readPeers(
  reader: PolicyReader,
  rule: Fields,
  direction: Direction,
  action: 'allow' | 'deny',
  path: Path,
  groups: readonly SourceObject[],
): Ends {
  const side = direction === 'ingress' ? 'from' : 'to';
  for (const field of direction === 'ingress' ? fields.map((f) => `to${f}`) : fields.map((f) => `from${f}`))
    if (isSet(rule[field])) reader.refuse([...path, field], `an ${direction} rule has no “${field}”.`);
  const lists = fields.flatMap((field) => {
    const list = reader.list(rule[`${side}${field}`], [...path, `${side}${field}`]);
    return list === undefined ? [] : [{ field, list, at: [...path, `${side}${field}`] }];
  });
  const filled = lists.filter(({ list }) => list.length > 0);
  if (filled.length > 1) {
    reader.refuse(path, `${filled.map(({ field }) => `${side}${field}`).join(' and ')} cannot stand in one rule.`);
    return { peers: [], names: [] };
  }
  if (lists.length === 0) return { peers: undefined, names: [] };
  // An empty list means nobody, also where another field says more.
  if (filled.length < lists.length) return { peers: [], names: [] };
  const peers: Peer[] = [];
  const names: string[] = [];
  let isEveryone = false;
  for (const { field, list, at } of filled) {
    list.forEach((item, i) => {
      const found = readPeer(reader, field, item, [...at, i], { direction, action, groups });
      if (found === 'everyone') isEveryone = true;
      else if (typeof found === 'string') names.push(found);
      else peers.push(...found);
    });
    if (['Services', 'Nodes', 'Groups'].includes(field))
      reader.note(
        'manifest/peer-outside-the-analysis',
        'warning',
        at,
        `peers by ${side}${field} are not in manifests. They match nothing here; check them in the cluster.`,
      );
  }
  return { peers: isEveryone ? 'everyone' : peers, names };
}

export function peersOf({ peers }: Ends, hasPorts: boolean): Rule['peers'] {
  return peers ?? (hasPorts ? 'everyone' : []);
}

interface Place {
  readonly direction: Direction;
  readonly action: 'allow' | 'deny';
  readonly groups: readonly SourceObject[];
}

/** A text is a DNS name; `everyone` is no such name. */
function readPeer(
  reader: PolicyReader,
  field: string,
  item: unknown,
  at: Path,
  place: Place,
): 'everyone' | string | readonly Peer[] {
  switch (field) {
    case 'Endpoints':
      return endpoint(reader, item, at);
    case 'Entities':
      return entity(reader, item, at);
    case 'CIDR':
      return typeof item === 'string' ? range(reader, item, [], at) : badRange(reader, item, at);
    case 'CIDRSet':
      return rangeSet(reader, item, at, place.groups);
    case 'FQDNs':
      return name(reader, item, at, place);
    default:
      return [];
  }
}

function endpoint(reader: PolicyReader, item: unknown, at: Path): 'everyone' | readonly Peer[] {
  const selector = selectorOf(reader, item, at);
  if (selector === undefined) return [];
  if (selector.isUnknown) {
    reader.note(
      'manifest/peer-outside-the-analysis',
      'warning',
      at,
      'it asks for labels that manifests do not show. It matches nothing here; check it in the cluster.',
    );
    return [];
  }
  if (selector.reserved.length > 0) {
    const found = selector.reserved.map((label) => entity(reader, label, at));
    // Two reserved labels in one selector would have to hold at once.
    return found.length === 1 ? (found[0] ?? []) : [];
  }
  const { object } = reader.source;
  const own = object.kind === 'CiliumNetworkPolicy' ? (object.metadata.namespace ?? 'default') : undefined;
  return [{ pods: podPeerOf(selector, own) }];
}

function entity(reader: PolicyReader, item: unknown, at: Path): 'everyone' | readonly Peer[] {
  const found = typeof item === 'string' && Object.hasOwn(entities, item) ? entities[item] : undefined;
  if (found === undefined) {
    reader.refuse(at, `${JSON.stringify(item)} is no entity; use one of ${Object.keys(entities).join(', ')}.`);
    return [];
  }
  if (found !== 'unseen') return found;
  reader.note(
    'manifest/peer-outside-the-analysis',
    'warning',
    at,
    `the entity ${String(item)} is not in manifests. It matches nothing here; check it in the cluster.`,
  );
  return [];
}

function badRange(reader: PolicyReader, item: unknown, at: Path): readonly Peer[] {
  reader.refuse(at, `${JSON.stringify(item)} is no address range; write 10.0.0.0/8 or 2001:db8::/32.`);
  return [];
}

function range(reader: PolicyReader, text: string, except: readonly string[], at: Path): readonly Peer[] {
  const cidr = looseCidr(text) === undefined ? hostCidr(text) : text;
  if (cidr === undefined) return badRange(reader, text, at);
  const ip: IpPeer = { cidr, except, matchesPods: 'never' };
  return [{ ip }];
}

function rangeSet(reader: PolicyReader, item: unknown, at: Path, groups: readonly SourceObject[]): readonly Peer[] {
  const set = reader.record(item, at);
  if (set === undefined) return [];
  const given = ['cidr', 'cidrGroupRef', 'cidrGroupSelector'].filter((key) => isSet(set[key]));
  if (given.length !== 1) {
    reader.refuse(at, 'it must hold exactly one of cidr, cidrGroupRef, cidrGroupSelector.');
    return [];
  }
  const outer = given[0] === 'cidr' ? [set.cidr] : groupRanges(reader, set, at, groups);
  const holes = reader.list(set.except, [...at, 'except']) ?? [];
  return outer.flatMap((cidr): readonly Peer[] => {
    const parsed = typeof cidr === 'string' ? looseCidr(cidr) : undefined;
    if (typeof cidr !== 'string' || parsed === undefined) return badRange(reader, cidr, [...at, 'cidr']);
    const except = holes.flatMap((hole, i): string[] => {
      const inner = typeof hole === 'string' ? looseCidr(hole) : undefined;
      if (typeof hole === 'string' && inner !== undefined && contains(parsed, inner)) return [hole];
      // The ranges of a group need not hold every hole, only one of them.
      if (given[0] === 'cidr' || inner === undefined)
        reader.refuse([...at, 'except', i], `${JSON.stringify(hole)} must be a range inside ${cidr}.`);
      return [];
    });
    return range(reader, cidr, except, at);
  });
}

function groupRanges(reader: PolicyReader, set: Fields, at: Path, groups: readonly SourceObject[]): readonly unknown[] {
  const named = set.cidrGroupRef;
  const found =
    named === undefined || named === null
      ? selectedGroups(reader, set.cidrGroupSelector, at, groups)
      : groups.filter(({ object }) => object.metadata.name === named);
  if (found.length === 0)
    reader.note(
      'manifest/peer-outside-the-analysis',
      'warning',
      at,
      'the CiliumCIDRGroup it refers to is not among the manifests, so it matches nothing here. Add it to the input.',
    );
  return sortBy(found, ({ object }) => object.metadata.name).flatMap(({ object }) => {
    const ranges = isMap(object.spec) ? object.spec.externalCIDRs : undefined;
    return Array.isArray(ranges) ? (ranges as readonly unknown[]) : [];
  });
}

function selectedGroups(
  reader: PolicyReader,
  value: unknown,
  at: Path,
  groups: readonly SourceObject[],
): readonly SourceObject[] {
  const selector = reader.selector(value, [...at, 'cidrGroupSelector']);
  if (selector === undefined) return [];
  const index = new LabelIndex(groups.length);
  groups.forEach(({ object }, i) => {
    index.add(i, readLabels(object.metadata.labels));
  });
  const chosen = index.select(selector);
  return groups.filter((_, i) => chosen.has(i));
}

// Cilium writes these as ([-a-zA-Z0-9_]+[.]?)+, for which an engine that backtracks needs exponential time.
const dnsName = /^[-a-zA-Z0-9_]+(\.[-a-zA-Z0-9_]+)*\.?$/;
const dnsPattern = /^[-a-zA-Z0-9_*]+(\.[-a-zA-Z0-9_*]+)*\.?$/;

function name(reader: PolicyReader, item: unknown, at: Path, { action }: Place): string | readonly Peer[] {
  const fqdn = reader.record(item, at);
  if (fqdn === undefined) return [];
  if (action === 'deny') reader.refuse(at, 'a denying rule cannot name hosts by DNS name.');
  const { matchName, matchPattern } = fqdn;
  const text = isSet(matchName) ? matchName : matchPattern;
  const isSound =
    typeof text === 'string' &&
    isSet(matchName) !== isSet(matchPattern) &&
    (isSet(matchName) ? dnsName : dnsPattern).test(text);
  if (isSound) return text.toLowerCase().replace(/\.$/, '');
  reader.refuse(at, 'it must hold exactly one of matchName, a DNS name, and matchPattern, a DNS name with “*”.');
  return [];
}
