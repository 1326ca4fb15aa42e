import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Flow } from '../model/index.ts';
import { overSample, rules, runRules, sample } from '../rules/index.ts';
import { sameFault } from './analyze.ts';
import { analyze } from './index.ts';

describe('analyze', () => {
  it('should give plain data that survives the way to a worker', () => {
    const analysis = analyze(sample, { asOf: '2026-11-21' });
    expect(structuredClone(analysis)).toEqual(analysis);
    expect(JSON.parse(JSON.stringify(analysis))).toEqual(analysis);
    expect(analysis.bundle.files.length).toBeGreaterThan(5);
  });

  it('should say once what a rule and the compiler both find, and keep the compiler’s words where the rule is off', () => {
    const back: Flow = { from: { workload: 'api' }, to: { workload: 'gateway' }, ports: [{ port: 8443 }], owner: 'a' };
    const design = overSample({ flows: { back } });
    const about = (topology: typeof design) => {
      const { problems, problemsByRef } = analyze(topology);
      return (problemsByRef['flow:back'] ?? []).map((i) => problems[i]?.rule);
    };
    expect(about(design)).toEqual(['flow/against-the-matrix']);
    const off = { ...design, rules: { 'flow/against-the-matrix': { severity: 'off', reason: 'A test.' } } } as const;
    expect(about(off)).toEqual(['compile/flow-blocked-by-the-matrix']);
  });

  it('should leave the words to rules that exist', () => {
    const known = new Set(rules.map((rule) => rule.id));
    expect(
      Object.values(sameFault)
        .flat()
        .filter((id) => !known.has(id)),
    ).toEqual([]);
  });

  it('should say once, with a way to mend it, that a flow enters a zone that is not exposed', () => {
    const entering: Flow = {
      from: { external: 'internet' },
      to: { workload: 'api' },
      ports: [{ port: 'http' }],
      via: { kind: 'loadBalancer' },
    };
    const { problems } = analyze(overSample({ flows: { entering } }));
    const exposed = problems.filter((p) => p.rule.endsWith('not-exposed'));
    expect(exposed.map((p) => [p.rule, p.fixable])).toEqual([['flow/not-exposed', true]]);
  });

  it('should count what it lists, and index every record that takes part', () => {
    const { problems, counts, problemsByRef } = analyze(overSample({ zones: { partner: { trust: 20 } } }));
    expect(counts.error + counts.warning + counts.info).toBe(problems.length);
    const index = problems.findIndex((p) => p.rule === 'zone/same-trust');
    expect(problemsByRef['zone:partner']).toContain(index);
    expect(problemsByRef['zone:dmz']).toContain(index);
  });

  it('should not depend on the day in what is exported', () => {
    const flows = rules.find((rule) => rule.id === 'flow/expired')?.examples.bad[0]?.design ?? {};
    const design = overSample(flows);
    expect(analyze(design, { asOf: '2099-01-01' }).bundle).toEqual(analyze(design).bundle);
  });

  it('should judge flows against the matrix exactly as the compiler does', () => {
    const service = fc.constantFrom('443/tcp', '8443', '8080/tcp', '8000-8079', '8080-9000', '5432/tcp', '5432/udp');
    const cell = fc.oneof(
      fc.record({ access: fc.constantFrom('allow-all' as const, 'block-all' as const) }),
      fc.record({
        access: fc.constant('allow-only' as const),
        services: fc.array(service, { minLength: 1, maxLength: 3 }),
      }),
    );
    const zone = fc.constantFrom('dmz', 'app', 'db', 'outside');
    const port = fc.oneof(
      fc.record({ port: fc.constantFrom<number | string>(8080, 8443, 5432, 'http', 'https', 'sql') }),
      fc.record({ port: fc.constantFrom<number | string>('https', 8443), dial: fc.constant(443) }),
      fc.record({ port: fc.constant(8000), endPort: fc.constantFrom(8079, 8090) }),
    );
    const workload = fc.constantFrom('gateway', 'api', 'store');
    const inside = fc.oneof(
      fc.record({ workload }),
      fc.record({ zone: fc.constantFrom('dmz', 'app', 'db') }),
      fc.record({ namespace: fc.constantFrom('web', 'orders', 'ledger') }),
    );
    const outside = fc.record({ external: fc.constant('internet') });
    const ports = fc.oneof(fc.constant('all' as const), fc.array(port, { minLength: 1, maxLength: 2 }));
    const flow: fc.Arbitrary<Flow> = fc.oneof(
      fc.record({ from: inside, to: inside, ports }),
      fc.record({ from: inside, to: outside, ports }),
      fc.record({ from: outside, to: inside, ports, via: fc.constant({ kind: 'loadBalancer' as const }) }),
    );
    const matrix = fc.dictionary(zone, fc.dictionary(zone, cell, { noNullPrototype: true }), { noNullPrototype: true });
    fc.assert(
      fc.property(matrix, flow, (cells, drawn) => {
        const topology = overSample({ matrix: cells, flows: { drawn } });
        const judged = runRules(topology).filter((f) => f.subject?.id === 'drawn');
        // The compiler looks at the matrix last: a flow that it cannot read at all says so instead.
        const unread = ['flow/unknown-port', 'flow/not-exposed', 'flow/to-itself'];
        fc.pre(!judged.some((f) => unread.includes(f.rule)));
        const blocked = analyze({
          ...topology,
          rules: { 'flow/against-the-matrix': { severity: 'off', reason: 'x' } },
        });
        expect(
          blocked.problems.some((p) => p.rule === 'compile/flow-blocked-by-the-matrix' && p.subject?.id === 'drawn'),
        ).toBe(judged.some((f) => f.rule === 'flow/against-the-matrix'));
      }),
      { numRuns: 300 },
    );
  });
});
