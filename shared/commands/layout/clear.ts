import { defineCommand } from '../define.ts';
import { type LayoutTarget, targetPath } from '../layout-target.ts';
import { deleteAt } from '../path.ts';

/** Forgets places, so that automatic layout decides again; `all` forgets every one. */
export const clearLayout = defineCommand<{ readonly targets: readonly LayoutTarget[] | 'all' }>({
  id: 'layout/clear',
  label: () => 'Clear layout',
  run(draft, { targets }) {
    if (targets === 'all') deleteAt(draft, ['layout']);
    else for (const target of targets) deleteAt(draft, targetPath(target));
  },
});
