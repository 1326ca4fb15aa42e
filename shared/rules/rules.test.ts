import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { bindCommand } from '../commands/index.ts';
import type { Path } from '../lib/problem.ts';
import { allRefs, findRecord, recordPath, refKey, schema } from '../model/index.ts';
import { type Fix, rules, runRules } from './index.ts';
import { runRule } from './run.ts';
import { overSample, sample } from './sample.ts';

describe('the sample design', () => {
  it('should be valid and have no findings', () => {
    expect(schema.topology.safeParse(sample).error?.issues).toBeUndefined();
    expect(runRules(sample, { asOf: '2026-01-01' })).toEqual([]);
  });
});

describe.each(rules)('$id', (rule) => {
  const { good, bad } = rule.examples;
  const run = (example: (typeof good)[number]) =>
    runRule(rule, overSample(example.design), example.asOf === undefined ? {} : { asOf: example.asOf });

  it('should have good and bad examples that the schema accepts', () => {
    expect([good.length > 0, bad.length > 0]).toEqual([true, true]);
    for (const example of [...good, ...bad]) {
      expect(schema.topology.safeParse(overSample(example.design)).error?.issues, example.shows).toBeUndefined();
    }
  });

  it('should be silent on the good examples', () => {
    for (const example of good) expect(run(example), example.shows).toEqual([]);
  });

  it('should speak in sentences about the bad examples, and point at something', () => {
    for (const example of bad) {
      const findings = run(example);
      expect(findings.length, example.shows).toBeGreaterThan(0);
      for (const { message, path, subject } of findings) {
        expect(message).toMatch(/^[A-Z“].*\.$/s);
        expect(message).not.toMatch(/undefined|\[object|“”|\s\s/);
        expect(message.split('. ').length).toBeGreaterThanOrEqual(3);
        expect((path ?? []).length).toBeGreaterThan(0);
        if (subject !== undefined) expect(subject.id).not.toBe('');
      }
    }
  });

  it('should resolve with each fix the finding that offers it, and leave a valid design', () => {
    for (const example of bad) {
      const design = overSample(example.design);
      for (const { fix, alternatives = [], path, message } of run(example)) {
        if (fix === undefined) expect(alternatives).toEqual([]);
        const fixes = fix === undefined ? [] : [fix, ...alternatives];
        expect(new Set(fixes.map((f) => f.label)).size).toBe(fixes.length);
        for (const each of fixes) resolves(each, path, message);
      }
      function resolves(fix: Fix, path: Path | undefined, message: string) {
        const fixed = produce(design, (draft) => {
          for (const call of fix.commands) bindCommand(call).run(draft);
        });
        expect(schema.topology.safeParse(fixed).error?.issues, fix.label).toBeUndefined();
        const left = runRule(rule, fixed, example.asOf === undefined ? {} : { asOf: example.asOf });
        expect(left.filter((f) => f.message === message && f.path?.join() === path?.join())).toEqual([]);
      }
    }
  });

  it('should name no record that is not there, whatever else is missing', () => {
    for (const example of [...good, ...bad]) {
      const design = overSample(example.design);
      for (const removed of allRefs(design)) {
        // Without the record, and with every reference to it still there.
        const broken = produce(design, (draft) => deleteAt(draft, recordPath(removed)));
        const found = runRule(rule, broken, example.asOf === undefined ? {} : { asOf: example.asOf });
        const named = found.flatMap(({ subject, also }) => [...(subject === undefined ? [] : [subject]), ...also]);
        const missing = named.filter((r) => findRecord(broken, r) === undefined).map(refKey);
        expect(missing, `${example.shows}, without ${refKey(removed)}`).toEqual([]);
      }
    }
  });

  it('should say what, why and what to do in sentences', () => {
    for (const text of Object.values(rule.docs)) expect(text).toMatch(/^[A-Z].*\.$/);
  });
});

function deleteAt(root: object, path: readonly string[]): void {
  const [last, ...way] = path.toReversed();
  const holder = way.toReversed().reduce((at: object, key) => (at as Record<string, object>)[key] ?? {}, root);
  if (last !== undefined) delete (holder as Record<string, unknown>)[last];
}

describe('a namespace of a zone that is not there', () => {
  it('should not be said to wait for nodes, which no pool could give it', () => {
    const design = overSample({ namespaces: { web: { cluster: 'prod', zone: 'nowhere' } } });
    expect(runRules(design).filter((f) => f.rule === 'namespace/zone-without-pool')).toEqual([]);
  });
});

describe('clusters that replace each other', () => {
  it('should tell a circle once, and nothing of a cluster that only leads into it', () => {
    const cluster = (replaces: string) => ({ distribution: 'kubeadm' as const, version: '1.37', replaces });
    const design = overSample({ clusters: { a: cluster('b'), b: cluster('c'), c: cluster('b') } });
    const found = runRules(design).filter((f) => f.rule === 'cluster/replaced-in-a-circle');
    expect(found.map((f) => [f.subject?.id, f.also.map((r) => r.id)])).toEqual([['b', ['c']]]);
  });
});

describe('severity set by the design', () => {
  const bad = overSample({ zones: { partner: { trust: 20 } } });
  const withSetting = (severity: 'off' | 'info') => ({
    ...bad,
    rules: { 'zone/same-trust': { severity, reason: 'A test.' } },
  });
  const grave = (design: typeof bad) =>
    runRules(design)
      .filter((f) => f.rule === 'zone/same-trust')
      .map((f) => f.severity);

  it('should replace the severity of the rule, or switch it off', () => {
    expect(grave(bad)).toEqual(['error']);
    expect(grave(withSetting('info'))).toEqual(['info']);
    expect(grave(withSetting('off'))).toEqual([]);
  });
});
