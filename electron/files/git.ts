/** Reads a file's history with the git of the machine. Revisions are checked before use. */
import { realpath } from 'node:fs/promises';
import { basename, dirname, posix } from 'node:path';
import { FileError } from './file-error.ts';
import { NotFetchedError, runGit } from './run-git.ts';

export interface GitRevision {
  readonly kind: 'commit' | 'branch' | 'tag';
  /** A commit hash, or a branch or tag name. */
  readonly revision: string;
  readonly title: string;
  readonly author?: string;
  /** ISO 8601. */
  readonly date?: string;
}

const commitLimit = 200;

/** Commits that changed the file, newest first, renames followed; then branches and tags. Rejects with `no-git`. */
export async function gitHistory(path: string): Promise<readonly GitRevision[]> {
  const place = await placeOf(path);
  const { commits } = await followHistory(place);
  const refs = await git(place, [
    'for-each-ref',
    '--sort=-creatordate',
    `--count=${commitLimit}`,
    '--format=%(refname:short)%1f%(authorname)%1f%(authordate:iso-strict)%1f%(symref)%1f%(refname)',
    'refs/heads',
    'refs/remotes',
    'refs/tags',
  ]);
  const names = lines(refs).flatMap((line) => {
    const [name = '', author = '', date = '', symref = '', full = ''] = line.split('\x1f');
    const kind = full.startsWith('refs/tags/') ? 'tag' : 'branch';
    return name === '' || symref !== '' ? [] : [revisionOf(kind, name, name, author, date)];
  });
  return [...commits.map((c) => revisionOf('commit', c.hash, c.subject, c.author, c.date)), ...names];
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
  const { commits, isWhole } = await followHistory(place);
  for (const name of new Set(commits.flatMap((c) => c.names))) {
    const earlier = name === here ? undefined : await textAt(place, commit, name);
    if (earlier !== undefined) return earlier;
  }
  throw new FileError(
    'not-found',
    isWhole
      ? `${place.name} was not there at ${revision}. Choose a later revision.`
      : `${place.name} was not there at ${revision} under this name, and a partial clone does not tell every earlier one. Run git fetch --refetch --no-filter there, or choose a later revision.`,
  );
}

export interface ObjectAtRevision {
  readonly type: 'blob' | 'tree' | 'commit';
  readonly hash: string;
}

/**
 * What stood at a path below the top of the repository; undefined where nothing did. Rejects where the repository cannot
 * tell, so that what was only never fetched is not taken for something that was not there.
 */
export async function objectAt(folder: string, commit: string, path: string): Promise<ObjectAtRevision | undefined> {
  const clean = posix.normalize(path).replace(/\/$/, '');
  if (clean === '.') return { type: 'tree', hash: `${commit}^{tree}` };
  if (clean.startsWith('/') || clean.split('/').includes('..')) return undefined;
  const listing = await runGit(folder, ['ls-tree', '-z', '--full-tree', commit, '--', clean]);
  const match = /^\d+ (blob|tree|commit) ([0-9a-f]+)\t/.exec(listing.toString());
  const [, type, hash] = match ?? [];
  return type === undefined || hash === undefined ? undefined : { type: type as ObjectAtRevision['type'], hash };
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

interface History {
  readonly commits: readonly Commit[];
  /** False where a partial clone could not be asked for renames that changed the file too. */
  readonly isWhole: boolean;
}

async function followHistory(place: Place): Promise<History> {
  try {
    return { commits: await followRenames(place, []), isWhole: true };
  } catch (error) {
    if (!(error instanceof NotFetchedError)) throw error;
    // Renames that left the file as it was are told by hashes alone.
    return { commits: await followRenames(place, ['--find-renames=100%']), isWhole: false };
  }
}

async function followRenames(place: Place, options: readonly string[]): Promise<readonly Commit[]> {
  const output = await git(place, [
    'log',
    `-n${commitLimit}`,
    '--no-ext-diff',
    '--no-textconv',
    '--follow',
    ...options,
    '--name-status',
    '-z',
    '--format=%x01%H%x1f%an%x1f%aI%x1f%s',
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
  const object = await objectAt(place.folder, commit, name);
  return object?.type === 'blob' ? git(place, ['cat-file', 'blob', object.hash]) : undefined;
}

function revisionOf(
  kind: GitRevision['kind'],
  revision: string,
  title: string,
  author: string,
  date: string,
): GitRevision {
  return { kind, revision, title, ...(author === '' ? {} : { author }), ...(date === '' ? {} : { date }) };
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

async function git(place: Place, args: readonly string[]): Promise<string> {
  return (await runGit(place.folder, args)).toString('utf8');
}
