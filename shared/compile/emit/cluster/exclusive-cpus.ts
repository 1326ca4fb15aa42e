/**
 * Kubelet settings that give containers CPUs of their own. The static CPU manager needs CPUs reserved for the system, or
 * the kubelet does not start; one CPU in two halves works on nodes of any size, while a list of CPU numbers would not.
 * `full-pcpus-only` hands out whole cores, so that no neighbour runs on the other thread of the same core.
 */
import { kubernetesHas } from '../../../catalog/index.ts';
import type { ClusterIr } from '../../ir.ts';
import type { ConfigMap } from '../config-yaml.ts';

const reservedHalf = { cpu: '500m' };

export function exclusiveCpus(ir: ClusterIr): ConfigMap {
  return {
    cpuManagerPolicy: 'static',
    ...(kubernetesHas(ir.cluster.version, 'fullPhysicalCpus') && {
      cpuManagerPolicyOptions: { 'full-pcpus-only': 'true' },
    }),
    // best-effort aligns where it can and refuses no pod.
    topologyManagerPolicy: 'best-effort',
    ...(ir.nodes.reservedCpus !== undefined
      ? { reservedSystemCPUs: ir.nodes.reservedCpus }
      : // OpenShift uses no kubeReserved; what it reserves, it reserves for the system.
        ir.cluster.distribution === 'openshift'
        ? { systemReserved: { cpu: '1' } }
        : { kubeReserved: reservedHalf, systemReserved: reservedHalf }),
  };
}

/** The same as arguments, for tools that have no file for the kubelet of a single node. */
export function exclusiveCpuArgs(ir: ClusterIr): ReadonlyArray<{ readonly name: string; readonly value: string }> {
  return [
    { name: 'cpu-manager-policy', value: 'static' },
    ...(kubernetesHas(ir.cluster.version, 'fullPhysicalCpus')
      ? [{ name: 'cpu-manager-policy-options', value: 'full-pcpus-only=true' }]
      : []),
    ...(ir.nodes.reservedCpus !== undefined
      ? [{ name: 'reserved-cpus', value: ir.nodes.reservedCpus }]
      : [
          { name: 'kube-reserved', value: `cpu=${reservedHalf.cpu}` },
          { name: 'system-reserved', value: `cpu=${reservedHalf.cpu}` },
        ]),
    { name: 'topology-manager-policy', value: 'best-effort' },
  ];
}
