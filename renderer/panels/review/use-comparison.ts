/** Keeps the comparison in step with the designs. */
import { useCallback, useEffect } from 'react';
import type { SentSide } from '../../store/review-client.ts';
import { byId, type Compared, fresh, type ReviewSide } from '../../store/review-store.ts';
import { useDocument, useReview, useStores } from '../../store/stores.tsx';
import { messageOf, useSides } from './sides.ts';

/** How long an edit rests before the comparison follows it, in milliseconds. */
const settling = 250;

/** How long a comparison takes, in milliseconds, before it says what it is doing. */
const unnoticed = 1000;

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
    if (isAbout(compared, sides)) {
      // Whatever else was asked meanwhile is not wanted any more.
      review.setState({ isBusy: false, doing: undefined, isCalledOff: false });
      return;
    }
    let isOld = false;
    review.setState({ isBusy: true, doing: undefined, isCalledOff: false });
    const stages = onceNoticed((doing) => review.setState({ doing }));
    const ask = () =>
      reviewer.compare(sent(sides.before), sent(sides.after), stages.tell).then(
        (answer) => {
          if (isOld) return;
          stages.end();
          if (answer === undefined) return;
          const entries = byId(answer.review);
          const last = review.getState().compared?.sides;
          const isOfSame = last?.before === sides.before.chosen && last.after === sides.after.chosen;
          review.setState({
            // Nobody takes back what they do not see.
            ...(!isOfSame && { steps: [] }),
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
            doing: undefined,
            failure: undefined,
          });
        },
        (error: unknown) => {
          if (isOld) return;
          stages.end();
          review.setState({ isBusy: false, doing: undefined, failure: messageOf(error) });
        },
      );
    const timer = setTimeout(() => void ask(), compared === undefined ? 0 : settling);
    return () => {
      isOld = true;
      stages.end();
      clearTimeout(timer);
    };
  }, [review, reviewer, sides, unreadable]);
}

/**
 * True where what was compared last is not what is chosen: while a comparison is under way, and where it was called off or
 * failed. What is shown then says nothing about the chosen sides.
 */
export function useIsOlder(): boolean {
  const compared = useReview((s) => s.compared);
  const sides = useSides();
  return compared !== undefined && !isAbout(compared, sides);
}

function isAbout(compared: Compared | undefined, sides: ReturnType<typeof useSides>): boolean {
  return (
    compared?.sides.before === sides?.before.chosen &&
    compared?.sides.after === sides?.after.chosen &&
    compared?.before === sides?.before.topology &&
    compared?.after === sides?.after.topology
  );
}

/** Calls off the comparison that is under way. What was compared before stays; a further edit is compared as ever. */
export function useCallOff(): () => void {
  const { review, reviewer } = useStores();
  return useCallback(() => {
    reviewer.stop();
    review.setState({ isBusy: false, doing: undefined, isCalledOff: true });
  }, [review, reviewer]);
}

/** Passes stages on as soon as the work has taken so long that one wants to know. */
function onceNoticed(show: (stage: string) => void) {
  let stage = 'Comparing…';
  let isNoticed = false;
  const timer = setTimeout(() => {
    isNoticed = true;
    show(stage);
  }, unnoticed);
  return {
    tell: (next: string) => {
      stage = next;
      if (isNoticed) show(stage);
    },
    end: () => {
      isNoticed = false;
      clearTimeout(timer);
    },
  };
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
