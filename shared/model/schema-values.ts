/** The values that fields of a design have: what each may be, and how that is said. The records are in schema.ts. */
import { z } from 'zod';
import { isAddress, isCidr } from '../lib/ip.ts';

export const idPattern = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

export const id = z
  .string()
  .regex(idPattern, 'must be a DNS-1123 label: lower-case letters, digits and "-", at most 63 characters')
  .describe('An id: lower-case letters, digits and "-", at most 63 characters.');
export const ref = (kind: string) => id.describe(`The id of a ${kind}.`);
export const name = z.string().min(1).max(253);
export const text = z.string();
export const cidr = z
  .string()
  .refine(isCidr, 'must be an address range such as 10.20.0.0/16 or 2001:db8::/48, without host bits')
  .describe('An address range, canonical CIDR: 10.20.0.0/16, 2001:db8::/48.');
export const address = z
  .string()
  .refine(isAddress, 'must be an IPv4 or IPv6 address such as 10.1.9.7 or 2001:db8::7')
  .describe('An IPv4 or IPv6 address.');
export const port = z.int().min(1).max(65535).describe('A port, 1 to 65535.');
export const quantity = z
  .string()
  .regex(/^[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/, 'must be a Kubernetes quantity such as 10Gi or 250m')
  .describe('A Kubernetes quantity: 10Gi, 250m.');
export const labels = z
  .record(z.string(), z.string())
  .refine((all) => Object.entries(all).every(([k, v]) => isLabelKey(k) && isLabelValue(v)), {
    message:
      'must be Kubernetes labels: keys like app or example.com/app, values of at most 63 letters, digits, "-", "_", "."',
  })
  .describe('Kubernetes labels.');
export const labelKey = z
  .string()
  .refine(isLabelKey, 'must be the key of a label such as topology.kubernetes.io/zone')
  .describe('The key of a label.');
export const labelValue = z
  .string()
  .refine(isLabelValue, 'must be the value of a label: at most 63 letters, digits, "-", "_", "."');
export const secretName = z
  .string()
  .regex(
    /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    'must be the name of a Secret: lower-case letters, digits, "-" and "."',
  )
  .describe('The name of a Secret.');
export const controllerName = z
  .string()
  .max(250)
  .regex(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9/._~%!$&'()*+,;=:-]+$/,
    'must be a domain, a slash and a path, such as gateway.envoyproxy.io/dmz',
  );
export const date = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'must be a date such as 2027-06-30')
  .describe('A date, YYYY-MM-DD.');

export const protocols = ['TCP', 'UDP', 'SCTP'] as const;
export const protocol = z.enum(protocols);
export const portName = z
  .string()
  .regex(/^(?!.*--)[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$/, 'must be a port name: at most 15 of a-z, 0-9, "-"')
  .regex(/[a-z]/, 'must hold at least one letter');
export const trust = z.int().min(0).max(100);
export const description = text.optional().describe('Free text for people.');

function isLabelKey(key: string): boolean {
  const parts = key.split('/');
  const last = parts.at(-1) ?? '';
  const prefix = parts.length === 2 ? parts[0] : undefined;
  return (
    parts.length <= 2 &&
    /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(last) &&
    (prefix === undefined ||
      (prefix.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(prefix)))
  );
}

function isLabelValue(value: string): boolean {
  return value === '' || /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(value);
}
