/**
 * The one way to the git of the machine. Arguments go as a list, never through a shell; git itself is found on PATH and
 * never beside a design; nothing that a repository's configuration names is started, and nothing is fetched.
 */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { FileError, systemCode } from './file-error.ts';
import { sizeLimit } from './read.ts';

export interface GitOptions {
  /** What git reads from its standard input. */
  readonly input?: string;
  /** The largest answer in bytes; absent: what one design may have. */
  readonly maxBytes?: number;
}

/** The repository is a partial clone, and what was asked for was never fetched into it. */
export class NotFetchedError extends FileError {
  constructor(folder: string) {
    super(
      'failed',
      `The repository around ${folder} is a partial clone that does not hold what was asked for, and Zonewright fetches nothing. If you trust it, run git fetch --refetch --no-filter there and try again.`,
    );
  }
}

const timeLimit = 30_000;

/** Rejects with a FileError: `no-git`, `too-large`, or `failed` with git's own words. */
export async function runGit(folder: string, args: readonly string[], options: GitOptions = {}): Promise<Buffer> {
  const git = await gitProgram();
  if (git === undefined)
    throw new FileError('no-git', 'Git is not installed here. Install it to read earlier revisions.');
  const { input = '', maxBytes = sizeLimit + 1024 } = options;
  return new Promise((resolve, reject) => {
    const child = execFile(
      git,
      [...harmless, ...args],
      {
        cwd: folder,
        env: { ...process.env, ...harmlessEnvironment },
        encoding: 'buffer',
        maxBuffer: maxBytes,
        timeout: timeLimit,
        windowsHide: true,
      },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(gitError(error, stderr.toString(), folder));
      },
    );
    // Git may have ended before it read everything; its exit says why.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/**
 * The absolute path of a program on `path`, undefined where it is not there. Entries that count from the current folder
 * are passed over, and so is the current folder itself, where Windows would look first: what lies beside a design that
 * came by mail must not run.
 */
export async function programOnPath(name: string, path: string): Promise<string | undefined> {
  for (const entry of path.split(delimiter)) {
    const folder = entry.replace(/^"(.*)"$/, '$1');
    if (!isAbsolute(folder)) continue;
    const place = join(folder, process.platform === 'win32' ? `${name}.exe` : name);
    const isProgram = await access(place, constants.X_OK)
      .then(() => stat(place))
      .then(
        (info) => info.isFile(),
        () => false,
      );
    if (isProgram) return place;
  }
  return undefined;
}

// Commands that only read start these: a monitor of changed files, hooks, and the check of signatures.
const harmless = [
  '--no-pager',
  '--literal-pathspecs',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'log.showSignature=false',
];

const harmlessEnvironment = {
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  // A partial clone fetches what it lacks, with programs that its configuration names: ssh, helpers, git-upload-pack.
  // Git before 2.45 does not know the first; the second allows no way of fetching that any git has.
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'none',
};

const found = new Map<string, Promise<string | undefined>>();

function gitProgram(): Promise<string | undefined> {
  const path = process.env.PATH ?? '';
  const known = found.get(path) ?? programOnPath('git', path);
  found.set(path, known);
  return known;
}

function gitError(error: Error, stderr: string, folder: string): FileError {
  switch (systemCode(error)) {
    case 'ENOENT':
      return new FileError('no-git', `The folder ${folder} is gone, so there is no history. Open the design again.`);
    case 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER':
      return new FileError(
        'too-large',
        `What was asked for is larger than ${sizeLimit / 1024 / 1024} MB at that revision. Choose another revision.`,
      );
  }
  if (/not a git repository/i.test(stderr)) {
    return new FileError(
      'no-git',
      `${folder} is not in a git repository, so there are no revisions. Check the name of the file, or run git init there to keep a history.`,
    );
  }
  if (/dubious ownership/i.test(stderr)) {
    return new FileError(
      'no-git',
      `Git does not trust ${folder}, because it belongs to another user. Add it with git config --global --add safe.directory.`,
    );
  }
  if (/from promisor remote|lazy fetching disabled/i.test(stderr)) return new NotFetchedError(folder);
  if ((error as { killed?: boolean }).killed === true) {
    return new FileError(
      'failed',
      `Git did not answer within ${timeLimit / 1000} s. Check whether the disk is busy, and try again.`,
    );
  }
  const said = stderr.trim().split('\n')[0] ?? '';
  return new FileError(
    'failed',
    `Git failed: ${(said === '' ? error.message : said).replace(/\.$/, '')}. Try git status in ${folder}, mend what it says, and try again.`,
  );
}
