/** Keeps the comparison in step with the designs. */
import { useEffect } from 'react';
import type { SentSide } from '../../store/review-client.ts';
import { byId, fresh, type ReviewSide } from '../../store/review-store.ts';
import { useDocument, useStores } from '../../store/stores.tsx';
import { messageOf, useSides } from './sides.ts';

/** How long an edit rests before the comparison follows it, in milliseconds. */
const settling = 250;

export function useComparison(): void {
  const { review, reviewer } = useStores();
  const documentId = useDocument((s) => s.documentId);
  const unreadable = useDocument((s) => s.document?.unreadable.length ?? 0);
  const sides = useSides();
  useEffect(() => {
    if (review.getState().documentId !== documentId) review.setState(fresh(documentId), true);
  }, [review, documentId]);
  useEffect(() => {
    const { compared } = review.getState();
    if (sides === undefined) {
      review.setState({ compared: undefined, isBusy: false });
      return;
    }
    const isSame = compared?.sides.before === sides.before.chosen && compared.sides.after === sides.after.chosen;
    if (isSame && compared.before === sides.before.topology && compared.after === sides.after.topology) return;
    let isOld = false;
    review.setState({ isBusy: true });
    const ask = () =>
      reviewer.compare(sent(sides.before), sent(sides.after)).then(
        (answer) => {
          if (isOld || answer === undefined) return;
          const entries = byId(answer.review);
          review.setState({
            compared: {
              isOfManifests: sides.before.files !== undefined || sides.after.files !== undefined,
              sides: { before: sides.before.chosen, after: sides.after.chosen },
              before: sides.before.topology,
              after: sides.after.topology,
              entries,
              ...answer,
              gaps: [
                ...notRead(sides.before.chosen, unreadable),
                ...notRead(sides.after.chosen, unreadable),
                ...answer.gaps,
              ],
            },
            isBusy: false,
            failure: undefined,
          });
        },
        (error: unknown) => {
          if (!isOld) review.setState({ isBusy: false, failure: messageOf(error) });
        },
      );
    const timer = setTimeout(() => void ask(), compared === undefined ? 0 : settling);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [review, reviewer, sides, unreadable]);
}

/** What is missing on a side because it could not be read; `unreadable` counts the parts of the open design. */
function notRead(side: ReviewSide, unreadable: number): readonly string[] {
  if (side.kind === 'folder') return side.withheld ?? [];
  if (side.kind !== 'open' || unreadable === 0) return [];
  const what = unreadable === 1 ? 'One part' : `${unreadable} parts`;
  return [`${what} of the open design cannot be read and may look removed. The problems name the lines.`];
}

function sent({ topology, source, files, byFolder }: SentSide): SentSide {
  return {
    topology,
    ...(source !== undefined && { source }),
    ...(files !== undefined && { files, byFolder: byFolder === true }),
  };
}
