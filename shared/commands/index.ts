export {
  type Clipboard,
  copyRecords,
  type Pasted,
  type PasteTarget,
  parseClipboard,
  pasteRecords,
} from './clipboard.ts';
export { extendClusterToZone } from './cluster/extend-to-zone.ts';
export { leaveZone } from './cluster/leave-zone.ts';
export type { Command } from './define.ts';
export { becomeDesign } from './design/become.ts';
export { moveEndpoint } from './endpoint/move.ts';
export { setField } from './field/set.ts';
export { connectFlow } from './flow/connect.ts';
export { reconnectFlow } from './flow/reconnect.ts';
export { reverseFlows } from './flow/reverse.ts';
export { freeId, isId } from './free-id.ts';
export { clearLayout } from './layout/clear.ts';
export { type LayoutEntry, setLayout } from './layout/set.ts';
export type { LayoutTarget } from './layout-target.ts';
export { setMatrixCell } from './matrix/set.ts';
export { moveNamespaces } from './namespace/move.ts';
export { movePool } from './pool/move.ts';
export { addRecord } from './record/add.ts';
export { addRecords } from './record/add-many.ts';
export { removeRecords } from './record/remove.ts';
export { renameRecord } from './record/rename.ts';
export type { NewRecord } from './records.ts';
export { type ArgsOf, bindCommand, type CommandCall, type CommandId, commands } from './registry.ts';
export { moveWorkloads } from './workload/move.ts';
