import { Search } from 'lucide-react';
import { useMemo } from 'react';
import { compareClass, type DifferenceClass, type Grade, type Layer, layers } from '../../../shared/diff/index.ts';
import { lookup, outside, ref } from '../../../shared/model/index.ts';
import type { ReviewFilter } from '../../store/review-store.ts';
import { useReview, useStores } from '../../store/stores.tsx';
import { Select } from '../../ui/Select.tsx';
import { ClassBadge } from './ClassBadge.tsx';
import { countClasses, entriesToReview, layerWords } from './review-rows.ts';
import './review-filters.css';

const grades: readonly Grade[] = ['critical', 'high', 'medium', 'low'];

/** By class, words, zone or namespace, severity, layer and state; each class says how many there are of it. */
export function ReviewFilters({ filter }: { readonly filter: ReviewFilter }) {
  const { review } = useStores();
  const compared = useReview((s) => s.compared);
  const counts = useMemo(() => countClasses(entriesToReview(compared)), [compared]);
  const zones = useMemo(() => {
    if (compared === undefined) return [];
    const ids = new Set([...compared.entries.values()].flatMap((e) => e.zones));
    const [newer, older] = [lookup(compared.after), lookup(compared.before)];
    const titleOf = (id: string) =>
      id === outside
        ? 'Outside'
        : newer.get('zone', id) !== undefined
          ? newer.titleOf(ref('zone', id))
          : older.titleOf(ref('zone', id));
    return [...ids].sort().map((id) => ({ value: id, label: titleOf(id) }));
  }, [compared]);
  const namespaces = useMemo(() => {
    const found = new Set([...(compared?.entries.values() ?? [])].flatMap((e) => e.namespaces ?? []));
    return [...found].sort().map((name) => ({ value: name, label: name }));
  }, [compared]);
  // Manifests have namespaces where designs have zones.
  const place =
    namespaces.length === 0
      ? ({ field: 'zone', label: 'Zone', options: zones } as const)
      : ({ field: 'namespace', label: 'Namespace', options: namespaces } as const);
  const set = (part: { readonly [K in keyof ReviewFilter]?: ReviewFilter[K] | undefined }) => {
    const next = { ...filter, ...part };
    review.setState({
      filter: Object.fromEntries(
        Object.entries(next).filter(([, value]) => value !== undefined),
      ) as unknown as ReviewFilter,
    });
  };
  const pick = <T extends string>(value: string) => (value === '' ? undefined : (value as T));
  return (
    <div className="review-filters">
      <div className="review-filters__classes" data-testid="review-counts">
        {[...counts]
          .sort(([a], [b]) => compareClass(a, b))
          .map(([kind, count]) => (
            <button
              key={kind}
              type="button"
              aria-pressed={filter.class === kind}
              data-testid={`review-class-${kind}`}
              title={filter.class === kind ? 'Show every class' : `Show only what ${verbs[kind]}`}
              className="review-filters__class"
              onClick={() => set({ class: filter.class === kind ? undefined : kind })}
            >
              <ClassBadge kind={kind} count={count} isDim={filter.class !== undefined && filter.class !== kind} />
            </button>
          ))}
      </div>
      <div className="review-filters__search">
        <Search size={13} aria-hidden />
        <input
          type="search"
          aria-label="Search the differences"
          placeholder="Search  /"
          data-testid="review-search"
          spellCheck={false}
          value={filter.text}
          onChange={(e) => set({ text: e.target.value })}
          onKeyDown={(e) => {
            if (e.key !== 'Escape' && e.key !== 'Enter' && e.key !== 'ArrowDown') return;
            e.stopPropagation();
            e.preventDefault();
            if (e.key === 'Escape') set({ text: '' });
            e.currentTarget.blur();
          }}
        />
      </div>
      <div className="review-filters__selects">
        <Select
          label={place.label}
          testId={`review-${place.field}`}
          size="small"
          value={filter[place.field] ?? ''}
          emptyLabel={place.label}
          options={place.options}
          onChange={(value) => set({ [place.field]: pick<string>(value) })}
        />
        <Select
          label="Severity"
          testId="review-severity"
          size="small"
          value={filter.severity ?? ''}
          emptyLabel="Severity"
          options={grades.map((g) => ({ value: g, label: g === 'critical' ? 'critical' : `${g} or more` }))}
          onChange={(value) => set({ severity: pick<Grade>(value) })}
        />
        <Select
          label="Layer"
          testId="review-layer"
          size="small"
          value={filter.layer ?? ''}
          emptyLabel="Layer"
          options={layers.map((layer) => ({ value: layer, label: layerWords[layer] }))}
          onChange={(value) => set({ layer: pick<Layer>(value) })}
        />
        <Select
          label="State"
          testId="review-state"
          size="small"
          value={filter.state ?? ''}
          emptyLabel="State"
          options={[
            { value: 'open', label: 'not reviewed' },
            { value: 'accepted', label: 'accepted' },
            { value: 'rejected', label: 'rejected' },
          ]}
          onChange={(value) => set({ state: pick<NonNullable<ReviewFilter['state']>>(value) })}
        />
      </div>
    </div>
  );
}

const verbs: Readonly<Record<DifferenceClass, string>> = {
  opens: 'opens',
  weakens: 'weakens',
  moves: 'moves',
  closes: 'closes',
  strengthens: 'strengthens',
  neutral: 'is neutral',
};
