/** What has an address outside the cluster, and what leads traffic from there to Services. */

import type { KubeObject } from '../k8s/index.ts';
import { isMap } from '../lib/is-map.ts';
import { unique } from '../lib/sort.ts';
import { at, type Facts, isEmptySelector, list, printOf, text } from './object-facts.ts';

export function exposureFacts(facts: Facts, objects: readonly KubeObject[]): void {
  const services = objects.filter((o) => o.kind === 'Service');
  const isSelecting = new Map(services.map((o) => [nameOf(o), !isEmptySelector(at(o, 'spec', 'selector'))]));
  if (facts.context.zoneOf === undefined)
    led(
      facts,
      leads(objects, isSelecting).filter(({ service }) => service !== ofApiServers),
    );
  for (const object of objects) {
    if (object.kind === 'Service') service(facts, object);
    // The ways in of a design are drawn, and told by the connections that they open.
    else if (facts.context.zoneOf === undefined && /^(Ingress|Route|(HTTP|GRPC|TLS|TCP|UDP)Route)$/.test(object.kind))
      route(facts, object);
  }
}

/** Traffic to a Service that somebody leads to addresses, whoever listens there. */
interface Lead {
  readonly object: KubeObject;
  readonly service: string;
  readonly addresses: readonly string[];
  readonly ports: unknown;
}

/** API servers write its addresses over whatever anybody wrote, and theirs change with them. */
const ofApiServers = 'default/kubernetes';

/** What nobody but a person wrote; those of pods come from controllers. */
function leads(objects: readonly KubeObject[], isSelecting: ReadonlyMap<string, boolean>): Lead[] {
  return objects.flatMap((object): Lead[] => {
    const { labels = {}, namespace = 'default' } = object.metadata;
    if (object.kind === 'EndpointSlice') {
      const name = labels['kubernetes.io/service-name'];
      const by = labels['endpointslice.kubernetes.io/managed-by'] ?? '';
      const service = `${namespace}/${name}`;
      // This one keeps to Services that select pods. Beside any other its name is only a label that somebody wrote.
      const isControlled =
        by === 'endpointslice-controller.k8s.io' ? isSelecting.get(service) !== false : /^endpointslice/.test(by);
      if (name === undefined || isControlled) return [];
      const addresses = list(object.endpoints).flatMap((endpoint) => list(at(endpoint, 'addresses')).map(String));
      return [{ object, service, addresses, ports: object.ports }];
    }
    const service = nameOf(object);
    // Kubernetes writes those of a Service that selects pods over whatever somebody wrote.
    if (object.kind !== 'Endpoints' || isSelecting.get(service) === true) return [];
    return list(object.subsets).map((subset) => ({
      object,
      service,
      addresses: list(at(subset, 'addresses')).map((a) => text(at(a, 'ip'))),
      ports: at(subset, 'ports'),
    }));
  });
}

/** Each way once, whichever objects say it: a Service may have Endpoints and slices of the same addresses. */
function led(facts: Facts, all: readonly Lead[]): void {
  const ways = new Map<string, { readonly key: readonly string[]; readonly sources: KubeObject[] }>();
  for (const { object, service, addresses, ports } of all) {
    const numbers = list(ports).map((p) => `${text(at(p, 'protocol')) || 'TCP'} ${at(p, 'port') ?? 'any port'}`);
    for (const address of addresses)
      for (const port of numbers.length === 0 ? ['any port'] : numbers) {
        const key = ['led', service, address, port];
        const way = ways.get(key.join(' ')) ?? { key, sources: [] };
        ways.set(key.join(' '), way);
        way.sources.push(object);
      }
  }
  for (const { key, sources } of ways.values()) {
    const [, service, address, port] = key;
    const [object] = sources;
    if (object === undefined) continue;
    facts.add({
      key,
      rank: 0,
      state: `it leads traffic to ${address} (${port})`,
      absent: { rank: 1, state: 'it does not', anywhere: true },
      subject: { kind: object.kind, id: nameOf(object) },
      title: `${object.kind} ${nameOf(object)} of Service ${service}`,
      namespace: object.metadata.namespace ?? 'default',
      about: 'possible',
      sources: unique(sources),
    });
  }
}

function nameOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? 'default'}/${metadata.name}`;
}

/** Services that an Ingress, a route of Gateway API or one of OpenShift leads to. */
function route(facts: Facts, object: KubeObject): void {
  const namespace = object.metadata.namespace ?? 'default';
  const name = `${namespace}/${object.metadata.name}`;
  for (const service of unique(servicesIn(object.spec, namespace)))
    facts.add({
      key: ['route', object.kind, name, service],
      rank: 0,
      state: `it leads traffic to Service ${service}`,
      absent: { rank: 1, state: 'it does not', anywhere: true },
      subject: { kind: object.kind, id: name },
      title: `${object.kind} ${name}`,
      namespace,
      about: 'possible',
      sources: [object],
    });
}

function servicesIn(value: unknown, namespace: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => servicesIn(item, namespace));
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'service') return text(at(inner, 'name')) === '' ? [] : [`${namespace}/${text(at(inner, 'name'))}`];
    if (key === 'backendRefs')
      return list(inner).map((ref) => `${text(at(ref, 'namespace')) || namespace}/${text(at(ref, 'name'))}`);
    if (key === 'to' && at(inner, 'kind') === 'Service') return [`${namespace}/${text(at(inner, 'name'))}`];
    return servicesIn(inner, namespace);
  });
}

function service(facts: Facts, object: KubeObject): void {
  const namespace = object.metadata.namespace ?? 'default';
  const name = `${namespace}/${object.metadata.name}`;
  const type = text(at(object, 'spec', 'type')) || 'ClusterIP';
  const elsewhere = text(at(object, 'spec', 'externalName'));
  const isOutside = type === 'LoadBalancer' || type === 'NodePort';
  const base = {
    subject: { kind: 'Service', id: name },
    title: `Service ${name}`,
    namespace,
    sources: [object],
  };
  facts.add({
    ...base,
    key: ['exposure', name],
    absent: { rank: 1, state: 'it is not there', anywhere: true },
    rank: isOutside ? 0 : 1,
    state: isOutside ? `it has an address outside the cluster (${type})` : 'it has no address outside the cluster',
    ...(isOutside &&
      facts.context.zoneOf === undefined && {
        print: printOf(at(object, 'spec', 'selector')),
        toRead: 'Which pods it leads to has to be read in its text.',
      }),
    about: 'possible',
  });
  if (type === 'ExternalName' && facts.context.zoneOf === undefined)
    facts.add({
      ...base,
      key: ['external-name', name, elsewhere],
      rank: 0,
      state: `it leads whoever asks for it to ${elsewhere}`,
      absent: { rank: 1, state: 'it does not', anywhere: true },
      about: 'possible',
    });
  for (const address of list(at(object, 'spec', 'externalIPs')))
    facts.add({
      ...base,
      key: ['address', name, String(address)],
      rank: 0,
      state: `it takes what is sent to ${String(address)}`,
      absent: { rank: 1, state: 'it does not', anywhere: true },
      about: 'possible',
    });
  if (!isOutside) return;
  const hides = text(at(object, 'spec', 'externalTrafficPolicy')) === 'Cluster';
  facts.add({
    ...base,
    key: ['client-address', name],
    rank: hides ? 0 : 1,
    state: hides ? 'its pods see the addresses of nodes instead of clients' : 'its pods see the addresses of clients',
    about: 'strength',
  });
  const ranges = list(at(object, 'spec', 'loadBalancerSourceRanges')).map(String);
  const named = ranges.some((range) => range.endsWith('/0')) ? [] : ranges;
  facts.add({
    ...base,
    key: ['source-ranges', name],
    rank: named.length > 0 ? 1 : 0,
    state:
      named.length > 0 ? 'its load balancer takes clients of named ranges only' : 'its load balancer takes any client',
    about: 'strength',
  });
  // What the design says of its clients is told by the connections that they open.
  if (named.length === 0 || facts.context.zoneOf !== undefined) return;
  const holder = ['named-ranges', name];
  facts.add({ ...base, key: holder, rank: 0, state: 'it names ranges', about: 'strength' });
  for (const range of named)
    facts.add({
      ...base,
      key: [...holder, range],
      holder,
      rank: 0,
      state: `its load balancer takes clients of ${range}`,
      absent: { rank: 1, state: 'it does not' },
      about: 'possible',
    });
}
