import { legacyRuntime, runtimeInfo } from '../../catalog/index.ts';
import { ref } from '../../model/index.ts';
import { called, capital, defineRule } from '../define.ts';

export const unknownRuntime = defineRule({
  id: 'runtime/unknown',
  severity: 'warning',
  title: 'Runtime that the catalogue does not know',
  docs: {
    what: 'A runtime starts from an id that the catalogue does not have.',
    why: 'Its handler and isolation can only come from the design, and its configuration on the nodes is up to you.',
    todo: 'Correct the id, or write down handler and isolation and configure the nodes yourself.',
  },
  examples: {
    good: [
      { shows: 'a runtime of the catalogue', design: {} },
      {
        shows: 'a runtime of your own that says what it is',
        design: { runtimes: { own: { from: 'own', handler: 'own', isolation: 'virtual-machine' } } },
      },
    ],
    bad: [{ shows: 'a misspelt id', design: { runtimes: { sandbox: { from: 'gvizor' } } } }],
  },
  *check({ lookup, topology }) {
    for (const [id, runtime] of Object.entries(topology.runtimes ?? {})) {
      if (runtimeInfo(runtime.from) !== undefined || legacyRuntime(runtime.from) !== undefined) continue;
      if (runtime.handler !== undefined && runtime.isolation !== undefined) continue;
      yield {
        message: `${capital(called(lookup, ref('runtime', id)))} starts from “${runtime.from}”, which the catalogue does not know. How strongly it isolates and what nodes need for it is not known either. Correct the id, or write down its handler and isolation.`,
        subject: ref('runtime', id),
        path: ['runtimes', id, 'from'],
      };
    }
  },
});
