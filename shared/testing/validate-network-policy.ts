/**
 * What the API server demands of a NetworkPolicy and no schema carries. Source: kubernetes
 * pkg/apis/networking/validation/validation.go, and KEP-4858 for canonical CIDRs.
 */

import { isDnsLabel, isDnsSubdomain } from '../k8s/index.ts';
import { contains, looseCidr, parseCidr } from '../lib/ip.ts';

/** What is wrong, each as `path: reason`; empty where the API server would take the policy. */
export function validateNetworkPolicy(object: unknown): string[] {
  const faults: string[] = [];
  const root = record(object);
  if (root.apiVersion !== 'networking.k8s.io/v1' || root.kind !== 'NetworkPolicy')
    faults.push('kind: is no NetworkPolicy');
  const metadata = record(root.metadata);
  if (!isDnsSubdomain(String(metadata.name ?? ''))) faults.push('metadata.name: must be a DNS-1123 subdomain');
  if (!isDnsLabel(String(metadata.namespace ?? ''))) faults.push('metadata.namespace: must be a DNS-1123 label');
  const spec = record(root.spec);
  checkSelector(spec.podSelector ?? {}, 'spec.podSelector', faults);
  checkTypes(spec.policyTypes, faults);
  checkRules(spec.ingress, 'from', 'spec.ingress', faults);
  checkRules(spec.egress, 'to', 'spec.egress', faults);
  return faults;
}

function checkTypes(types: unknown, faults: string[]): void {
  if (types === undefined) return;
  const all = list(types);
  if (all.length > 2) faults.push('spec.policyTypes: may have at most two items');
  for (const type of all) {
    if (type !== 'Ingress' && type !== 'Egress')
      faults.push(`spec.policyTypes: “${String(type)}” is neither Ingress nor Egress`);
  }
}

function checkRules(rules: unknown, side: 'from' | 'to', path: string, faults: string[]): void {
  for (const [i, item] of list(rules).entries()) {
    const rule = record(item);
    for (const [j, port] of list(rule.ports).entries()) checkPort(record(port), `${path}[${i}].ports[${j}]`, faults);
    for (const [j, peer] of list(rule[side]).entries()) checkPeer(record(peer), `${path}[${i}].${side}[${j}]`, faults);
  }
}

function checkPort(port: Readonly<Record<string, unknown>>, path: string, faults: string[]): void {
  const { protocol, port: number, endPort } = port;
  if (protocol !== undefined && protocol !== 'TCP' && protocol !== 'UDP' && protocol !== 'SCTP') {
    faults.push(`${path}.protocol: must be TCP, UDP or SCTP`);
  }
  if (typeof number === 'string') {
    if (number.length > 15 || !/^(?!.*--)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(number) || !/[a-z]/.test(number)) {
      faults.push(`${path}.port: “${number}” is no port name`);
    }
  } else if (number !== undefined && !isPort(number)) faults.push(`${path}.port: must be 1 to 65535`);
  if (endPort === undefined) return;
  if (typeof number !== 'number') faults.push(`${path}.endPort: needs a port number`);
  else if (!isPort(endPort) || endPort < number) faults.push(`${path}.endPort: must not be below the port`);
}

function checkPeer(peer: Readonly<Record<string, unknown>>, path: string, faults: string[]): void {
  const set = ['podSelector', 'namespaceSelector', 'ipBlock'].filter(
    (key) => peer[key] !== undefined && peer[key] !== null,
  );
  if (set.length === 0) faults.push(`${path}: must name a peer`);
  if (set.includes('ipBlock') && set.length > 1) faults.push(`${path}: ipBlock may not stand beside a selector`);
  for (const key of ['podSelector', 'namespaceSelector'])
    if (set.includes(key)) checkSelector(peer[key], `${path}.${key}`, faults);
  if (!set.includes('ipBlock')) return;
  const { cidr, except } = record(peer.ipBlock);
  const outer = checkCidr(cidr, `${path}.ipBlock.cidr`, faults);
  for (const [i, text] of list(except).entries()) {
    const inner = checkCidr(text, `${path}.ipBlock.except[${i}]`, faults);
    if (outer === undefined || inner === undefined) continue;
    if (!contains(outer, inner) || inner.prefix <= outer.prefix) {
      faults.push(`${path}.ipBlock.except[${i}]: must lie inside ${String(cidr)} and be smaller`);
    }
  }
}

function checkCidr(text: unknown, path: string, faults: string[]) {
  const range = typeof text === 'string' ? parseCidr(text) : undefined;
  if (range === undefined) {
    const meant = typeof text === 'string' && looseCidr(text) !== undefined;
    faults.push(`${path}: ${meant ? 'must be canonical, without host bits' : 'must be an address range'}`);
  }
  return range;
}

const labelValue = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const labelName = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

function checkSelector(selector: unknown, path: string, faults: string[]): void {
  const { matchLabels, matchExpressions } = record(selector);
  for (const [key, value] of Object.entries(record(matchLabels)))
    checkLabel(key, [value], `${path}.matchLabels`, faults);
  for (const [i, item] of list(matchExpressions).entries()) {
    const at = `${path}.matchExpressions[${i}]`;
    const { key, operator, values } = record(item);
    checkLabel(String(key ?? ''), list(values), at, faults);
    const needsValues = operator === 'In' || operator === 'NotIn';
    if (!needsValues && operator !== 'Exists' && operator !== 'DoesNotExist') faults.push(`${at}.operator: is unknown`);
    else if (needsValues !== list(values).length > 0)
      faults.push(`${at}.values: ${needsValues ? 'must not be empty' : 'must be empty'}`);
  }
}

function checkLabel(key: string, values: readonly unknown[], path: string, faults: string[]): void {
  const slash = key.indexOf('/');
  const prefixFits = slash === -1 || isDnsSubdomain(key.slice(0, slash));
  if (!prefixFits || !labelName.test(key.slice(slash + 1))) faults.push(`${path}: “${key}” is no label key`);
  for (const value of values) {
    if (typeof value !== 'string' || !labelValue.test(value))
      faults.push(`${path}: “${String(value)}” is no label value`);
  }
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65535;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
