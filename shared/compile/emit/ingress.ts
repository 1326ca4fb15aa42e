/**
 * Ingress (networking.k8s.io/v1): for each receiver of flows that enter through an ingress, one beside its Service, of the
 * class of the proxy's zone. The proxy is the controller itself, which is installed as the drawn workload. An Ingress knows
 * HTTP and HTTPS alone, and no port of its own.
 */
import { type KubeObject, objectName } from '../../k8s/index.ts';
import type { Problem } from '../../lib/problem.ts';
import { sortBy, unique } from '../../lib/sort.ts';
import type { EmittedObject, Emitter } from '../define.ts';
import type { ClusterIr } from '../ir.ts';
import type { BackendIr, GatewayIr, ListenerIr } from '../lower/network-ir.ts';
import { causes } from '../provenance.ts';
import { certificatePlaceholder, className, hostPlaceholder, isPlainHttp, namespaceOf } from './proxied.ts';
import { managedLabels } from './zone-admission.ts';

export const ingresses: Emitter = {
  id: 'ingress',
  docs: {
    title: 'Ingresses',
    formats: ['networking.k8s.io/v1 Ingress'],
    files: ['ingresses/NAMESPACE.yaml'],
    covers: 'For flows through an ingress: an Ingress per receiver, of the class of the proxy’s zone.',
    limits:
      'HTTP and HTTPS alone; hosts and certificates (placeholders); paths; the controller, which is installed as the drawn proxy; Services of the receivers, which are those of the workloads.',
  },
  applies: (ir) => ingressesOf(ir).length > 0,
  emit: (ir) => {
    const byNamespace = new Map<string, EmittedObject[]>();
    for (const ingress of ingressesOf(ir))
      for (const target of targetsOf(ingress)) {
        const object = ingressObject(ir, ingress, target);
        const namespace = object.metadata.namespace ?? '';
        byNamespace.set(namespace, [
          ...(byNamespace.get(namespace) ?? []),
          { object, causes: causes(ingress.causes, target.backend.causes) },
        ]);
      }
    return {
      files: sortBy(byNamespace, ([name]) => name).map(([name, objects]) => ({
        path: `ingresses/${name}.yaml`,
        inKustomization: true,
        objects,
      })),
      problems: ingressesOf(ir).flatMap((g) => [...notHttp(ir, g), ...placeholders(ir, g)]),
      coverage: ingressesOf(ir).map((g) => ({
        cluster: ir.id,
        state: 'not-enforced' as const,
        subject: `Ingress ${g.proxy}`,
        text: `A controller for the IngressClass ${className(g)} serves zone ${g.zone} alone, and its pods are those of ${g.proxy}, so that policies and placement hold for them. A controller that also serves Ingresses without a class, or of other classes, is not what was drawn.`,
      })),
    };
  },
};

function ingressesOf(ir: ClusterIr): GatewayIr[] {
  return ir.network.gateways.filter((g) => g.kind === 'ingress');
}

/** A port of a receiver's Service that an ingress leads to. */
interface Target {
  /** For names and hosts; no other target of the ingress has it. */
  readonly key: string;
  readonly backend: BackendIr;
  readonly isTls: boolean;
  /** True where nothing else is behind the ingress, so that it may answer for every host. */
  readonly isOnly: boolean;
}

function targetsOf(ingress: GatewayIr): Target[] {
  const found = new Map<string, { readonly backend: BackendIr; isTls: boolean }>();
  for (const listener of ingress.listeners.filter(isHttp))
    for (const backend of listener.backends) {
      const key = `${backend.workload} ${backend.port}`;
      const before = found.get(key);
      found.set(key, { backend, isTls: before?.isTls === true || !isPlainHttp(listener) });
    }
  const all = [...found.values()];
  return all.map(({ backend, isTls }) => ({
    key:
      all.filter((t) => t.backend.workload === backend.workload).length > 1
        ? `${backend.workload}-${backend.port}`
        : backend.workload,
    backend,
    isTls,
    isOnly: all.length === 1,
  }));
}

function isHttp(listener: ListenerIr): boolean {
  return (
    listener.protocol === 'TCP' && (listener.port === 443 || isPlainHttp(listener) || /^https/.test(listener.portName))
  );
}

function ingressObject(ir: ClusterIr, ingress: GatewayIr, { key, backend, isTls, isOnly }: Target): KubeObject {
  const { name: namespace, zone } = namespaceOf(ir, backend.namespace);
  const hosts = isOnly ? [] : [hostPlaceholder(key)];
  const [host] = hosts;
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: objectName(`${ingress.proxy}-${key}`), namespace, labels: managedLabels(ir, zone) },
    spec: {
      ingressClassName: className(ingress),
      ...(isTls && { tls: [{ ...(hosts.length > 0 && { hosts }), secretName: certificatePlaceholder }] }),
      rules: [
        {
          ...(host !== undefined && { host }),
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: backend.service, port: { number: backend.port } } },
              },
            ],
          },
        },
      ],
    },
  };
}

function notHttp(ir: ClusterIr, ingress: GatewayIr): Problem[] {
  return ingress.listeners
    .filter((l) => !isHttp(l))
    .map((l) => ({
      rule: 'compile/ingress-port',
      severity: 'warning',
      message: `Flows enter cluster “${ir.id}” through the ingress “${ingress.proxy}” on ${l.protocol} port ${l.port}. An Ingress knows HTTP and HTTPS alone, so no object leads this port on, although the policies allow it. Let these flows enter through a gateway or a load balancer, or call the port of the proxy http or https.`,
      subject: { kind: 'workload', id: ingress.proxy },
      path: ['workloads', ingress.proxy],
      fixable: false,
    }));
}

function placeholders(ir: ClusterIr, ingress: GatewayIr): Problem[] {
  const targets = targetsOf(ingress);
  const held = [
    ...targets.filter((t) => !t.isOnly).map((t) => hostPlaceholder(t.key)),
    ...(targets.some((t) => t.isTls) ? [certificatePlaceholder] : []),
  ];
  if (held.length === 0) return [];
  return [
    {
      rule: 'compile/placeholder',
      // No field of a design could say it, so a design without it is complete.
      severity: 'info',
      message: `The design does not say by which hosts and with which certificates the receivers behind the ingress “${ingress.proxy}” of cluster “${ir.id}” are asked for. Their Ingresses hold ${unique(
        held,
      )
        .map((h) => `“${h}”`)
        .join(', ')}. Replace them in a patch of your own.`,
      subject: { kind: 'workload', id: ingress.proxy },
      path: ['workloads', ingress.proxy],
      fixable: false,
    },
  ];
}
