/** What a review is doing, in words for people: a wide edit of a large design takes many seconds. */
export type TellStage = (stage: string) => void;

export const tellNobody: TellStage = () => undefined;

/** `index` is that of one of so many clusters, from 0. */
export function comparingConnections(index: number, clusters: number): string {
  return `Comparing connections${clusters > 1 ? `, cluster ${index + 1} of ${clusters}` : ''}…`;
}

export function tryingEdits(count: number): string {
  return `Looking for causes: trying ${count === 1 ? 'an edit' : `${count} edits`} alone…`;
}
