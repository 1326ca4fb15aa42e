/**
 * What a command is. Every edit to a design is one: a pure recipe on an immer draft, so that undo is patches and needs
 * no code of its own. A command never looks anything up outside the draft and never invents an id; the caller does.
 */
import type { Draft } from 'immer';
import type { Topology } from '../model/index.ts';

export interface Command<Args> {
  /** The path of its file below commands/, without the ending: `workload/move`. */
  readonly id: string;
  /** What undo offers, as a person would say it: `Add zone`, `Move 3 workloads`. */
  label(args: Args): string;
  run(draft: Draft<Topology>, args: Args): void;
}

export function defineCommand<Args>(command: Command<Args>): Command<Args> {
  return command;
}
