/** What a start on the command line names, the same for the desktop and the web host. */
import { realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { FileError } from './files/file-error.ts';

export type Target =
  | { readonly kind: 'design'; readonly path: string }
  | { readonly kind: 'folder'; readonly path: string };

/** The path counts from `workingFolder`. Throws `not-found`, and `not-allowed` for what is no file that can be read. */
export function targetOf(argument: string, workingFolder: string): Target {
  const path = resolve(workingFolder, argument);
  const info = statSync(path, { throwIfNoEntry: false });
  if (info === undefined)
    throw new FileError('not-found', `${path} is not there. Name a design, or a folder with designs.`);
  if (info.isDirectory()) return { kind: 'folder', path };
  // Any name will do: whether it holds a design is seen when it is read.
  if (info.isFile()) return { kind: 'design', path };
  throw new FileError(
    'not-allowed',
    `${path} is neither a file nor a folder. Name a design, or a folder with designs.`,
  );
}

/**
 * The first argument of a process that is no option. `packageFolder` is how Electron is told what to run where the
 * application is not packaged; it is passed over once.
 */
export function targetArgument(argv: readonly string[], packageFolder: string): string | undefined {
  const named = argv.slice(1).filter((argument) => !argument.startsWith('-'));
  const own = named.findIndex((argument) => isSamePlace(argument, packageFolder));
  return named.find((_, i) => i !== own);
}

function isSamePlace(argument: string, folder: string): boolean {
  try {
    return realpathSync(argument) === realpathSync(folder);
  } catch {
    return false;
  }
}
