import { countWritten, type OutcomeCounts } from "./counts.ts";
import { type BatchUpdateKind, type BatchUpdateStatus, isFinal } from "./state.ts";

/** What decides whether a batch update can be undone. */
export interface Undoable {
  readonly status: BatchUpdateStatus;
  readonly undoableUntil?: string | undefined;
  readonly evidence?: string | undefined;
  readonly counts?: OutcomeCounts | undefined;
  /** What follows it up; `patrons` are those that an undo has taken on, see {@link patronsTaken}. */
  readonly children: readonly { readonly kind: BatchUpdateKind; readonly patrons?: number | undefined }[];
}

/** Why a batch update cannot be undone. ALL_TAKEN: other undos have every patron it changed. */
export type NotUndoable = "EVIDENCE_GONE" | "NOT_ENDED" | "TOO_LATE" | "NOTHING_CHANGED" | "ALL_TAKEN";

/** Why a batch update cannot be undone at an instant; undefined where it can. */
export function whyNotUndoable(batch: Undoable, now: Date): NotUndoable | undefined {
  if (batch.evidence !== undefined) return "EVIDENCE_GONE";
  if (!isFinal(batch.status) || batch.undoableUntil === undefined) return "NOT_ENDED";
  if (Date.parse(batch.undoableUntil) <= now.getTime()) return "TOO_LATE";
  if (batch.counts === undefined || countWritten(batch.counts) === 0) return "NOTHING_CHANGED";
  return patronsToUndo(batch) === 0 ? "ALL_TAKEN" : undefined;
}

/** How many patrons a batch update changed whom no undo of it has taken on yet. */
export function patronsToUndo({ counts, children }: Pick<Undoable, "counts" | "children">): number {
  if (counts === undefined) return 0;
  const taken = children.reduce((sum, { kind, patrons = 0 }) => (kind === "UNDO" ? sum + patrons : sum), 0);
  return Math.max(0, countWritten(counts) - taken);
}

/** An undo, or the retry of one, as it is kept. */
export interface UndoOf {
  readonly status: BatchUpdateStatus;
  readonly processedAt?: string | undefined;
  readonly evidence?: string | undefined;
  readonly counts?: OutcomeCounts | undefined;
  /** Patrons whom no other undo had when it was made. */
  readonly claims: number;
}

/**
 * How many patrons an undo has taken on, so that no other one takes them back as well: all it claims until it ends, and
 * for good those it wrote.
 *
 * @param changed how many the batch update changed that it undoes
 */
export function patronsTaken(undo: UndoOf, changed: number): number {
  if (!isFinal(undo.status)) return undo.claims;
  if (undo.processedAt === undefined) return 0;
  // Whom it took back is not known any more: it may be each of them.
  if (undo.evidence !== undefined) return changed;
  return undo.counts === undefined ? 0 : countWritten(undo.counts);
}
