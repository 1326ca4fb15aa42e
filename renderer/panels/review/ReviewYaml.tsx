/** The lines behind a difference: of the manifest that carries it, and of the design. */
import { useEffect, useMemo, useState } from 'react';
import { editKey, type ManifestPart, type ReviewEntry, type ReviewGroup } from '../../../shared/diff/index.ts';
import type { Path } from '../../../shared/lib/problem.ts';
import { findRecord, isKind, recordPath, writtenCell } from '../../../shared/model/index.ts';
import type { LinesAnswer } from '../../store/review-client.ts';
import type { Compared } from '../../store/review-store.ts';
import { useReview, useStores } from '../../store/stores.tsx';
import { DiffView } from '../../ui/DiffView.tsx';

/** The YAML of the manifest that carries the difference: its own, or the nearest that the same edit changed. */
export function Manifest({ entry, group }: { readonly entry: ReviewEntry; readonly group: ReviewGroup | undefined }) {
  const after = useReview((s) => s.compared?.after);
  const before = useReview((s) => s.compared?.before);
  const part = entry.manifest ?? manifestFor(entry, group, [after, before]);
  if (part === undefined) return null;
  const file = part.fileAfter ?? part.fileBefore ?? manifestName(part);
  return (
    <section className="review-details__section" data-testid="review-manifest">
      <h3 title={file}>
        <span className="review-details__file">{file}</span>
      </h3>
      <Lines before={part.textBefore ?? ''} after={part.textAfter ?? ''} label={`Changes of ${file}`} />
    </section>
  );
}

/** Of a connection a policy where it ends or begins, best one of the arrow that was drawn; of anything else the first. */
function manifestFor(
  entry: ReviewEntry,
  group: ReviewGroup | undefined,
  designs: ReadonlyArray<Compared['after'] | undefined>,
): ManifestPart | undefined {
  const objects = (group?.entries ?? []).filter((e) => e.manifest !== undefined);
  const parts = objects.flatMap((e) => e.manifest ?? []);
  const { connection } = entry;
  // Between manifests a cause is an object itself.
  const cause = objects.find((e) => entry.causes.some((c) => editKey(c) === editKey(e.subject)));
  if (cause !== undefined) return cause.manifest;
  if (connection === undefined) return parts[0];
  const flows = entry.causes.flatMap((c) => (c.kind === 'flow' ? [c.id] : []));
  const namespaces = new Set(
    [...connection.to, ...connection.from].flatMap((end) => {
      if (end.kind !== 'workload') return [];
      return designs.flatMap((design) => {
        const id = design?.workloads?.[end.id]?.namespace;
        return id === undefined ? [] : [design?.namespaces?.[id]?.name ?? id];
      });
    }),
  );
  const policies = parts.filter((p) => p.kind.endsWith('Policy'));
  return (
    policies.find((p) => flows.some((flow) => p.name.startsWith(`${flow}-`))) ??
    policies.find((p) => p.namespace !== undefined && namespaces.has(p.namespace)) ??
    policies.find((p) => p.namespace === undefined)
  );
}

export function manifestName({ kind, namespace, name }: ManifestPart): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** The lines of the design that were changed, as they stand in both texts. */
export function DesignLines({ entry, compared }: { readonly entry: ReviewEntry; readonly compared: Compared }) {
  const { reviewer } = useStores();
  const [found, setFound] = useState<{ readonly key: string; readonly lines: LinesAnswer }>();
  const subject = entry.layer === 'record' ? entry.subject : entry.causes[0];
  const paths = useMemo(() => {
    const edit = compared.review.records.find((r) => subject !== undefined && editKey(r.subject) === editKey(subject));
    if (edit === undefined) return undefined;
    const of = (id: string, topology: Compared['before']): Path | undefined => {
      const { kind } = edit.subject;
      if (kind === 'matrix') {
        const [from = '', to = ''] = id.split('/');
        return writtenCell(topology, from, to) === undefined ? undefined : ['matrix', from, to];
      }
      if (!isKind(kind)) return kind === 'metadata' ? ['metadata'] : undefined;
      const record = { kind, id };
      return findRecord(topology, record) === undefined ? undefined : recordPath(record);
    };
    const before = of(edit.renamedFrom ?? edit.subject.id, compared.before);
    const after = of(edit.subject.id, compared.after);
    return { ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
  }, [subject, compared]);
  const key = JSON.stringify(paths);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the paths are the same where their text is
  useEffect(() => {
    if (paths === undefined) return;
    let isOld = false;
    reviewer.lines(paths).then(
      (lines) => !isOld && setFound({ key, lines }),
      // Without its lines a difference is still told in words.
      () => undefined,
    );
    return () => {
      isOld = true;
    };
  }, [reviewer, key, compared]);
  if (found === undefined || found.key !== key) return null;
  const { before, after } = found.lines;
  if (before === undefined && after === undefined) return null;
  return (
    <section className="review-details__section" data-testid="review-design-lines">
      <h3>
        <span className="review-details__file">The design</span>
        <span className="review-details__line">{`line ${after?.line ?? before?.line}`}</span>
      </h3>
      <Lines
        before={before?.text ?? ''}
        after={after?.text ?? ''}
        firstBefore={before?.line ?? 1}
        firstAfter={after?.line ?? 1}
        label="Lines of the design"
      />
    </section>
  );
}

function Lines({
  before,
  after,
  label,
  firstBefore,
  firstAfter,
}: {
  readonly before: string;
  readonly after: string;
  readonly label: string;
  readonly firstBefore?: number;
  readonly firstAfter?: number;
}) {
  return (
    <div className="review-lines-box">
      <DiffView
        before={before}
        after={after}
        label={label}
        context={2}
        {...(firstBefore !== undefined && { firstBefore })}
        {...(firstAfter !== undefined && { firstAfter })}
      />
    </div>
  );
}
