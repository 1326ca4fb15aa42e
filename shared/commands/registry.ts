import { extendClusterToZone } from './cluster/extend-to-zone.ts';
import { leaveZone } from './cluster/leave-zone.ts';
import type { Command } from './define.ts';
import { becomeDesign } from './design/become.ts';
import { moveEndpoint } from './endpoint/move.ts';
import { setField } from './field/set.ts';
import { connectFlow } from './flow/connect.ts';
import { reconnectFlow } from './flow/reconnect.ts';
import { reverseFlows } from './flow/reverse.ts';
import { clearLayout } from './layout/clear.ts';
import { setLayout } from './layout/set.ts';
import { setMatrixCell } from './matrix/set.ts';
import { moveNamespaces } from './namespace/move.ts';
import { movePool } from './pool/move.ts';
import { addRecord } from './record/add.ts';
import { addRecords } from './record/add-many.ts';
import { removeRecords } from './record/remove.ts';
import { renameRecord } from './record/rename.ts';
import { moveWorkloads } from './workload/move.ts';

/** Every command, sorted by id. */
export const commands = {
  'cluster/extend-to-zone': extendClusterToZone,
  'cluster/leave-zone': leaveZone,
  'design/become': becomeDesign,
  'endpoint/move': moveEndpoint,
  'field/set': setField,
  'flow/connect': connectFlow,
  'flow/reconnect': reconnectFlow,
  'flow/reverse': reverseFlows,
  'layout/clear': clearLayout,
  'layout/set': setLayout,
  'matrix/set': setMatrixCell,
  'namespace/move': moveNamespaces,
  'pool/move': movePool,
  'record/add': addRecord,
  'record/add-many': addRecords,
  'record/remove': removeRecords,
  'record/rename': renameRecord,
  'workload/move': moveWorkloads,
} as const;

export type CommandId = keyof typeof commands;
export type ArgsOf<Id extends CommandId> = (typeof commands)[Id] extends Command<infer Args> ? Args : never;

/** A command with its arguments as plain data: what a fix, a gesture or a script hands to the store. */
export type CommandCall = { [Id in CommandId]: { readonly id: Id; readonly args: ArgsOf<Id> } }[CommandId];

/** The command of a call with its arguments bound. */
export function bindCommand(call: CommandCall): {
  readonly label: string;
  run(draft: Parameters<Command<unknown>['run']>[0]): void;
} {
  // The union of calls pairs each id with its own arguments, which the compiler cannot follow through the table.
  const command = commands[call.id] as Command<unknown>;
  return { label: command.label(call.args), run: (draft) => command.run(draft, call.args) };
}
