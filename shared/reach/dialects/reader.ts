/** What the dialects share: reading one policy object, collecting what is wrong with it, and giving up where it is invalid. */

import { isDnsSubdomain } from '../../k8s/index.ts';
import { isMap } from '../../lib/is-map.ts';
import { memo } from '../../lib/memo.ts';
import type { Problem } from '../../lib/problem.ts';
import { position, type SourceObject } from '../cluster.ts';
import type { PortRange, Protocol } from '../port-set.ts';
import type { LabelSelector } from '../selector.ts';

type Path = ReadonlyArray<string | number>;

export class PolicyReader {
  isValid = true;

  constructor(
    readonly source: SourceObject,
    private readonly problems: Problem[],
    /** Who checks objects of the kind. */
    private readonly judge = 'The API server',
  ) {}

  /** The object is wrong in a way for which nobody would take it. */
  refuse(path: Path, message: string): void {
    this.isValid = false;
    this.note(
      'manifest/invalid-policy',
      'error',
      path,
      `${message} ${this.judge} refuses it, so it is left out; correct it.`,
    );
  }

  note(rule: string, severity: Problem['severity'], path: Path, message: string): void {
    const { object } = this.source;
    const where =
      object.metadata.namespace === undefined
        ? object.metadata.name
        : `${object.metadata.namespace}/${object.metadata.name}`;
    this.problems.push({
      rule,
      severity,
      message: `${object.kind} ${where}: ${message}`,
      ...position(this.source, path),
      subject: { kind: object.kind, id: where },
      path,
      fixable: false,
    });
  }

  /** A mapping; undefined (with a problem) for anything else that is there. Null counts as absent, as in Kubernetes. */
  record(value: unknown, path: Path): Readonly<Record<string, unknown>> | undefined {
    if (value === undefined || value === null) return undefined;
    if (isMap(value)) return value;
    this.refuse(path, `${path.join('.')} must be a mapping.`);
    return undefined;
  }

  list(value: unknown, path: Path): readonly unknown[] | undefined {
    if (value === undefined || value === null) return undefined;
    if (Array.isArray(value)) return value;
    this.refuse(path, `${path.join('.')} must be a list.`);
    return undefined;
  }

  selector(value: unknown, path: Path): LabelSelector | undefined {
    const record = this.record(value, path);
    if (record === undefined) return undefined;
    for (const key of Object.keys(record)) {
      if (key !== 'matchLabels' && key !== 'matchExpressions')
        this.refuse([...path, key], `“${key}” is no field of a label selector; use matchLabels or matchExpressions.`);
    }
    const matchLabels: Record<string, string> = {};
    const labels = record.matchLabels === undefined ? {} : this.record(record.matchLabels, [...path, 'matchLabels']);
    for (const [key, label] of Object.entries(labels ?? {})) {
      this.checkKey(key, path, 'matchLabels', key);
      if (typeof label === 'string') this.checkValue(label, path, 'matchLabels', key);
      if (typeof label === 'string') matchLabels[key] = label;
      else this.refuse([...path, 'matchLabels', key], `the value of label ${key} must be text; put it in quotes.`);
    }
    const matchExpressions = (this.list(record.matchExpressions, [...path, 'matchExpressions']) ?? []).flatMap(
      (item, i) => {
        const at = [...path, 'matchExpressions', i];
        const expression = this.record(item, at);
        if (expression === undefined) return [];
        const { key, operator } = expression;
        const values = (this.list(expression.values, [...at, 'values']) ?? []).filter(
          (v): v is string => typeof v === 'string',
        );
        if (
          typeof key !== 'string' ||
          typeof operator !== 'string' ||
          !['In', 'NotIn', 'Exists', 'DoesNotExist'].includes(operator)
        ) {
          this.refuse(at, 'an expression needs a key and one of In, NotIn, Exists, DoesNotExist.');
          return [];
        }
        this.checkKey(key, at, 'key');
        for (const value of values) this.checkValue(value, at, 'values');
        const wantsValues = operator === 'In' || operator === 'NotIn';
        if (wantsValues !== values.length > 0)
          this.refuse(at, wantsValues ? `${operator} needs values.` : `${operator} takes no values.`);
        return [{ key, operator, values }];
      },
    );
    return { matchLabels, matchExpressions };
  }

  private checkKey(key: string, path: Path, ...more: Path): void {
    if (!isLabelKey(key))
      this.refuse(
        [...path, ...more],
        `“${key}” is no label key; use letters, digits, “-”, “_” and “.”, with a DNS name and “/” before it or not.`,
      );
  }

  /** IsValidLabelValue of apimachinery's validation. */
  private checkValue(value: string, path: Path, ...more: Path): void {
    if (value.length > 63 || !/^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/.test(value))
      this.refuse(
        [...path, ...more],
        `“${value}” is no label value; use at most 63 letters, digits, “-”, “_” and “.”, with a letter or digit at both ends.`,
      );
  }

  port(value: unknown, path: Path): number | undefined {
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65535) return value;
    this.refuse(path, `${path.join('.')} must be a port, 1 to 65535.`);
    return undefined;
  }

  protocol(value: unknown, path: Path): Protocol | undefined {
    if (value === undefined || value === null) return 'TCP';
    if (value === 'TCP' || value === 'UDP' || value === 'SCTP') return value;
    this.refuse(path, `${String(value)} is no protocol; use TCP, UDP or SCTP.`);
    return undefined;
  }

  range(protocol: Protocol, start: unknown, end: unknown, path: Path): PortRange | undefined {
    const from = this.port(start, [...path, 'start']);
    const to = this.port(end, [...path, 'end']);
    if (from === undefined || to === undefined) return undefined;
    if (to < from) {
      this.refuse(path, 'a range must not end before it starts.');
      return undefined;
    }
    return { protocol, start: from, end: to };
  }
}

/** IsQualifiedName of apimachinery's validation. Few keys are used over and over, so each is looked at once. */
const isLabelKey = memo((key: string): boolean => {
  const [name = '', prefix] = key.split('/').reverse();
  return (
    key.split('/').length <= 2 &&
    name.length <= 63 &&
    /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(name) &&
    (prefix === undefined || isDnsSubdomain(prefix))
  );
});
