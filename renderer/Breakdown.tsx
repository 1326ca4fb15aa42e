/** What shows when drawing the window fails: the edits are kept for recovery first, then there are ways out. */
import { Component, type ErrorInfo, type ReactNode } from 'react';
import { SessionContext } from './session/session-context.tsx';
import { Button } from './ui/Button.tsx';

interface State {
  readonly message?: string;
  readonly detail?: string;
  readonly kept?: 'yes' | 'no';
}

export class Breakdown extends Component<{ readonly children: ReactNode }, State> {
  static override contextType = SessionContext;
  declare context: React.ContextType<typeof SessionContext>;
  override state: State = {};

  static getDerivedStateFromError(error: unknown): State {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.setState({ detail: `${stack}\n${info.componentStack ?? ''}` });
    this.context?.keepNow().then(
      () => this.setState({ kept: 'yes' }),
      () => this.setState({ kept: 'no' }),
    );
  }

  override render(): ReactNode {
    const { message, detail, kept } = this.state;
    if (message === undefined) return this.props.children;
    return (
      <main className="breakdown" data-testid="breakdown">
        <h1>The window broke</h1>
        <p>
          {kept === 'no'
            ? 'Your unsaved edits could not be kept for recovery. Save the design to another file before you reload.'
            : 'Your unsaved edits are kept for recovery; the start screen offers them after reloading. The file on disk is as it was.'}
        </p>
        <p className="breakdown__message">{message}</p>
        <div className="breakdown__buttons">
          <Button look="primary" onClick={() => window.location.reload()}>
            Reload the window
          </Button>
          <Button onClick={() => void this.context?.saveAs()}>Save to another file…</Button>
          <Button onClick={() => void navigator.clipboard?.writeText(this.context?.currentText() ?? '')}>
            Copy the design as text
          </Button>
          <Button look="quiet" onClick={() => this.setState({ message: undefined })}>
            Try to go on
          </Button>
        </div>
        {detail !== undefined && (
          <details>
            <summary>Details for a report</summary>
            <pre>{detail}</pre>
          </details>
        )}
      </main>
    );
  }
}
