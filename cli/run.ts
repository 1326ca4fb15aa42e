/** Finds the command, reads its arguments, and turns whatever goes wrong into a message and an exit code. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { FileError } from '../electron/files/file-error.ts';
import { type CliCommand, type ExitCode, InputError, type Io, UsageError } from './command.ts';
import { checks } from './commands/checks.ts';
import { connectivity } from './commands/connectivity.ts';
import { diff } from './commands/diff.ts';
import { explainCommand } from './commands/explain.ts';
import { exportCommand } from './commands/export.ts';
import { importCommand } from './commands/import.ts';
import { matrix } from './commands/matrix.ts';
import { merge } from './commands/merge.ts';
import { observed } from './commands/observed.ts';
import { schema } from './commands/schema.ts';
import { validate } from './commands/validate.ts';

export const commands: readonly CliCommand[] = [
  validate,
  exportCommand,
  diff,
  connectivity,
  explainCommand,
  matrix,
  importCommand,
  checks,
  observed,
  merge,
  schema,
];

/** `argv` without the program's name. Never throws for what a user can do wrong. */
export async function runCli(argv: readonly string[], world: Io): Promise<ExitCode> {
  const io: Io = {
    ...world,
    stdout: (text) => world.stdout(printable(text)),
    stderr: (text) => world.stderr(printable(text)),
  };
  const [first, ...rest] = argv;
  if (first === '--version' || first === '-V') {
    await io.stdout(`${io.version}\n`);
    return 0;
  }
  if (first === '--help' || first === '-h' || first === 'help') {
    const asked = commands.find((c) => c.name === rest[0]);
    await io.stdout(asked?.help ?? overview());
    return 0;
  }
  if (first === undefined) {
    io.stderr(overview());
    return 2;
  }
  const command = commands.find((c) => c.name === first);
  if (command === undefined) {
    io.stderr(
      `zonewright: there is no command ${JSON.stringify(first)}. Commands: ${commands.map((c) => c.name).join(', ')}.\n`,
    );
    return 2;
  }
  try {
    const { values, positionals } = readArguments(command, rest);
    if (values.help === true) {
      await io.stdout(command.help);
      return 0;
    }
    return await command.run({ values, positionals }, io);
  } catch (error) {
    if (error instanceof UsageError) {
      io.stderr(`zonewright ${command.name}: ${error.message}\nSee zonewright ${command.name} --help.\n`);
      return 2;
    }
    if (error instanceof InputError || error instanceof FileError) {
      io.stderr(`zonewright ${command.name}: ${error.message}\n`);
      return 2;
    }
    throw error;
  }
}

function readArguments(command: CliCommand, args: readonly string[]) {
  const config = {
    args: [...args],
    options: { ...command.options, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
    strict: true,
  } satisfies ParseArgsConfig;
  try {
    return parseArgs(config) as { values: CliCommandValues; positionals: string[] };
  } catch (error) {
    // parseArgs explains itself well; its codes all begin alike.
    if (error instanceof TypeError && String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS')) {
      throw new UsageError(error.message.replace(/\.?$/, '.'));
    }
    throw error;
  }
}

type CliCommandValues = Parameters<CliCommand['run']>[0]['values'];

/** Without what a terminal would obey: manifests that somebody else wrote may hold anything in quotes. */
function printable(text: string): string {
  return text.replace(/[^\P{Cc}\t\n\r\u0085]/gu, '\ufffd');
}

function overview(): string {
  const width = Math.max(...commands.map((c) => c.name.length));
  return [
    'Usage: zonewright COMMAND [OPTIONS]\n\n',
    'Network security zones on Kubernetes: check a design, export its manifests, compare two of them.\n\n',
    ...commands.map((c) => `  ${c.name.padEnd(width)}  ${c.summary}\n`),
    '\nzonewright COMMAND --help tells more about each. --version prints the version.\n',
    'Exit codes: 0 fine, 1 findings or differences, 2 bad usage or unreadable input.\n',
  ].join('');
}
