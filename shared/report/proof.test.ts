import { describe, expect, it } from 'vitest';
import type { PlatformProofs } from '../proof/index.ts';
import { type ProofReport, proofAsData, proofAsText, proofCounts } from './proof.ts';
import { proofAsMarkdown } from './proof-markdown.ts';

const none = { extra: 0, missing: 0, 'cannot-say': 0 };
const proven = { equal: 3, findings: [], counts: none };
const lost: PlatformProofs['placement'] = {
  equal: 1,
  findings: [
    {
      kind: 'extra',
      cluster: 'prod',
      subject: { kind: 'pool', id: 'prod/a' },
      what: 'Pods of namespaces without a zone can run on pool “a” of zone “db”.',
      reason: 'Its nodes join without a taint.',
      causes: [],
    },
  ],
  counts: { ...none, extra: 7, missing: 2 },
};
const report: ProofReport = {
  connections: { equal: 5, findings: [], counts: { ...none, 'extra-by-address': 0 }, choices: [] },
  placement: proven,
  storage: proven,
  runtime: proven,
};

describe('the proof as text and data', () => {
  it('should say of each proof that it holds, and nothing of one that was asked nothing', () => {
    const text = proofAsText({ ...report, storage: { ...proven, equal: 0 } });
    expect(text).toBe(
      'Proven: the policies allow exactly what is drawn, 5 connections.\nPlacement is proven as drawn.\nRuntime is proven as drawn.\n',
    );
  });

  it('should list what differs, and count what is beyond the list', () => {
    const text = proofAsText({ ...report, placement: lost });
    expect(text).toContain(
      'Placement is not proven:\n  possible though not drawn: Pods of namespaces without a zone can run on pool “a” of zone “db”. Its nodes join without a taint.\n  and 8 more.\n',
    );
    expect(proofAsData({ ...report, placement: lost }).placement).toMatchObject({
      equal: 1,
      extra: [{ cluster: 'prod', subject: { kind: 'pool', id: 'prod/a' } }],
      missing: [],
      counts: { extra: 7, missing: 2 },
    });
  });

  it('should add up what is extra and missing in all four', () => {
    expect(proofCounts(report)).toEqual({ extra: 0, missing: 0 });
    expect(proofCounts({ ...report, placement: lost, runtime: lost })).toEqual({ extra: 14, missing: 4 });
  });
});

describe('the proof as a page', () => {
  const subject = { design: 'shop_*', clusters: ['prod'], workloads: 2 };

  it('should say that it is proven, and what is outside the proof', () => {
    const page = proofAsMarkdown(report, subject);
    expect(page).toContain(
      '# Proof of the export of shop\\_\\*\n\n**Proven.** The manifests allow exactly what is drawn.',
    );
    expect(page).toContain('Objects that a cluster holds besides them, and what was never applied, are outside.');
    expect(page).not.toContain('differences');
  });

  it('should list what differs with the rule that lets it through', () => {
    const { choices, ...connections } = report.connections;
    const page = proofAsMarkdown(
      {
        ...report,
        connections: {
          ...connections,
          choices,
          counts: { ...connections.counts, extra: 1, 'extra-by-address': 2 },
          findings: [
            {
              kind: 'extra',
              cluster: 'prod',
              from: { pods: { namespace: 'web', labels: { app: 'a' } } },
              to: { workload: 'api' },
              ports: [{ protocol: 'TCP', start: 80, end: 80 }],
              causes: [],
              onlyAt: 'receiver',
              by: [
                {
                  kind: 'NetworkPolicy',
                  namespace: 'app',
                  name: 'in',
                  direction: 'ingress',
                  rule: 0,
                  path: 'spec.ingress[0]',
                  file: 'p.yaml',
                  line: 7,
                },
              ],
            },
          ],
        },
        placement: lost,
      },
      subject,
    );
    expect(page).toContain('**Not proven.** 8 things possible though not drawn, 2 things drawn though not possible.');
    expect(page).toContain(
      '- allowed though not drawn: pods with app=a in namespace web → api on 80/tcp: the policies at api let it through, although no workload of the design is meant; let through by spec.ingress\\[0\\] of NetworkPolicy app/in (p.yaml:7)\n- and 2 more.',
    );
    expect(page).toContain('## Placement: differences');
  });
});
