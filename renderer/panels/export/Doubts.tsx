/** What whoever exports should know before: errors, what could not be read, what is not proven and what nothing enforces. */
import type { Proof } from '../../../shared/analysis/index.ts';
import type { CoverageNote } from '../../../shared/compile/index.ts';
import type { Problem } from '../../../shared/lib/problem.ts';
import { describeFinding, describePlatformFinding } from '../../../shared/report/index.ts';
import { countBySeverity, useProblems } from '../../session/use-problems.ts';
import { useStores } from '../../store/stores.tsx';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';

/** What the manifests make possible though it is not drawn, or what they do not though it is: in words, of all four proofs. */
export function findingsOf(proof: Proof | undefined, kind: 'extra' | 'missing'): string[] {
  if (proof === undefined) return [];
  const { connections, placement, storage, runtime } = proof;
  return [
    ...connections.findings.filter((f) => f.kind === kind).map(describeFinding),
    ...[placement, storage, runtime].flatMap((p) =>
      p.findings.filter((f) => f.kind === kind).map(describePlatformFinding),
    ),
  ];
}

/** So many that the choices below stay in view. */
function FirstOf({ texts }: { readonly texts: readonly string[] }) {
  const shown = [...new Set(texts)];
  return (
    <ul>
      {shown.slice(0, 4).map((text) => (
        <li key={text}>{text}</li>
      ))}
      {shown.length > 4 && <li>{`and ${shown.length - 4} more`}</li>}
    </ul>
  );
}

/** Errors do not forbid an export: the manifests are right for what could be compiled, and the list says what is not in. */
export function Problems() {
  const problems = useProblems();
  const { ui } = useStores();
  const errors = problems.filter((p) => p.severity === 'error');
  if (errors.length === 0) return null;
  const counts = countBySeverity(problems);
  return (
    <section className="export__problems" aria-label="Errors">
      <p>
        <strong>{`${counts.error} ${counts.error === 1 ? 'error' : 'errors'} in the design.`}</strong> What is wrong may
        be left out of the export. You can go on, or look at them first.
      </p>
      <FirstOf texts={errors.map((p) => p.message)} />
      <Button
        look="link"
        onClick={() =>
          ui.getState().set({ dialog: undefined, view: 'design', bottomOpen: true, bottomTab: 'problems' })
        }
      >
        Show the problems
      </Button>
    </section>
  );
}

/** What could not be read is missing from the drawing, so its export would not be the file's. */
export function isUnread(problem: Problem): boolean {
  return problem.severity === 'error' && /^(document|yaml)\//.test(problem.rule);
}

export function Unread({ problems }: { readonly problems: readonly Problem[] }) {
  if (problems.length === 0) return null;
  return (
    <section className="export__problems" aria-label="Unreadable parts" data-testid="export-unread">
      <p>
        <strong>Part of the file could not be read.</strong> It is missing here, so an export would allow or forbid
        something else than the file says. Set it here and save, or correct the file and open it again.
      </p>
      <FirstOf texts={problems.map((p) => `Line ${p.line ?? '?'}: ${p.message}`)} />
    </section>
  );
}

interface UnprovenProps {
  readonly findings: readonly string[];
  /** What is drawn and would not work; it keeps nobody from exporting. */
  readonly missing: readonly string[];
  readonly hasProof: boolean;
  readonly isWanted: boolean;
  readonly onChange: (isWanted: boolean) => void;
}

/** Manifests that allow more than is drawn are written only on purpose. */
export function Unproven({ findings, missing, hasProof, isWanted, onChange }: UnprovenProps) {
  if (hasProof && findings.length === 0)
    return missing.length === 0 ? null : (
      <section className="export__problems" aria-label="Not proven" data-testid="export-missing">
        <p>
          <strong>The manifests do not allow everything that is drawn.</strong> These will not work when they are
          applied. The proof says why.
        </p>
        <FirstOf texts={missing} />
      </section>
    );
  return (
    <section className="export__problems" aria-label="Not proven" data-testid="export-unproven">
      <p>
        <strong>{hasProof ? 'The manifests allow what is not drawn.' : 'The manifests could not be proven.'}</strong>{' '}
        They are not written unless you say so.
      </p>
      <FirstOf texts={findings} />
      <Checkbox label="Write them all the same" isOn={isWanted} onChange={onChange} testId="export-anyway" />
    </section>
  );
}

/** What no manifest of this export can hold, before anybody counts on it. */
export function Coverage({ notes }: { readonly notes: readonly CoverageNote[] }) {
  const { ui } = useStores();
  const open = notes.filter((n) => n.state === 'not-enforced');
  if (open.length === 0) return null;
  return (
    <section className="export__coverage" aria-label="Coverage" data-testid="export-coverage">
      <p>
        <strong>{`${open.length} ${open.length === 1 ? 'thing' : 'things'} the manifests cannot enforce.`}</strong>{' '}
        Among them: {[...new Set(open.map((n) => n.subject))].slice(0, 3).join('; ')}. Each is named, with what is
        enforced and by which object, in the coverage.md of its cluster.
      </p>
      <Button
        look="link"
        testId="export-read-coverage"
        onClick={() => ui.getState().set({ dialog: undefined, view: 'manifests', manifest: { path: 'coverage' } })}
      >
        Read the coverage note
      </Button>
    </section>
  );
}
