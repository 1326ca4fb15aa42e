/** A proposal as columns of zones: namespaces are dragged between them, or sent by the choice on each of them. */
import { GripVertical } from 'lucide-react';
import { type DragEvent, useLayoutEffect, useRef, useState } from 'react';
import {
  keyOf,
  mergeZones,
  moveNamespaces,
  type NamespaceKey,
  type Proposal,
  type ProposedNamespace,
  renameZone,
  setTrust,
  splitZone,
  zonesByTrust,
} from '../../../shared/importing/index.ts';
import { zoneColors } from '../../../shared/lib/zone-colors.ts';
import { NumberInput } from '../../ui/NumberInput.tsx';
import { Select } from '../../ui/Select.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { useTheme } from '../../ui/use-theme.ts';

/** Values of the choice that are no zones; ids hold no spaces, so none of them can be one. */
const own = 'a zone of its own';
const out = 'not in the design';

const namespaceType = 'application/x-zonewright-namespace';
const zoneType = 'application/x-zonewright-zone';

interface ViewProps {
  readonly proposal: Proposal;
  readonly onChange: (proposal: Proposal) => void;
}

export function ProposalView({ proposal, onChange }: ViewProps) {
  const theme = useTheme();
  const box = useRef<HTMLDivElement>(null);
  const sent = useRef<string>(undefined);
  // A card that was sent elsewhere is another element there; the keyboard goes with it.
  useLayoutEffect(() => {
    const key = sent.current;
    sent.current = undefined;
    if (key !== undefined) box.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"] select`)?.focus();
  });
  const zones = zonesByTrust(proposal);
  const several = new Set(proposal.namespaces.map((n) => n.cluster)).size > 1;
  const choose = (namespace: ProposedNamespace, to: string) => {
    sent.current = keyOf(namespace);
    if (to === own) onChange(splitZone(proposal, [namespace], namespace.name));
    else onChange(moveNamespaces(proposal, [namespace], to === out ? undefined : to));
  };
  const card = (namespace: ProposedNamespace) => (
    <NamespaceCard
      key={keyOf(namespace)}
      namespace={namespace}
      title={several ? keyOf(namespace) : namespace.name}
      zones={zones}
      onChoose={(to) => choose(namespace, to)}
    />
  );
  const left = proposal.namespaces.filter((n) => n.zone === undefined && n.workloads > 0);
  const find = (key: string): NamespaceKey[] => proposal.namespaces.filter((n) => keyOf(n) === key);
  return (
    <div className="import__zones" data-testid="import-zones" ref={box}>
      {zones.map((zone, rank) => (
        <DropArea
          key={zone}
          testId={`import-zone-${zone}`}
          label={`Namespaces of zone ${zone}`}
          color={zoneColors(rank, zones.length, theme).fill}
          onNamespace={(key) => onChange(moveNamespaces(proposal, find(key), zone))}
          onZone={(from) => onChange(mergeZones(proposal, from, zone))}
        >
          <ZoneHead zone={zone} zones={zones} proposal={proposal} onChange={onChange} />
          {proposal.namespaces.filter((n) => n.zone === zone).map(card)}
        </DropArea>
      ))}
      <DropArea
        testId="import-new-zone"
        label="A new zone"
        onNamespace={(key) => {
          const [moved] = find(key);
          if (moved !== undefined) onChange(splitZone(proposal, [moved], moved.name));
        }}
      >
        <p className="import__hint">Drop a namespace here to give it a zone of its own.</p>
      </DropArea>
      <DropArea
        testId="import-left-out"
        label="Not in the design"
        onNamespace={(key) => onChange(moveNamespaces(proposal, find(key), undefined))}
      >
        <h3 className="import__title">Not in the design</h3>
        {left.length === 0 && <p className="import__hint">Drop a namespace here to leave it out.</p>}
        {left.map(card)}
      </DropArea>
    </div>
  );
}

function ZoneHead({
  zone,
  zones,
  proposal,
  onChange,
}: ViewProps & { readonly zone: string; readonly zones: readonly string[] }) {
  const trust = proposal.zones[zone]?.trust ?? 0;
  return (
    <fieldset
      aria-label={`Zone ${zone}`}
      className="import__head"
      draggable
      data-testid={`import-head-${zone}`}
      onDragStart={(e) => {
        e.dataTransfer.setData(zoneType, zone);
        e.dataTransfer.effectAllowed = 'move';
      }}
    >
      <div className="import__name">
        <GripVertical size={14} aria-hidden />
        <TextInput
          value={zone}
          when="leaving"
          label={`Name of zone ${zone}`}
          testId={`import-name-${zone}`}
          commit={(text) => {
            onChange(renameZone(proposal, zone, text));
            return { value: text };
          }}
        />
      </div>
      <div className="import__facts">
        <span className="import__trust">
          Trust
          <NumberInput
            value={trust}
            label={`Trust of zone ${zone}`}
            when="leaving"
            testId={`import-trust-${zone}`}
            onNumber={(value) => {
              if (value === undefined || value < 0 || value > 100) return 'Write a number from 0 to 100.';
              onChange(setTrust(proposal, zone, value));
              return undefined;
            }}
          />
        </span>
        {zones.length > 1 && (
          <Select
            size="small"
            value=""
            emptyLabel="Merge into…"
            label={`Merge zone ${zone} into`}
            testId={`import-merge-${zone}`}
            options={zones.filter((z) => z !== zone).map((z) => ({ value: z, label: z }))}
            onChange={(into) => onChange(mergeZones(proposal, zone, into))}
          />
        )}
      </div>
    </fieldset>
  );
}

function NamespaceCard({
  namespace,
  title,
  zones,
  onChoose,
}: {
  readonly namespace: ProposedNamespace;
  readonly title: string;
  readonly zones: readonly string[];
  readonly onChoose: (to: string) => void;
}) {
  const { name, workloads, why, zone } = namespace;
  return (
    <fieldset
      aria-label={`Namespace ${title}`}
      className="import__card"
      draggable
      data-testid={`import-namespace-${name}`}
      data-key={keyOf(namespace)}
      onDragStart={(e) => {
        e.stopPropagation();
        e.dataTransfer.setData(namespaceType, keyOf(namespace));
        e.dataTransfer.effectAllowed = 'move';
      }}
    >
      <div className="import__row">
        <span className="import__label" title={title}>
          {title}
        </span>
        <span className="import__count">{workloads === 1 ? '1 workload' : `${workloads} workloads`}</span>
      </div>
      <p className="import__why">{why}</p>
      <Select
        size="small"
        value={zone ?? out}
        label={`Zone of namespace ${title}`}
        testId={`import-move-${name}`}
        options={[
          ...zones.map((z) => ({ value: z, label: z })),
          { value: own, label: 'A zone of its own' },
          { value: out, label: 'Not in the design' },
        ]}
        onChange={onChoose}
      />
    </fieldset>
  );
}

interface DropProps {
  readonly testId: string;
  readonly label: string;
  readonly color?: string;
  readonly onNamespace: (key: string) => void;
  readonly onZone?: (zone: string) => void;
  readonly children: React.ReactNode;
}

function DropArea({ testId, label, color, onNamespace, onZone, children }: DropProps) {
  const [isOver, setOver] = useState(false);
  const accepts = (e: DragEvent) =>
    e.dataTransfer.types.includes(namespaceType) || (onZone !== undefined && e.dataTransfer.types.includes(zoneType));
  return (
    <fieldset
      aria-label={label}
      className={`import__zone${color === undefined ? ' import__zone--bare' : ''}${isOver ? ' is-over' : ''}`}
      style={color === undefined ? undefined : { background: color }}
      data-testid={testId}
      onDragOver={(e) => {
        if (!accepts(e)) return;
        e.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(e) => {
        setOver(false);
        if (!accepts(e)) return;
        e.preventDefault();
        const namespace = e.dataTransfer.getData(namespaceType);
        if (namespace !== '') onNamespace(namespace);
        else onZone?.(e.dataTransfer.getData(zoneType));
      }}
    >
      {children}
    </fieldset>
  );
}
