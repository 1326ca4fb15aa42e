import { describe, expect, it } from 'vitest';
import { enforceLabel, refusedByPodSecurity } from './pod-security.ts';

type Container = Readonly<Record<string, unknown>>;

/** A pod that the strictest level lets in, with changes of its spec and its container. */
function pod(spec: object = {}, container: object = {}, context: object = {}): Readonly<Record<string, unknown>> {
  const own: Container = {
    name: 'main',
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, ...context },
    ...container,
  };
  return {
    metadata: {},
    spec: {
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [own],
      ...spec,
    },
  };
}
/** The strictest level that lets the pod in. */
function levelOf(object: Readonly<Record<string, unknown>>): string {
  const admits = (level: string) => refusedByPodSecurity(object, { [enforceLabel]: level }) === undefined;
  return ['restricted', 'baseline', 'privileged'].find(admits) ?? 'none';
}

describe('Pod Security', () => {
  it.each([
    ['a network of its own', pod(), 'restricted'],
    ['the network of its node', pod({ hostNetwork: true }), 'privileged'],
    ['the processes of its node', pod({ hostPID: true }), 'privileged'],
    ['the IPC of its node', pod({ hostIPC: true }), 'privileged'],
    ['a port of its node', pod({}, { ports: [{ containerPort: 80, hostPort: 80 }] }), 'privileged'],
    ['a port alone', pod({}, { ports: [{ containerPort: 80, hostPort: 0 }] }), 'restricted'],
    ['a privileged container', pod({}, {}, { privileged: true }), 'privileged'],
    ['a process of its host', pod({}, {}, { windowsOptions: { hostProcess: true } }), 'privileged'],
    [
      'a capability for the network',
      pod({}, {}, { capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] } }),
      'privileged',
    ],
    ['a usual capability', pod({}, {}, { capabilities: { drop: ['ALL'], add: ['CHOWN'] } }), 'baseline'],
    ['low ports', pod({}, {}, { capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } }), 'restricted'],
    ['its usual capabilities', pod({}, {}, { capabilities: {} }), 'baseline'],
    ['a path of its node', pod({ volumes: [{ name: 'v', hostPath: { path: '/' } }] }), 'privileged'],
    ['NFS by itself', pod({ volumes: [{ name: 'v', nfs: { server: 's', path: '/' } }] }), 'baseline'],
    ['a claim', pod({ volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }] }), 'restricted'],
    ['an unmasked /proc', pod({}, {}, { procMount: 'Unmasked' }), 'privileged'],
    ['no seccomp', pod({}, {}, { seccompProfile: { type: 'Unconfined' } }), 'privileged'],
    [
      'a seccomp profile of the container',
      pod({ securityContext: { runAsNonRoot: true } }, {}, { seccompProfile: { type: 'Localhost' } }),
      'restricted',
    ],
    ['seccomp as it comes', pod({ securityContext: { runAsNonRoot: true } }), 'baseline'],
    ['no AppArmor', pod({}, {}, { appArmorProfile: { type: 'Unconfined' } }), 'privileged'],
    ['SELinux options', pod({}, {}, { seLinuxOptions: { type: 'spc_t' } }), 'privileged'],
    ['a usual SELinux type', pod({}, {}, { seLinuxOptions: { type: 'container_t' } }), 'restricted'],
    ['an unsafe sysctl', pod({ securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] } }), 'privileged'],
    ['a probe of another host', pod({}, { livenessProbe: { httpGet: { host: 'x', port: 80 } } }), 'privileged'],
    [
      'a hook that calls another host',
      pod({}, { lifecycle: { preStop: { tcpSocket: { host: 'x', port: 80 } } } }),
      'privileged',
    ],
    ['more privileges than it starts with', pod({}, {}, { allowPrivilegeEscalation: undefined }), 'baseline'],
    ['perhaps root', pod({ securityContext: { seccompProfile: { type: 'RuntimeDefault' } } }), 'baseline'],
    ['root by number', pod({}, {}, { runAsUser: 0 }), 'baseline'],
    [
      'root in every word but that of its container',
      pod(
        { securityContext: { runAsNonRoot: false, seccompProfile: { type: 'RuntimeDefault' } } },
        {},
        { runAsNonRoot: true },
      ),
      'baseline',
    ],
    ['root in a user namespace', pod({ hostUsers: false }, {}, { runAsUser: 0, runAsNonRoot: false }), 'restricted'],
    ['an unmasked /proc in a user namespace', pod({ hostUsers: false }, {}, { procMount: 'Unmasked' }), 'baseline'],
    ['root of its node', pod({ hostUsers: true }, {}, { runAsUser: 0 }), 'baseline'],
    [
      'Windows, which has none of what the level asks for',
      pod({ os: { name: 'windows' }, securityContext: { runAsNonRoot: true } }, { securityContext: undefined }),
      'restricted',
    ],
    ['a container that takes the pod’s word back', pod({}, {}, { runAsNonRoot: false }), 'baseline'],
    [
      'a privileged container that starts first',
      pod({ initContainers: [{ name: 'i', securityContext: { privileged: true } }] }),
      'privileged',
    ],
  ])('should know the strictest level for a pod with %s', (_, object, level) => {
    expect(levelOf(object)).toBe(level);
  });

  it('should hold nobody to anything where a namespace names no level, and say what is wrong where it does', () => {
    const greedy = pod({ hostNetwork: true }, {}, { privileged: true });
    expect(refusedByPodSecurity(greedy, {})).toBeUndefined();
    expect(refusedByPodSecurity(greedy, { [enforceLabel]: 'baseline' })).toBe(
      'Pod Security level baseline refuses a pod that shares network, processes or IPC with its node, has a privileged container.',
    );
    // The API server takes a level that it cannot read for the strictest.
    expect(refusedByPodSecurity(pod({ securityContext: {} }), { [enforceLabel]: 'strict' })).toContain('runAsNonRoot');
  });
});
