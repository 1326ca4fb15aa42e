/**
 * GatewayClass (gateway.networking.k8s.io/v1) and IngressClass (networking.k8s.io/v1) of each zone that is entered through
 * a proxy. The name of the controller cannot be changed later, so no placeholder stands in for one that the design does not
 * name. None is the default of its cluster: an Ingress without a class belongs to no zone.
 */
import type { KubeObject } from '../../k8s/index.ts';
import type { Problem } from '../../lib/problem.ts';
import { sortBy, unique } from '../../lib/sort.ts';
import { type Ref, ref } from '../../model/index.ts';
import type { Emitter, TargetDocs } from '../define.ts';
import type { ClusterIr } from '../ir.ts';
import { proxyClass } from '../lower/gateways.ts';
import type { GatewayIr } from '../lower/network-ir.ts';
import { causes } from '../provenance.ts';
import { managedLabels } from './zone-admission.ts';

export const gatewayClasses = classesBy('gateway', {
  title: 'Classes of gateways',
  formats: ['gateway.networking.k8s.io/v1 GatewayClass'],
  files: ['gateway-classes.yaml'],
  covers: 'A class for each zone that is entered through a gateway, with the zone’s own controller.',
  limits: 'The controllers, which are installed apart; classes of zones whose controller the design does not name.',
});

export const ingressClasses = classesBy('ingress', {
  title: 'Classes of ingresses',
  formats: ['networking.k8s.io/v1 IngressClass'],
  files: ['ingress-classes.yaml'],
  covers: 'A class for each zone that is entered through an ingress, with the zone’s own controller.',
  limits: 'The controllers, which are installed apart; classes of zones whose controller the design does not name.',
});

function classesBy(kind: GatewayIr['kind'], docs: TargetDocs): Emitter {
  const all = (ir: ClusterIr): ProxyClass[] => classesOf(ir).filter((c) => c.kind === kind);
  return {
    id: `${kind}-class`,
    docs,
    applies: (ir) => all(ir).length > 0,
    emit: (ir) => {
      const objects = all(ir).flatMap((c) =>
        c.controller === undefined ? [] : [{ object: classObject(ir, c), causes: c.causes }],
      );
      const path = `${kind}-classes.yaml`;
      return {
        files: objects.length === 0 ? [] : [{ path, inKustomization: true, objects }],
        problems: [...sharedControllers(ir, all(ir)), ...platformRouters(ir, all(ir))],
        coverage: [],
      };
    },
  };
}

export interface ProxyClass {
  readonly kind: GatewayIr['kind'];
  readonly zone: string;
  readonly controller?: string;
  readonly proxies: readonly GatewayIr[];
  readonly causes: readonly Ref[];
}

/** The classes that the drawn proxies of a cluster need, by zone and kind. */
export function classesOf(ir: ClusterIr): ProxyClass[] {
  const zones = sortBy(unique(ir.network.gateways.map((g) => g.zone)), (z) => z);
  return zones.flatMap((zone) =>
    (['gateway', 'ingress'] as const).flatMap((kind): ProxyClass[] => {
      const proxies = ir.network.gateways.filter((g) => g.zone === zone && g.kind === kind);
      if (proxies.length === 0) return [];
      const controller = ir.lookup.get('zone', zone)?.controllers?.[kind];
      return [
        {
          kind,
          zone,
          ...(controller !== undefined && { controller }),
          proxies,
          causes: causes(
            [ref('zone', zone), ref('cluster', ir.id)],
            proxies.map((p) => ref('workload', p.proxy)),
          ),
        },
      ];
    }),
  );
}

function classObject(ir: ClusterIr, { kind, zone, controller }: ProxyClass): KubeObject {
  const metadata = { name: proxyClass(zone), labels: managedLabels(ir, zone) };
  return kind === 'gateway'
    ? {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'GatewayClass',
        metadata,
        spec: { controllerName: controller },
      }
    : { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata, spec: { controller } };
}

/** All routers of OpenShift run in one namespace of the platform, which belongs to no zone and which no design may hold. */
const openshiftRouters = 'openshift.io/ingress-to-route';

function platformRouters(ir: ClusterIr, found: readonly ProxyClass[]): Problem[] {
  return found
    .filter((c) => c.controller === openshiftRouters)
    .map(({ zone, kind }) => ({
      rule: 'compile/controller-of-the-platform',
      severity: 'warning',
      message: `Zone “${zone}” names the routers of OpenShift (${openshiftRouters}) as its controller in cluster “${ir.id}”. They run in the namespace openshift-ingress for all zones and not as the drawn proxy, so no policy lets them reach what they serve. Install a controller of the zone’s own as the drawn proxy, and name that.`,
      subject: { kind: 'zone', id: zone },
      path: ['zones', zone, 'controllers', kind],
      fixable: false,
    }));
}

function sharedControllers(ir: ClusterIr, found: readonly ProxyClass[]): Problem[] {
  return found.flatMap((c, i) => {
    const first = found.slice(0, i).find((o) => o.controller === c.controller);
    if (c.controller === undefined || first === undefined || c.controller === openshiftRouters) return [];
    return [
      {
        rule: 'compile/controller-of-two-zones',
        severity: 'warning',
        message: `Zones “${first.zone}” and “${c.zone}” name the same ${c.kind} controller “${c.controller}” in cluster “${ir.id}”. One controller then serves the proxies of both, and stands between two zones. Run one for each zone, under a name of its own.`,
        subject: { kind: 'zone', id: c.zone },
        path: ['zones', c.zone, 'controllers', c.kind],
        fixable: false,
      },
    ];
  });
}
