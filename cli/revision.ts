/** `REVISION:path`: a file or folder as it stood in the git repository around. */
import { FileError } from '../electron/files/file-error.ts';
import { isRevision, objectAt } from '../electron/files/git.ts';
import { decodeAnyText } from '../electron/files/read.ts';
import { NotFetchedError, runGit } from '../electron/files/run-git.ts';
import { isManifest, type TextFile } from './manifest-files.ts';

export interface Revision {
  readonly revision: string;
  readonly path: string;
}

export type AtRevision =
  | { readonly kind: 'file'; readonly text: string }
  | { readonly kind: 'folder'; readonly files: readonly TextFile[] };

/** Undefined for what is no `REVISION:path`; a drive letter is not a revision. */
export function splitRevision(argument: string): Revision | undefined {
  const at = argument.indexOf(':');
  const revision = argument.slice(0, at);
  const path = argument.slice(at + 1);
  const isDrive = /^[a-z]$/i.test(revision) && /^[\\/]/.test(path);
  return at > 0 && !isDrive && isRevision(revision) ? { revision, path } : undefined;
}

/** The path counts from the repository's root, as git counts it, or else from the current folder. */
export async function readRevision({ revision, path }: Revision, cwd: string): Promise<AtRevision> {
  const name = `${revision}:${path}`;
  const commit = await runGit(cwd, [
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${revision}^{commit}`,
  ]).catch((error: unknown) => {
    if (error instanceof FileError && error.code === 'no-git') throw error;
    throw new FileError(
      'not-found',
      `There is no file ${name}, and git knows no revision ${revision}. Name a file, a folder, or a commit, branch or tag with a path behind it.`,
    );
  });
  const prefix = (await runGit(cwd, ['rev-parse', '--show-prefix'])).toString().replace(/\n$/, '');
  try {
    for (const place of path.startsWith('./') ? [prefix + path] : [path, prefix + path]) {
      const object = await objectAt(cwd, commit.toString().trim(), place);
      if (object?.type === 'blob')
        return { kind: 'file', text: decodeAnyText(await runGit(cwd, ['cat-file', 'blob', object.hash]), name) };
      if (object?.type === 'tree') return { kind: 'folder', files: await readTree(cwd, object.hash, name) };
    }
  } catch (error) {
    if (!(error instanceof NotFetchedError)) throw error;
    throw new FileError(
      'failed',
      `${name} is not in this partial clone, and nothing is fetched for you. If you trust the repository, run git fetch --refetch --no-filter and try again.`,
    );
  }
  throw new FileError('not-found', `${path} was not there at ${revision}. Check the path, or name another revision.`);
}

/** Manifests below a tree, read by one process however many there are. */
async function readTree(cwd: string, tree: string, name: string): Promise<TextFile[]> {
  const listing = (await runGit(cwd, ['ls-tree', '-r', '-z', '--full-tree', tree])).toString();
  const wanted = listing.split('\0').flatMap((line) => {
    const match = /^100\d{3} blob ([0-9a-f]+)\t(.+)$/s.exec(line);
    const [, hash, path] = match ?? [];
    const isWanted = path !== undefined && isManifest(path) && !path.split('/').some((part) => part.startsWith('.'));
    return hash !== undefined && isWanted ? [{ hash, path }] : [];
  });
  const bytes = await catFiles(
    cwd,
    wanted.map((file) => file.hash),
  );
  return wanted.map(({ path }, i) => ({ path, text: decodeAnyText(bytes[i] ?? new Uint8Array(), `${name}/${path}`) }));
}

/** Contents by hash, in the order asked for. The answer to each is a line `HASH blob SIZE`, the bytes, and a line end. */
async function catFiles(cwd: string, hashes: readonly string[]): Promise<Uint8Array[]> {
  if (hashes.length === 0) return [];
  const all = await runGit(cwd, ['cat-file', '--batch'], {
    input: hashes.map((hash) => `${hash}\n`).join(''),
    maxBytes: Number.POSITIVE_INFINITY,
  });
  const found: Uint8Array[] = [];
  let at = 0;
  while (at < all.length) {
    const end = all.indexOf(10, at);
    const size = Number(all.subarray(at, end).toString().split(' ')[2]);
    if (end < 0 || !Number.isInteger(size)) break;
    found.push(all.subarray(end + 1, end + 1 + size));
    at = end + size + 2;
  }
  if (found.length !== hashes.length)
    throw new FileError(
      'failed',
      'Git did not give back every file of that revision. Run git fsck to check the repository.',
    );
  return found;
}
