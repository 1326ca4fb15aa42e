/**
 * PodSecurity, the admission plugin that is on everywhere: what a pod must not have at the level that the labels of its
 * namespace enforce, by the newest version of the standards. A namespace without the label is held to nothing, unless the
 * API server's own configuration says otherwise, which manifests do not show.
 * Sources: kubernetes/pod-security-admission policy/check_*.go; kubernetes.io, "Pod Security Standards".
 */
import { isMap } from '../lib/is-map.ts';
import { type Fields, fieldAt, listAt, mapAt, textAt, textsAt } from './fields.ts';

export const enforceLabel = 'pod-security.kubernetes.io/enforce';

interface Check {
  readonly level: 'baseline' | 'restricted';
  /** True where the pod passes. */
  readonly passes: (pod: Pod) => boolean;
  /** What the pod has that it must not have, or lacks. */
  readonly fault: string;
}

interface Pod {
  readonly metadata: Fields;
  readonly spec: Fields;
  /** Of every kind. */
  readonly containers: readonly unknown[];
}

const usualCapabilities = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);
const safeSysctls = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
]);
const seLinuxTypes = new Set(['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t']);
const restrictedVolumes = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
];
const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'];
const appArmorAnnotation = 'container.apparmor.security.beta.kubernetes.io/';

const checks: readonly Check[] = [
  {
    level: 'baseline',
    passes: ({ spec }) => ['hostNetwork', 'hostPID', 'hostIPC'].every((f) => spec[f] !== true),
    fault: 'shares network, processes or IPC with its node',
  },
  {
    level: 'baseline',
    passes: ({ containers }) =>
      containers.every((c) => listAt(c, 'ports').every((p) => isZero(fieldAt(p, 'hostPort')))),
    fault: 'opens a port of its node (hostPort)',
  },
  {
    level: 'baseline',
    passes: ({ containers }) => containers.every((c) => fieldAt(c, 'securityContext', 'privileged') !== true),
    fault: 'has a privileged container',
  },
  {
    level: 'baseline',
    passes: (pod) => contexts(pod).every((c) => fieldAt(c, 'windowsOptions', 'hostProcess') !== true),
    fault: 'runs a process of its host (windowsOptions.hostProcess)',
  },
  {
    level: 'baseline',
    passes: ({ containers }) => containers.every((c) => added(c).every((name) => usualCapabilities.has(name))),
    fault: 'adds capabilities beyond the usual ones',
  },
  {
    level: 'baseline',
    passes: ({ spec }) => listAt(spec, 'volumes').every((v) => !isMap(fieldAt(v, 'hostPath'))),
    fault: 'mounts a path of its node (hostPath)',
  },
  {
    level: 'baseline',
    passes: (pod) => isInUserNamespace(pod) || masksProc(pod),
    fault: 'sees an unmasked /proc (procMount)',
  },
  {
    level: 'baseline',
    passes: (pod) => contexts(pod).every((c) => textAt(c, 'seccompProfile', 'type') !== 'Unconfined'),
    fault: 'switches seccomp off',
  },
  {
    level: 'baseline',
    passes: (pod) =>
      contexts(pod).every((c) => textAt(c, 'appArmorProfile', 'type') !== 'Unconfined') &&
      Object.entries(mapAt(pod.metadata, 'annotations')).every(
        ([key, value]) =>
          !key.startsWith(appArmorAnnotation) || /^(runtime\/default|localhost\/.*|)$/.test(String(value)),
      ),
    fault: 'switches AppArmor off',
  },
  {
    level: 'baseline',
    passes: (pod) =>
      contexts(pod).every(
        (c) =>
          seLinuxTypes.has(textAt(c, 'seLinuxOptions', 'type') ?? '') &&
          ['user', 'role'].every((f) => (textAt(c, 'seLinuxOptions', f) ?? '') === ''),
      ),
    fault: 'sets its own SELinux options',
  },
  {
    level: 'baseline',
    passes: ({ spec }) =>
      listAt(spec, 'securityContext', 'sysctls').every((s) => safeSysctls.has(textAt(s, 'name') ?? '')),
    fault: 'sets unsafe sysctls',
  },
  {
    level: 'baseline',
    passes: ({ containers }) => containers.every((c) => handlersOf(c).every((h) => hostOf(h) === '')),
    fault: 'lets a probe or hook call another host',
  },
  {
    level: 'restricted',
    passes: ({ spec }) => listAt(spec, 'volumes').every((v) => restrictedVolumes.some((t) => isMap(fieldAt(v, t)))),
    fault: 'has volumes of other types than the level permits',
  },
  {
    level: 'restricted',
    passes: (pod) => !isInUserNamespace(pod) || masksProc(pod),
    fault: 'sees an unmasked /proc (procMount)',
  },
  {
    level: 'restricted',
    passes: (pod) =>
      isOfWindows(pod) ||
      pod.containers.every((c) => fieldAt(c, 'securityContext', 'allowPrivilegeEscalation') === false),
    fault: 'does not set allowPrivilegeEscalation to false',
  },
  {
    level: 'restricted',
    passes: (pod) =>
      isInUserNamespace(pod) ||
      (fieldAt(pod.spec, 'securityContext', 'runAsNonRoot') !== false &&
        everyContainer(
          pod,
          (context) => fieldAt(context, 'runAsNonRoot'),
          (v) => v === true,
        )),
    fault: 'does not set runAsNonRoot',
  },
  {
    level: 'restricted',
    passes: (pod) => isInUserNamespace(pod) || contexts(pod).every((c) => fieldAt(c, 'runAsUser') !== 0),
    fault: 'runs as root (runAsUser)',
  },
  {
    level: 'restricted',
    passes: (pod) =>
      isOfWindows(pod) ||
      everyContainer(
        pod,
        (context) => textAt(context, 'seccompProfile', 'type'),
        (v) => v === 'RuntimeDefault' || v === 'Localhost',
      ),
    fault: 'sets no seccompProfile',
  },
  {
    level: 'restricted',
    passes: (pod) =>
      isOfWindows(pod) ||
      pod.containers.every(
        (c) =>
          (textsAt(c, 'securityContext', 'capabilities', 'drop') ?? []).includes('ALL') &&
          added(c).every((name) => name === 'NET_BIND_SERVICE'),
      ),
    fault: 'does not drop all capabilities',
  },
];

/** Why the level of these namespace labels refuses a pod; undefined where it does not, or where they name no level. */
export function refusedByPodSecurity(object: Fields, labels: Readonly<Record<string, string>>): string | undefined {
  const level = labels[enforceLabel];
  if (level === undefined || level === 'privileged') return undefined;
  const spec = mapAt(object, 'spec');
  const pod: Pod = {
    metadata: mapAt(object, 'metadata'),
    spec,
    containers: ['containers', 'initContainers', 'ephemeralContainers'].flatMap((list) => listAt(spec, list)),
  };
  // What the API server cannot read it takes for the strictest.
  const failed = checks.filter((c) => (c.level === 'baseline' || level !== 'baseline') && !c.passes(pod));
  return failed.length === 0
    ? undefined
    : `Pod Security level ${level} refuses a pod that ${failed.map((c) => c.fault).join(', ')}.`;
}

/** The strictest level whose pods an object makes; undefined for what makes none. */
export function podSecurityOf(object: Fields): 'privileged' | 'baseline' | 'restricted' | undefined {
  const template = [
    ['spec', 'template'],
    ['spec', 'jobTemplate', 'spec', 'template'],
    ...(object.kind === 'Pod' ? [[]] : []),
  ]
    .map((path) => mapAt(object, ...path))
    .find((found) => Array.isArray(fieldAt(found, 'spec', 'containers')));
  if (template === undefined) return undefined;
  const meets = (level: string) => refusedByPodSecurity(template, { [enforceLabel]: level }) === undefined;
  return meets('restricted') ? 'restricted' : meets('baseline') ? 'baseline' : 'privileged';
}

/** Since 1.35 root of a user namespace counts as nobody on the node. */
function isInUserNamespace({ spec }: Pod): boolean {
  return spec.hostUsers === false;
}

/** Windows knows none of seccomp, capabilities and escalation, and the API server takes no pod of it that sets them. */
function isOfWindows({ spec }: Pod): boolean {
  return fieldAt(spec, 'os', 'name') === 'windows';
}

function masksProc({ containers }: Pod): boolean {
  return containers.every((c) => (textAt(c, 'securityContext', 'procMount') ?? 'Default') === 'Default');
}

/** The security contexts of the pod and of its containers. */
function contexts({ spec, containers }: Pod): unknown[] {
  return [spec, ...containers].map((o) => fieldAt(o, 'securityContext'));
}

/** A container’s own value counts before the one of its pod. */
function everyContainer(
  { spec, containers }: Pod,
  read: (context: unknown) => unknown,
  isGood: (value: unknown) => boolean,
): boolean {
  const ofPod = read(fieldAt(spec, 'securityContext'));
  return containers.every((c) => isGood(read(fieldAt(c, 'securityContext')) ?? ofPod));
}

function added(container: unknown): readonly string[] {
  return textsAt(container, 'securityContext', 'capabilities', 'add') ?? [];
}

function handlersOf(container: unknown): unknown[] {
  return [
    ...probes.map((p) => fieldAt(container, p)),
    ...['postStart', 'preStop'].map((h) => fieldAt(container, 'lifecycle', h)),
  ];
}

function hostOf(handler: unknown): string {
  return textAt(handler, 'httpGet', 'host') ?? textAt(handler, 'tcpSocket', 'host') ?? '';
}

function isZero(value: unknown): boolean {
  return value === undefined || value === null || value === 0;
}
