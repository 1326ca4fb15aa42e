/** What is set for a design as a whole: who may give namespaces and nodes their zone, and which rules watch over it. */
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

/** How far the export is rolled out by the tools of GitOps; an earlier stage takes back what a later one enforces. */
export function judgeStage({ before, after }: Judgement): Effect[] {
  const stages = ['observe', 'isolate', 'enforce'] as const;
  const [was = 'enforce', is = 'enforce'] = [before, after].map(({ metadata: { gitops } }) => gitops?.stage);
  const step = stages.indexOf(is) - stages.indexOf(was);
  if (step === 0) return [];
  if (step > 0) return [effect('strengthens', 'low', `The export is rolled out as far as stage ${is}.`)];
  const lost = is === 'observe' ? 'all connections are allowed, and admission only warns' : 'admission only warns';
  return [
    effect(
      'weakens',
      is === 'observe' ? 'critical' : 'high',
      `The export is rolled out as far as stage ${is} instead of ${was}: ${lost}.`,
    ),
  ];
}

/** A rule that is switched off, or set lower, guards less. What a rule does that nobody set is its own to say. */
export function judgeRule(id: string, { before, after }: Judgement): Effect[] {
  const [was, is] = [before, after].map(({ rules }) =>
    rules !== undefined && Object.hasOwn(rules, id) ? rules[id] : undefined,
  );
  const ranks = { off: 0, info: 1, warning: 2, error: 3 };
  const rank = (setting: typeof was) => (setting === undefined ? undefined : ranks[setting.severity]);
  const [older, newer] = [rank(was), rank(is)];
  const isLess = newer !== undefined && (older === undefined ? newer === 0 : newer < older);
  const isMore = older !== undefined && (newer === undefined ? older === 0 : newer > older);
  if (isLess && newer === 0)
    return [effect('weakens', 'medium', `What it finds is told no longer. Reason: ${is?.reason.replace(/\.$/, '')}.`)];
  if (isLess)
    return [
      effect(
        'weakens',
        'low',
        `What it finds counts as ${is?.severity} only. Reason: ${is?.reason.replace(/\.$/, '')}.`,
      ),
    ];
  return isMore ? [effect('strengthens', 'low', 'What it finds counts more again.')] : [];
}

/** Without names these are the groups of each distribution. */
function administrators({ metadata: { administrators: named, gitops } }: Topology): string[] {
  const { groups = [], users = [] } = named ?? {};
  const written = [...groups.map((g) => `group ${g}`), ...users.map((u) => `user ${u}`)];
  const all = written.length > 0 ? written : ['the groups of each distribution'];
  return sortBy(unique([...all, ...(gitops?.tools ?? []).map((tool) => `the accounts of ${tool}`)]), (name) => name);
}
