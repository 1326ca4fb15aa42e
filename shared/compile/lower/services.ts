/** Services for receivers that are exposed or dialled from another cluster. Nobody else gets one: workloads are not ours to deploy. */
import { isDnsLabel, objectName } from '../../k8s/index.ts';
import { parseCidr } from '../../lib/ip.ts';
import { sortBy, sortedEntries, unique } from '../../lib/sort.ts';
import { protocolOf, type Ref } from '../../model/index.ts';
import { causes } from '../provenance.ts';
import { type Draft, type Exposure, endCauses, getOrMake } from './draft.ts';
import type { ServiceIr } from './network-ir.ts';

type ServicePort = ServiceIr['ports'][number];

export function lowerServices(draft: Draft): Map<string, ServiceIr[]> {
  const byWorkload = new Map<string, Exposure[]>();
  for (const exposure of draft.exposures)
    getOrMake(byWorkload, `${exposure.end.workload.id} ${exposure.end.cluster.id}`, (): Exposure[] => []).push(
      exposure,
    );
  const services = new Map<string, ServiceIr[]>();
  for (const id of sortBy(byWorkload.keys(), (key) => key)) {
    const exposures = byWorkload.get(id) ?? [];
    const service = serviceOf(draft, exposures);
    const cluster = exposures[0]?.end.cluster.id;
    if (service !== undefined && cluster !== undefined)
      getOrMake(services, cluster, (): ServiceIr[] => []).push(service);
  }
  return services;
}

function serviceOf(draft: Draft, exposures: readonly Exposure[]): ServiceIr | undefined {
  const end = exposures[0]?.end;
  if (end === undefined) return undefined;
  const { workload, namespace, cluster } = end;
  const record = workload.service;
  const published = exposures.filter((e) => e.kind === 'loadBalancer' || e.kind === 'nodePort' || e.kind === 'cluster');
  // The controller of a gateway makes its Service, with the addresses of the Gateway; a second one would ask for them too.
  if (exposures.every((e) => e.kind === 'gateway' && e.flow.ports !== 'all')) return undefined;
  // Direct clients dial pods, and an ingress comes with its Service: both only where the design writes one.
  if (record === undefined && published.length === 0) return undefined;
  const asked = exposures.some((e) => e.kind === 'loadBalancer')
    ? 'LoadBalancer'
    : exposures.some((e) => e.kind === 'nodePort')
      ? 'NodePort'
      : 'ClusterIP';
  const type = record?.type ?? asked;
  if (published.length > 0 && type === 'ClusterIP') notPublished(draft, published[0]);

  const ports = servicePorts(draft, exposures);
  if (ports.length === 0) return undefined;
  const families = new Set((cluster.cluster.networks?.services ?? []).map((cidr) => parseCidr(cidr)?.family));
  const clients = exposures.some((e) => e.clients === undefined)
    ? []
    : unique(exposures.flatMap((e) => e.clients ?? []));
  const flows: Ref[] = exposures.map((e) => ({ kind: 'flow', id: e.flow.id }));
  return {
    workload: workload.id,
    namespace: namespace.id,
    name: serviceName(cluster.lookup.nameOf({ kind: 'workload', id: workload.id }), workload.id),
    type,
    selector: cluster.lookup.selectorOf(workload.id),
    ports,
    ...(type !== 'ClusterIP' && { externalTrafficPolicy: record?.externalTrafficPolicy ?? 'Local' }),
    sourceRanges: sortBy(clients, (cidr) => cidr),
    dualStack: families.size > 1,
    addresses: record?.addresses ?? [],
    causes: causes(endCauses([end]), flows),
  };
}

/** Service names are DNS-1035 labels: they begin with a letter. */
export function serviceName(name: string, id: string): string {
  if (isDnsLabel(name) && /^[a-z]/.test(name)) return name;
  return /^[a-z]/.test(id) ? id : objectName(`svc-${id}`);
}

/** What the design writes for the service; without that, only the ports that flows from outside need. */
function servicePorts(draft: Draft, exposures: readonly Exposure[]): ServicePort[] {
  const workload = exposures[0]?.end.workload;
  if (workload === undefined) return [];
  const own = workload.ports ?? {};
  const nodePort = (name: string) => {
    const port =
      workload.service?.nodePorts !== undefined && Object.hasOwn(workload.service.nodePorts, name)
        ? workload.service.nodePorts[name]
        : undefined;
    return port === undefined ? {} : { nodePort: port };
  };
  const ports = new Map<string, ServicePort>();
  const add = (port: ServicePort) => {
    const key = `${port.protocol} ${port.port}`;
    if (!ports.has(key)) ports.set(key, port);
  };
  for (const [name, port] of sortedEntries(workload.service?.ports)) {
    const target = Object.hasOwn(own, name) ? own[name] : undefined;
    if (target === undefined) unknownPort(draft, workload.id, name);
    else add({ name, protocol: protocolOf(target), port, targetPort: target.port, ...nodePort(name) });
  }
  for (const { ports: used, flow } of exposures) {
    if (used === 'all') {
      for (const [name, port] of sortedEntries(own)) {
        const written = workload.service?.ports !== undefined && Object.hasOwn(workload.service.ports, name);
        if (!written)
          add({ name, protocol: protocolOf(port), port: port.port, targetPort: port.port, ...nodePort(name) });
      }
      continue;
    }
    for (const p of used) {
      // Dialled on its node port, a named port is already there under the service's own number.
      const known = [...ports.values()].some(
        (q) =>
          q.protocol === p.protocol &&
          q.targetPort === p.start &&
          (q.port === p.dial.start || q.nodePort === p.dial.start),
      );
      if (known) continue;
      if (p.start !== p.end) rangeNotPublished(draft, workload.id, flow.id);
      else {
        const taken = new Set([...ports.values()].map((q) => q.name));
        const name =
          p.name !== undefined && !taken.has(p.name) ? p.name : `${p.protocol.toLowerCase()}-${p.dial.start}`;
        add({
          name,
          protocol: p.protocol,
          port: p.dial.start,
          targetPort: p.start,
          ...(p.name !== undefined && nodePort(p.name)),
        });
      }
    }
  }
  return sortBy(
    ports.values(),
    (p) => p.protocol,
    (p) => p.port,
  );
}

function notPublished(draft: Draft, exposure: Exposure | undefined): void {
  if (exposure === undefined) return;
  const { id } = exposure.end.workload;
  draft.problems.push({
    rule: 'compile/service-not-published',
    severity: 'warning',
    message: `Flow “${exposure.flow.id}” dials workload “${id}” from outside its cluster, and its Service is of type ClusterIP, which nobody outside can dial unless the network announces it. Make the service a load balancer or give it node ports.`,
    subject: { kind: 'workload', id },
    path: ['workloads', id, 'service', 'type'],
    fixable: false,
  });
}

function unknownPort(draft: Draft, workload: string, name: string): void {
  draft.problems.push({
    rule: 'compile/service-port-unknown',
    severity: 'error',
    message: `The service of workload “${workload}” names port “${name}”, which the workload does not have; the Service is exported without it. Add the port to the workload or correct the service.`,
    subject: { kind: 'workload', id: workload },
    path: ['workloads', workload, 'service', 'ports', name],
    fixable: false,
  });
}

function rangeNotPublished(draft: Draft, workload: string, flow: string): void {
  draft.problems.push({
    rule: 'compile/service-port-range',
    severity: 'warning',
    message: `Flow “${flow}” asks for a range of ports of workload “${workload}”, and a Service lists single ports; the range is not in its Service. Name the ports one by one, or publish the range yourself.`,
    subject: { kind: 'workload', id: workload },
    path: ['flows', flow, 'ports'],
    fixable: false,
  });
}
