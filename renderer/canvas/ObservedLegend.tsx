import { useObserved, useStores } from '../store/stores.tsx';
import { Button } from '../ui/Button.tsx';

/** What the marks of a log of observed flows mean, and the way out. */
export function ObservedLegend() {
  const { observed } = useStores();
  const log = useObserved((s) => s.log);
  if (log === undefined) return null;
  return (
    <div className="hop-legend" data-testid="observed-legend">
      <strong title={log.name}>Observed flows</strong>
      <span className="hop-legend__item observed-key is-unmeant">! not drawn</span>
      <span className="hop-legend__item observed-key is-unseen">○ never seen</span>
      <span className="hop-legend__item observed-key is-seen">✓ seen and drawn</span>
      <Button look="quiet" size="small" testId="observed-end" onClick={() => observed.getState().close()}>
        Take away
      </Button>
    </div>
  );
}
