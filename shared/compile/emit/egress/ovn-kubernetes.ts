/** Fixed addresses outside the cluster with OVN-Kubernetes: one EgressIP per group of namespaces, both families. */
import type { KubeObject } from '../../../k8s/index.ts';
import type { Emitter } from '../../define.ts';
import type { ClusterIr } from '../../ir.ts';
import { type EgressGroup, egressGroups, egressKind } from '../../lower/egress.ts';
import { managedLabels } from '../zone-admission.ts';

export const ovnEgress: Emitter = {
  id: 'egress/ovn-kubernetes',
  docs: {
    title: 'Egress addresses with OVN-Kubernetes',
    formats: ['k8s.ovn.org/v1 EgressIP'],
    files: ['egress/ovn-kubernetes.yaml'],
    covers: 'The fixed addresses with which each namespace, zone or cluster is seen outside.',
    limits:
      'On which of the assignable nodes an address stands: OVN-Kubernetes chooses by subnet; nodes/steps.md makes nodes assignable.',
  },
  applies: (ir) =>
    egressKind(ir.cluster, ir.nodes.distribution.defaultCni) === 'ovn-kubernetes' && egressGroups(ir).length > 0,
  emit: (ir) => {
    const groups = egressGroups(ir);
    return {
      files: [
        {
          path: 'egress/ovn-kubernetes.yaml',
          inKustomization: true,
          objects: groups.map((group) => ({ object: egressIp(ir, group), causes: group.causes })),
        },
      ],
      problems: [],
      coverage: groups.map((group) => ({
        cluster: ir.id,
        state: 'enforced' as const,
        subject: `Egress address of ${group.name.replace('-', ' ')}`,
        text: `EgressIP egress-${group.name} gives what leaves the cluster from ${group.namespaces.join(', ')} one of ${group.addresses.join(', ')}, on nodes that nodes/steps.md makes assignable.`,
      })),
    };
  },
};

function egressIp(ir: ClusterIr, group: EgressGroup): KubeObject {
  return {
    apiVersion: 'k8s.ovn.org/v1',
    kind: 'EgressIP',
    metadata: { name: `egress-${group.name}`, labels: managedLabels(ir, group.zone) },
    spec: {
      egressIPs: group.addresses,
      namespaceSelector: {
        matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: group.namespaces }],
      },
    },
  };
}
