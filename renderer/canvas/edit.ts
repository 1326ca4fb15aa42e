/** Runs what a gesture asked for as one step to undo. */
import { type Command, type CommandCall, commands } from '../../shared/commands/index.ts';
import type { DocumentStore } from '../store/document-store.ts';

/** Several calls become one step with this label. A call that fails takes the whole step back. */
export function runCalls(
  documents: DocumentStore,
  label: string,
  calls: readonly CommandCall[],
  coalesce?: string,
): void {
  const store = documents.getState();
  // The union of calls pairs each id with its own arguments, which the compiler cannot follow through the table.
  const run = (call: CommandCall) =>
    store.run(commands[call.id] as Command<unknown>, call.args, coalesce === undefined ? undefined : { coalesce });
  const [only] = calls;
  if (only === undefined) return;
  // A cluster with its pool is two records, but one thing to whoever drew it: there the gesture's own label is better.
  if (calls.length === 1 && only.id !== 'record/add-many') {
    run(only);
    return;
  }
  store.begin(label);
  try {
    for (const call of calls) run(call);
  } catch (error) {
    store.cancel();
    throw error;
  }
  store.commit();
}
