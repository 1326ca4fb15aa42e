/**
 * Guard rails on how a zone may be entered from outside: types of Services, addresses they ask for, and the kinds that
 * publish pods through a proxy.
 */
import { kubernetesHas } from '../../catalog/index.ts';
import type { KubeObject } from '../../k8s/index.ts';
import type { CoverageNote } from '../bundle.ts';
import type { Emitter } from '../define.ts';
import type { ClusterIr } from '../ir.ts';
import { proxyClass } from '../lower/gateways.ts';
import type { ZoneLimitsIr } from '../lower/limits.ts';
import { celList, notBeingDeleted, type ResourceRule, type Validation, validatingPair } from './zone-admission.ts';

const both = ['CREATE', 'UPDATE'] as const;

/** Resources that publish pods, by the way in of a design. Groups that a cluster does not have match nothing. */
const ingresses: readonly ResourceRule[] = [
  { apiGroups: ['networking.k8s.io'], apiVersions: ['*'], operations: both, resources: ['ingresses'] },
  { apiGroups: ['route.openshift.io'], apiVersions: ['*'], operations: both, resources: ['routes'] },
  // K3s brings Traefik, which has kinds of its own.
  {
    apiGroups: ['traefik.io'],
    apiVersions: ['*'],
    operations: both,
    resources: ['ingressroutes', 'ingressroutetcps', 'ingressrouteudps'],
  },
];
const gateways: readonly ResourceRule[] = [
  {
    apiGroups: ['gateway.networking.k8s.io'],
    apiVersions: ['*'],
    operations: both,
    resources: ['gateways', 'listenersets'],
  },
];
const routes: readonly ResourceRule[] = [
  {
    apiGroups: ['gateway.networking.k8s.io'],
    apiVersions: ['*'],
    operations: both,
    resources: ['grpcroutes', 'httproutes', 'tcproutes', 'tlsroutes', 'udproutes'],
  },
];

/**
 * Annotations by which a Service asks for addresses, comma-separated: MetalLB (two spellings), Cilium's LB-IPAM (two
 * spellings), kube-vip. Sources: their documentation.
 */
const addressAnnotations = [
  'io.cilium/lb-ipam-ips',
  'kube-vip.io/loadbalancerIPs',
  'lbipam.cilium.io/ips',
  'metallb.io/loadBalancerIPs',
  'metallb.universe.tf/loadBalancerIPs',
];

export const exposureAdmission: Emitter = {
  id: 'exposure-admission',
  docs: {
    title: 'Exposure admission',
    formats: [
      'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy',
      'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding',
    ],
    files: ['guards/exposure-ZONE.yaml'],
    covers:
      'Types of Services, addresses of load balancers, Ingresses, Gateways and routes that the exposure of a zone and its drawn flows ask for; never externalIPs and ExternalName.',
    limits: 'Kinds of other vendors; EndpointSlices written by hand.',
  },
  applies: (ir) => ir.limits.zones.length > 0 && kubernetesHas(ir.cluster.version, 'validatingAdmissionPolicy'),
  emit: (ir) => ({
    files: ir.limits.zones.map((zone) => ({
      path: `guards/exposure-${zone.zone}.yaml`,
      inKustomization: true,
      objects: [
        ...services(ir, zone),
        ...(zone.ingressClasses.length > 0 ? ingressOfZone(ir, zone) : []),
        ...(zone.gateways ? gatewayOfZone(ir, zone) : []),
        ...proxies(ir, zone),
      ].map((object) => ({ object, causes: zone.causes })),
    })),
    problems: [],
    coverage: [
      ...ir.limits.zones.map((zone) => noteOf(ir, zone)),
      {
        cluster: ir.id,
        state: 'not-enforced',
        subject: 'Other ways to expose',
        text: 'Kinds of other vendors (routes and gateways of ingress controllers and service meshes) and EndpointSlices written by hand are not judged: give nobody in a zone the right to make them (RBAC). A load balancer may open node ports as well.',
      },
    ],
  }),
};

function services(ir: ClusterIr, zone: ZoneLimitsIr): KubeObject[] {
  const types = ['ClusterIP', ...zone.serviceTypes];
  const drawn =
    zone.drawnServices.length === 0
      ? ''
      : ` || (request.namespace + '/' + object.metadata.name + '/' + variables.type) in ${celList(zone.drawnServices)}`;
  const unless = (expression: string): string => `variables.isUnchanged || ${expression}`;
  return validatingPair(ir, zone.zone, 'services', {
    rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: both, resources: ['services'] }],
    matchConditions: [notBeingDeleted],
    variables: [
      { name: 'type', expression: "object.spec.?type.orValue('ClusterIP')" },
      // What runs a load balancer updates Services; one from before the policy must not become untouchable.
      { name: 'isUnchanged', expression: "request.operation == 'UPDATE' && object.spec == oldObject.spec" },
      { name: 'annotations', expression: 'object.metadata.?annotations.orValue({})' },
    ],
    validations: [
      {
        expression: unless(`variables.type in ${celList(types)}${drawn}`),
        message:
          zone.serviceTypes.length === 0
            ? `Zone ${zone.zone} exposes nothing: its Services are of type ClusterIP.`
            : `Services of zone ${zone.zone} are of type ${types.join(' or ')}.`,
      },
      {
        // Whoever sets externalIPs takes over the traffic of other addresses in the whole cluster.
        expression: unless('size(object.spec.?externalIPs.orValue([])) == 0'),
        message: `Services of zone ${zone.zone} may not take addresses (externalIPs).`,
      },
      ...addresses(zone),
    ],
  });
}

function addresses(zone: ZoneLimitsIr): Validation[] {
  const known = celList(zone.addresses);
  const what = zone.addresses.length === 0 ? 'no address' : `${zone.addresses.join(', ')} only`;
  return [
    {
      expression: `variables.isUnchanged || object.spec.?loadBalancerIP.orValue('') in ${celList(['', ...zone.addresses])}`,
      message: `Services of zone ${zone.zone} may ask for ${what} (loadBalancerIP).`,
    },
    {
      expression: `${celList(addressAnnotations)}.all(k, !(k in variables.annotations) || variables.annotations[k].split(',').all(a, a.trim() in ${known}))`,
      message: `Services of zone ${zone.zone} may ask for ${what} (annotations of load balancers).`,
    },
  ];
}

const oldIngressClass = 'kubernetes.io/ingress.class';

/** An Ingress of another class, or of none, would be served by the controller of another zone. */
function ingressOfZone(ir: ClusterIr, zone: ZoneLimitsIr): KubeObject[] {
  const message = `Ingresses of zone ${zone.zone} are of class ${zone.ingressClasses.join(' or ')}`;
  return validatingPair(ir, zone.zone, 'ingresses', {
    rules: [{ apiGroups: ['networking.k8s.io'], apiVersions: ['*'], operations: both, resources: ['ingresses'] }],
    matchConditions: [notBeingDeleted],
    validations: [
      {
        expression: `object.spec.?ingressClassName.orValue('') in ${celList(zone.ingressClasses)}`,
        message: `${message}.`,
      },
      {
        // Controllers still read it, and some before the field.
        expression: `!('${oldIngressClass}' in object.metadata.?annotations.orValue({}))`,
        message: `${message}, which the field ingressClassName says and not the annotation ${oldIngressClass}.`,
      },
    ],
  });
}

/** A Gateway of another class would be served by the proxy of another zone. */
function gatewayOfZone(ir: ClusterIr, zone: ZoneLimitsIr): KubeObject[] {
  const what = zone.addresses.length === 0 ? 'no address' : `${zone.addresses.join(', ')} only`;
  return validatingPair(ir, zone.zone, 'gateways', {
    rules: gateways.map((rule) => ({ ...rule, resources: ['gateways'] })),
    matchConditions: [notBeingDeleted],
    validations: [
      {
        expression: `object.spec.?gatewayClassName.orValue('') == '${proxyClass(zone.zone)}'`,
        message: `Gateways of zone ${zone.zone} are of class ${proxyClass(zone.zone)}.`,
      },
      {
        expression: `object.spec.?addresses.orValue([]).all(a, a.?value.orValue('') in ${celList(['', ...zone.addresses])})`,
        message: `Gateways of zone ${zone.zone} may ask for ${what}.`,
      },
    ],
  });
}

/** What the zone may not have at all. */
function proxies(ir: ClusterIr, zone: ZoneLimitsIr): KubeObject[] {
  const refused: ReadonlyArray<readonly [string, readonly ResourceRule[], string]> = [
    ...(zone.ingressClasses.length > 0
      ? []
      : [['ingresses', ingresses, `Zone ${zone.zone} is not exposed by ingress: it takes no Ingresses.`] as const]),
    ...(zone.gateways
      ? []
      : [['gateways', gateways, `Zone ${zone.zone} is not exposed by gateway: it takes no Gateways.`] as const]),
    ...(zone.routes ? [] : [['routes', routes, `Nothing enters zone ${zone.zone} through a gateway.`] as const]),
  ];
  return refused.flatMap(([purpose, rules, message]) =>
    validatingPair(ir, zone.zone, purpose, {
      rules,
      matchConditions: [notBeingDeleted],
      validations: [{ expression: 'false', message }],
    }),
  );
}

function noteOf(ir: ClusterIr, zone: ZoneLimitsIr): CoverageNote {
  const kinds = [
    ...(zone.ingressClasses.length > 0 ? [`Ingresses of class ${zone.ingressClasses.join(', ')}`] : []),
    ...(zone.gateways ? [`Gateways of class ${proxyClass(zone.zone)}`] : []),
    ...(zone.routes ? ['routes of gateways'] : []),
  ];
  const drawn = zone.drawnServices.length === 0 ? '' : `, and the drawn ${zone.drawnServices.join(', ')}`;
  return {
    cluster: ir.id,
    state: 'enforced',
    subject: `Exposure of zone ${zone.zone}`,
    text: `Services of type ${['ClusterIP', ...zone.serviceTypes].join(', ')} only${drawn}; never externalIPs or ExternalName; ${kinds.length === 0 ? 'no Ingress, no Gateway' : kinds.join(', ')}.`,
  };
}
