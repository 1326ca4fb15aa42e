/** What the proof of the export says: one calm line where it allows exactly what is drawn, otherwise every difference. */
import { CircleCheck } from 'lucide-react';
import { useMemo, useState } from 'react';
import { type AskedEnd, flowsLeftOut, type Proof } from '../../../shared/analysis/index.ts';
import type { CoverageNote } from '../../../shared/compile/index.ts';
import { findRecord, lookup, type Ref, refKey, type Topology } from '../../../shared/model/index.ts';
import type { ProofEnd, ProofFinding } from '../../../shared/proof/index.ts';
import { portsText } from '../../../shared/reach/index.ts';
import { describePods, reasonsOf } from '../../../shared/report/index.ts';
import { useAnalysis, useDocument, useStores, useUi } from '../../store/stores.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import './proof.css';

type FindingKind = ProofFinding['kind'];

const groups: ReadonlyArray<{
  readonly kind: FindingKind;
  readonly title: string;
  readonly about: string;
  readonly mark: string;
  readonly tone: 'error' | 'warning' | 'info';
}> = [
  {
    kind: 'extra',
    title: 'Allowed though not drawn',
    about: 'The manifests let these through and no flow means them. The export is refused until they are gone.',
    mark: '+',
    tone: 'error',
  },
  {
    kind: 'missing',
    title: 'Drawn though not allowed',
    about: 'A flow means these and the manifests do not let them through.',
    mark: '−',
    tone: 'error',
  },
  {
    kind: 'extra-by-address',
    title: 'Extra by address',
    about: 'Between clusters only addresses are known, and these share the addresses of something that is drawn.',
    mark: '+',
    tone: 'warning',
  },
  {
    kind: 'cannot-say',
    title: 'Cannot be said',
    about: 'Policies do not decide these, so neither can the proof.',
    mark: '?',
    tone: 'info',
  },
];

export function ProofPanel() {
  const proof = useAnalysis((s) => s.proof);
  const provenRevision = useAnalysis((s) => s.provenRevision);
  const failure = useAnalysis((s) => s.failure);
  const revision = useDocument((s) => s.revision);
  if (proof === undefined) {
    if (failure !== undefined) return <EmptyState title="The proof failed">{failure}</EmptyState>;
    return <EmptyState title="Proving…" />;
  }
  return (
    <div className={`proof${provenRevision === revision ? '' : ' is-old'}`} data-testid="proof">
      <Summary proof={proof} />
      <LeftOut />
      <Findings proof={proof} />
      <PlatformFindings proof={proof} />
      <Choices proof={proof} />
      <Coverage />
    </div>
  );
}

/** What was compared with what, and how much of it agreed. */
function Summary({ proof }: { readonly proof: Proof }) {
  const topology = useDocument((s) => s.topology);
  const { equal, counts } = proof.connections;
  const index = lookup(topology);
  const isProven = Object.values(counts).every((count) => count === 0);
  const workloads = index.workloads.filter((w) => index.clusterOf({ kind: 'workload', id: w.id }) !== undefined).length;
  const compared = `${plural(workloads, 'workload')} in ${plural(index.clusters.length, 'cluster')}, pair by pair and with every range of addresses that drawing or manifests tell apart`;
  return (
    <p className="proof__summary" data-testid="proof-summary">
      {isProven ? (
        <>
          <CircleCheck size={16} aria-hidden className="is-fine" />
          <span>
            <strong className="is-fine">{`The manifests allow exactly what is drawn: ${plural(equal, 'connection')}.`}</strong>{' '}
            <span className="proof__dim">{`Compared: ${compared}. The printed files were read back and judged by an engine that does not know the drawing.`}</span>
          </span>
        </>
      ) : (
        <span>
          <strong>{`${plural(equal, 'connection')} proven.`}</strong>{' '}
          <span className="proof__dim">{`Compared: ${compared}. These differ:`}</span>
        </span>
      )}
    </p>
  );
}

/** What is left out of the export is left out of what is proven, so it is said beside the proof. */
function LeftOut() {
  const { ui } = useStores();
  const problems = useAnalysis((s) => s.analysis?.bundle.problems);
  const flows = useMemo(() => flowsLeftOut(problems ?? []), [problems]);
  if (flows.length === 0) return null;
  return (
    <section className="proof__group proof__group--warning" data-testid="proof-left-out">
      <h3>
        Drawn and not exported
        <span className="proof__count">{flows.length}</span>
        <span className="proof__about">
          The proof is about the rest of the drawing. Problems say why each is left out.
        </span>
      </h3>
      <ul>
        {flows.map((id) => (
          <li key={id}>
            <button
              type="button"
              className="proof__row proof__row--platform"
              onClick={() => ui.getState().revealRefs([{ kind: 'flow', id }])}
            >
              <span className="proof__mark" aria-hidden>
                ▲
              </span>
              <span className="proof__pair">{id}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

const mostShown = 100;

function Findings({ proof }: { readonly proof: Proof }) {
  const { findings, counts } = proof.connections;
  const [whole, setWhole] = useState<ReadonlySet<FindingKind>>(new Set());
  const byKind = useMemo(() => {
    const found = new Map<FindingKind, ProofFinding[]>();
    for (const finding of findings) found.set(finding.kind, [...(found.get(finding.kind) ?? []), finding]);
    return found;
  }, [findings]);
  return groups.map(({ kind, title, about, mark, tone }) => {
    const own = byKind.get(kind) ?? [];
    if (own.length === 0) return null;
    const shown = whole.has(kind) ? own : own.slice(0, mostShown);
    const more = counts[kind] - shown.length;
    return (
      <section key={kind} className={`proof__group proof__group--${tone}`} data-testid={`proof-${kind}`}>
        <h3 title={about}>
          {title}
          <span className="proof__count">{counts[kind]}</span>
          <span className="proof__about">{about}</span>
        </h3>
        <ul>
          {shown.map((finding) => (
            <Row key={keyOf(finding)} finding={finding} mark={mark} />
          ))}
        </ul>
        {more > 0 && (
          <p className="proof__more">
            {own.length > shown.length ? (
              <button type="button" onClick={() => setWhole(new Set([...whole, kind]))}>
                {`Show ${own.length - shown.length} more`}
              </button>
            ) : (
              `${more} more of the same kind are not listed.`
            )}
          </p>
        )}
      </section>
    );
  });
}

function Row({ finding, mark }: { readonly finding: ProofFinding; readonly mark: string }) {
  const topology = useDocument((s) => s.topology);
  const { ui } = useStores();
  const explained = useUi((s) => s.explain);
  const { from, to, ports, causes, cluster } = finding;
  const ends = [endOf(topology, from), endOf(topology, to)] as const;
  const isShown = isSame(explained?.from, ends[0]) && isSame(explained?.to, ends[1]);
  const index = lookup(topology);
  const isPair = [from, to].every((end) => !('cidrs' in end) || end.cidrs.length > 0);
  return (
    <li>
      <button
        type="button"
        className={`proof__row${isShown ? ' is-on' : ''}`}
        data-testid={`proof-row-${refOf(from)}-${refOf(to)}`}
        onClick={() => {
          const refs = [from, to].flatMap((end): Ref[] =>
            'workload' in end ? [{ kind: 'workload', id: end.workload }] : [],
          );
          const there = refs.filter((r) => findRecord(topology, r) !== undefined);
          ui.getState().revealRefs(there.length > 0 ? there : causes);
          if (ends.includes(undefined)) return;
          const first = ports[0];
          const port = first === undefined ? '' : `${first.start}/${first.protocol.toLowerCase()}`;
          ui.getState().set({ rightOpen: true, blast: undefined, explain: { from: ends[0], to: ends[1], port } });
        }}
      >
        <span className="proof__mark" aria-hidden>
          {mark}
        </span>
        <span className="proof__pair">
          {isPair ? `${titleOf(topology, from)} → ${titleOf(topology, to)}` : causesText(topology, causes)}
        </span>
        <span className="proof__ports">{ports.length === 0 ? '' : portsText(ports)}</span>
        <span className="proof__reason">
          {[
            ...reasonsOf(finding, (end) => titleOf(topology, end)).map(sentence),
            cluster === undefined || index.clusters.length < 2 ? '' : `In ${cluster}.`,
            isPair && causes.length > 0 ? `Meant by ${causesText(topology, causes)}.` : '',
          ]
            .filter((text) => text !== '')
            .join(' ')}
        </span>
      </button>
    </li>
  );
}

const platform = [
  ['placement', 'Placement', 'Where pods can land.'],
  ['storage', 'Storage', 'Which classes can be claimed.'],
  ['runtime', 'Runtimes', 'What pods can run in.'],
] as const;

/** Placement, storage and runtimes: what the exported objects admit that is not drawn, and the reverse. */
function PlatformFindings({ proof }: { readonly proof: Proof }) {
  const topology = useDocument((s) => s.topology);
  const { ui } = useStores();
  return platform.map(([name, title, about]) => {
    const { findings, counts } = proof[name];
    if (findings.length === 0) return null;
    const tone = counts.extra + counts.missing > 0 ? 'error' : 'info';
    const total = counts.extra + counts.missing + counts['cannot-say'];
    return (
      <section key={name} className={`proof__group proof__group--${tone}`} data-testid={`proof-${name}`}>
        <h3>
          {title}
          <span className="proof__count">{total}</span>
          <span className="proof__about">{about}</span>
        </h3>
        <ul>
          {findings.slice(0, mostShown).map((finding) => (
            <li key={`${finding.kind} ${finding.cluster} ${refKey(finding.subject)} ${finding.what}`}>
              <button
                type="button"
                className="proof__row proof__row--platform"
                onClick={() => {
                  if (findRecord(topology, finding.subject) !== undefined) ui.getState().revealRefs([finding.subject]);
                }}
              >
                <span className="proof__mark" aria-hidden>
                  {{ extra: '+', missing: '−', 'cannot-say': '?' }[finding.kind]}
                </span>
                <span className="proof__pair">{lookup(topology).titleOf(finding.subject)}</span>
                <span className="proof__reason">{`${finding.what} ${finding.reason}`}</span>
              </button>
            </li>
          ))}
        </ul>
        {total > Math.min(findings.length, mostShown) && (
          <p className="proof__more">{`${total - Math.min(findings.length, mostShown)} more are not listed.`}</p>
        )}
      </section>
    );
  });
}

function Choices({ proof }: { readonly proof: Proof }) {
  const { choices } = proof.connections;
  if (choices.length === 0) return null;
  return (
    <section className="proof__choices" data-testid="proof-choices">
      <h3>What Kubernetes leaves open, and how it is read here</h3>
      <ul>
        {choices.map((choice) => (
          <li key={choice}>{choice}</li>
        ))}
      </ul>
    </section>
  );
}

/** A proof speaks of manifests; what they cannot hold at all is said elsewhere. */
function Coverage() {
  const { ui } = useStores();
  const notes = useAnalysis((s) => s.analysis?.bundle.coverage ?? none);
  const open = new Set(notes.filter((n) => n.state === 'not-enforced').map((n) => n.subject)).size;
  if (open === 0) return null;
  return (
    <p className="proof__more proof__coverage">
      {`What no manifest can enforce is outside the proof: ${plural(open, 'note')}. `}
      <button
        type="button"
        data-testid="proof-coverage"
        onClick={() => ui.getState().set({ view: 'manifests', manifest: { path: 'coverage' } })}
      >
        Read the coverage note
      </button>
    </p>
  );
}

const none: readonly CoverageNote[] = [];

/** Undefined for an end that nobody can ask about: none at all, or pods that the design does not name. */
function endOf(topology: Topology, end: ProofEnd): AskedEnd | undefined {
  if ('workload' in end) return { kind: 'workload', id: end.workload };
  if ('pods' in end || end.cidrs.length === 0) return undefined;
  const external = Object.entries(topology.externals ?? {}).find(
    ([, { cidrs = [] }]) => cidrs.length === end.cidrs.length && cidrs.every((c) => end.cidrs.includes(c)),
  );
  return external === undefined ? { kind: 'addresses', cidrs: end.cidrs } : { kind: 'external', id: external[0] };
}

function isSame(a: AskedEnd | undefined, b: AskedEnd | undefined): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}

function refOf(end: ProofEnd): string {
  if ('workload' in end) return end.workload;
  return 'pods' in end ? 'pods' : 'addresses';
}

function titleOf(topology: Topology, end: ProofEnd): string {
  if ('workload' in end) {
    const title = lookup(topology).titleOf({ kind: 'workload', id: end.workload });
    return end.cluster === undefined ? title : `${title} in ${end.cluster}`;
  }
  if ('pods' in end) return describePods(end.pods);
  const known = endOf(topology, end);
  if (known?.kind === 'external') return lookup(topology).titleOf(known);
  const [first = 'no address', ...more] = end.cidrs;
  return more.length === 0 ? first : `${first} +${more.length}`;
}

function causesText(topology: Topology, causes: readonly Ref[]): string {
  const index = lookup(topology);
  const [first, ...more] = causes;
  if (first === undefined) return 'nothing drawn';
  return `${first.kind} ${index.titleOf(first)}${more.length === 0 ? '' : ` and ${more.length} more`}`;
}

function keyOf(finding: ProofFinding): string {
  return JSON.stringify([
    finding.kind,
    finding.cluster,
    finding.from,
    finding.to,
    finding.ports,
    finding.causes.map(refKey),
  ]);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
