/** What covers the window for a moment. */
import { useActionContext } from './actions/use-actions.tsx';
import { CommandPalette, ShortcutsDialog } from './panels/command-palette/index.ts';
import { ExportDialog } from './panels/export/index.ts';
import { ImportDialog } from './panels/import/index.ts';
import { MergeDialog } from './panels/merge/index.ts';
import { useSession } from './session/session-context.tsx';
import { useDocument, useUi } from './store/stores.tsx';
import { Button } from './ui/Button.tsx';
import { Dialog } from './ui/Dialog.tsx';

export function Dialogs() {
  const dialog = useUi((s) => s.dialog);
  const { stores } = useActionContext();
  const close = () => stores.ui.getState().set({ dialog: undefined });
  switch (dialog?.kind) {
    case undefined:
      return null;
    case 'export':
      return <ExportDialog onClose={close} />;
    case 'import':
      return <ImportDialog onClose={close} />;
    case 'shortcuts':
      return <ShortcutsDialog onClose={close} />;
    case 'command-palette':
      return <CommandPalette key="all" scope="all" onClose={close} />;
    case 'search':
      return <CommandPalette key="records" scope="records" onClose={close} />;
    case 'unsaved':
      return <UnsavedDialog then={dialog.then} />;
    case 'changed-on-disk':
      return <ChangedOnDiskDialog />;
    case 'merge':
      return <MergeDialog merge={dialog.merge} onClose={close} />;
  }
}

function UnsavedDialog({ then }: { readonly then: 'close' | 'new' | 'open' }) {
  const session = useSession();
  const name = useDocument((s) => s.origin.name);
  const before = { close: 'closing the window', new: 'leaving this design', open: 'opening another design' }[then];
  return (
    <Dialog
      title="Save your edits?"
      testId="unsaved-dialog"
      onClose={() => void session.answerUnsaved('cancel')}
      footer={
        <>
          <Button testId="unsaved-cancel" look="quiet" onClick={() => void session.answerUnsaved('cancel')}>
            Cancel
          </Button>
          <Button testId="unsaved-discard" look="danger" onClick={() => void session.answerUnsaved('discard')}>
            Discard edits
          </Button>
          <Button
            testId="unsaved-save"
            look="primary"
            data-autofocus
            onClick={() => void session.answerUnsaved('save')}
          >
            Save
          </Button>
        </>
      }
    >
      <p>{`${name} has edits that are not saved. Save them before ${before}, or they are lost.`}</p>
    </Dialog>
  );
}

function ChangedOnDiskDialog() {
  const session = useSession();
  const { stores } = useActionContext();
  const name = useDocument((s) => s.origin.name);
  const canMerge = useDocument((s) => s.saved !== undefined);
  const close = () => stores.ui.getState().set({ dialog: undefined });
  return (
    <Dialog
      title="The file changed on disk"
      testId="conflict-dialog"
      width={620}
      onClose={close}
      footer={
        <>
          <Button testId="conflict-reload" look="danger" onClick={() => void session.reload()}>
            Reload, dropping my edits
          </Button>
          <Button testId="conflict-overwrite" look="danger" onClick={() => void session.overwrite()}>
            Overwrite the file
          </Button>
          <Button
            testId="conflict-save-as"
            look={canMerge ? 'plain' : 'primary'}
            data-autofocus={canMerge ? undefined : true}
            onClick={() => {
              close();
              void session.saveAs();
            }}
          >
            Save as…
          </Button>
          {canMerge && (
            <Button testId="conflict-merge" look="primary" data-autofocus onClick={() => void session.startMerge()}>
              Merge…
            </Button>
          )}
        </>
      }
    >
      <p>
        {`Somebody wrote ${name} since it was opened here. Saving over it would lose their changes. ${canMerge ? 'Merge takes in their changes and asks where both of you changed the same. ' : ''}Or save your version under another name to compare the two in the review.`}
      </p>
    </Dialog>
  );
}
