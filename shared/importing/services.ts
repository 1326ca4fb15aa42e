/** Services: which pods they stand for, and how they are reached from outside. */
import { isAddress } from '../lib/ip.ts';
import { sortBy } from '../lib/sort.ts';
import type { Workload } from '../model/index.ts';
import type { SourceObject } from '../reach/index.ts';
import type { EstateCluster } from './estate.ts';
import { field, listAt, podTemplate, textAt, textsAt } from './objects.ts';

type Service = NonNullable<Workload['service']>;
type PortRecord = NonNullable<Workload['ports']>[string];

export function servicesOf(cluster: EstateCluster): readonly SourceObject[] {
  return cluster.objects.get('Service') ?? [];
}

/** True where a Service of the namespace is open to addresses outside the cluster. */
export function isPublished(cluster: EstateCluster, namespace: string): boolean {
  return servicesOf(cluster).some(
    ({ object }) =>
      (object.metadata.namespace ?? 'default') === namespace &&
      ['LoadBalancer', 'NodePort'].includes(textAt(object, 'spec', 'type') ?? ''),
  );
}

/** The Services that select a workload's pods; those reached from outside first. */
export function servicesFor(
  cluster: EstateCluster,
  namespace: string,
  labels: Readonly<Record<string, string>>,
): readonly SourceObject[] {
  const found = servicesOf(cluster).filter(({ object }) => {
    const selector = Object.entries(textsAt(object, 'spec', 'selector'));
    return (
      (object.metadata.namespace ?? 'default') === namespace &&
      selector.length > 0 &&
      selector.every(([key, value]) => labels[key] === value)
    );
  });
  const rank = ({ object }: SourceObject) =>
    ['LoadBalancer', 'NodePort'].indexOf(textAt(object, 'spec', 'type') ?? '') + 1 || 3;
  return sortBy(found, rank, (s) => s.object.metadata.name);
}

/** The Service of a workload as a design holds it. Ports that are not those of the workload are left out. */
export function serviceRecord({ object }: SourceObject, ports: NonNullable<Workload['ports']>): Service {
  const type = textAt(object, 'spec', 'type');
  const dialled: Record<string, number> = {};
  const nodePorts: Record<string, number> = {};
  for (const entry of listAt(object, 'spec', 'ports')) {
    const port = field(entry, 'port');
    const target = field(entry, 'targetPort') ?? port;
    const protocol = textAt(entry, 'protocol') ?? 'TCP';
    const name = Object.entries(ports).find(
      ([own, p]) => (p.protocol ?? 'TCP') === protocol && (own === target || p.port === target),
    )?.[0];
    if (name === undefined || typeof port !== 'number' || port < 1 || port > 65535) continue;
    // Two ports of a Service may lead to one of the pod; a design keeps the first.
    if (Object.hasOwn(dialled, name)) continue;
    dialled[name] = port;
    const nodePort = field(entry, 'nodePort');
    if (typeof nodePort === 'number' && nodePort >= 1 && nodePort <= 65535) nodePorts[name] = nodePort;
  }
  const addresses = addressesOf(object);
  const isOutside = type === 'LoadBalancer' || type === 'NodePort';
  return {
    ...(isOutside && { type }),
    ...(Object.keys(dialled).length > 0 && { ports: dialled }),
    ...(Object.keys(nodePorts).length > 0 && { nodePorts }),
    ...(addresses.length > 0 && { addresses }),
    ...(isOutside && { externalTrafficPolicy: isLocal(object) ? ('Local' as const) : ('Cluster' as const) }),
  };
}

/** Kubernetes' own default is Cluster, which hides the client's address from the pod. */
export function isLocal(object: SourceObject['object']): boolean {
  return textAt(object, 'spec', 'externalTrafficPolicy') === 'Local';
}

function addressesOf(object: SourceObject['object']): string[] {
  const assigned = listAt(object, 'status', 'loadBalancer', 'ingress').flatMap((i) => textAt(i, 'ip') ?? []);
  const wanted = textAt(object, 'spec', 'loadBalancerIP');
  const external = listAt(object, 'spec', 'externalIPs').filter((a): a is string => typeof a === 'string');
  return [...new Set([...assigned, ...(wanted === undefined ? [] : [wanted]), ...external])].filter(isAddress);
}

/**
 * Every port that the containers of a workload name or number, by a name that a design can hold. Containers may listen on
 * ports that they do not list, so numbers to which Services lead are ports as well.
 */
export function containerPorts(
  source: SourceObject,
  services: readonly SourceObject[],
): NonNullable<Workload['ports']> {
  const spec = field(podTemplate(source.object), 'spec');
  const sidecars = listAt(spec, 'initContainers').filter((c) => textAt(c, 'restartPolicy') === 'Always');
  const found: Record<string, PortRecord> = {};
  for (const entry of [...listAt(spec, 'containers'), ...sidecars].flatMap((c) => listAt(c, 'ports'))) {
    const port = field(entry, 'containerPort');
    const protocol: string = textAt(entry, 'protocol') ?? 'TCP';
    if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > 65535) continue;
    if (protocol !== 'TCP' && protocol !== 'UDP' && protocol !== 'SCTP') continue;
    const record: PortRecord = protocol === 'TCP' ? { port } : { port, protocol };
    const isThere = Object.values(found).some((p) => p.port === port && (p.protocol ?? 'TCP') === protocol);
    const own = textAt(entry, 'name');
    const plain = `${protocol.toLowerCase()}-${port}`;
    const name = own !== undefined && isPortName(own) && !Object.hasOwn(found, own) ? own : plain;
    if (isThere && (own === undefined || name === plain)) continue;
    found[name] = record;
  }
  for (const entry of services.flatMap(({ object }) => listAt(object, 'spec', 'ports'))) {
    const port = field(entry, 'targetPort') ?? field(entry, 'port');
    const protocol = (['TCP', 'UDP', 'SCTP'] as const).find((p) => p === (textAt(entry, 'protocol') ?? 'TCP'));
    if (typeof port !== 'number' || port < 1 || port > 65535 || protocol === undefined) continue;
    if (Object.values(found).some((p) => p.port === port && (p.protocol ?? 'TCP') === protocol)) continue;
    found[`${protocol.toLowerCase()}-${port}`] = { port, ...(protocol !== 'TCP' && { protocol }) };
  }
  return found;
}

function isPortName(name: string): boolean {
  return /^(?!.*--)[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$/.test(name) && /[a-z]/.test(name);
}
