/**
 * What the API server takes of kinds for which there is no schema of every version we write: by the Go types and the
 * validations of their CRDs, with unknown fields as faults.
 */
import { z } from 'zod';
import type { KubeObject } from '../k8s/index.ts';
import { isAddress, parseCidr } from '../lib/ip.ts';

const requirement = z
  .strictObject({
    key: z.string().min(1),
    operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
    values: z.array(z.string()).min(1).optional(),
  })
  .refine((r) => r.operator.endsWith('In') === (r.values !== undefined), 'In and NotIn alone have values');
const selector = z.strictObject({
  matchLabels: z.record(z.string(), z.string()).optional(),
  matchExpressions: z.array(requirement).optional(),
});

/** Exactly one of the fields. */
function oneOf<T extends z.core.$ZodShape>(shape: T) {
  return z
    .strictObject(shape)
    .partial()
    .refine((value) => Object.keys(value).length === 1, 'must hold exactly one field');
}

const many = <T extends z.ZodType>(item: T) => z.array(item).min(1).max(25);
const distinct = <T extends z.ZodType>(item: T) =>
  many(item).refine((all) => new Set(all).size === all.length, 'must hold nothing twice');

const portNumber = z.int().min(1).max(65535);
const range = z
  .strictObject({ start: portNumber, end: portNumber })
  .refine((r) => r.start < r.end, 'start must be less than end');
// `tcp: {}` is refused, although it reads like every port.
const transport = z.strictObject({ destinationPort: oneOf({ number: portNumber, range }) });
const protocol = oneOf({ tcp: transport, udp: transport, sctp: transport, destinationNamedPort: z.string() });
const pods = z.strictObject({ namespaceSelector: selector.optional(), podSelector: selector });
const network = z
  .string()
  .max(43)
  .refine((text) => parseCidr(text) !== undefined, 'must be a canonical address range');
const rule = {
  name: z.string().max(100).optional(),
  action: z.enum(['Accept', 'Deny', 'Pass']),
  protocols: many(protocol).optional(),
};
const ingressRule = z.strictObject({ ...rule, from: many(oneOf({ namespaces: selector, pods })) });
// `nodes` and `domainNames` are of the experimental CRDs alone.
const egressRule = z
  .strictObject({ ...rule, to: many(oneOf({ namespaces: selector, pods, networks: distinct(network) })) })
  .refine(
    ({ protocols = [], to }) =>
      !protocols.some((p) => p.destinationNamedPort !== undefined) || to.every((peer) => peer.networks === undefined),
    'a named port may not stand beside networks',
  );

/** kubernetes-sigs/network-policy-api, apis/v1alpha2 and config/crd/standard; v1beta1 has the same fields. */
const clusterNetworkPolicy = z.strictObject({
  tier: z.enum(['Admin', 'Baseline']),
  priority: z.int().min(0).max(1000),
  subject: oneOf({ namespaces: selector, pods }),
  ingress: z.array(ingressRule).max(25).optional(),
  egress: z.array(egressRule).max(25).optional(),
});

/** ovn-kubernetes, go-controller/pkg/crd/egressip/v1. */
const egressIp = z.strictObject({
  egressIPs: z.array(z.string().refine(isAddress, 'must be an address')).min(1),
  namespaceSelector: selector,
  podSelector: selector.optional(),
});

/** kubernetes-sigs/gateway-api, apis/v1: TCPRoute and UDPRoute, whose rules know backends and nothing else. */
const streamRoute = z.strictObject({
  parentRefs: z
    .array(z.strictObject({ name: z.string(), namespace: z.string().optional(), sectionName: z.string().optional() }))
    .min(1)
    .max(32),
  rules: z
    .array(
      z.strictObject({
        backendRefs: z
          .array(z.strictObject({ name: z.string(), port: portNumber }))
          .min(1)
          .max(16),
      }),
    )
    .min(1)
    .max(16),
});

const namespaced: Readonly<Record<string, z.ZodType>> = {
  'gateway.networking.k8s.io/v1 TCPRoute': streamRoute,
  'gateway.networking.k8s.io/v1 UDPRoute': streamRoute,
};
const clusterScoped: Readonly<Record<string, z.ZodType>> = {
  'policy.networking.k8s.io/v1alpha2 ClusterNetworkPolicy': clusterNetworkPolicy,
  'policy.networking.k8s.io/v1beta1 ClusterNetworkPolicy': clusterNetworkPolicy,
  'k8s.ovn.org/v1 EgressIP': egressIp,
};

/** What is wrong with the spec and scope of an object, each as `path: reason`; undefined for a kind that is not checked here. */
export function typedComplaints({ apiVersion, kind, metadata, spec }: KubeObject): string[] | undefined {
  const key = `${apiVersion} ${kind}`;
  const schema = namespaced[key] ?? clusterScoped[key];
  if (schema === undefined) return undefined;
  const isInNamespace = metadata.namespace !== undefined;
  const { error } = schema.safeParse(spec);
  return [
    ...(isInNamespace === key in namespaced
      ? []
      : [`metadata.namespace: the kind is ${isInNamespace ? 'cluster-scoped' : 'namespaced'}`]),
    ...(error?.issues ?? []).map((issue) => `${['spec', ...issue.path].join('.')}: ${issue.message}`),
  ];
}
