import { useEffect, useRef, useState } from "react";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { isMoving } from "#domain/batch-update/state";
import { endText } from "./end-text.ts";
import { notifyOfEnd } from "./notify.ts";
import { titleOf } from "./title.ts";

/**
 * What the title of the document begins with: how far it is, and while nobody looks what it came to. An end that nobody
 * sees is told by a notice too, if that was asked for.
 */
export function useLead(batchUpdate: BatchUpdateAnswer): string | undefined {
  const [ended, setEnded] = useState<string>();
  const before = useRef(batchUpdate);
  useEffect(() => {
    const text = endText(before.current, batchUpdate);
    before.current = batchUpdate;
    if (text === undefined || document.hasFocus()) return;
    setEnded(text);
    notifyOfEnd(text, titleOf(batchUpdate), batchUpdate.batchUpdateId);
  }, [batchUpdate]);
  useEffect(() => {
    const seen = () => document.hasFocus() && setEnded(undefined);
    window.addEventListener("focus", seen);
    return () => window.removeEventListener("focus", seen);
  }, []);
  if (ended !== undefined) return ended;
  const { status, progress } = batchUpdate;
  if (!isMoving(status) || progress.total === 0) return undefined;
  return `${Math.floor((100 * progress.done) / progress.total)}%`;
}
