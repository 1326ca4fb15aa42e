/**
 * The rules of Calico's policies. A rule matches where both its source and its destination do; in each, everything that is
 * said has to hold. What manifests cannot show is said: an allowing rule then counts as if it asked for less, a denying one
 * does not count, so that the answer errs towards more reach. A passing one does not count either, which can err both ways.
 */

import { hostCidr, looseCidr } from '../../lib/ip.ts';
import { isMap } from '../../lib/is-map.ts';
import type { Action, Direction, Peer, Peers, Rule } from '../policy.ts';
import { firstPort, lastPort, type PortRange, type Protocol, protocols } from '../port-set.ts';
import { isSet } from '../read.ts';
import { type LabelExpression, matches } from '../selector.ts';
import { longestSelector, parseCalicoSelector } from './calico-selector.ts';
import type { PolicyReader } from './reader.ts';

type Path = ReadonlyArray<string | number>;
type Fields = Readonly<Record<string, unknown>>;

/** A GlobalNetworkSet or NetworkSet: addresses with labels. */
export interface NetworkSet {
  readonly namespace?: string;
  /** With the name of its namespace, as Calico adds it. */
  readonly labels: Readonly<Record<string, string>>;
  /** Those that say the namespace's name; others are not known here. Empty for a global one. */
  readonly namespaceLabels: Readonly<Record<string, string>>;
  readonly nets: readonly string[];
}

export interface RuleContext {
  readonly reader: PolicyReader;
  /** The namespace of the policy; undefined for a global one. */
  readonly own: string | undefined;
  readonly sets: readonly NetworkSet[];
}

const actions: Readonly<Record<string, Action>> = { Allow: 'allow', Deny: 'deny', Pass: 'pass' };

export function calicoRules(context: RuleContext, value: unknown, direction: Direction): Rule[] {
  const { reader } = context;
  const path = ['spec', direction];
  return (reader.list(value, path) ?? []).flatMap((item, index): Rule[] => {
    const at = [...path, index];
    const rule = reader.record(item, at);
    if (rule === undefined) return [];
    // Logging goes on with the next rule.
    if (rule.action === 'Log') return [];
    const action = typeof rule.action === 'string' ? actions[rule.action] : undefined;
    if (action === undefined) {
      reader.refuse([...at, 'action'], `“${String(rule.action)}” is no action; use Allow, Deny, Log or Pass.`);
      return [];
    }
    const unsure: string[] = [];
    const source = entity(context, rule.source, [...at, 'source'], unsure);
    const destination = entity(context, rule.destination, [...at, 'destination'], unsure);
    if (isSet(source.fields.ports) || isSet(source.fields.notPorts)) unsure.push('the ports of senders');
    if (isSet(rule.http)) unsure.push('HTTP methods and paths');
    const ports = portsOf(reader, rule, destination.fields, at, unsure);
    const family = rule.ipVersion === 4 || rule.ipVersion === 6 ? rule.ipVersion : undefined;
    if (unsure.length > 0) {
      reader.note(
        'manifest/rule-outside-the-analysis',
        'warning',
        at,
        `${unsure.join(' and ')} cannot be judged from manifests. ${action === 'allow' ? 'The rule counts as if it did not ask for them' : 'The rule is passed over'}; check it in the cluster.`,
      );
      if (action !== 'allow') return [];
    }
    const [other, self] = direction === 'ingress' ? [source, destination] : [destination, source];
    return [
      {
        index,
        action,
        peers: ofFamily(other.peers, family),
        ...(self.peers !== 'everyone' && { subject: self.peers }),
        ports,
      },
    ];
  });
}

/** Addresses of one family; pods may have addresses of both. */
function ofFamily(peers: Peers, family: 4 | 6 | undefined): Peers {
  if (family === undefined) return peers;
  const other = family === 4 ? '::/0' : '0.0.0.0/0';
  return [{ within: [peers], except: [{ ip: { cidr: other, except: [], matchesPods: 'never' } }] }];
}

interface Entity {
  readonly fields: Fields;
  readonly peers: Peers;
}

function entity(context: RuleContext, value: unknown, path: Path, unsure: string[]): Entity {
  const { reader } = context;
  const fields = reader.record(value, path) ?? {};
  if (isSet(fields.services)) unsure.push('services as peers');
  const within: Peers[] = [];
  const except: Peer[] = [];
  const nets = netsOf(reader, fields.nets, [...path, 'nets']);
  if (nets.length > 0) within.push(nets);
  except.push(...netsOf(reader, fields.notNets, [...path, 'notNets']));
  const selected = selectedBy(context, fields, path);
  if (selected !== undefined) within.push(selected);
  const not = selectorAt(reader, fields.notSelector, [...path, 'notSelector']);
  if (not !== undefined) except.push(...everythingThat(context, not.expression));
  const [only] = within;
  if (only === undefined && except.length === 0) return { fields, peers: 'everyone' };
  if (only !== undefined && within.length === 1 && except.length === 0) return { fields, peers: only };
  return { fields, peers: [{ within, except }] };
}

/** What selector, namespaceSelector and serviceAccounts select together; undefined where none of them says anything. */
function selectedBy(context: RuleContext, fields: Fields, path: Path): Peer[] | undefined {
  const { reader, own } = context;
  const selector = selectorAt(reader, fields.selector, [...path, 'selector']);
  const namespaces = selectorAt(reader, fields.namespaceSelector, [...path, 'namespaceSelector']);
  const accounts = accountsOf(reader, fields.serviceAccounts, [...path, 'serviceAccounts']);
  // A namespaced policy means its own namespace as soon as it selects at all, be it by notSelector.
  const isNarrowed = own !== undefined && isText(fields.notSelector);
  if (selector === undefined && namespaces === undefined && accounts === undefined && !isNarrowed) return undefined;
  const pods: Peer = {
    pods: {
      ...(namespaces !== undefined
        ? { namespaces: namespaces.expression }
        : own !== undefined && { ownNamespace: own }),
      ...(selector !== undefined && { pods: selector.expression }),
      ...(accounts !== undefined && { serviceAccounts: accounts }),
    },
  };
  const isThere = (set: NetworkSet) => {
    if (namespaces?.isGlobal === true) return set.namespace === undefined;
    if (namespaces !== undefined)
      return set.namespace !== undefined && matches(namespaces.expression, set.namespaceLabels);
    return own === undefined || set.namespace === own;
  };
  const sets = accounts === undefined ? context.sets.filter(isThere) : [];
  return [...(namespaces?.isGlobal === true ? [] : [pods]), ...addressesOf(sets, selector?.expression)];
}

/** Pods of all namespaces and addresses of all sets. */
function everythingThat({ sets }: RuleContext, expression: LabelExpression): Peer[] {
  return [{ pods: { pods: expression } }, ...addressesOf(sets, expression)];
}

function addressesOf(sets: readonly NetworkSet[], expression: LabelExpression | undefined): Peer[] {
  return sets
    .filter((set) => expression === undefined || matches(expression, set.labels))
    .flatMap((set) => set.nets.map(net));
}

/** In Calico a range also means pods with such an address. */
function net(cidr: string): Peer {
  return { ip: { cidr, except: [], matchesPods: 'always' } };
}

function netsOf(reader: PolicyReader, value: unknown, path: Path): Peer[] {
  return (reader.list(value, path) ?? []).flatMap((item, i): Peer[] => {
    const cidr = typeof item === 'string' ? readNet(item) : undefined;
    if (cidr !== undefined) return [net(cidr)];
    reader.refuse([...path, i], `${JSON.stringify(item)} is no address range.`);
    return [];
  });
}

/** Addresses alone are ranges too. */
export function readNet(text: string): string | undefined {
  return looseCidr(text) === undefined ? hostCidr(text) : text;
}

/** Undefined where it is absent or empty, which selects nothing in particular. */
export function selectorAt(reader: PolicyReader, value: unknown, path: Path) {
  if (!isText(value)) {
    if (value !== undefined && value !== null && value !== '')
      reader.refuse(path, `${path.at(-1)} must be text, such as app == 'web'.`);
    return undefined;
  }
  if (value.length > longestSelector)
    reader.refuse(path, `${path.at(-1)} has ${value.length} characters; at most ${longestSelector} are possible.`);
  const parsed = parseCalicoSelector(value);
  if (!('error' in parsed)) return parsed;
  reader.refuse(path, `${path.at(-1)} is no selector: ${parsed.error}.`);
  return undefined;
}

function accountsOf(reader: PolicyReader, value: unknown, path: Path): LabelExpression | undefined {
  const accounts = reader.record(value, path);
  if (accounts === undefined) return undefined;
  const names = (reader.list(accounts.names, [...path, 'names']) ?? []).filter((n) => typeof n === 'string');
  const labels = selectorAt(reader, accounts.selector, [...path, 'selector']);
  const of: LabelExpression[] = [
    ...(names.length > 0 ? [{ op: 'in', key: 'projectcalico.org/name', values: names } as const] : []),
    ...(labels === undefined ? [] : [labels.expression]),
  ];
  return { op: 'and', of };
}

const numbers: Readonly<Record<string, Protocol>> = { '6': 'TCP', '17': 'UDP', '132': 'SCTP' };

/** Undefined for protocols without a place in the analysis, such as ICMP. */
function protocolOf(value: unknown): Protocol | undefined {
  const text = String(value);
  return protocols.find((p) => p === text.toUpperCase()) ?? numbers[text];
}

function portsOf(reader: PolicyReader, rule: Fields, destination: Fields, path: Path, unsure: string[]): Rule['ports'] {
  const listed = reader.list(destination.ports, [...path, 'destination', 'ports']) ?? [];
  const others = reader.list(destination.notPorts, [...path, 'destination', 'notPorts']) ?? [];
  const said = isSet(rule.protocol) ? protocolOf(rule.protocol) : undefined;
  const not = isSet(rule.notProtocol) ? protocolOf(rule.notProtocol) : undefined;
  if (!isSet(rule.protocol) && listed.length + others.length > 0) {
    reader.refuse([...path, 'protocol'], 'ports need a protocol beside them: TCP, UDP or SCTP.');
    return { ranges: [], named: [] };
  }
  // A rule for ICMP alone says nothing of connections.
  const judged = protocols.filter((p) => (!isSet(rule.protocol) || p === said) && p !== not);
  if (judged.length === protocols.length && listed.length + others.length === 0) return 'all';
  const ports = listed.map((item, i) => readPort(reader, item, [...path, 'destination', 'ports', i]));
  const closed = others.map((item, i) => readPort(reader, item, [...path, 'destination', 'notPorts', i]));
  if (closed.some((p) => p !== undefined && 'name' in p)) unsure.push('ports that are excepted by name');
  const spans = closed.flatMap((p) => (p !== undefined && 'start' in p ? [p] : []));
  const wanted =
    ports.length === 0
      ? [{ start: firstPort, end: lastPort }]
      : ports.flatMap((p) => (p !== undefined && 'start' in p ? [p] : []));
  const ranges = judged.flatMap((protocol): PortRange[] =>
    wanted.flatMap((span) => without(span, spans)).map((span) => ({ protocol, ...span })),
  );
  const named = judged.flatMap((protocol) =>
    ports.flatMap((p) => (p !== undefined && 'name' in p ? [{ name: p.name, protocol }] : [])),
  );
  return { ranges, named };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function without(span: Span, holes: readonly Span[]): Span[] {
  return holes.reduce<Span[]>(
    (left, hole) =>
      left.flatMap(({ start, end }) => {
        if (hole.end < start || hole.start > end) return [{ start, end }];
        return [
          { start, end: hole.start - 1 },
          { start: hole.end + 1, end },
        ].filter((s) => s.start <= s.end);
      }),
    [span],
  );
}

/** `8080`, `"6000:6010"`, or the name of a port. */
function readPort(reader: PolicyReader, value: unknown, path: Path): Span | { readonly name: string } | undefined {
  const text = String(value);
  const match = /^(\d+)(?::(\d+))?$/.exec(text);
  if (match === null) {
    if (typeof value === 'string' && /^[a-zA-Z0-9]([-a-zA-Z0-9_.]*[a-zA-Z0-9])?$/.test(text)) return { name: text };
    reader.refuse(path, `${JSON.stringify(value)} is no port; write 8080, "6000:6010" or the name of a port.`);
    return undefined;
  }
  const [start, end] = [Number(match[1]), Number(match[2] ?? match[1])];
  if (end < start || end > lastPort) {
    reader.refuse(path, `“${text}” is no range of ports between 0 and ${lastPort}.`);
    return undefined;
  }
  // Port 0 is nobody's.
  return { start: Math.max(start, firstPort), end };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

export function labelsOf(value: unknown): Readonly<Record<string, string>> {
  return isMap(value)
    ? Object.fromEntries(Object.entries(value).filter((e): e is [string, string] => typeof e[1] === 'string'))
    : {};
}
