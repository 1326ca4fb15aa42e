/** Differences in words. The only place in this area that chooses them, apart from the sentences of effects. */
import { isMap } from '../lib/is-map.ts';
import {
  type End,
  endRef,
  type Flow,
  findRecord,
  isKind,
  type Kind,
  kinds,
  lookup,
  outside,
  ref,
  type Topology,
} from '../model/index.ts';
import type { Entry, EntrySubject, FieldChange, Move } from './entry.ts';
import { isSame } from './fields.ts';
import { formatPorts, portsOf } from './ranges.ts';

type Titled = Pick<Entry, 'subject' | 'change' | 'renamedFrom' | 'moves'>;

/** `Flow orders → orders-db added`, `Workload basket renamed to carts`. Without a period: it heads a list item. */
export function titleOf(entry: Titled, before: Topology, after: Topology): string {
  const topology = entry.change === 'removed' ? before : after;
  const name = subjectName(entry.subject, topology);
  if (entry.renamedFrom !== undefined) {
    const label = isKind(entry.subject.kind) ? kinds[entry.subject.kind].label : '';
    return `${label} ${entry.renamedFrom} renamed to ${entry.subject.id}`;
  }
  const move = entry.moves.find((m) => m.what === 'namespace') ?? entry.moves[0];
  if (move?.from !== undefined && move.to !== undefined) return `${name} moved to ${moveTarget(move, after)}`;
  return `${name} ${entry.change}`;
}

/** `Flow orders → orders-db`, `Zone DMZ`, `Matrix DMZ → Application`. */
export function subjectName(subject: EntrySubject, topology: Topology): string {
  switch (subject.kind) {
    case 'matrix': {
      const [from = '', to = ''] = subject.id.split('/');
      return `Matrix ${zoneName(from, topology)} → ${zoneName(to, topology)}`;
    }
    case 'rule':
      return `Setting of rule ${subject.id}`;
    case 'metadata':
      return 'Name and notes of the design';
    case 'layout':
      return 'Layout';
    case 'flow': {
      const flow = findRecord(topology, ref('flow', subject.id));
      return flow === undefined
        ? `Flow ${subject.id}`
        : `Flow ${endName(flow.from, topology)} → ${endName(flow.to, topology)}`;
    }
    default:
      return `${kinds[subject.kind].label} ${recordName(subject.kind, subject.id, topology)}`;
  }
}

export function endName(end: End, topology: Topology): string {
  const r = endRef(end);
  return recordName(r.kind, r.id, topology);
}

export function zoneName(id: string | undefined, topology: Topology): string {
  if (id === outside) return 'outside';
  return id === undefined ? 'no zone' : recordName('zone', id, topology);
}

/** One change of a field as a sentence: `Replicas changed from 3 to 5.` */
export function describeField(field: FieldChange): string {
  const name = fieldName(field.path);
  if (field.before === undefined) return `${name} set to ${valueText(field.after)}.`;
  if (field.after === undefined) return `${name} removed (was ${valueText(field.before)}).`;
  if (Array.isArray(field.before) && Array.isArray(field.after)) {
    const [came, went] = [without(field.after, field.before), without(field.before, field.after)];
    // Of long lists only what differs; short ones are read at once.
    if (field.before.length + field.after.length > 6 && came.length + went.length > 0) {
      const parts = [
        ...(came.length > 0 ? [`has ${valueText(came)} as well`] : []),
        ...(went.length > 0 ? [`has ${valueText(went)} no longer`] : []),
      ];
      return `${name} ${parts.join(', and ')}.`;
    }
  }
  return `${name} changed from ${valueText(field.before)} to ${valueText(field.after)}.`;
}

function without(list: readonly unknown[], others: readonly unknown[]): readonly unknown[] {
  return list.filter((item) => !others.some((other) => isSame(item, other)));
}

/** `storage.data.size` for people: `Storage data size`. */
export function fieldName(path: FieldChange['path']): string {
  const words = path
    .map(String)
    .join(' ')
    .replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
  return words === '' ? 'Value' : `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** A value on one line, short enough to read. */
export function valueText(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return value === '' ? '“”' : value;
  if (Array.isArray(value)) return value.length === 0 ? 'nothing' : value.map(valueText).join(', ');
  if (isMap(value)) {
    const inner = Object.entries(value).map(([key, item]) => `${key} ${valueText(item)}`);
    return inner.length === 0 ? '{}' : inner.join(', ');
  }
  return String(value);
}

/** The ports of a flow in words, names with what they stand for. */
export function flowPortsText(flow: Flow, topology: Topology): string {
  return formatPorts(portsOf(flow.ports, lookup(topology).workloadsOf(endRef(flow.to))));
}

function recordName(kind: Kind, id: string, topology: Topology): string {
  const record = findRecord(topology, ref(kind, id)) as { readonly name?: string } | undefined;
  return kind === 'pool' ? id : (record?.name ?? id);
}

function moveTarget(move: Move, after: Topology): string {
  const id = move.to ?? '';
  return `${move.what} ${move.what === 'zone' ? zoneName(id, after) : recordName(move.what, id, after)}`;
}
