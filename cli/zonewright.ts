/** The entry of the command line: ties runCli to this process. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPieces } from '../electron/files/read.ts';
import type { Io } from './command.ts';
import { LiveLine } from './live-line.ts';
import { runCli } from './run.ts';

const live = new LiveLine(
  (text) => process.stderr.write(text),
  () => performance.now(),
);

const io: Io = {
  stdout: (text) =>
    new Promise((resolve) => {
      live.clear();
      process.stdout.write(text, () => resolve());
    }),
  stderr: (text) => {
    live.clear();
    process.stderr.write(text);
  },
  tell: (stage) => {
    if (process.stderr.isTTY) live.tell(stage);
  },
  stdin: () => readPieces(process.stdin, 'Standard input'),
  stdinPieces: () => process.stdin,
  cwd: process.cwd(),
  today: () => {
    const now = new Date();
    const two = (n: number) => String(n).padStart(2, '0');
    return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  },
  version: versionOfPackage(),
};

// A reader that has seen enough (`| head`) closes the pipe; that is its right and no error of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });
}

runCli(process.argv.slice(2), io).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(
      `zonewright: something is wrong inside Zonewright; please report it.\n${error instanceof Error ? error.stack : String(error)}\n`,
    );
    process.exitCode = 2;
  },
);

/** From the package around this file, wherever the bundle lies in it. */
function versionOfPackage(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const file = join(folder, 'package.json');
    if (existsSync(file))
      return String((JSON.parse(readFileSync(file, 'utf8')) as { version?: unknown }).version ?? 'unknown');
    if (dirname(folder) === folder) return 'unknown';
    folder = dirname(folder);
  }
}
