import { runtimeInfo } from '../../catalog/index.ts';
import { recordPath, ref } from '../../model/index.ts';
import { called, capital, defineRule } from '../define.ts';

export const needsKvm = defineRule({
  id: 'runtime/needs-kvm',
  severity: 'error',
  title: 'Virtual machines on nodes without KVM',
  docs: {
    what: 'A node pool has a runtime that needs /dev/kvm, and does not say that its nodes offer it.',
    why: 'Such a runtime starts a virtual machine per pod. Without KVM its pods fail when they start; cloud instances often lack nested virtualisation.',
    todo: 'Choose nodes with KVM and say so in the pool, or take the runtime off the pool.',
  },
  examples: {
    good: [
      {
        shows: 'a pool whose nodes offer KVM',
        design: {
          runtimes: { kata: { from: 'kata-qemu' } },
          clusters: {
            vm: {
              distribution: 'kubeadm',
              version: '1.37',
              pools: { metal: { zone: 'app', nodes: 1, runtimes: ['kata'], kvm: true } },
            },
          },
        },
      },
    ],
    bad: [
      {
        shows: 'a pool that does not',
        design: {
          runtimes: { kata: { from: 'kata-qemu' } },
          clusters: {
            vm: {
              distribution: 'kubeadm',
              version: '1.37',
              pools: { cloud: { zone: 'app', nodes: 1, runtimes: ['kata'] } },
            },
          },
        },
      },
    ],
  },
  *check({ lookup }) {
    for (const pool of lookup.pools) {
      if (pool.kvm === true) continue;
      const path = recordPath(ref('pool', pool.id));
      for (const [i, id] of (pool.runtimes ?? []).entries()) {
        const from = lookup.get('runtime', id)?.from;
        if (from === undefined || !runtimeInfo(from)?.needs.includes('kvm')) continue;
        yield {
          message: `${capital(called(lookup, ref('pool', pool.id)))} has runtime “${id}”, which starts virtual machines, but its nodes do not offer /dev/kvm. Its pods fail when they start. Choose nodes with KVM and say so in the pool, or take the runtime off it.`,
          subject: ref('pool', pool.id),
          path: [...path, 'runtimes', i],
          also: [ref('runtime', id)],
          fix: {
            label: 'Say that its nodes offer KVM',
            commands: [{ id: 'field/set', args: { path: [...path, 'kvm'], value: true } }],
          },
        };
      }
    }
  },
});
