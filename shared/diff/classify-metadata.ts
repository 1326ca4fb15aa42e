/** Who may give namespaces and nodes their zone: everything of a zone hangs on it. */
import { sortBy, unique } from '../lib/sort.ts';
import type { Topology } from '../model/index.ts';
import { effect, type Judgement } from './classify-context.ts';
import type { Effect } from './entry.ts';

export function judgeAdministrators({ before, after }: Judgement): Effect[] {
  const [was, is] = [administrators(before), administrators(after)];
  const more = is.filter((name) => !was.includes(name));
  const fewer = was.filter((name) => !is.includes(name));
  return [
    ...(more.length > 0
      ? [effect('weakens', 'high', `More may change what tells the zone of namespaces and nodes: ${more.join(', ')}.`)]
      : []),
    ...(fewer.length > 0
      ? [effect('strengthens', 'low', `No longer may change what tells a zone: ${fewer.join(', ')}.`)]
      : []),
  ];
}

/** Without names these are the groups of each distribution. */
function administrators({ metadata: { administrators: named, gitops } }: Topology): string[] {
  const { groups = [], users = [] } = named ?? {};
  const written = [...groups.map((g) => `group ${g}`), ...users.map((u) => `user ${u}`)];
  const all = written.length > 0 ? written : ['the groups of each distribution'];
  return sortBy(unique([...all, ...(gitops?.tools ?? []).map((tool) => `the accounts of ${tool}`)]), (name) => name);
}
