/** `REVISION:path`: a file or folder as it stood in the git repository around. */
import { execFile, spawn } from 'node:child_process';
import { FileError } from '../electron/files/file-error.ts';
import { isRevision } from '../electron/files/git.ts';
import { decodeText, sizeLimit } from '../electron/files/read.ts';
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
  const commit = await git(cwd, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]).catch(
    (error: unknown) => {
      if (error instanceof FileError) throw error;
      throw new FileError(
        'not-found',
        `There is no file ${revision}:${path}, and git knows no revision ${revision}. Name a file, a folder, or a commit, branch or tag with a path behind it.`,
      );
    },
  );
  const prefix = (await git(cwd, ['rev-parse', '--show-prefix'])).toString().trim();
  const clean = path.replace(/^\.\//, '').replace(/\/+$/, '');
  for (const place of path.startsWith('./') ? [`${prefix}${clean}`] : [clean, `${prefix}${clean}`]) {
    const object = `${commit.toString().trim()}:${place}`;
    const type = await git(cwd, ['cat-file', '-t', object]).then(
      (bytes) => bytes.toString().trim(),
      () => undefined,
    );
    if (type === 'blob')
      return { kind: 'file', text: decodeText(await git(cwd, ['cat-file', 'blob', object]), `${revision}:${path}`) };
    if (type === 'tree') return { kind: 'folder', files: await readTree(cwd, object, `${revision}:${path}`) };
  }
  throw new FileError('not-found', `${path} was not there at ${revision}. Check the path, or name another revision.`);
}

/** Manifests below a tree, read by one process however many there are. */
async function readTree(cwd: string, tree: string, name: string): Promise<TextFile[]> {
  const listing = (await git(cwd, ['ls-tree', '-r', '-z', tree])).toString();
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
  return wanted.map(({ path }, i) => ({ path, text: decodeText(bytes[i] ?? new Uint8Array(), `${name}/${path}`) }));
}

/** Contents by hash, in the order asked for. The answer to each is a line `HASH blob SIZE`, the bytes, and a line end. */
async function catFiles(cwd: string, hashes: readonly string[]): Promise<Uint8Array[]> {
  if (hashes.length === 0) return [];
  const child = spawn('git', ['cat-file', '--batch'], { cwd, stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true });
  child.stdin.on('error', () => undefined);
  child.stdin.end(hashes.map((hash) => `${hash}\n`).join(''));
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) chunks.push(chunk);
  const all = Buffer.concat(chunks);
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

function git(cwd: string, args: readonly string[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    execFile(
      'git',
      [...args],
      { cwd, encoding: 'buffer', maxBuffer: sizeLimit + 1024, windowsHide: true },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
          reject(
            new FileError(
              'no-git',
              'Git is not installed here, so REVISION:path cannot be read. Install git, or compare files.',
            ),
          );
        } else if (/not a git repository/i.test(stderr.toString())) {
          reject(
            new FileError(
              'no-git',
              `${cwd} is not in a git repository, so REVISION:path cannot be read. Check the name of the file, or go into the repository.`,
            ),
          );
        } else reject(error);
      },
    );
  });
}
