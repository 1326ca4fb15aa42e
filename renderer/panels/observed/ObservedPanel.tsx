/** A log of observed flows laid over the drawing: opened, walked entry by entry, and the drawing mended from it. */
import { Radar, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useObserved, useStores } from '../../store/stores.tsx';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ChooseLog } from './ChooseLog.tsx';
import { ObservedDetails } from './ObservedDetails.tsx';
import { ObservedList } from './ObservedList.tsx';
import './observed.css';

export function ObservedPanel() {
  const { observed } = useStores();
  const hasLog = useObserved((s) => s.log !== undefined);
  const isReading = useObserved((s) => s.reading !== undefined);
  const failure = useObserved((s) => s.failure);
  const isCalled = useObserved((s) => s.isCalled);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isCalled || isReading) return;
    observed.getState().set({ isCalled: false });
    const { current } = box;
    const list = current?.querySelector<HTMLElement>('[role=listbox]');
    (list ?? current?.querySelector('button'))?.focus();
  }, [isCalled, isReading, observed]);
  return (
    <div className="observed" data-testid="observed" ref={box}>
      {isReading && <Reading />}
      {failure !== undefined && (
        <p className="observed__failure" role="alert" data-testid="observed-failure">
          {failure}
        </p>
      )}
      {hasLog ? <Laid /> : !isReading && <Invitation />}
    </div>
  );
}

function Laid() {
  return (
    <div className="observed__laid">
      <ObservedList />
      <ObservedDetails />
    </div>
  );
}

function Invitation() {
  return (
    <EmptyState icon={<Radar size={22} aria-hidden />} title="What really flows?">
      <p>
        Open a log of Hubble (<code>hubble observe -o jsonpb</code>), or drop it on the window. It is laid over the
        drawing: what was seen and is not drawn, what is drawn and was never seen, and what is as drawn.
      </p>
      <ChooseLog label="Open a log…" look="primary" />
    </EmptyState>
  );
}

function Reading() {
  const { observed } = useStores();
  const reading = useObserved((s) => s.reading);
  const isSlow = useIsSlow();
  if (reading === undefined || !isSlow) return null;
  const { name, size, done } = reading;
  const percent = size === 0 ? 0 : Math.floor((done / size) * 100);
  return (
    <div className="observed__reading" data-testid="observed-reading">
      <span className="observed__file">{`Reading ${name}`}</span>
      <progress aria-label={`Reading ${name}`} max={100} value={percent} />
      <span className="observed__amount">{`${percent} % of ${bytesText(size)}`}</span>
      <Button
        size="small"
        testId="observed-stop"
        icon={<X size={13} aria-hidden />}
        onClick={() => observed.getState().stop()}
      >
        Stop
      </Button>
    </div>
  );
}

/** What is read in no time needs no bar that flickers. */
function useIsSlow(): boolean {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return isSlow;
}

function bytesText(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.ceil(bytes / 1000)} kB`;
  return `${bytes < 100_000_000 ? (bytes / 1_000_000).toFixed(1) : Math.round(bytes / 1_000_000)} MB`;
}
