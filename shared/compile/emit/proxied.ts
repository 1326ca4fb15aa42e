/** What gateways and ingresses have in common: how a listener speaks, and placeholders for what a design does not say. */
import type { ClusterIr } from '../ir.ts';
import { proxyClass } from '../lower/gateways.ts';
import type { GatewayIr, ListenerIr } from '../lower/network-ir.ts';
import type { NamespaceScope } from '../scope.ts';

export const certificatePlaceholder = 'replace-me-certificate';

/** Names below `.invalid` never resolve (RFC 2606). */
export function hostPlaceholder(receiver: string): string {
  return `replace-me-${receiver}.invalid`;
}

export function className({ zone }: GatewayIr): string {
  return proxyClass(zone);
}

/** HTTP without TLS, by its number or the name of the port. */
export function isPlainHttp({ port, portName }: ListenerIr): boolean {
  return port === 80 || (portName.startsWith('http') && !portName.includes('https'));
}

export function namespaceOf(ir: ClusterIr, id: string): NamespaceScope {
  const found = ir.namespaces.find((n) => n.id === id);
  if (found === undefined) throw new Error(`no namespace ${id}`);
  return found;
}
