/** What was proven of an export, as text and in the shape of the export's JSON. */
import type { ConnectionProof, ProofEnd, ProofFinding } from '../proof/index.ts';
import { jsonText } from './json.ts';

export interface ProofReport {
  readonly connections: ConnectionProof;
}

/** The `proof` of `export --format json`. Lists are cut where millions of entries would say the same; `counts` has all. */
export function proofAsData({ connections }: ProofReport) {
  const { equal, findings, counts, choices } = connections;
  const of = (kind: ProofFinding['kind']) =>
    findings.filter((f) => f.kind === kind).map(({ kind: _, ...rest }) => rest);
  return {
    connections: {
      equal,
      extra: of('extra'),
      extraByAddress: of('extra-by-address'),
      missing: of('missing'),
      cannotSay: of('cannot-say'),
      counts,
      choices,
    },
  };
}

/** The proof as a file of the export's own folder would hold it. */
export function proofAsJson(report: ProofReport): string {
  return jsonText({ apiVersion: 'zonewright/v1', kind: 'Proof', ...proofAsData(report) });
}

/** One line where everything is proven; otherwise a line for each difference, at most `most` of them. */
export function proofAsText({ connections }: ProofReport, most = 20): string {
  const { equal, findings, counts } = connections;
  const total = Object.values(counts).reduce((sum, n) => sum + n, 0);
  const head =
    total === 0
      ? `Proven: the policies allow exactly what is drawn, ${equal} connections.\n`
      : `${equal} connections are proven. Not proven:\n`;
  const lines = findings.slice(0, most).map((f) => `  ${describeFinding(f)}\n`);
  return [head, ...lines, ...(total > lines.length ? [`  and ${total - lines.length} more.\n`] : [])].join('');
}

export function describeFinding(finding: ProofFinding): string {
  const way = `${describeEnd(finding.from)} → ${describeEnd(finding.to)}`;
  const ports = finding.ports
    .map((p) => `${p.start === p.end ? p.start : `${p.start}-${p.end}`}/${p.protocol.toLowerCase()}`)
    .join(', ');
  const causes = finding.causes.length === 0 ? '' : ` (${finding.causes.map((c) => `${c.kind} ${c.id}`).join(', ')})`;
  const reason = finding.reason === undefined ? '' : `: ${finding.reason}`;
  return `${words[finding.kind]}: ${way}${ports === '' ? '' : ` on ${ports}`}${causes}${reason}`;
}

const words: Readonly<Record<ProofFinding['kind'], string>> = {
  extra: 'allowed though not drawn',
  'extra-by-address': 'allowed by address though not drawn',
  missing: 'drawn though not allowed',
  'cannot-say': 'cannot be said',
};

function describeEnd(end: ProofEnd): string {
  if ('workload' in end) return end.workload;
  const [first, ...more] = end.cidrs;
  if (first === undefined) return 'outside';
  return more.length === 0 ? first : `${first} and ${more.length} more ranges`;
}
