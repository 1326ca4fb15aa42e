import { useStore } from 'zustand';
import { Button, type ButtonProps } from '../ui/Button.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import { canRun, findAction } from './registry.ts';
import { shortcutOf, useActionContext, useRunAction } from './use-actions.tsx';

export interface ActionButtonProps {
  readonly id: string;
  /** In place of the action's own label, where a shorter one is plain from its surroundings. */
  readonly label?: string;
  readonly look?: ButtonProps['look'];
  readonly iconOnly?: boolean;
  readonly withIcon?: boolean;
}

/** A button for an action: its label, keys and whether it can be done now come from the action. */
export function ActionButton({ id, label, look, iconOnly, withIcon }: ActionButtonProps) {
  const context = useActionContext();
  const run = useRunAction();
  const action = findAction(id);
  // Whether an action can run depends on the design and on the view; both stores are watched.
  const isPossible = () => action !== undefined && canRun(action, context);
  const hint = useStore(context.stores.documents, () => action?.hint?.(context));
  useStore(context.stores.documents, isPossible);
  const enabled = useStore(context.stores.ui, isPossible);
  if (action === undefined) throw new Error(`there is no action ${id}`);
  const Icon = action.icon;
  const shortcut = shortcutOf(id);
  if (iconOnly) {
    return (
      <IconButton
        testId={`action-${id}`}
        label={action.label}
        icon={<Icon size={16} aria-hidden />}
        disabled={!enabled}
        onClick={() => run(id)}
        {...(shortcut !== undefined && { shortcut })}
      />
    );
  }
  return (
    <Button
      testId={`action-${id}`}
      look={look ?? 'plain'}
      icon={withIcon ? <Icon size={15} aria-hidden /> : undefined}
      disabled={!enabled}
      title={shortcut === undefined ? (hint ?? action.label) : `${hint ?? action.label} (${shortcut})`}
      onClick={() => run(id)}
    >
      {label ?? action.label}
    </Button>
  );
}
