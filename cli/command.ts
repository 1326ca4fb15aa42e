/** What a command of the command line is, and what it may touch. */
import type { ParseArgsConfig } from 'node:util';

/** The world as a command sees it; tests give their own. */
export interface Io {
  /** Data. Waits until the reader has taken it, so that a large output needs no memory. */
  stdout(text: string): Promise<void>;
  /** Everything else: messages, counts, warnings. */
  stderr(text: string): void;
  /** What is under way, for whoever waits at a terminal; said nowhere else, and only where it takes long. */
  tell(stage: string): void;
  /** All of standard input, at most `sizeLimit` bytes. */
  stdin(): Promise<Uint8Array>;
  /** Standard input as it comes, however long it is. */
  stdinPieces(): AsyncIterable<Uint8Array>;
  readonly cwd: string;
  /** Today, YYYY-MM-DD. */
  today(): string;
  readonly version: string;
}

/** 0 fine; 1 findings or differences at or above what was asked for; 2 bad usage or unreadable input. */
export type ExitCode = 0 | 1 | 2;

export type Values = Readonly<Record<string, string | boolean | Array<string | boolean> | undefined>>;

export interface CliCommand {
  /** What `--help` prints: usage, then options, then exit codes. */
  readonly help: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  run(args: { readonly values: Values; readonly positionals: readonly string[] }, io: Io): Promise<ExitCode>;
}

/** Wrong arguments: the message goes to standard error with a pointer to the help, and the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Input that cannot be read: the message goes to standard error as it is, and the exit code is 2. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** The value of an option that takes one of a few words. */
export function oneOf<T extends string>(values: Values, option: string, allowed: readonly T[], fallback: T): T {
  const given = values[option];
  if (given === undefined) return fallback;
  const found = allowed.find((word) => word === given);
  if (found === undefined)
    throw new UsageError(`--${option} must be one of ${allowed.join(', ')}, not ${JSON.stringify(given)}.`);
  return found;
}

export function textOption(values: Values, option: string): string | undefined {
  const given = values[option];
  return typeof given === 'string' ? given : undefined;
}

export function listOption(values: Values, option: string): string[] {
  const given = values[option];
  return Array.isArray(given) ? given.filter((item) => typeof item === 'string') : [];
}
