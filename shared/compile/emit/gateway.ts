/**
 * Ingress by Gateway API (v1 of its standard channel, 1.6): a Gateway per proxy, of a class of the proxy's own zone, and
 * routes beside the Services they lead to, so that no route needs a ReferenceGrant. Pods that the controller makes get the
 * labels of the drawn proxy, and with them its policies; they live in its namespace, which keeps them on its zone's nodes.
 */
import { isDnsSubdomain, type KubeObject, objectName } from '../../k8s/index.ts';
import { isAddress } from '../../lib/ip.ts';
import type { Problem } from '../../lib/problem.ts';
import { sortBy, unique } from '../../lib/sort.ts';
import type { EmittedObject, Emitter } from '../define.ts';
import type { ClusterIr } from '../ir.ts';
import type { BackendIr, GatewayIr, ListenerIr } from '../lower/network-ir.ts';
import { causes } from '../provenance.ts';
import { certificatePlaceholder, className, hostPlaceholder, isPlainHttp, namespaceOf } from './proxied.ts';
import { managedLabels } from './zone-admission.ts';

const group = 'gateway.networking.k8s.io';

export const gateways: Emitter = {
  id: 'gateway',
  docs: {
    title: 'Gateways',
    formats: [`${group}/v1 Gateway`, `${group}/v1 HTTPRoute`, `${group}/v1 TCPRoute`, `${group}/v1 UDPRoute`],
    files: ['gateways/NAMESPACE.yaml'],
    covers:
      'For flows through a gateway: what it listens on, in a class of its zone, which namespaces may attach, and routes to the receivers.',
    limits:
      'Hosts, paths and certificates (placeholders where a port leads to several receivers); the controller; Services of the receivers, which are those of the workloads.',
  },
  applies: (ir) => gatewaysOf(ir).length > 0,
  emit: (ir) => {
    const byNamespace = new Map<string, EmittedObject[]>();
    for (const gateway of gatewaysOf(ir))
      for (const { namespace, ...object } of objectsOf(ir, gateway)) {
        const objects = byNamespace.get(namespace) ?? [];
        objects.push(object);
        byNamespace.set(namespace, objects);
      }
    return {
      files: sortBy(byNamespace, ([name]) => name).map(([name, objects]) => ({
        path: `gateways/${name}.yaml`,
        inKustomization: true,
        objects,
      })),
      problems: gatewaysOf(ir).flatMap((g) => placeholders(ir, g)),
      coverage: gatewaysOf(ir).map((g) => ({
        cluster: ir.id,
        state: 'not-enforced' as const,
        subject: `Gateway ${g.proxy}`,
        text: `A controller for the GatewayClass ${className(g)} serves zone ${g.zone} alone. What it makes for the Gateway gets the labels of ${g.proxy} and stands in its namespace, so policies and placement hold for it; a controller that ignores infrastructure.labels or runs its proxies elsewhere is not what was drawn.`,
      })),
    };
  },
};

function gatewaysOf(ir: ClusterIr): GatewayIr[] {
  return ir.network.gateways.filter((g) => g.kind === 'gateway');
}

type Placed = EmittedObject & { readonly namespace: string };

function objectsOf(ir: ClusterIr, gateway: GatewayIr): Placed[] {
  const home = namespaceOf(ir, gateway.namespace);
  const object: KubeObject = {
    apiVersion: `${group}/v1`,
    kind: 'Gateway',
    metadata: { name: gatewayName(ir, gateway), namespace: home.name, labels: managedLabels(ir, gateway.zone) },
    spec: {
      gatewayClassName: className(gateway),
      ...(gateway.addresses.length > 0 && {
        addresses: gateway.addresses.filter(isAddress).map((value) => ({ type: 'IPAddress', value })),
      }),
      infrastructure: { labels: ir.lookup.labelsOf(gateway.proxy) },
      listeners: gateway.listeners.map((listener) => ({
        name: listenerName(listener),
        port: listener.port,
        protocol: listenerProtocol(listener),
        ...(listenerProtocol(listener) === 'HTTPS' && {
          tls: { mode: 'Terminate', certificateRefs: [{ name: certificatePlaceholder }] },
        }),
        allowedRoutes: {
          kinds: [{ group, kind: routeKind(listener) }],
          namespaces: {
            from: 'Selector',
            selector: {
              matchExpressions: [
                {
                  key: 'kubernetes.io/metadata.name',
                  operator: 'In',
                  values: sortBy(unique(listener.backends.map((b) => namespaceOf(ir, b.namespace).name)), (n) => n),
                },
              ],
            },
          },
        },
      })),
    },
  };
  const routes = gateway.listeners.flatMap((listener) =>
    listener.backends.map((backend) => routeOf(ir, gateway, listener, backend)),
  );
  return [{ namespace: home.name, object, causes: gateway.causes }, ...routes];
}

function routeOf(ir: ClusterIr, gateway: GatewayIr, listener: ListenerIr, backend: BackendIr): Placed {
  const { name: namespace, zone } = namespaceOf(ir, backend.namespace);
  const isNamed = routeKind(listener) === 'HTTPRoute';
  return {
    namespace,
    causes: causes(gateway.causes, backend.causes),
    object: {
      apiVersion: `${group}/v1`,
      kind: routeKind(listener),
      metadata: {
        name: objectName(`${gatewayName(ir, gateway)}-${listenerName(listener)}-${backend.workload}`),
        namespace,
        labels: managedLabels(ir, zone),
      },
      spec: {
        parentRefs: [
          {
            name: gatewayName(ir, gateway),
            namespace: namespaceOf(ir, gateway.namespace).name,
            sectionName: listenerName(listener),
          },
        ],
        ...(isNamed && { hostnames: [hostPlaceholder(backend.workload)] }),
        rules: [{ backendRefs: [{ name: backend.service, port: backend.port }] }],
      },
    },
  };
}

/** A port with one receiver is passed on as it comes. Several are told apart by the host that is asked for. */
function listenerProtocol(listener: ListenerIr): 'TCP' | 'UDP' | 'HTTP' | 'HTTPS' {
  if (listener.protocol === 'UDP' || listener.backends.length < 2) return listener.protocol;
  return isPlainHttp(listener) ? 'HTTP' : 'HTTPS';
}

function routeKind(listener: ListenerIr): 'TCPRoute' | 'UDPRoute' | 'HTTPRoute' {
  const protocol = listenerProtocol(listener);
  return protocol === 'TCP' || protocol === 'UDP' ? `${protocol}Route` : 'HTTPRoute';
}

function listenerName({ protocol, port }: ListenerIr): string {
  return `${protocol.toLowerCase()}-${port}`;
}

function gatewayName(ir: ClusterIr, gateway: GatewayIr): string {
  const name = ir.lookup.nameOf({ kind: 'workload', id: gateway.proxy });
  return isDnsSubdomain(name) ? name : objectName(gateway.proxy);
}

function placeholders(ir: ClusterIr, gateway: GatewayIr): Problem[] {
  return gateway.listeners
    .filter((l) => l.backends.length > 1)
    .map((l): Problem => {
      const subject = { kind: 'workload', id: gateway.proxy };
      const path = ['workloads', gateway.proxy];
      if (l.protocol === 'UDP')
        return {
          rule: 'compile/gateway-port-shared',
          severity: 'warning',
          message: `Gateway “${gateway.proxy}” of cluster “${ir.id}” leads UDP port ${l.port} to ${l.backends.length} receivers, and nothing in the packets tells them apart: the oldest of their UDPRoutes gets all of them. Give each receiver a port of its own.`,
          subject,
          path,
          fixable: false,
        };
      const hosts = l.backends.map((b) => `“${hostPlaceholder(b.workload)}”`).join(', ');
      const certificate = listenerProtocol(l) === 'HTTPS' ? ` and the certificate “${certificatePlaceholder}”` : '';
      return {
        rule: 'compile/placeholder',
        // No field of a design could say it, so a design without it is complete.
        severity: 'info',
        message: `Gateway “${gateway.proxy}” of cluster “${ir.id}” leads port ${l.port} to ${l.backends.length} receivers, and the design does not say by which host they are asked for. Its routes hold ${hosts}${certificate}. Replace them in a patch of your own, or give each receiver a port of its own.`,
        subject,
        path,
        fixable: false,
      };
    });
}
