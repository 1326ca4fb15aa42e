import { runtimeInfo } from '../../catalog/index.ts';
import { ref } from '../../model/index.ts';
import { called, capital, defineRule } from '../define.ts';

export const withoutSharedFiles = defineRule({
  id: 'runtime/without-shared-files',
  severity: 'warning',
  title: 'Claims under a runtime that shares no files',
  docs: {
    what: 'A workload with claims runs under Firecracker, which shares no file system with its virtual machines and adds no disks to them later.',
    why: 'Claims with a file system may not show up in its pods, and ConfigMaps and Secrets are copied once and never updated.',
    todo: 'Try it with the storage that it uses, or run the workload under another virtual machine.',
  },
  examples: {
    good: [
      {
        shows: 'claims under another virtual machine',
        design: {
          runtimes: { vm: { from: 'kata-clh' } },
          workloads: { files: { namespace: 'orders', runtime: 'vm', storage: { data: { class: 'fast' } } } },
        },
      },
      {
        shows: 'Firecracker without claims',
        design: {
          runtimes: { vm: { from: 'kata-fc' } },
          workloads: { files: { namespace: 'orders', runtime: 'vm' } },
        },
      },
    ],
    bad: [
      {
        shows: 'claims under Firecracker',
        design: {
          runtimes: { vm: { from: 'kata-fc' } },
          workloads: { files: { namespace: 'orders', runtime: 'vm', storage: { data: { class: 'fast' } } } },
        },
      },
    ],
  },
  *check({ lookup }) {
    for (const workload of lookup.workloads) {
      if (Object.keys(workload.storage ?? {}).length === 0) continue;
      const runtime = lookup.runtimeOf(workload.id);
      const info = runtimeInfo(lookup.get('runtime', runtime)?.from ?? '');
      if (runtime === undefined || info === undefined || info.sharesFiles) continue;
      yield {
        message: `${capital(called(lookup, ref('workload', workload.id)))} has claims and runs under “${runtime}” (${info.label}), which shares no files with its virtual machines. Its volumes may not show up in its pods. Try it with this storage, or use another virtual machine.`,
        subject: ref('workload', workload.id),
        path: ['workloads', workload.id, 'storage'],
        also: [ref('runtime', runtime)],
      };
    }
  },
});
