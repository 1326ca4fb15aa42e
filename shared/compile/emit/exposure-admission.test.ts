import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../k8s/index.ts';
import { parseManifests } from '../../k8s/index.ts';
import { type AdmissionRequest, admit } from '../../testing/admit.ts';
import { design } from '../../testing/cluster-ir.ts';
import { compile } from '../pipeline.ts';

const topology = design(`
apiVersion: zonewright/v1
kind: Topology
metadata: {name: x}
zones:
  edge: {trust: 10, exposure: [loadBalancer]}
  door: {trust: 20, exposure: [gateway, ingress]}
  node: {trust: 30, exposure: [nodePort]}
  app: {trust: 40}
clusters:
  c: {distribution: kubeadm, version: "1.37", seenAs: routed, networks: {pods: [10.1.0.0/16], nodes: [10.9.1.0/24]}}
  d: {distribution: kubeadm, version: "1.37", seenAs: node, networks: {pods: [10.2.0.0/16], nodes: [10.9.2.0/24]}}
namespaces:
  edge: {cluster: c, zone: edge}
  door: {cluster: c, zone: door}
  node: {cluster: c, zone: node}
  shop: {cluster: c, zone: app}
  far: {cluster: d, zone: app}
workloads:
  front: {namespace: edge, ports: {https: {port: 8443}}, service: {type: LoadBalancer, addresses: [198.51.100.7]}}
  proxy: {namespace: door, ports: {https: {port: 8443}}, service: {addresses: [198.51.100.9]}}
  api: {namespace: shop, ports: {http: {port: 8080}}, service: {type: LoadBalancer, addresses: [10.9.3.5]}}
  caller: {namespace: far}
externals:
  internet: {kind: internet}
matrix:
  outside: {door: {access: allow-all}, edge: {access: allow-all}}
  door: {app: {access: allow-all}}
flows:
  in: {from: {external: internet}, to: {workload: front}, ports: [{port: https}], via: {kind: loadBalancer}}
  through: {from: {external: internet}, to: {workload: api}, ports: [{port: http, dial: 443}], via: {kind: gateway, proxy: proxy}}
  across: {from: {workload: caller}, to: {workload: api}, ports: [{port: http}]}
`);
const bundle = compile(topology);
const objects: KubeObject[] = bundle.files
  .filter((f) => f.cluster === 'c' && f.path.startsWith('c/guards/exposure'))
  .flatMap((f) => parseManifests(f.text, { file: f.path }).objects.map((o) => o.object));

function check(zone: string, request: Partial<AdmissionRequest> & { object: object }): readonly string[] {
  return admit(objects, {
    operation: 'CREATE',
    resource: 'services',
    namespaceLabels: { 'zonewright/zone': zone },
    ...request,
  }).messages;
}

const service = (spec: object, metadata: object = {}) => ({ object: { metadata: { name: 's', ...metadata }, spec } });
const ingress = { group: 'networking.k8s.io', resource: 'ingresses', ...service({ ingressClassName: 'zone-door' }) };
const gateway = {
  group: 'gateway.networking.k8s.io',
  resource: 'gateways',
  ...service({ gatewayClassName: 'zone-door' }),
};
const route = { group: 'gateway.networking.k8s.io', resource: 'httproutes', ...service({}) };

describe('exposure of a zone', () => {
  it.each([
    ['edge', [undefined, 'ClusterIP', 'LoadBalancer']],
    ['door', [undefined, 'ClusterIP', 'LoadBalancer']],
    ['node', [undefined, 'ClusterIP', 'NodePort']],
    ['app', [undefined, 'ClusterIP']],
  ])('should decide on the types of Services of zone %s: %j', (zone, allowed) => {
    const types = [undefined, 'ClusterIP', 'LoadBalancer', 'NodePort', 'ExternalName'];
    expect(types.filter((type) => check(zone, service(type === undefined ? {} : { type })).length === 0)).toEqual(
      allowed,
    );
  });

  it('should admit the Service of a flow between clusters by name and type alone', () => {
    const drawn = service({ type: 'LoadBalancer' }, { name: 'api' });
    expect(check('app', { ...drawn, namespaceName: 'shop' })).toEqual([]);
    expect(check('app', { ...drawn, namespaceName: 'other' })).toHaveLength(1);
    expect(check('app', { ...service({ type: 'NodePort' }, { name: 'api' }), namespaceName: 'shop' })).toHaveLength(1);
    expect(check('app', { ...service({ type: 'LoadBalancer' }), namespaceName: 'shop' })).toHaveLength(1);
  });

  it('should never let Services take addresses', () => {
    for (const zone of ['edge', 'door', 'node', 'app']) {
      expect(check(zone, service({ externalIPs: ['10.0.0.1'] }))).toHaveLength(1);
      expect(check(zone, service({ externalIPs: [] }))).toEqual([]);
    }
  });

  it('should let load balancers be asked for the addresses of the design alone', () => {
    const asks = (address: string) => service({ type: 'LoadBalancer', loadBalancerIP: address });
    expect(check('edge', asks('198.51.100.7'))).toEqual([]);
    expect(check('edge', asks(''))).toEqual([]);
    expect(check('edge', asks('10.9.3.5'))).toHaveLength(1);
    expect(check('door', asks('198.51.100.7'))).toHaveLength(1);
    const annotated = (key: string, value: string) => service({}, { annotations: { [key]: value, note: 'x' } });
    for (const key of ['metallb.io/loadBalancerIPs', 'lbipam.cilium.io/ips', 'kube-vip.io/loadbalancerIPs']) {
      expect(check('edge', annotated(key, '198.51.100.7'))).toEqual([]);
      expect(check('edge', annotated(key, '198.51.100.7, 10.9.3.5'))).toHaveLength(1);
      expect(check('app', annotated(key, '198.51.100.7'))).toHaveLength(1);
    }
  });

  it('should let the status and finalizers of a Service from before the policy be written', () => {
    const before = service({ type: 'NodePort' }).object;
    const update = { operation: 'UPDATE' as const, oldObject: before };
    expect(check('app', { ...service({ type: 'NodePort' }, { labels: { a: 'b' } }), ...update })).toEqual([]);
    expect(check('app', { ...service({ type: 'NodePort', ports: [] }), ...update })).toHaveLength(1);
    const deleting = service({ type: 'NodePort', ports: [] }, { deletionTimestamp: '2026-01-01T00:00:00Z' });
    expect(check('app', { ...deleting, ...update })).toEqual([]);
  });

  it.each([
    ['edge', []],
    ['door', ['ingress', 'gateway', 'route']],
    ['node', []],
    // Its gateway stands in another zone.
    ['app', ['route']],
  ])('should let zone %s have %j', (zone, allowed) => {
    const kinds = { ingress, gateway, route };
    expect(
      Object.entries(kinds)
        .filter(([, request]) => check(zone, request).length === 0)
        .map(([kind]) => kind),
    ).toEqual(allowed);
  });

  it('should let a zone have Gateways of its own class and with addresses of the design alone', () => {
    const asks = (spec: object) =>
      check('door', { ...gateway, ...service({ gatewayClassName: 'zone-door', ...spec }) });
    expect(asks({ addresses: [] })).toEqual([]);
    expect(asks({ gatewayClassName: 'zone-edge' })).toHaveLength(1);
    expect(asks({ addresses: [{ type: 'IPAddress', value: '198.51.100.9' }] })).toEqual([]);
    expect(asks({ addresses: [{ type: 'IPAddress' }] })).toEqual([]);
    expect(asks({ addresses: [{ value: '198.51.100.9' }, { value: '198.51.100.7' }] })).toHaveLength(1);
  });

  it('should let a zone have Ingresses of its own class, and of classes of proxies that lead to it', () => {
    const asks = (zone: string, spec: object, metadata?: object) =>
      check(zone, { ...ingress, ...service(spec, metadata) });
    expect(asks('door', { ingressClassName: 'zone-door' })).toEqual([]);
    // Without a class any controller that serves such Ingresses takes it, also one of another zone.
    for (const spec of [{}, { ingressClassName: 'zone-edge' }, { ingressClassName: '' }])
      expect(asks('door', spec), JSON.stringify(spec)).toHaveLength(1);
    expect(
      asks('door', { ingressClassName: 'zone-door' }, { annotations: { 'kubernetes.io/ingress.class': 'nginx' } }),
    ).toHaveLength(1);
    expect(asks('app', { ingressClassName: 'zone-door' })).toHaveLength(1);
  });

  it('should judge kinds of gateways of every version', () => {
    for (const version of ['v1', 'v1beta1', 'v1alpha2']) expect(check('edge', { ...gateway, version })).toHaveLength(1);
    expect(check('edge', { ...ingress, group: 'traefik.io', resource: 'ingressroutes' })).toHaveLength(1);
    expect(check('edge', { ...ingress, group: 'route.openshift.io', resource: 'routes' })).toHaveLength(1);
  });

  it('should say what it lets pass and what nobody judges', () => {
    const text = (subject: string) => bundle.coverage.find((c) => c.cluster === 'c' && c.subject === subject)?.text;
    expect(text('Exposure of zone app')).toContain('the drawn shop/api/LoadBalancer');
    expect(text('Other ways to expose')).toContain('EndpointSlices');
  });
});
