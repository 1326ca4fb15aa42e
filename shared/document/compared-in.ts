/** What a folder stands for, wherever its files come from. */
import { isNamedDesign } from './is-design.ts';

export type ComparedFiles<F> =
  /** None of both where there is nothing to compare. `leftOut` are the designs among them. */
  | { readonly kind: 'manifests'; readonly files: readonly F[]; readonly leftOut: readonly F[] }
  | { readonly kind: 'design'; readonly file: F }
  /** More than one, so that somebody has to choose. */
  | { readonly kind: 'designs'; readonly files: readonly F[] };

/**
 * The manifests of a folder, whatever designs lie among them; its design where no other file holds an object of a cluster,
 * such as the review beside it. `holdsObjects` is asked only where there is a design, and no more than needed.
 */
export function comparedIn<F extends { readonly path: string }>(
  files: readonly F[],
  holdsObjects: (file: F) => boolean,
): ComparedFiles<F> {
  const designs = files.filter(({ path }) => isNamedDesign(path));
  const others = files.filter((file) => !designs.includes(file));
  const [first, ...more] = designs;
  if (first === undefined || others.some(holdsObjects)) return { kind: 'manifests', files: others, leftOut: designs };
  return more.length === 0 ? { kind: 'design', file: first } : { kind: 'designs', files: designs };
}
