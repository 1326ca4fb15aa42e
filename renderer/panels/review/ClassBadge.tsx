import { ArrowLeftRight, Equal, LockKeyhole, LockKeyholeOpen, ShieldCheck, ShieldOff } from 'lucide-react';
import type { DifferenceClass } from '../../../shared/diff/index.ts';

const icons: Readonly<Record<DifferenceClass, typeof Equal>> = {
  opens: LockKeyholeOpen,
  weakens: ShieldOff,
  moves: ArrowLeftRight,
  closes: LockKeyhole,
  strengthens: ShieldCheck,
  neutral: Equal,
};

/** The class of an effect: word, sign and colour, so that no one of them has to be seen. */
export function ClassBadge({
  kind,
  count,
  isDim,
}: {
  readonly kind: DifferenceClass;
  readonly count?: number;
  readonly isDim?: boolean;
}) {
  const Icon = icons[kind];
  return (
    <span className={`review-class review-class--${kind}${isDim ? ' is-off' : ''}`}>
      <Icon size={11} aria-hidden />
      {count === undefined ? kind : `${count} ${kind}`}
    </span>
  );
}
