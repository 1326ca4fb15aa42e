/**
 * Kubelet settings that give containers CPUs of their own. The static CPU manager needs CPUs reserved for the system, or
 * the kubelet does not start; one CPU in two halves works on nodes of any size, while a list of CPU numbers would not.
 * `full-pcpus-only` hands out whole cores, so that no neighbour runs on the other thread of the same core.
 */
import { kubernetesHas } from '../../../catalog/index.ts';
import type { ClusterIr } from '../../ir.ts';
import type { ConfigMap } from '../config-yaml.ts';

export function exclusiveCpus(ir: ClusterIr): ConfigMap {
  const list = ir.cluster.platform?.reservedSystemCPUs;
  return {
    cpuManagerPolicy: 'static',
    ...(kubernetesHas(ir.cluster.version, 'fullPhysicalCpus') && {
      cpuManagerPolicyOptions: { 'full-pcpus-only': 'true' },
    }),
    // best-effort aligns where it can and refuses no pod.
    topologyManagerPolicy: 'best-effort',
    ...(typeof list === 'string'
      ? { reservedSystemCPUs: list }
      : { kubeReserved: { cpu: '500m' }, systemReserved: { cpu: '500m' } }),
  };
}

/** The same as arguments, for tools that have no file for the kubelet of a single node. */
export function exclusiveCpuArgs(ir: ClusterIr): ReadonlyArray<{ readonly name: string; readonly value: string }> {
  const list = ir.cluster.platform?.reservedSystemCPUs;
  return [
    { name: 'cpu-manager-policy', value: 'static' },
    ...(kubernetesHas(ir.cluster.version, 'fullPhysicalCpus')
      ? [{ name: 'cpu-manager-policy-options', value: 'full-pcpus-only=true' }]
      : []),
    ...(typeof list === 'string'
      ? [{ name: 'reserved-cpus', value: list }]
      : [
          { name: 'kube-reserved', value: 'cpu=500m' },
          { name: 'system-reserved', value: 'cpu=500m' },
        ]),
    { name: 'topology-manager-policy', value: 'best-effort' },
  ];
}
