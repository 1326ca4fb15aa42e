/** Reading clusters with the user's kubeconfig: which contexts, how far it is, and the way to call it off. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { KubeContext } from '../../../shared/host/index.ts';
import { useHost } from '../../host/host-context.tsx';
import { tellReading } from '../../host/tell-reading.ts';
import { messageOf } from '../../session/message-of.ts';
import { clusterChoice } from '../../store/cluster-choice.ts';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import './clusters.css';

export function ClustersDialog() {
  const purpose = useStore(clusterChoice, (s) => s.purpose);
  return purpose === undefined ? null : <Asking purpose={purpose} />;
}

/** More contexts than these are looked through by a filter. */
const mostAtAGlance = 8;

function Asking({ purpose }: { readonly purpose: string }) {
  const host = useHost();
  const [contexts, setContexts] = useState<readonly KubeContext[]>();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [filter, setFilter] = useState('');
  const [progress, setProgress] = useState<string>();
  const [error, setError] = useState<string>();
  const isReading = useRef(false);

  useEffect(() => {
    let isOpen = true;
    host.kubeContexts().then(
      (found) => {
        if (!isOpen) return;
        setContexts(found);
        setChosen(new Set(found.filter((c) => c.isCurrent).map((c) => c.name)));
      },
      (reason: unknown) => isOpen && setError(messageOf(reason)),
    );
    return () => {
      isOpen = false;
    };
  }, [host]);

  const words = filter.trim().toLowerCase();
  // What is chosen is listed whatever the filter says: nobody reads a cluster that they do not see.
  const shown = (contexts ?? []).filter(
    ({ name, server }) => chosen.has(name) || `${name} ${server}`.toLowerCase().includes(words),
  );
  const stop = useCallback(() => void host.stopReading(), [host]);
  const close = () => {
    if (isReading.current) stop();
    clusterChoice.getState().answer(undefined);
  };
  const read = async () => {
    // In the order of the kubeconfig, whatever the order of the clicks.
    const names = (contexts ?? []).map((c) => c.name).filter((name) => chosen.has(name));
    setError(undefined);
    setProgress('Reading clusters…');
    isReading.current = true;
    try {
      const folder = await tellReading(host, () => host.readClusters(names), setProgress);
      clusterChoice.getState().answer({ contexts: names, folder });
    } catch (reason) {
      setError(messageOf(reason));
    } finally {
      isReading.current = false;
      setProgress(undefined);
    }
  };

  return (
    <Dialog
      title="Read clusters"
      testId="clusters-dialog"
      width={520}
      step={progress === undefined ? (contexts === undefined ? 'wait' : 'choose') : 'read'}
      onClose={close}
      footer={
        progress === undefined ? (
          <>
            <Button look="quiet" onClick={close}>
              Cancel
            </Button>
            <Button
              look="primary"
              testId="clusters-read"
              data-autofocus
              disabled={chosen.size === 0}
              onClick={() => void read()}
            >
              {chosen.size < 2 ? 'Read' : `Read ${chosen.size} clusters`}
            </Button>
          </>
        ) : (
          <Button testId="clusters-stop" data-autofocus onClick={stop}>
            Stop
          </Button>
        )
      }
    >
      {error !== undefined && (
        <p className="clusters__error" role="alert" data-testid="clusters-error">
          {error}
        </p>
      )}
      {progress === undefined ? (
        <div className="clusters" data-testid="clusters-contexts">
          <p>{`${purpose} With your kubeconfig and your rights, lists only; Secrets are never asked for.`}</p>
          {contexts === undefined && error === undefined && <p role="status">Reading the kubeconfig…</p>}
          {contexts?.length === 0 && <p>The kubeconfig has no context. Add one, as for kubectl, and try again.</p>}
          {contexts !== undefined && contexts.length > mostAtAGlance && (
            <input
              type="search"
              className="ui-input"
              aria-label="Filter the contexts"
              placeholder={`Filter ${contexts.length} contexts`}
              data-testid="clusters-filter"
              spellCheck={false}
              value={filter}
              onChange={(e) => setFilter(e.target.value)}
            />
          )}
          {contexts !== undefined && contexts.length > 0 && (
            <div className="clusters__list">
              {shown.map(({ name, server }) => (
                <Checkbox
                  key={name}
                  isOn={chosen.has(name)}
                  label={name}
                  note={server}
                  testId={`clusters-context-${name}`}
                  onChange={(isOn) =>
                    setChosen(new Set(isOn ? [...chosen, name] : [...chosen].filter((other) => other !== name)))
                  }
                />
              ))}
              {shown.length === 0 && <p>No context is called like this.</p>}
            </div>
          )}
        </div>
      ) : (
        <p className="clusters__progress" role="status" data-testid="clusters-progress">
          {progress}
        </p>
      )}
    </Dialog>
  );
}
