/** Finds the command, reads its arguments, and turns whatever goes wrong into a message and an exit code. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { FileError } from '../electron/files/file-error.ts';
import { type CliCommand, type ExitCode, InputError, type Io, UsageError } from './command.ts';

interface Listed {
  /** One line for the list of commands. */
  readonly summary: string;
  /** Commands differ in what they need of Zonewright, and the list of them needs nothing. */
  load(): Promise<{ readonly command: CliCommand }>;
}

const commands: Readonly<Record<string, Listed>> = {
  validate: { summary: 'check designs', load: () => import('./commands/validate.ts') },
  export: { summary: 'write the manifests of a design', load: () => import('./commands/export.ts') },
  diff: {
    summary: 'review the way from one design, or set of manifests, to another',
    load: () => import('./commands/diff.ts'),
  },
  connectivity: {
    summary: 'list who can reach whom, from a design or from manifests',
    load: () => import('./commands/connectivity.ts'),
  },
  explain: { summary: 'say why one workload can or cannot reach another', load: () => import('./commands/explain.ts') },
  matrix: { summary: 'print the zone matrix of a design', load: () => import('./commands/matrix.ts') },
  import: { summary: 'make a design from manifests or a cluster', load: () => import('./commands/import.ts') },
  checks: { summary: 'write connectivity tests for the real cluster', load: () => import('./commands/checks.ts') },
  observed: { summary: 'lay flows that Hubble saw over a design', load: () => import('./commands/observed.ts') },
  merge: { summary: 'merge two edits of a design, by record and field', load: () => import('./commands/merge.ts') },
  schema: { summary: 'print the JSON Schema of designs, for editors', load: () => import('./commands/schema.ts') },
};

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
    await io.stdout((await commandOf(rest[0]))?.help ?? overview());
    return 0;
  }
  if (first === undefined) {
    io.stderr(overview());
    return 2;
  }
  const command = await commandOf(first);
  if (command === undefined) {
    io.stderr(
      `zonewright: there is no command ${JSON.stringify(first)}. Commands: ${Object.keys(commands).join(', ')}.\n`,
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
      io.stderr(`zonewright ${first}: ${error.message}\nSee zonewright ${first} --help.\n`);
      return 2;
    }
    if (error instanceof InputError || error instanceof FileError) {
      io.stderr(`zonewright ${first}: ${error.message}\n`);
      return 2;
    }
    throw error;
  }
}

async function commandOf(name = ''): Promise<CliCommand | undefined> {
  return Object.hasOwn(commands, name) ? (await commands[name]?.load())?.command : undefined;
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
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  return [
    'Usage: zonewright COMMAND [OPTIONS]\n\n',
    'Network security zones on Kubernetes: check a design, export its manifests, compare two of them.\n\n',
    ...Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}\n`),
    '\nzonewright COMMAND --help tells more about each. --version prints the version.\n',
    'Exit codes: 0 fine, 1 findings or differences, 2 bad usage or unreadable input.\n',
  ].join('');
}
