import { openKey } from "#records/store/keys";
import { closeLeftoverWork, closeTrouble, closeWork, type OpenSchedule, type OpenWork } from "#records/store/open-work";
import type { Store } from "#records/store/store";
import type { Write } from "#records/store/table";
import type { BatchUpdate } from "./batch-updates.ts";

// What is open of a batch update: its work, the timer of its review, its schedule, its trouble. Moves open and close it.

export type Named = Pick<BatchUpdate, "library" | "batchUpdateId">;

/** The work of planning a batch update, or of applying it, as it is opened first. */
export function workOf({ library, batchUpdateId: id }: Named, workflow: "plan" | "apply", openedAt: string): OpenWork {
  return { library, id, workflow, attempt: 1, openedAt };
}

export function closePlanning({ library, batchUpdateId: id }: Named): Write {
  return closeWork({ library, workflow: "plan", id });
}

/** A review that is cancelled when nobody goes on with it; the sweep looks for it. */
export function openReview(batch: Named, until: string): Write {
  const { library, batchUpdateId: id } = batch;
  return { put: { ...openKey(batch, "review", id), library, id, reviewUntil: until } };
}

export function closeReview(batch: Named): Extract<Write, { delete: unknown }> {
  return { delete: openKey(batch, "review", batch.batchUpdateId) };
}

/** The review that was read, and no other that has begun since. */
function closeLeftoverReview({ reviewUntil, ...batch }: BatchUpdate): Write {
  const isSame = { expression: "reviewUntil = :until", values: { ":until": reviewUntil ?? "" } };
  return { ...closeReview(batch), if: isSame };
}

/** A batch update that begins by itself; the sweep looks for it. */
export function openSchedule({ library, batchUpdateId: id }: Named, processAt: string): Write {
  return { put: { ...openKey({ library }, "schedule", id), library, id, processAt } };
}

export function closeSchedule({ library, batchUpdateId }: Named): Extract<Write, { delete: unknown }> {
  return { delete: openKey({ library }, "schedule", batchUpdateId) };
}

/** What is open of a batch update that waits to be begun. */
export function closeWaiting(batch: BatchUpdate): Write {
  return batch.status === "SCHEDULED" ? closeSchedule(batch) : closeReview(batch);
}

export function troubleOf({ library, batchUpdateId: id }: Named, workflow: "plan" | "apply", at: Date) {
  return { library, id, troubleOf: workflow, since: at.toISOString() };
}

/** A retry takes up what failed, an undo takes back what was done: with either the run before it needs nobody any more. */
export function mendedBy({ library, parentId: id }: BatchUpdate): Write[] {
  return id === undefined ? [] : [closeTrouble({ library, id, troubleOf: "apply" })];
}

/** Takes away what a crash, or a move that was faster, has left open of a step that is over. What the next opened stays. */
export async function closeLeftovers(
  store: Store,
  batch: BatchUpdate,
  step: "plan" | "apply" | "review",
): Promise<void> {
  const { library, batchUpdateId: id } = batch;
  await store.table.write(
    step === "review" ? closeLeftoverReview(batch) : closeLeftoverWork({ library, workflow: step, id }),
  );
}

/** Takes away a schedule that was read, and no other that has taken its place since. */
export async function closeLeftoverSchedule(store: Store, { library, id, processAt }: OpenSchedule): Promise<void> {
  const isSame = { expression: "processAt = :at", values: { ":at": processAt } };
  await store.table.write({ ...closeSchedule({ library, batchUpdateId: id }), if: isSame });
}
