/** A design that was read for a comparison, or the reason why it cannot be compared. */
import { loadDesign } from '../../../shared/document/index.ts';
import { emptyTopology, type Topology } from '../../../shared/model/index.ts';

/**
 * An empty file is a design in which nothing is drawn yet, as git gives it for a file that a revision has not. Throws with
 * a sentence where something cannot be read: whatever is missing would look removed.
 */
export function readDesign(text: string, name: string): { readonly topology: Topology; readonly text: string } {
  if (text.trim() === '') return { topology: emptyTopology('empty'), text };
  const { document, problems } = loadDesign(text, { file: name });
  const [first] = problems.filter((p) => p.severity === 'error');
  const reason =
    first === undefined ? '' : ` ${first.line === undefined ? '' : `Line ${first.line}: `}${first.message}`;
  if (document === undefined)
    throw new Error(`${name} cannot be compared, because it is not a design that can be read.${reason}`);
  if (document.unreadable.length > 0)
    throw new Error(`${name} cannot be compared, because a part of it cannot be read and would look removed.${reason}`);
  return { topology: document.topology, text };
}
