/**
 * Fixed addresses outside the cluster with Cilium: one CiliumEgressGatewayPolicy per group of namespaces. A policy has one
 * address, IPv4 in the kind's schema, and pods that two policies select would leave by either, so groups are disjoint.
 */
import type { KubeObject } from '../../../k8s/index.ts';
import { parseCidr } from '../../../lib/ip.ts';
import type { CoverageNote } from '../../bundle.ts';
import type { Emitter } from '../../define.ts';
import type { ClusterIr } from '../../ir.ts';
import { allNodes } from '../../lower/addresses.ts';
import { ciliumAddress, type EgressGroup, egressGroups, egressKind, gatewayLabel } from '../../lower/egress.ts';
import { nodeZoneLabel } from '../../scope.ts';
import { managedLabels } from '../zone-admission.ts';

export const ciliumEgress: Emitter = {
  id: 'egress/cilium',
  docs: {
    title: 'Egress addresses with Cilium',
    formats: ['cilium.io/v2 CiliumEgressGatewayPolicy'],
    files: ['egress/cilium.yaml'],
    covers:
      'The fixed address with which each namespace, zone or cluster is seen outside, by way of a node of its zone.',
    limits:
      'IPv6, and more than one address per group; the address itself, which has to be on the gateway node: nodes/steps.md says how.',
  },
  applies: (ir) => isCilium(ir) && egressGroups(ir).length > 0,
  emit: (ir) => {
    const groups = egressGroups(ir);
    const usable = groups.filter((g) => ciliumAddress(g) !== undefined);
    return {
      files:
        usable.length === 0
          ? []
          : [
              {
                path: 'egress/cilium.yaml',
                inKustomization: true,
                objects: usable.map((group) => ({ object: policy(ir, group), causes: group.causes })),
              },
            ],
      problems: [],
      coverage: groups.map((group) => noteOf(ir, group)),
    };
  },
};

function isCilium(ir: ClusterIr): boolean {
  return egressKind(ir.cluster, ir.nodes.distribution.defaultCni) === 'cilium';
}

function policy(ir: ClusterIr, group: EgressGroup): KubeObject {
  const { pods = [], services = [] } = ir.cluster.networks ?? {};
  // Inside the cluster pods keep their addresses; policies there know them by nothing else.
  const excluded = [...pods, ...services, ...allNodes(ir.cluster)].filter((c) => parseCidr(c)?.family === 4);
  return {
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumEgressGatewayPolicy',
    metadata: { name: `egress-${group.name}`, labels: managedLabels(ir, group.zone) },
    spec: {
      selectors: [
        {
          namespaceSelector: {
            matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: group.namespaces }],
          },
        },
      ],
      destinationCIDRs: ['0.0.0.0/0'],
      ...(excluded.length > 0 && { excludedCIDRs: [...new Set(excluded)] }),
      egressGateway: {
        nodeSelector: {
          matchLabels: {
            [gatewayLabel(group)]: 'true',
            ...(group.zone !== undefined && { [nodeZoneLabel]: group.zone }),
          },
        },
        egressIP: ciliumAddress(group),
      },
    },
  };
}

function noteOf(ir: ClusterIr, group: EgressGroup): CoverageNote {
  const subject = `Egress address of ${group.name.replace('-', ' ')}`;
  const used = ciliumAddress(group);
  const others = group.addresses.filter((a) => a !== used);
  if (used === undefined)
    return {
      cluster: ir.id,
      state: 'not-enforced',
      subject,
      text: `Cilium’s egress gateway takes IPv4 addresses, and the design has ${others.join(', ')} only. Its pods leave with the addresses of their nodes, which other ends do not admit.`,
    };
  const rest =
    others.length === 0
      ? ''
      : ` A policy has one address: ${others.join(', ')} ${others.length === 1 ? 'is' : 'are'} admitted by other ends and used by nobody.`;
  return {
    cluster: ir.id,
    state: 'enforced',
    subject,
    text: `CiliumEgressGatewayPolicy egress-${group.name} sends what leaves the cluster from ${group.namespaces.join(', ')} through a gateway node with ${used}, once nodes/steps.md is followed and Cilium runs with egressGateway.enabled, bpf.masquerade and kubeProxyReplacement.${rest}`,
  };
}
