/**
 * What a gateway or an ingress listens on and where it leads, for flows that enter through one. The drawing knows ports and nothing of
 * hosts or paths: a port that leads to one receiver is passed on as it is, and one that leads to several needs names that
 * somebody has to fill in.
 */
import { sortBy } from '../../lib/sort.ts';
import { type Entry, type Flow, proxyPorts, type Ref, type Workload } from '../../model/index.ts';
import { causes } from '../provenance.ts';
import { type Draft, type Exposure, endCauses, getOrMake, type PodEnd } from './draft.ts';
import { sideOf } from './flow-ends.ts';
import { portsAt } from './flow-ports.ts';
import type { BackendIr, GatewayIr, ListenerIr } from './network-ir.ts';
import { serviceName } from './services.ts';

/** The GatewayClass and IngressClass of a zone: a controller of its own serves it, so that no proxy stands between two zones. */
export function proxyClass(zone: string): string {
  return `zone-${zone}`;
}

interface GatewayDraft {
  readonly kind: GatewayIr['kind'];
  readonly end: Exposure['end'];
  readonly listeners: Map<string, Omit<ListenerIr, 'backends'> & { readonly backends: Map<string, BackendIr> }>;
  readonly causes: Ref[];
}

/** By cluster, sorted by proxy. Ports in ranges, SCTP and flows that mean all ports have no listener of their own. */
export function lowerGateways(draft: Draft): Map<string, GatewayIr[]> {
  const found = new Map<string, GatewayDraft>();
  for (const { end, flow, kind } of draft.exposures) {
    if ((kind !== 'gateway' && kind !== 'ingress') || flow.ports === 'all') continue;
    const key = `${end.workload.id} ${end.cluster.id} ${kind}`;
    const gateway = getOrMake(found, key, (): GatewayDraft => ({ kind, end, listeners: new Map(), causes: [] }));
    gateway.causes.push({ kind: 'flow', id: flow.id });
    for (const [i] of flow.ports.entries()) addPort(draft, gateway, flow, i);
  }
  const byCluster = new Map<string, GatewayIr[]>();
  for (const key of sortBy(found.keys(), (k) => k)) {
    const gateway = found.get(key);
    const { zone } = gateway?.end.namespace ?? {};
    if (gateway === undefined || zone === undefined || gateway.listeners.size === 0) continue;
    const { end } = gateway;
    getOrMake(byCluster, end.cluster.id, (): GatewayIr[] => []).push({
      kind: gateway.kind,
      proxy: end.workload.id,
      zone,
      namespace: end.namespace.id,
      addresses: end.workload.service?.addresses ?? [],
      listeners: sortBy(
        gateway.listeners.values(),
        (l) => l.port,
        (l) => l.protocol,
      ).map((l) => ({ ...l, backends: sortBy(l.backends.values(), (b) => b.workload) })),
      causes: causes(endCauses([end]), gateway.causes),
    });
  }
  return byCluster;
}

function addPort(draft: Draft, gateway: GatewayDraft, flow: Entry<Flow>, index: number): void {
  const wanted = flow.ports === 'all' ? undefined : flow.ports[index];
  if (wanted === undefined) return;
  const alone: Entry<Flow> = { ...flow, ports: [wanted] };
  const answers = proxyPorts(alone, gateway.end.workload);
  const [at] = answers === 'all' ? [] : (answers ?? []);
  const to = sideOf(draft, flow, flow.to);
  if (at === undefined || at.protocol === 'SCTP' || to?.kind !== 'pods') return;
  const { protocol } = at;
  for (const receiver of to.ends) {
    if (receiver.cluster.id !== gateway.end.cluster.id) continue;
    for (const workload of workloadsAt(receiver)) {
      if (workload.id === gateway.end.workload.id) continue;
      const { ports } = portsAt(alone, workload);
      const [port] = ports === 'all' ? [] : ports;
      if (port === undefined || port.protocol !== protocol || port.start !== port.end) continue;
      const listener = getOrMake(gateway.listeners, `${protocol} ${at.dial}`, () => ({
        protocol,
        port: at.dial,
        portName: at.name,
        backends: new Map<string, BackendIr>(),
      }));
      const before = listener.backends.get(workload.id);
      listener.backends.set(workload.id, {
        workload: workload.id,
        namespace: receiver.namespace.id,
        service: serviceName(receiver.cluster.lookup.nameOf({ kind: 'workload', id: workload.id }), workload.id),
        port: servicePort(workload, port.name) ?? port.start,
        causes: causes(before?.causes ?? [], endCauses([{ ...receiver, workload }]), [{ kind: 'flow', id: flow.id }]),
      });
    }
  }
}

function workloadsAt(end: PodEnd): ReadonlyArray<Entry<Workload>> {
  return end.workload === undefined ? end.cluster.lookup.workloadsOfNamespace(end.namespace.id) : [end.workload];
}

function servicePort(workload: Workload, name: string | undefined): number | undefined {
  const ports = workload.service?.ports;
  return name !== undefined && ports !== undefined && Object.hasOwn(ports, name) ? ports[name] : undefined;
}
