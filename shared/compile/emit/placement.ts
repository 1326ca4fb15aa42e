/**
 * Guard rails on what says the zone of namespaces and nodes and, where several zones share a cluster, on where pods may
 * land. Everything of a zone is bound by the zone label of its namespaces, so the first policy protects that label and the
 * Pod Security labels.
 *
 * Node isolation needs three things that are each useless alone: labels that nodes cannot give themselves, taints that
 * repel other zones' pods, and admission that keeps pods from choosing otherwise.
 */
import { kubernetesFeatureSince, kubernetesHas } from '../../catalog/index.ts';
import type { KubeObject } from '../../k8s/index.ts';
import type { Problem } from '../../lib/problem.ts';
import { sortBy, unique } from '../../lib/sort.ts';
import type { Ref } from '../../model/index.ts';
import type { CoverageNote } from '../bundle.ts';
import type { EmittedFile, Emitter } from '../define.ts';
import type { ClusterIr } from '../ir.ts';
import { podSecurityOf } from '../lower/limits.ts';
import { runtimeLabel } from '../lower/runtime.ts';
import { causes } from '../provenance.ts';
import { nodeZoneLabel, type ZoneScope } from '../scope.ts';
import {
  celList,
  celText,
  managedLabels,
  mutatingPair,
  type NamedExpression,
  type ResourceRule,
  type Validation,
  validatingPair,
} from './zone-admission.ts';

const pods: ResourceRule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] };

export const placement: Emitter = {
  id: 'placement',
  docs: {
    title: 'Placement',
    formats: [
      'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy',
      'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding',
      'admissionregistration.k8s.io/v1 MutatingAdmissionPolicy',
      'admissionregistration.k8s.io/v1 MutatingAdmissionPolicyBinding',
    ],
    files: ['first/namespaces.yaml', 'placement/nodes.yaml', 'placement/admission-ZONE.yaml'],
    covers:
      'Zone and Pod Security labels of namespaces as the design has them, and labels of nodes, which only administrators change; pods of a zone on that zone’s nodes alone.',
    limits: 'Pods that a node starts from its own files; Kubernetes before 1.30, and defaults before 1.36.',
  },
  applies: (ir) => ir.namespaces.length > 0,
  emit: (ir) => {
    if (!kubernetesHas(ir.cluster.version, 'validatingAdmissionPolicy')) {
      const since = kubernetesFeatureSince('validatingAdmissionPolicy');
      return {
        files: [],
        problems: [],
        coverage: [
          note(
            ir,
            'not-enforced',
            'Admission',
            `Kubernetes ${ir.cluster.version} has no ValidatingAdmissionPolicy (it came with ${since}), so nobody is kept from changing zone labels or from choosing nodes of another zone.`,
          ),
        ],
      };
    }
    const zones = ir.spansZones ? ir.zones.filter((z) => z.namespaces.length > 0) : [];
    return {
      files: [...protectedNamespaces(ir), ...protectedNodes(ir), ...zones.map((zone) => zoneFile(ir, zone))],
      problems: zones.flatMap((zone) => zoneProblems(ir, zone)),
      coverage: coverageOf(ir, zones),
    };
  },
};

/** True where pods get their node selector and toleration without asking for them. */
export function placesPodsItself(ir: ClusterIr): boolean {
  return (
    kubernetesHas(ir.cluster.version, 'mutatingAdmissionPolicy') ||
    ir.nodes.admissionPlugins.includes('PodNodeSelector')
  );
}

/**
 * Zone and Pod Security labels are what the design says, for every namespace by name: those that the design does not hold
 * carry no zone label. It selects no namespaces by their labels, so that taking a label away is caught too. There is no
 * exemption, because namespaces of the system have no zone label; and a label that is as it should be is still given by
 * administrators alone, because whoever makes a namespace owns what is in it.
 */
function protectedNamespaces(ir: ClusterIr): EmittedFile[] {
  const zoneOf = celMap(ir.namespaces.flatMap((n) => (n.zone === undefined ? [] : [[n.name, n.zone] as const])));
  const levelOf = celMap(ir.namespaces.map((n) => [n.name, podSecurityOf(ir.lookup.get('zone', n.zone))] as const));
  const security = 'pod-security.kubernetes.io/enforce';
  const change = (what: string, key: string): Validation => ({
    expression: `variables.${what} == variables.${what}Before || variables.isAdministrator`,
    message: `Only administrators change the label ${key}.`,
  });
  return clusterPolicy(ir, 'namespaces', {
    operations: ['CREATE', 'UPDATE'],
    keys: [ir.zoneLabel, security, `${security}-version`],
    variables: [
      isAdministrator(ir),
      { name: 'zone', expression: labelOf('object', ir.zoneLabel) },
      { name: 'zoneBefore', expression: `request.operation == 'CREATE' ? '' : ${labelOf('oldObject', ir.zoneLabel)}` },
      { name: 'level', expression: labelOf('object', security) },
      { name: 'levelBefore', expression: `request.operation == 'CREATE' ? '' : ${labelOf('oldObject', security)}` },
      // Each by itself and once: the API server takes no expression of more than 100,000 characters.
      { name: 'zones', expression: zoneOf },
      { name: 'levels', expression: levelOf },
    ],
    validations: [
      {
        expression:
          "variables.zone == (object.metadata.name in variables.zones ? variables.zones[object.metadata.name] : '')",
        message: `The label ${ir.zoneLabel} has to be the zone that the design gives this namespace, or absent.`,
      },
      change('zone', ir.zoneLabel),
      {
        expression:
          'variables.level == (object.metadata.name in variables.levels ? variables.levels[object.metadata.name] : variables.level)',
        message: `The label ${security} has to be the level that the design gives this namespace.`,
      },
      {
        ...change('level', security),
        expression: `!(object.metadata.name in variables.levels) || ${change('level', security).expression}`,
      },
      {
        expression: `!(object.metadata.name in variables.levels) || ${labelOf('object', `${security}-version`)} == 'latest'`,
        message: `The label ${security}-version has to be latest.`,
      },
    ],
    causes: ir.namespaces.map((n): Ref => ({ kind: 'namespace', id: n.id })),
  });
}

/**
 * NodeRestriction keeps kubelets from these labels, and nobody else. A node may bring them when it joins, because only
 * kubelets and what provisions machines make nodes.
 */
function protectedNodes(ir: ClusterIr): EmittedFile[] {
  if (ir.nodes.pools.length === 0) return [];
  const keys = unique([
    nodeZoneLabel,
    ...ir.runtimes.classes.map((c) => runtimeLabel(c.id)),
    ...ir.nodes.pools.flatMap((p) => Object.keys(p.protectedLabels)),
  ]);
  return clusterPolicy(ir, 'nodes', {
    operations: ['UPDATE'],
    keys: sortBy(keys, (k) => k),
    variables: [isAdministrator(ir)],
    validations: [
      {
        expression: 'variables.isAdministrator',
        message: 'Only administrators change the labels that tell zone and runtimes of a node.',
      },
    ],
    causes: ir.nodes.pools.map((p): Ref => ({ kind: 'pool', id: p.id })),
  });
}

function isAdministrator(ir: ClusterIr): NamedExpression {
  const { groups, users } = ir.limits.administrators;
  return {
    name: 'isAdministrator',
    expression: `request.userInfo.username in ${celList(users)} || request.userInfo.?groups.orValue([]).exists(g, g in ${celList(groups)})`,
  };
}

function labelOf(object: string, key: string): string {
  return `${object}.metadata.?labels[?'${key}'].orValue('')`;
}

/** Every way to an object through which the API server takes labels, with the object itself. */
const waysTo = {
  namespaces: ['namespaces', 'namespaces/finalize', 'namespaces/status'],
  nodes: ['nodes', 'nodes/status'],
} as const;

/**
 * A policy that holds in the whole cluster, for whatever changes one of the labels. Other changes pass, such as those of
 * controllers and kubelets to the status, and those that end a namespace which left the design.
 */
function clusterPolicy(
  ir: ClusterIr,
  what: keyof typeof waysTo,
  policy: {
    readonly operations: ResourceRule['operations'];
    readonly keys: readonly string[];
    readonly variables: readonly NamedExpression[];
    readonly validations: readonly Validation[];
    readonly causes: readonly Ref[];
  },
): EmittedFile[] {
  // Argo CD syncs lower waves first: the policy has to know a new namespace before the namespace comes.
  const metadata = {
    name: `zonewright-${what}`,
    labels: managedLabels(ir),
    annotations: { 'argocd.argoproj.io/sync-wave': '-1' },
  };
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: policy.operations, resources: waysTo[what] };
  const label = (object: string) => `${object}.metadata.?labels[?k].orValue('')`;
  const changes = `${label('object')} != ${label('oldObject')}`;
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const objects: KubeObject[] = [
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: { resourceRules: [rule] },
        matchConditions: [
          {
            name: 'labels-change',
            expression: `request.operation == 'CREATE' || ${celList(policy.keys)}.exists(k, ${changes})`,
          },
        ],
        variables: policy.variables,
        validations: policy.validations.map((v) => ({ ...v, reason: 'Forbidden' })),
      },
    },
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: metadata.name, validationActions: ['Deny'] },
    },
  ];
  const all = causes(
    [{ kind: 'cluster', id: ir.id }],
    ir.zones.map((z): Ref => ({ kind: 'zone', id: z.id })),
    policy.causes,
  );
  return [
    {
      path: what === 'namespaces' ? 'first/namespaces.yaml' : `placement/${what}.yaml`,
      inKustomization: true,
      objects: objects.map((object) => ({ object, causes: all })),
    },
  ];
}

function zoneFile(ir: ClusterIr, zone: ZoneScope): EmittedFile {
  const defaults = kubernetesHas(ir.cluster.version, 'mutatingAdmissionPolicy')
    ? [...addNodeSelector(ir, zone), ...addToleration(ir, zone)]
    : [];
  const all = causes(
    [
      { kind: 'zone', id: zone.id },
      { kind: 'cluster', id: ir.id },
    ],
    zone.namespaces.map((n): Ref => ({ kind: 'namespace', id: n.id })),
    ir.nodes.pools.filter((p) => p.zone === zone.id).map((p): Ref => ({ kind: 'pool', id: p.id })),
  );
  return {
    path: `placement/admission-${zone.id}.yaml`,
    inKustomization: true,
    objects: [...defaults, ...keepOnNodes(ir, zone)].map((object) => ({ object, causes: all })),
  };
}

function keepOnNodes(ir: ClusterIr, zone: ZoneScope): KubeObject[] {
  const { id } = zone;
  const selector = 'object.spec.nodeSelector';
  return validatingPair(ir, id, 'placement', {
    rules: [pods],
    validations: [
      {
        expression: `has(${selector}) && '${nodeZoneLabel}' in ${selector} && ${selector}['${nodeZoneLabel}'] == '${id}'`,
        message: `Pods of zone ${id} run on its nodes only; set the node selector ${nodeZoneLabel}=${id}.`,
      },
      {
        // A toleration without a key tolerates everything, and one with Exists tolerates every zone.
        expression: `!has(object.spec.tolerations) || object.spec.tolerations.all(t, has(t.key) && t.key != '' && (t.key != '${ir.zoneLabel}' || ((!has(t.operator) || t.operator == 'Equal') && has(t.value) && t.value == '${id}')))`,
        message: `Pods of zone ${id} may not tolerate the nodes of other zones.`,
      },
      {
        // Whoever names a node goes past the scheduler, and with it past taints of effect NoSchedule.
        expression: "!has(object.spec.nodeName) || object.spec.nodeName == ''",
        message: `Pods of zone ${id} may not choose a node by name.`,
      },
    ],
  });
}

/** A pod's node selector is an atomic map to server-side apply, so only JSON patches can add one key to it. */
function addNodeSelector(ir: ClusterIr, zone: ZoneScope): KubeObject[] {
  const selector = 'object.spec.nodeSelector';
  return mutatingPair(ir, zone.id, 'node-selector', {
    rules: [pods],
    condition: { name: 'no-zone-selected', expression: `!has(${selector}) || !('${nodeZoneLabel}' in ${selector})` },
    mutation: {
      patchType: 'JSONPatch',
      jsonPatch: {
        expression: `has(${selector}) ? [JSONPatch{op: "add", path: "/spec/nodeSelector/" + jsonpatch.escapeKey("${nodeZoneLabel}"), value: "${zone.id}"}] : [JSONPatch{op: "add", path: "/spec/nodeSelector", value: {"${nodeZoneLabel}": "${zone.id}"}}]`,
      },
    },
  });
}

/** The list of tolerations is atomic too. Without an effect the toleration holds for every effect of the zone's taint. */
function addToleration(ir: ClusterIr, zone: ZoneScope): KubeObject[] {
  const tolerations = 'object.spec.tolerations';
  const own = `Object.spec.tolerations{key: "${ir.zoneLabel}", operator: "Equal", value: "${zone.id}"}`;
  return mutatingPair(ir, zone.id, 'toleration', {
    rules: [pods],
    condition: {
      name: 'no-zone-tolerated',
      expression: `!has(${tolerations}) || !${tolerations}.exists(t, has(t.key) && t.key == '${ir.zoneLabel}')`,
    },
    mutation: {
      patchType: 'JSONPatch',
      jsonPatch: {
        expression: `has(${tolerations}) ? [JSONPatch{op: "add", path: "/spec/tolerations/-", value: ${own}}] : [JSONPatch{op: "add", path: "/spec/tolerations", value: [${own}]}]`,
      },
    },
  });
}

function zoneProblems(ir: ClusterIr, zone: ZoneScope): Problem[] {
  if (ir.nodes.pools.some((p) => p.zone === zone.id)) return [];
  return [
    {
      rule: 'compile/zone-without-nodes',
      severity: 'warning',
      message: `Zone “${zone.id}” has namespaces in cluster “${ir.id}” and no node pool there, so its pods are pinned to nodes that do not exist and never start. Give the cluster a pool for the zone.`,
      subject: { kind: 'cluster', id: ir.id },
      path: ['clusters', ir.id, 'pools'],
      fixable: false,
    },
  ];
}

function coverageOf(ir: ClusterIr, zones: readonly ZoneScope[]): CoverageNote[] {
  const notes = [
    note(
      ir,
      'enforced',
      'Zone labels',
      `ValidatingAdmissionPolicy zonewright-namespaces and ValidatingAdmissionPolicy zonewright-nodes keep the zone and Pod Security labels of namespaces as the design has them, and let only administrators change these and the labels of nodes: ${administratorsText(ir)}. No policy judges changes of policies, so whoever may change those can lift them (RBAC).`,
    ),
  ];
  if (!ir.spansZones) {
    notes.push(
      note(
        ir,
        'enforced',
        'Placement',
        'All nodes of the cluster belong to one zone, so there is nothing to keep apart: nodes get no zone taint and pods are not pinned.',
      ),
    );
    return notes;
  }
  for (const zone of zones) {
    notes.push(
      note(
        ir,
        'enforced',
        `Placement of zone ${zone.id}`,
        `Admission keeps its pods on nodes with the label ${nodeZoneLabel}=${zone.id}; the taint of these nodes keeps others away.`,
      ),
    );
  }
  notes.push(
    note(
      ir,
      'not-enforced',
      'Shared parts',
      'Zones of one cluster share its control plane, DNS, network plugin and storage drivers. Pods that the kubelet starts from files on a node pass no admission, and so does whoever may create pod bindings.',
    ),
  );
  if (!placesPodsItself(ir)) {
    notes.push(
      note(
        ir,
        'not-enforced',
        'Default placement',
        `Kubernetes ${ir.cluster.version} cannot fill in node selector and toleration by policy (since ${kubernetesFeatureSince('mutatingAdmissionPolicy')}), so pods that do not name them are refused: add both to every workload.`,
      ),
    );
  }
  return notes;
}

function administratorsText({ limits }: ClusterIr): string {
  const { groups, users } = limits.administrators;
  return [
    ...(groups.length > 0 ? [`groups ${groups.join(', ')}`] : []),
    ...(users.length > 0 ? [`users ${users.join(', ')}`] : []),
  ].join('; ');
}

function celMap(entries: ReadonlyArray<readonly [string, string]>): string {
  return `{${sortBy(entries, ([key]) => key)
    .map(([key, value]) => `${celText(key)}: ${celText(value)}`)
    .join(', ')}}`;
}

function note(ir: ClusterIr, state: CoverageNote['state'], subject: string, text: string): CoverageNote {
  return { cluster: ir.id, state, subject, text };
}
