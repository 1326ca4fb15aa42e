import { useMemo } from 'react';
import { type Ref, refKey } from '../../../../shared/model/index.ts';
import { useAnalysis, useStores } from '../../../store/stores.tsx';
import { Section } from '../../../ui/Section.tsx';

/** The objects of the export that this record caused; each leads to its lines. */
export function CausedSection({ of }: { readonly of: Ref }) {
  const bundle = useAnalysis((s) => s.analysis?.bundle);
  const { ui } = useStores();
  const key = refKey(of);
  const caused = useMemo(
    () =>
      (bundle?.files ?? []).flatMap((file) =>
        file.objects.filter((o) => o.causes.some((c) => refKey(c) === key)).map((object) => ({ file, object })),
      ),
    [bundle, key],
  );
  return (
    <Section title="Caused manifests" note={caused.length} testId="caused-manifests" startsOpen={caused.length <= 30}>
      {caused.length === 0 ? (
        <p className="inspector__text">None.</p>
      ) : (
        <ul className="inspector__list">
          {caused.slice(0, 200).map(({ file, object }) => (
            <li key={`${file.path} ${object.startLine}`}>
              <button
                type="button"
                className="inspector__row is-whole"
                title={`${object.kind} ${object.name}: ${file.path}, line ${object.startLine}`}
                onClick={() =>
                  ui.getState().set({ view: 'manifests', manifest: { path: file.path, line: object.startLine } })
                }
              >
                <span className="inspector__row-main">
                  {object.namespace === undefined ? object.name : `${object.namespace}/${object.name}`}
                </span>
                <span className="inspector__row-note">{object.kind}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
