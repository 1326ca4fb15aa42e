/** Guard rails on what pods ask of their node: its network, processes, IPC and ports. */
import { kubernetesHas } from '../../catalog/index.ts';
import type { KubeObject } from '../../k8s/index.ts';
import type { CoverageNote } from '../bundle.ts';
import type { Emitter } from '../define.ts';
import type { ClusterIr } from '../ir.ts';
import type { ZoneLimitsIr } from '../lower/limits.ts';
import { makersOfPods, podVariables, unlessUnchanged } from './pod-templates.ts';
import { validatingPair } from './zone-admission.ts';

export const hostAdmission: Emitter = {
  id: 'host-admission',
  docs: {
    title: 'Host admission',
    formats: [
      'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy',
      'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding',
    ],
    files: ['guards/host-ZONE.yaml'],
    covers: 'Pods and whatever makes pods get no access to network, processes, IPC and ports of their node.',
    limits:
      'Pods that a node starts from its own files; namespaces with a workload that is drawn on the host’s network.',
  },
  applies: (ir) => ir.limits.zones.length > 0 && kubernetesHas(ir.cluster.version, 'validatingAdmissionPolicy'),
  emit: (ir) => ({
    files: ir.limits.zones.map((zone) => ({
      path: `guards/host-${zone.zone}.yaml`,
      inKustomization: true,
      objects: policy(ir, zone).map((object) => ({ object, causes: zone.causes })),
    })),
    problems: [],
    coverage: coverageOf(ir),
  }),
};

function policy(ir: ClusterIr, zone: ZoneLimitsIr): KubeObject[] {
  const noPorts = (containers: string) =>
    `${containers}.all(c, c.?ports.orValue([]).all(p, p.?hostPort.orValue(0) == 0))`;
  return validatingPair(ir, zone.zone, 'host', {
    // None of these fields of a pod can be changed later.
    rules: [{ apiGroups: [''], apiVersions: ['*'], operations: ['CREATE'], resources: ['pods'] }, ...makersOfPods],
    variables: podVariables,
    except: zone.onHost,
    validations: [
      {
        expression: unlessUnchanged('!variables.pod.?hostNetwork.orValue(false)'),
        message: `Pods of zone ${zone.zone} may not use the network of their node, where network policies do not hold.`,
      },
      {
        expression: unlessUnchanged(
          '(!variables.pod.?hostPID.orValue(false) && !variables.pod.?hostIPC.orValue(false))',
        ),
        message: `Pods of zone ${zone.zone} may not share processes or IPC with their node.`,
      },
      {
        expression: unlessUnchanged(
          `(${noPorts('variables.pod.containers')} && ${noPorts('variables.pod.?initContainers.orValue([])')})`,
        ),
        message: `Pods of zone ${zone.zone} may not open ports of their node (hostPort).`,
      },
    ],
  });
}

function coverageOf(ir: ClusterIr): CoverageNote[] {
  return [
    {
      cluster: ir.id,
      state: 'enforced',
      subject: 'Host access',
      text: 'Pods and the templates of workloads may not use the network, processes, IPC or ports of their node.',
    },
    ...ir.limits.zones
      .filter((zone) => zone.onHost.length > 0)
      .map(
        (zone): CoverageNote => ({
          cluster: ir.id,
          state: 'not-enforced',
          subject: `Host access in ${zone.onHost.join(', ')}`,
          text: `A workload is drawn on the network of its node there, so zone-${zone.zone}-host leaves these namespaces alone: whoever may create pods in them can use their node’s network and namespaces too.`,
        }),
      ),
  ];
}
