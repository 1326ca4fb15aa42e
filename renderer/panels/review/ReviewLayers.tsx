import { useMemo, useState } from 'react';
import { type Layer, layers, type ReviewEntry } from '../../../shared/diff/index.ts';
import { useReview } from '../../store/stores.tsx';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { DiffView } from '../../ui/DiffView.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { VirtualRows } from '../../ui/VirtualRows.tsx';
import { ClassBadge } from './ClassBadge.tsx';
import { manifestName } from './ReviewYaml.tsx';
import { countLayers, groupOf, openText } from './review-rows.ts';
import { useIsOlder } from './use-comparison.ts';

const titles: Readonly<Record<Layer, string>> = {
  record: 'Edits',
  connection: 'Connections',
  isolation: 'Isolation',
  manifest: 'Manifests',
};
const nothing: Readonly<Record<Layer, string>> = {
  record: 'Nobody changed a record.',
  connection: 'Everybody reaches whom they reached before.',
  isolation: 'Everything is kept apart as it was before.',
  manifest: 'What is exported stays the same, object by object.',
};
const signs = { added: '+', removed: '−', changed: '~' } as const;
const rowHeight = 28;

/** The four layers of the difference, side by side as lists; a manifest opens as its lines. */
export function ReviewLayers({
  entry,
  onSelect,
}: {
  readonly entry: ReviewEntry | undefined;
  readonly onSelect: (id: string) => void;
}) {
  const compared = useReview((s) => s.compared);
  const isOlder = useIsOlder();
  const [tab, setTab] = useState<Layer>('connection');
  const [onlyEdit, setOnlyEdit] = useState(false);
  const [opened, setOpened] = useState<string>();
  const counts = useMemo(() => countLayers(compared?.entries.values() ?? []), [compared]);
  const shown = useMemo(() => {
    const group = onlyEdit ? groupOf(compared?.review, entry) : undefined;
    const all = group?.entries ?? [...(compared?.entries.values() ?? [])];
    return all.filter((e) => e.layer === tab);
  }, [compared, entry, onlyEdit, tab]);
  const open = opened === undefined ? undefined : compared?.entries.get(opened);
  const part = open?.manifest;
  return (
    <div className={`review-layers${isOlder ? ' is-old' : ''}`} data-testid="review-layers">
      <div className="review-layers__head">
        {part === undefined ? (
          <Tabs
            label="Layers of the difference"
            value={tab}
            onChange={(next) => {
              setTab(next);
              setOpened(undefined);
            }}
            items={layers.map((layer) => ({
              id: layer,
              label: titles[layer],
              note: isOlder ? undefined : (counts.get(layer) ?? 0),
              testId: `review-layer-${layer}`,
            }))}
          />
        ) : (
          <span className="review-layers__open">
            <Button look="link" size="small" onClick={() => setOpened(undefined)} testId="review-files-back">
              All manifests
            </Button>
            <strong>{manifestName(part)}</strong>
            <span className="review-layers__file">{part.fileAfter ?? part.fileBefore}</span>
          </span>
        )}
        {part === undefined && entry !== undefined && (
          <Checkbox isOn={onlyEdit} onChange={setOnlyEdit} label="Selected edit only" />
        )}
      </div>
      {part !== undefined ? (
        <DiffView
          before={part.textBefore ?? ''}
          after={part.textAfter ?? ''}
          label={`Changes of ${manifestName(part)}`}
          testId="review-file-diff"
        />
      ) : compared === undefined ? null : shown.length === 0 && isOlder ? (
        <EmptyState title="Not compared yet">
          What the chosen sides differ in stands here once they are compared.
        </EmptyState>
      ) : shown.length === 0 ? (
        <EmptyState title={`No difference in ${titles[tab].toLowerCase()}`}>
          {compared.gaps.length === 0 ? nothing[tab] : 'Not everything could be compared: see above the picture.'}
        </EmptyState>
      ) : (
        <VirtualRows
          label={titles[tab]}
          role="list"
          count={shown.length}
          rowHeight={rowHeight}
          row={(index) => {
            const one = shown[index];
            if (one === undefined) return null;
            return (
              <LayerRow
                key={one.id}
                entry={one}
                isSelected={one === entry}
                onClick={() => {
                  onSelect(one.id);
                  if (one.manifest !== undefined && tab === 'manifest') setOpened(one.id);
                }}
              />
            );
          }}
        />
      )}
    </div>
  );
}

function LayerRow({
  entry,
  isSelected,
  onClick,
}: {
  readonly entry: ReviewEntry;
  readonly isSelected: boolean;
  readonly onClick: () => void;
}) {
  const { manifest, message } = entry;
  return (
    // biome-ignore lint/a11y/useSemanticElements: the rows around it are drawn as boxes
    <div role="listitem" style={{ height: rowHeight }}>
      <button
        type="button"
        className={`review-layers__row${isSelected ? ' is-selected' : ''}`}
        data-testid={`review-row-${entry.layer}-${entry.subject.id}`}
        title={message}
        onClick={onClick}
      >
        <span className={`review-layers__sign is-${entry.change}`} role="img" aria-label={entry.change}>
          {signs[entry.change]}
        </span>
        <span className="review-layers__badge">
          <ClassBadge kind={entry.class} />
        </span>
        {entry.layer !== 'manifest' && (
          <span className="review-layers__grade">{entry.class === 'neutral' ? '' : entry.severity}</span>
        )}
        <span className="review-layers__title">{manifest === undefined ? entry.title : manifestName(manifest)}</span>
        <span className="review-layers__words">{wordsOf(entry)}</span>
      </button>
    </div>
  );
}

/** What the title does not say: the ports of a connection before and after, the file of a manifest, what an edit means. */
function wordsOf({ connection, manifest, title, message }: ReviewEntry): string {
  if (connection !== undefined) {
    const pairs = connection.pairs > 1 ? ` · ${connection.pairs.toLocaleString('en')} pairs` : '';
    return `${openText(connection.before)} → ${openText(connection.after)}${pairs}`;
  }
  if (manifest !== undefined) {
    const file = manifest.fileAfter ?? manifest.fileBefore;
    return file === undefined || manifestName(manifest).endsWith(file) ? '' : file;
  }
  return message.startsWith(`${title}: `) ? message.slice(title.length + 2) : message;
}
