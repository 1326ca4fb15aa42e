/** Label selectors and resource rules, as admission policies and their bindings use them. */
import { isMap } from '../lib/is-map.ts';
import { type Fields, listAt, textAt, textMapAt, textsAt } from './fields.ts';

export interface ResourceAsked {
  readonly group: string;
  readonly version: string;
  /** Plural: `pods`, `persistentvolumeclaims`; a subresource after a `/`: `pods/ephemeralcontainers`. */
  readonly resource: string;
  readonly operation: 'CREATE' | 'UPDATE';
  /** The object's own name. */
  readonly name: string;
  readonly namespaced: boolean;
}

/** An absent or empty selector picks everything. */
export function selectorPicks(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  if (!isMap(selector)) return true;
  const wanted = Object.entries(textMapAt(selector, 'matchLabels'));
  if (!wanted.every(([key, value]) => own(labels, key) === value)) return false;
  return listAt(selector, 'matchExpressions').every((expression) => {
    const key = textAt(expression, 'key') ?? '';
    const values = textsAt(expression, 'values') ?? [];
    const value = own(labels, key);
    switch (textAt(expression, 'operator')) {
      case 'In':
        return value !== undefined && values.includes(value);
      case 'NotIn':
        return value === undefined || !values.includes(value);
      case 'Exists':
        return value !== undefined;
      case 'DoesNotExist':
        return value === undefined;
      default:
        return false;
    }
  });
}

export function isEmptySelector(selector: unknown): boolean {
  return (
    !isMap(selector) ||
    (Object.keys(textMapAt(selector, 'matchLabels')).length === 0 && listAt(selector, 'matchExpressions').length === 0)
  );
}

/** `resourceRules` or `excludeResourceRules`; false for an empty list. */
export function rulesPick(rules: readonly unknown[], asked: ResourceAsked): boolean {
  return rules.filter(isMap).some((rule) => rulePicks(rule, asked));
}

function rulePicks(rule: Fields, asked: ResourceAsked): boolean {
  const holds = (name: string, value: string) => {
    const list = textsAt(rule, name) ?? [];
    return list.includes('*') || list.includes(value);
  };
  const resources = textsAt(rule, 'resources') ?? [];
  const names = textsAt(rule, 'resourceNames') ?? [];
  const scope = textAt(rule, 'scope') ?? '*';
  return (
    holds('apiGroups', asked.group) &&
    holds('apiVersions', asked.version) &&
    holds('operations', asked.operation) &&
    resources.some((named) => namesResource(named, asked.resource)) &&
    (names.length === 0 || names.includes(asked.name)) &&
    (scope === '*' || (scope === 'Namespaced') === asked.namespaced)
  );
}

// A star alone stands for every resource, and for no subresource; one behind or before a slash takes these.
function namesResource(named: string, asked: string): boolean {
  if (named === '*/*' || named === asked) return true;
  const [resource, sub] = asked.split('/');
  if (sub === undefined) return named === '*';
  return named === `${resource}/*` || named === `*/${sub}`;
}

function own(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
