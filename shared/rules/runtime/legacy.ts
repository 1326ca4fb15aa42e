import { legacyRuntime, runtimeInfo } from '../../catalog/index.ts';
import { ref } from '../../model/index.ts';
import { called, capital, defineRule } from '../define.ts';

export const legacyRuntimeUsed = defineRule({
  id: 'runtime/legacy',
  severity: 'error',
  title: 'Runtime that nobody maintains',
  docs: {
    what: 'A runtime comes from a project that has ended.',
    why: 'Nobody fixes its faults, and current container engines do not run it; nothing can be exported for it.',
    todo: 'Use its successor.',
  },
  examples: {
    good: [{ shows: 'a maintained runtime', design: { runtimes: { sandbox: { from: 'gvisor' } } } }],
    bad: [{ shows: 'a runtime that was merged into Kata Containers', design: { runtimes: { old: { from: 'runv' } } } }],
  },
  *check({ lookup, topology }) {
    for (const [id, runtime] of Object.entries(topology.runtimes ?? {})) {
      const legacy = legacyRuntime(runtime.from);
      if (legacy === undefined) continue;
      const successor = runtimeInfo(legacy.successor)?.label ?? legacy.successor;
      yield {
        message: `${capital(called(lookup, ref('runtime', id)))} is ${legacy.label}. ${legacy.reason} Use ${successor}.`,
        subject: ref('runtime', id),
        path: ['runtimes', id, 'from'],
        fix: {
          label: `Use ${successor}`,
          commands: [{ id: 'field/set', args: { path: ['runtimes', id, 'from'], value: legacy.successor } }],
        },
      };
    }
  },
});
