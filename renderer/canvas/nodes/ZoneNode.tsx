import { type Node, type NodeProps, NodeResizeControl } from '@xyflow/react';
import { Database, ShieldHalf } from 'lucide-react';
import { type CSSProperties, memo } from 'react';
import type { ZoneColors } from '../../../shared/lib/zone-colors.ts';
import type { ZoneData } from '../canvas-types.ts';
import { ProblemMark, ReviewTag } from './Marks.tsx';
import { NameField } from './NameField.tsx';
import { Sides } from './Sides.tsx';

/** The colours of a zone in both themes, as the style sheets know them. */
export function zoneStyle(light: ZoneColors | undefined, dark: ZoneColors | undefined): CSSProperties {
  return {
    '--zone-fill-light': light?.fill,
    '--zone-text-light': light?.text,
    '--zone-line-light': light?.line,
    '--zone-fill-dark': dark?.fill,
    '--zone-text-dark': dark?.text,
    '--zone-line-dark': dark?.line,
  } as CSSProperties;
}

/** A band: everything of one trust. Its body lets the pointer through, so that dragging on it selects with a marquee. */
export const ZoneNode = memo(function ZoneNode({ data, selected }: NodeProps<Node<ZoneData, 'zone'>>) {
  return (
    <div
      className={`zone zone-${data.variant} ${data.isLane ? 'zone-lane' : ''} ${selected ? 'is-selected' : ''} ${data.review ? `review-${data.review}` : ''}`}
      style={zoneStyle(data.light, data.dark)}
      data-testid={data.ref === undefined ? `node-band-${data.variant}` : `node-zone-${data.ref.id}`}
    >
      <div className="zone-head">
        <div className="zone-title">
          <NameField of={data.ref} title={data.title} isRenaming={data.isRenaming} className="zone-name" />
          <ProblemMark severity={data.severity} problems={data.problems} />
        </div>
        <div className="zone-detail">{data.detail}</div>
        {data.runtimes.length + data.classes.length > 0 && (
          <div className="zone-chips">
            {data.runtimes.map((runtime, i) => (
              <span
                key={`r ${runtime}`}
                className="zone-chip"
                title={i === 0 ? `Runtime ${runtime}, the default here` : `Runtime ${runtime}, allowed here`}
              >
                <ShieldHalf size={11} aria-hidden="true" />
                <span>{runtime}</span>
              </span>
            ))}
            {data.classes.map((name) => (
              <span key={`c ${name}`} className="zone-chip" title={`Storage class ${name}, allowed here`}>
                <Database size={11} aria-hidden="true" />
                <span>{name}</span>
              </span>
            ))}
          </div>
        )}
      </div>
      <ReviewTag review={data.review} reviewText={data.reviewText} />
      {data.variant === 'zone' && <Sides isSelected={selected} />}
      {selected && data.variant === 'zone' && (
        <NodeResizeControl className="resize-bottom" position="bottom" minHeight={100} />
      )}
    </div>
  );
});
