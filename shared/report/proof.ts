/** What was proven of an export, as text and in the shape of the export's JSON. */
import { oneLine } from '../lib/one-line.ts';
import type { ConnectionProof, PlatformFinding, PlatformProofs, ProofEnd, ProofFinding } from '../proof/index.ts';
import { describeRule, otherNamespace } from '../reach/index.ts';
import { jsonText } from './json.ts';

export interface ProofReport extends PlatformProofs {
  readonly connections: ConnectionProof;
}

const platformProofs = ['placement', 'storage', 'runtime'] as const;

/** How much of all four proofs is extra, which stops an export, and missing, which is an error. */
export function proofCounts(report: ProofReport): { readonly extra: number; readonly missing: number } {
  const all = [report.connections, ...platformProofs.map((name) => report[name])];
  const sum = (kind: 'extra' | 'missing') => all.reduce((n, { counts }) => n + counts[kind], 0);
  return { extra: sum('extra'), missing: sum('missing') };
}

/** The `proof` of `export --format json`. Lists are cut where millions of entries would say the same; `counts` has all. */
export function proofAsData(report: ProofReport) {
  const { equal, findings, counts, choices } = report.connections;
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
    placement: platformAsData(report, 'placement'),
    storage: platformAsData(report, 'storage'),
    runtime: platformAsData(report, 'runtime'),
  };
}

function platformAsData(report: ProofReport, name: (typeof platformProofs)[number]) {
  const { equal, findings, counts } = report[name];
  const of = (kind: PlatformFinding['kind']) =>
    findings.filter((f) => f.kind === kind).map(({ kind: _, ...rest }) => rest);
  return { equal, extra: of('extra'), missing: of('missing'), cannotSay: of('cannot-say'), counts };
}

/** The proof as a file of the export's own folder would hold it. */
export function proofAsJson(report: ProofReport): string {
  return jsonText({ apiVersion: 'zonewright/v1', kind: 'Proof', ...proofAsData(report) });
}

/** One line for each proof that holds; otherwise a line for each difference, at most `most` of each proof. */
export function proofAsText(report: ProofReport, most = 20): string {
  const { equal, findings, counts } = report.connections;
  const total = Object.values(counts).reduce((sum, n) => sum + n, 0);
  const head =
    total === 0
      ? `Proven: the policies allow exactly what is drawn, ${equal} connections.\n`
      : `${equal} connections are proven. Not proven:\n`;
  const platform = platformProofs.map((name) => platformAsText(report, name, most));
  return [head, list(findings.map(describeFinding), total, most), ...platform].join('');
}

function platformAsText(report: ProofReport, name: (typeof platformProofs)[number], most: number): string {
  const { equal, findings, counts } = report[name];
  const total = Object.values(counts).reduce((sum, n) => sum + n, 0);
  const title = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
  // A design without zones in a cluster asks nothing, so there is nothing to claim.
  if (total === 0) return equal === 0 ? '' : `${title} is proven as drawn.\n`;
  return `${title} is not proven:\n${list(findings.map(describePlatformFinding), total, most)}`;
}

function list(lines: readonly string[], total: number, most: number): string {
  const shown = lines.slice(0, most).map((line) => `  ${oneLine(line)}\n`);
  return [...shown, ...(total > shown.length ? [`  and ${total - shown.length} more.\n`] : [])].join('');
}

export function describePlatformFinding({ kind, what, reason }: PlatformFinding): string {
  return `${platformWords[kind]}: ${what} ${reason}`;
}

const platformWords: Readonly<Record<PlatformFinding['kind'], string>> = {
  extra: 'possible though not drawn',
  missing: 'drawn though not possible',
  'cannot-say': 'cannot be said',
};

export function describeFinding(finding: ProofFinding): string {
  const way = `${describeEnd(finding.from)} → ${describeEnd(finding.to)}`;
  const ports = finding.ports
    .map((p) => `${p.start === p.end ? p.start : `${p.start}-${p.end}`}/${p.protocol.toLowerCase()}`)
    .join(', ');
  const causes = finding.causes.length === 0 ? '' : ` (${finding.causes.map((c) => `${c.kind} ${c.id}`).join(', ')})`;
  const why = reasonsOf(finding, describeEnd);
  const reason = why.length === 0 ? '' : `: ${why.join('; ')}`;
  return `${words[finding.kind]}: ${way}${ports === '' ? '' : ` on ${ports}`}${causes}${reason}`;
}

/** Why a finding is so, part by part, each the inside of a sentence; `nameOf` gives the ends their names. */
export function reasonsOf(finding: ProofFinding, nameOf: (end: ProofEnd) => string): string[] {
  const { by = [], onlyAt, from, to, reason } = finding;
  const [open, other] = onlyAt === 'sender' ? [from, to] : [to, from];
  const side =
    'pods' in other
      ? `the policies at ${nameOf(open)} let it through, although no workload of the design is meant`
      : `the policies at ${nameOf(open)} alone let it through, and only those at ${nameOf(other)} hold it back`;
  return [
    ...(onlyAt === undefined ? [] : [side]),
    ...(by.length === 0 ? [] : [`let through by ${by.map(describeRule).join(' and ')}`]),
    ...(reason === undefined ? [] : [reason]),
  ];
}

const words: Readonly<Record<ProofFinding['kind'], string>> = {
  extra: 'allowed though not drawn',
  'extra-by-address': 'allowed by address though not drawn',
  missing: 'drawn though not allowed',
  'cannot-say': 'cannot be said',
};

function describeEnd(end: ProofEnd): string {
  if ('workload' in end) return end.cluster === undefined ? end.workload : `${end.workload} in ${end.cluster}`;
  if ('pods' in end) return describePods(end.pods);
  const [first, ...more] = end.cidrs;
  if (first === undefined) return 'outside';
  return more.length === 0 ? first : `${first} and ${more.length} more ranges`;
}

/** `pods with app=web in namespace shop`; `other pods in namespace shop` for pods that no label tells apart. */
export function describePods({ namespace, labels }: Extract<ProofEnd, { readonly pods: object }>['pods']): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const place = namespace.startsWith(otherNamespace)
    ? namespace.replace(otherNamespace, 'any other namespace')
    : `namespace ${namespace}`;
  return `${pairs.length === 0 ? 'other pods' : `pods with ${pairs.join(', ')}`} in ${place}`;
}
