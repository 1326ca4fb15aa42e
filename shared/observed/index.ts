export type { LogFile, LoggedConnection, LoggedEnd, SomeLines } from './flow-log.ts';
export { FlowLog, isPacked, looksLikeFlowLog } from './flow-log.ts';
export type { Account, Observed, SeenConnection, SeenEnd } from './lay-over.ts';
export { accountProblems, layOver } from './lay-over.ts';
