/** Services, only for receivers that are exposed or dialled from another cluster. */
import type { KubeObject } from '../../k8s/index.ts';
import type { Emitter } from '../define.ts';
import type { ClusterIr } from '../ir.ts';
import type { ServiceIr } from '../lower/network-ir.ts';
import { groupByNamespace } from '../scope.ts';
import { managedLabels } from './zone-admission.ts';

export const services: Emitter = {
  id: 'service',
  docs: {
    title: 'Services',
    formats: ['v1 Service'],
    files: ['services/NAMESPACE.yaml'],
    covers:
      'Services of receivers that are exposed or dialled from another cluster, with the ranges their clients come from.',
    limits: 'The address of a load balancer, which its operator assigns.',
  },
  applies: (ir) => ir.network.services.length > 0,
  emit: (ir) => {
    const byNamespace = groupByNamespace(ir.network.services);
    return {
      files: ir.namespaces
        .filter((n) => byNamespace.has(n.id))
        .map((n) => ({
          path: `services/${n.name}.yaml`,
          inKustomization: true,
          objects: (byNamespace.get(n.id) ?? []).map((s) => ({
            object: serviceObject(ir, s, n.name, n.zone),
            causes: s.causes,
          })),
        })),
      problems: [],
      coverage: [],
    };
  },
};

/**
 * Load balancers of clouds and of k3s and kind reach pods through node ports. On machines of one's own they are announced
 * by MetalLB, kube-vip or the network plugin, which need none, so there the ports stay closed.
 */
const withoutNodePorts = new Set(['kubeadm', 'rke2']);

function serviceObject(ir: ClusterIr, service: ServiceIr, namespace: string, zone: string | undefined): KubeObject {
  const balanced = service.type === 'LoadBalancer';
  const pinned = service.ports.some((p) => p.nodePort !== undefined);
  const closed = balanced && !pinned && withoutNodePorts.has(ir.cluster.distribution);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: service.name, namespace, labels: managedLabels(ir, zone) },
    spec: {
      type: service.type,
      selector: service.selector,
      ...(service.dualStack && { ipFamilyPolicy: 'PreferDualStack' }),
      ...(service.externalTrafficPolicy !== undefined && { externalTrafficPolicy: service.externalTrafficPolicy }),
      ...(closed && { allocateLoadBalancerNodePorts: false }),
      ...(balanced && service.sourceRanges.length > 0 && { loadBalancerSourceRanges: service.sourceRanges }),
      ports: service.ports.map((p) => ({
        name: p.name,
        protocol: p.protocol,
        port: p.port,
        targetPort: p.targetPort,
        ...(service.type !== 'ClusterIP' && p.nodePort !== undefined && { nodePort: p.nodePort }),
      })),
    },
  };
}
