import { memo } from 'react';
import type { FarName } from './far-names.ts';
import { ProblemMark } from './nodes/Marks.tsx';
import { zoneStyle } from './nodes/ZoneNode.tsx';
import './far-names.css';

/** Names over the picture from afar. They let the pointer through to what they name. */
export const FarNames = memo(function FarNames({ names }: { readonly names: readonly FarName[] }) {
  return names.map(({ id, kind, title, severity, problems, isBeside, rect, light, dark }) => (
    <div
      key={id}
      className={`far-name far-name-${kind}${isBeside ? ' is-beside' : ''}`}
      data-testid={`far-name-${id.replaceAll(':', '-')}`}
      style={{
        ...zoneStyle(light, dark),
        transform: `translate(${rect.x}px, ${rect.y}px)`,
        width: rect.w,
        height: rect.h,
      }}
    >
      <ProblemMark severity={severity} problems={problems} />
      <span dir="auto">{title}</span>
    </div>
  ));
});
