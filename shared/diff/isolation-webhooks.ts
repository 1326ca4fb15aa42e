/** Webhooks of admission as guard rails: what the API server asks them, and what becomes of it where they do not answer. */
import type { KubeObject } from '../k8s/index.ts';
import { Guard } from './guard.ts';
import { at, type Facts, gone, list, printOf, text } from './object-facts.ts';

export function webhookFacts(facts: Facts, objects: readonly KubeObject[]): void {
  for (const object of objects)
    if (/^(Validating|Mutating)WebhookConfiguration$/.test(object.kind))
      for (const hook of list(object.webhooks)) webhook(facts, object, hook);
}

function webhook(facts: Facts, object: KubeObject, hook: unknown): void {
  const { kind, metadata } = object;
  const name = text(at(hook, 'name'));
  const fails = (text(at(hook, 'failurePolicy')) || 'Fail') === 'Fail';
  const service = at(hook, 'clientConfig', 'service');
  const guard = new Guard(facts, {
    key: ['webhook', kind, metadata.name, name],
    subject: { kind, id: metadata.name },
    title: `${kind} ${metadata.name}, webhook ${name}`,
    about: 'strength',
    sources: [object],
    absent: gone,
    rank: fails ? 2 : 1,
    state: fails ? 'nothing is admitted without its answer' : 'it lets through what it does not answer',
    print: printOf([
      ['namespace', 'name', 'path', 'port'].map((part) => at(service, part)),
      at(hook, 'clientConfig', 'url'),
      list(at(hook, 'matchConditions')).map((condition) => at(condition, 'expression')),
      text(at(hook, 'matchPolicy')) || 'Equivalent',
    ]),
  });
  for (const rule of list(at(hook, 'rules')))
    for (const group of list(at(rule, 'apiGroups')))
      for (const resource of list(at(rule, 'resources')))
        for (const operation of list(at(rule, 'operations')))
          guard.judges(
            `${String(operation)} of ${String(resource)}${group === '' ? '' : `.${String(group)}`}${scopeOf(rule)}`,
          );
  guard.selects('namespaces', at(hook, 'namespaceSelector'));
  guard.selects('objects', at(hook, 'objectSelector'));
}

function scopeOf(rule: unknown): string {
  const scope = text(at(rule, 'scope'));
  return scope === '' || scope === '*' ? '' : ` (${scope})`;
}
