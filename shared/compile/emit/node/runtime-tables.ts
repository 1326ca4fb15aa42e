/** The runtimes that one configuration of an engine has to set up: each handler once. */
import type { Problem } from '../../../lib/problem.ts';
import { sortBy } from '../../../lib/sort.ts';
import type { ClusterIr } from '../../ir.ts';
import type { NodeRuntimeIr, PoolIr } from '../../lower/cluster.ts';

/** A second runtime under the handler of another would make the file invalid; it is reported and left out. */
export function mergedRuntimes(ir: ClusterIr, pools: readonly PoolIr[], problems: Problem[]): NodeRuntimeIr[] {
  const byHandler = new Map<string, NodeRuntimeIr>();
  const all = sortBy(
    pools.flatMap((p) => p.runtimes),
    (r) => r.id,
  );
  for (const runtime of all) {
    const first = byHandler.get(runtime.handler);
    if (first === undefined) byHandler.set(runtime.handler, runtime);
    else if (first.info?.id !== runtime.info?.id && !problems.some((p) => p.subject?.id === runtime.id)) {
      problems.push({
        rule: 'compile/handler-twice',
        severity: 'error',
        message: `Runtimes “${first.id}” and “${runtime.id}” both use the handler “${runtime.handler}” on nodes of cluster “${ir.id}”, but are not the same. Only “${first.id}” is set up there. Give one of them another handler.`,
        subject: { kind: 'runtime', id: runtime.id },
        path: ['runtimes', runtime.id, 'handler'],
        fixable: false,
      });
    }
  }
  return sortBy(byHandler.values(), (r) => r.handler);
}
