/** A folder of its own for each test, and the command line running in it; for tests alone. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach } from 'vitest';
import type { ExitCode } from './command.ts';
import { runCli } from './run.ts';

export interface Ran {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
  /** `out` in the pieces in which it was written. */
  readonly chunks: readonly string[];
}

export interface TestShell {
  /** Empty before each test, and gone after it. */
  readonly folder: string;
  run(args: readonly string[], options?: { readonly stdin?: string | Uint8Array; readonly cwd?: string }): Promise<Ran>;
  /** Writes a file below the folder, and returns its path. */
  put(name: string, text: string | Uint8Array): Promise<string>;
}

function bytesOf(stdin: string | Uint8Array): Uint8Array {
  return typeof stdin === 'string' ? new TextEncoder().encode(stdin) : stdin;
}

/** Called at the top of a test file. The date is 2026-11-21, the version 1.2.3. */
export function testShell(): TestShell {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zonewright-cli-'));
    return () => rm(folder, { recursive: true, force: true });
  });
  return {
    get folder() {
      return folder;
    },
    async run(args, { stdin = '', cwd = folder } = {}) {
      const chunks: string[] = [];
      let err = '';
      const code = await runCli(args, {
        stdout: async (text) => {
          chunks.push(text);
        },
        stderr: (text) => {
          err += text;
        },
        stdin: async () => bytesOf(stdin),
        tell: () => {},
        stdinPieces: async function* () {
          yield bytesOf(stdin);
        },
        cwd,
        today: () => '2026-11-21',
        version: '1.2.3',
      });
      return { code, out: chunks.join(''), err, chunks };
    },
    async put(name, text) {
      const path = join(folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
      return path;
    },
  };
}
