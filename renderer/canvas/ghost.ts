/** Ids of what a review shows in its older place. */

/** Stands at the end of the id of a ghost. No id of a record can have it. */
export const ghostSign = '~';

export function isGhost(id: string): boolean {
  return id.endsWith(ghostSign);
}

/** The id of the record that a node of a review stands for. */
export function realId(id: string): string {
  return isGhost(id) ? id.slice(0, -ghostSign.length) : id;
}
