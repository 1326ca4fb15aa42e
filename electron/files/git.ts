/**
 * Reads a file's history with the git of the machine. Arguments go as a list, never through a shell; revisions are
 * checked before use; nothing in the repository's configuration can start a program.
 */
import { execFile } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { FileError, systemCode } from './file-error.ts';
import { sizeLimit } from './read.ts';

export interface Revision {
  /** A commit hash, or a branch or tag name. */
  readonly revision: string;
  readonly title: string;
  readonly author?: string;
  /** ISO 8601. */
  readonly date?: string;
}

const commitLimit = 200;

/** Commits that changed the file, newest first, renames followed; then branches and tags. Rejects with `no-git`. */
export async function gitHistory(path: string): Promise<readonly Revision[]> {
  const place = await placeOf(path);
  const commits = await followHistory(place);
  const refs = await git(place, [
    'for-each-ref',
    '--sort=-creatordate',
    `--count=${commitLimit}`,
    '--format=%(refname:short)%1f%(authorname)%1f%(authordate:iso-strict)%1f%(symref)',
    'refs/heads',
    'refs/remotes',
    'refs/tags',
  ]);
  const names = lines(refs).flatMap((line) => {
    const [name = '', author = '', date = '', symref = ''] = line.split('\x1f');
    return name === '' || symref !== '' ? [] : [revisionOf(name, name, author, date)];
  });
  return [...commits.map((c) => revisionOf(c.hash, c.subject, c.author, c.date)), ...names];
}

/** The text at a revision, under the name it had there. Rejects with `not-found` or `no-git`. */
export async function gitShow(path: string, revision: string): Promise<string> {
  if (!isRevision(revision)) {
    throw new FileError(
      'not-found',
      `${JSON.stringify(revision)} is not the name of a git revision. Choose a commit, a branch or a tag.`,
    );
  }
  const place = await placeOf(path);
  const commit = await git(place, ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]).then(
    (text) => text.trim(),
    (error: unknown) => {
      if (error instanceof FileError && error.code === 'no-git') throw error;
      throw new FileError(
        'not-found',
        `This repository has no revision ${revision}. Choose a commit, a branch or a tag.`,
      );
    },
  );
  const prefix = (await git(place, ['rev-parse', '--show-prefix'])).replace(/\n$/, '');
  const here = prefix + place.name;
  const text = await textAt(place, commit, here);
  if (text !== undefined) return text;
  for (const name of new Set((await followHistory(place)).flatMap((c) => c.names))) {
    const earlier = name === here ? undefined : await textAt(place, commit, name);
    if (earlier !== undefined) return earlier;
  }
  throw new FileError('not-found', `${place.name} was not there at ${revision}. Choose a later revision.`);
}

/** Hashes, branch and tag names, and `HEAD~2`; nothing that git could take for an option, a range or a path. */
export function isRevision(text: string): boolean {
  return (
    /^[\p{L}\p{N}_][\p{L}\p{N}_./@^~+-]*$/u.test(text) &&
    !text.includes('..') &&
    !text.includes('@{') &&
    text.length <= 250
  );
}

interface Place {
  readonly folder: string;
  readonly name: string;
}

interface Commit {
  readonly hash: string;
  readonly author: string;
  readonly date: string;
  readonly subject: string;
  /** The file's names before and after the commit, below the top of the repository. */
  readonly names: readonly string[];
}

async function placeOf(path: string): Promise<Place> {
  // Where the file itself is gone the folder may still be there, and git still knows the file.
  const real = await realpath(path).catch(() => path);
  return { folder: dirname(real), name: basename(real) };
}

async function followHistory(place: Place): Promise<readonly Commit[]> {
  const format = '--format=%x01%H%x1f%an%x1f%aI%x1f%s';
  const output = await git(place, [
    'log',
    `-n${commitLimit}`,
    '--follow',
    '--name-status',
    '-z',
    format,
    '--',
    place.name,
  ]).catch((error: unknown) => {
    // A repository without a first commit has no history, which is no fault.
    if (error instanceof FileError && /does not have any commits/.test(error.message)) return '';
    throw error;
  });
  return output
    .split('\x01')
    .slice(1)
    .map((chunk) => {
      const [head = '', ...rest] = chunk.split('\0').map((token) => token.replace(/^\n/, ''));
      const [hash = '', author = '', date = '', subject = ''] = head.split('\x1f');
      // After the head: a status letter, then one name, or two for a rename.
      return { hash, author, date, subject, names: rest.filter((token) => token !== '' && !/^[A-Z]\d*$/.test(token)) };
    });
}

async function textAt(place: Place, commit: string, name: string): Promise<string | undefined> {
  try {
    return await git(place, ['cat-file', 'blob', `${commit}:${name}`]);
  } catch (error) {
    if (error instanceof FileError && error.code === 'failed') return undefined;
    throw error;
  }
}

function revisionOf(revision: string, title: string, author: string, date: string): Revision {
  return { revision, title, ...(author === '' ? {} : { author }), ...(date === '' ? {} : { date }) };
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

function git(place: Place, args: readonly string[]): Promise<string> {
  const safe = [
    '--no-pager',
    '--literal-pathspecs',
    '-c',
    'core.fsmonitor=false',
    '-c',
    'core.hooksPath=/dev/null',
    '-c',
    'log.showSignature=false',
  ];
  const env = {
    ...process.env,
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
  };
  const options = { cwd: place.folder, env, maxBuffer: sizeLimit + 1024, timeout: 30_000, windowsHide: true };
  return new Promise((resolve, reject) => {
    execFile('git', [...safe, ...args], { ...options, encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(gitError(error, stderr, place));
    });
  });
}

function gitError(error: Error, stderr: string, place: Place): FileError {
  const code = systemCode(error);
  if (code === 'ENOENT') {
    return new FileError(
      'no-git',
      'Git is not installed here, or the folder is gone, so there is no history. Install git to compare with earlier revisions.',
    );
  }
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') {
    return new FileError(
      'too-large',
      `${place.name} at that revision is larger than ${sizeLimit / 1024 / 1024} MB. Choose another revision.`,
    );
  }
  if (/not a git repository/i.test(stderr)) {
    return new FileError(
      'no-git',
      `${place.folder} is not in a git repository, so there is no history. Run git init there to keep one.`,
    );
  }
  if (/dubious ownership/i.test(stderr)) {
    return new FileError(
      'no-git',
      `Git does not trust ${place.folder}, because it belongs to another user. Add it with git config --global --add safe.directory.`,
    );
  }
  return new FileError('failed', `Git answered: ${stderr.trim().split('\n')[0] ?? error.message}`);
}
