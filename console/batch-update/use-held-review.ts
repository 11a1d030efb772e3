import { useRef, useState } from "react";
import type { BatchUpdateAnswer } from "#contract/batch-updates";

interface HeldReview {
  /** What is to be shown: how it stands, or the review that somebody is still looking at. */
  readonly shown: BatchUpdateAnswer;
  /** Where it stands now, if somebody else has gone on with the review that is shown. */
  readonly elsewhere: BatchUpdateAnswer | undefined;
  /** Somebody here goes on with the review; false where that was refused. */
  readonly act: (isDone: boolean) => void;
  /** Shows how it stands. */
  readonly follow: () => void;
}

/**
 * A review that was gone on with elsewhere (in another tab, by somebody else, by its schedule) does not vanish from under
 * the hands of who works on it: it stays, is told to be over, and leads on.
 */
export function useHeldReview(batchUpdate: BatchUpdateAnswer): HeldReview {
  const isReview = batchUpdate.status === "READY";
  const review = useRef<BatchUpdateAnswer>(undefined);
  const wasReview = useRef(isReview);
  const [isOwn, setOwn] = useState(false);
  if (isReview) {
    // Back from its schedule: who acted on it before has not acted on it as it stands now.
    if (isOwn && !wasReview.current) setOwn(false);
    review.current = batchUpdate;
  }
  wasReview.current = isReview;
  const held = isReview || isOwn ? undefined : review.current;
  return {
    shown: held ?? batchUpdate,
    elsewhere: held === undefined ? undefined : batchUpdate,
    act: setOwn,
    follow: () => {
      review.current = undefined;
      setOwn(true);
    },
  };
}
