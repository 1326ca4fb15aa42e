/**
 * np-guard's `{ingress-controller}`: an unknown pod in an unknown namespace that forwards to the backends of Ingress and
 * Route. A backend is a Service; what counts are the TCP ports of the pods that it selects.
 */
import { isMap } from '../../shared/lib/is-map.ts';
import type { PortRange, Reach, SourceObject } from '../../shared/reach/index.ts';

export const proxy = '{ingress-controller}';

const namespace = 'namespace-of-the-ingress-controller';

/** The pod itself: no policy selects it, and only rules for every namespace let it in. */
export const proxyPod: SourceObject = {
  object: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'ingress-controller', namespace },
    spec: { containers: [] },
  },
};

export function isProxy(pod: { readonly namespace: string }): boolean {
  return pod.namespace === namespace;
}

/** By pod (its number in the evaluation): the ports on which something forwards to it. */
export function backendPorts(reach: Reach, sources: readonly SourceObject[]): ReadonlyMap<number, PortRange[]> {
  const found = new Map<number, PortRange[]>();
  const services = sources.map((source) => source.object).filter((object) => object.kind === 'Service');
  for (const { service, in: place, port } of sources.flatMap(backendsOf)) {
    const object = services.find((s) => s.metadata.name === service && (s.metadata.namespace ?? 'default') === place);
    const spec = isMap(object?.spec) ? object.spec : {};
    const selector = isMap(spec.selector) ? Object.entries(spec.selector) : [];
    if (selector.length === 0) continue;
    const ports = (Array.isArray(spec.ports) ? spec.ports : [])
      .filter(isMap)
      .filter((p) => port === undefined || p.port === port || p.name === port || (p.targetPort ?? p.port) === port);
    reach.pods.forEach((pod, thing) => {
      if (pod.namespace !== place || !selector.every(([key, value]) => pod.labels[key] === value)) return;
      for (const { port: own, targetPort = own, protocol = 'TCP' } of ports) {
        const number = typeof targetPort === 'number' ? targetPort : pod.ports.find((p) => p.name === targetPort)?.port;
        if (number === undefined || protocol !== 'TCP') continue;
        found.set(thing, [...(found.get(thing) ?? []), { protocol: 'TCP', start: number, end: number }]);
      }
    });
  }
  return found;
}

interface Backend {
  readonly service: unknown;
  readonly in: string;
  /** Number or name; undefined: every port of the service. */
  readonly port: unknown;
}

function backendsOf({ object }: SourceObject): Backend[] {
  const place = object.metadata.namespace ?? 'default';
  const spec = isMap(object.spec) ? object.spec : {};
  const records = (value: unknown) => (Array.isArray(value) ? value.filter(isMap) : []);
  if (object.kind === 'Route') {
    const port = isMap(spec.port) ? spec.port.targetPort : undefined;
    return [...records([spec.to]), ...records(spec.alternateBackends)].map((to) => ({
      service: to.name,
      in: place,
      port,
    }));
  }
  if (object.kind !== 'Ingress') return [];
  const paths = records(spec.rules).flatMap((rule) => (isMap(rule.http) ? records(rule.http.paths) : []));
  return [spec.defaultBackend, ...paths.map((path) => path.backend)].flatMap((backend) => {
    const service = isMap(backend) && isMap(backend.service) ? backend.service : undefined;
    const port = isMap(service?.port) ? (service.port.number ?? service.port.name) : undefined;
    return service === undefined ? [] : [{ service: service.name, in: place, port }];
  });
}
