/**
 * Constraints of Gatekeeper as guard rails: which there are, whether they refuse, and whom they leave out. Their Rego is
 * not evaluated.
 * Source: open-policy-agent/gatekeeper website/docs (howto, violations, exempt-namespaces), pkg/mutation/match.
 */
import type { KubeObject } from '../k8s/index.ts';
import { Guard } from './guard.ts';
import { at, type Facts, gone, list, printOf, standingOf, text } from './object-facts.ts';

export function gatekeeperFacts(facts: Facts, objects: readonly KubeObject[]): void {
  for (const object of objects) {
    const { apiVersion, kind, metadata } = object;
    if (apiVersion.startsWith('constraints.gatekeeper.sh/')) constraint(facts, object);
    else if (kind === 'ConstraintTemplate') template(facts, object);
    else if (apiVersion.startsWith('config.gatekeeper.sh/')) exempted(facts, object);
    // A name of any value is enough for Gatekeeper's webhook not to be asked.
    else if (kind === 'Namespace' && metadata.labels?.['admission.gatekeeper.sh/ignore'] !== undefined)
      facts.add({
        ...whole(object),
        namespace: metadata.name,
        rank: 0,
        state: 'its label keeps Gatekeeper from judging anything in it',
        absent: { rank: 1, state: 'it does not', anywhere: true },
      });
  }
}

function constraint(facts: Facts, object: KubeObject): void {
  const scoped = list(at(object, 'spec', 'scopedEnforcementActions')).map((entry) => text(at(entry, 'action')));
  const own = text(at(object, 'spec', 'enforcementAction')) || 'deny';
  const actions = own === 'scoped' ? scoped : [own];
  const guard = new Guard(facts, {
    ...whole(object),
    absent: gone,
    ...standingOf(
      [
        { when: actions.includes('deny'), rank: 3, state: 'it refuses' },
        { when: actions.includes('warn'), rank: 2, state: 'it only warns' },
      ],
      { rank: 1, state: 'it only reports' },
    ),
    print: printOf([at(object, 'spec', 'parameters'), scoped]),
  });
  const match = at(object, 'spec', 'match');
  const kinds = at(match, 'kinds');
  guard.only(
    'kinds',
    Array.isArray(kinds) && kinds.length > 0
      ? kinds.flatMap((entry) =>
          list(at(entry, 'apiGroups')).flatMap((group) =>
            list(at(entry, 'kinds')).map((kind) =>
              group === '' || group === '*' ? String(kind) : `${String(kind)}.${String(group)}`,
            ),
          ),
        )
      : undefined,
  );
  const namespaces = at(match, 'namespaces');
  guard.only('namespaces', Array.isArray(namespaces) && namespaces.length > 0 ? namespaces : undefined);
  for (const namespace of list(at(match, 'excludedNamespaces'))) guard.leavesOut(`namespace ${String(namespace)}`);
  for (const field of ['scope', 'name', 'source']) {
    const value = text(at(match, field));
    if (value !== '' && value !== 'All') guard.only(field, [value]);
  }
  guard.selects('namespaces', at(match, 'namespaceSelector'));
  guard.selects('objects', at(match, 'labelSelector'));
}

function template(facts: Facts, object: KubeObject): void {
  facts.add({
    ...whole(object),
    absent: { rank: 0, state: 'it is not there, so its constraints judge nothing' },
    rank: 1,
    state: 'its constraints judge by it',
    print: printOf(at(object, 'spec', 'targets')),
  });
}

function exempted(facts: Facts, object: KubeObject): void {
  for (const entry of list(at(object, 'spec', 'match')))
    for (const namespace of list(at(entry, 'excludedNamespaces')))
      for (const process of list(at(entry, 'processes')))
        facts.add({
          ...whole(object, String(namespace), String(process)),
          rank: 0,
          state: `it leaves out namespace ${String(namespace)} (${String(process)})`,
          absent: { rank: 1, state: 'it does not', anywhere: true },
        });
}

function whole(object: KubeObject, ...part: readonly string[]) {
  const { kind, metadata } = object;
  const id = [metadata.namespace, metadata.name].filter((p) => p !== undefined).join('/');
  return {
    key: ['gatekeeper', kind, id, ...part],
    subject: { kind, id },
    title: `${kind} ${id}`,
    about: 'strength' as const,
    sources: [object],
  };
}
