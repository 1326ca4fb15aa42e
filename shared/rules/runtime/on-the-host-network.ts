import { runtimeInfo } from '../../catalog/index.ts';
import { ref } from '../../model/index.ts';
import { called, capital, defineRule } from '../define.ts';

export const onTheHostNetwork = defineRule({
  id: 'runtime/on-the-host-network',
  severity: 'error',
  title: 'Sandboxed workload on the host network',
  docs: {
    what: 'A workload uses the network of its node under a runtime that keeps it away from its node.',
    why: 'Virtual machines do not start like that, or break the network of the node; a user-space kernel passes the network through and loses what it is there for.',
    todo: 'Give the workload a network of its own, or run it under a runtime that shares the kernel.',
  },
  examples: {
    good: [
      {
        shows: 'a sandboxed workload with a network of its own',
        design: {
          runtimes: { kata: { from: 'kata-qemu' } },
          workloads: { agent: { namespace: 'orders', runtime: 'kata' } },
        },
      },
      {
        shows: 'the host network under an ordinary runtime',
        design: { workloads: { agent: { namespace: 'orders', runtime: 'runc', hostNetwork: true } } },
      },
    ],
    bad: [
      {
        shows: 'a virtual machine on the host network',
        design: {
          runtimes: { kata: { from: 'kata-qemu' } },
          workloads: { agent: { namespace: 'orders', runtime: 'kata', hostNetwork: true } },
        },
      },
      {
        shows: 'the default runtime of its zone',
        design: {
          runtimes: { sandbox: { from: 'gvisor' } },
          zones: { app: { trust: 50, runtimes: ['sandbox'] } },
          workloads: { agent: { namespace: 'orders', hostNetwork: true } },
        },
      },
    ],
  },
  *check({ lookup }) {
    for (const workload of lookup.workloads) {
      if (workload.hostNetwork !== true) continue;
      const runtime = lookup.runtimeOf(workload.id);
      const info = runtimeInfo(lookup.get('runtime', runtime)?.from ?? '');
      if (runtime === undefined || info === undefined || info.hostNetwork) continue;
      const path = ['workloads', workload.id, 'hostNetwork'];
      yield {
        message: `${capital(called(lookup, ref('workload', workload.id)))} is on the host network under runtime “${runtime}” (${info.label}). Such a pod does not start, or loses the isolation that the runtime is there for. Give it a network of its own, or another runtime.`,
        subject: ref('workload', workload.id),
        path,
        also: [ref('runtime', runtime)],
        fix: {
          label: 'Give it its own network',
          commands: [{ id: 'field/set', args: { path, value: undefined } }],
        },
      };
    }
  },
});
