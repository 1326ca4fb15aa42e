import { FileUp } from 'lucide-react';
import { useRef } from 'react';
import { useStores } from '../../store/stores.tsx';
import { Button } from '../../ui/Button.tsx';

/** The browser's own chooser, in both shells: a log lies where the user is, and is read piece by piece. Several files are one log. */
export function ChooseLog({ label, look }: { readonly label: string; readonly look?: 'primary' }) {
  const { observed } = useStores();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button
        size="small"
        {...(look !== undefined && { look })}
        icon={<FileUp size={14} aria-hidden />}
        testId="observed-open"
        onClick={() => input.current?.click()}
      >
        {label}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        aria-label="Log of observed flows"
        accept=".json,.jsonl,.ndjson,.log,.txt,.gz,application/json,application/gzip"
        data-testid="observed-file"
        onChange={(e) => {
          const [file, ...more] = e.target.files ?? [];
          // The same file may be chosen again after it grew.
          e.target.value = '';
          if (file !== undefined) {
            observed.getState().open(file, ...more);
            observed.getState().set({ isCalled: true });
          }
        }}
      />
    </>
  );
}
