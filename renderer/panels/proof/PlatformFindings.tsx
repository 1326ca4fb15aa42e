/** What the proofs of placement, storage and runtimes found: a line where one holds, otherwise each finding with its reason. */
import type { Proof } from '../../../shared/analysis/index.ts';
import { findRecord } from '../../../shared/model/index.ts';
import type { PlatformFinding } from '../../../shared/proof/index.ts';
import { useDocument, useStores } from '../../store/stores.tsx';

const proofs = [
  { name: 'placement', title: 'Placement', holds: 'Pods run only on nodes of their zone that have their runtime.' },
  { name: 'storage', title: 'Storage', holds: 'Every namespace can use exactly the storage classes of its zone.' },
  { name: 'runtime', title: 'Runtime', holds: 'Pods are admitted with exactly the runtimes of their zone.' },
] as const;

const marks: Readonly<Record<PlatformFinding['kind'], { readonly mark: string; readonly word: string }>> = {
  extra: { mark: '+', word: 'possible though not drawn' },
  missing: { mark: '−', word: 'drawn though not possible' },
  'cannot-say': { mark: '?', word: 'cannot be said' },
};

const mostShown = 100;

export function PlatformFindings({ proof }: { readonly proof: Proof }) {
  return proofs.map(({ name, title, holds }) => {
    const { equal, findings, counts } = proof[name];
    const total = counts.extra + counts.missing + counts['cannot-say'];
    // A design without zones in a cluster asks nothing, so there is nothing to claim.
    if (total === 0 && equal === 0) return null;
    const isGrave = counts.extra + counts.missing > 0;
    const shown = findings.slice(0, mostShown);
    return (
      <section
        key={name}
        className={`proof__group is-${total === 0 ? 'fine' : isGrave ? 'error' : 'info'}`}
        data-testid={`proof-${name}`}
      >
        <h3>
          {title}
          {total > 0 && <span className="proof__count">{total}</span>}
          <span className="proof__about">{total === 0 ? `✓ ${holds}` : ''}</span>
        </h3>
        {total > 0 && (
          <ul>
            {shown.map((finding) => (
              <Row key={`${finding.kind} ${finding.cluster} ${finding.what}`} finding={finding} />
            ))}
          </ul>
        )}
        {total > shown.length && <p className="proof__more">{`${total - shown.length} more are not listed.`}</p>}
      </section>
    );
  });
}

function Row({ finding }: { readonly finding: PlatformFinding }) {
  const topology = useDocument((s) => s.topology);
  const { ui } = useStores();
  const { kind, subject, causes, what, reason } = finding;
  const { mark, word } = marks[kind];
  return (
    <li>
      <button
        type="button"
        className="proof__row"
        title={word}
        onClick={() => {
          const there = [subject, ...causes].filter((r) => findRecord(topology, r) !== undefined);
          ui.getState().revealRefs(there.slice(0, 1));
        }}
      >
        <span className="proof__mark" aria-hidden>
          {mark}
        </span>
        <span className="proof__what">
          {what} <span className="proof__dim">{reason}</span>
        </span>
      </button>
    </li>
  );
}
