import { countWritten } from "#domain/batch-update/counts";
import { writtenOutcomes } from "#domain/batch-update/outcome";
import { isFinal } from "#domain/batch-update/state";
import { patronsTaken } from "#domain/batch-update/undoable";
import type { BatchUpdateId } from "#domain/ids";
import type { Store } from "#records/store/store";
import { type BatchUpdate, loadBatchUpdate } from "./batch-updates.ts";
import { loadOutcomeIndex } from "./outcomes.ts";
import { loadPlanIndex, loadSource } from "./plans.ts";

/**
 * Patrons whom an undo of a batch update (or the retry of one) has already: everyone in it while it is not in a final
 * state, and for good everyone it wrote.
 *
 * @param except an undo that does not count, for its own retry
 */
export async function patronsInUndos(
  store: Store,
  batch: BatchUpdate,
  except: BatchUpdateId | undefined,
): Promise<Set<string>> {
  const patrons = new Set<string>();
  const { patronIds } = await loadPlanIndex(store, batch);
  const look = async (children: BatchUpdate["children"], kind: "UNDO" | "RETRY") => {
    for (const { batchUpdateId } of children.filter((child) => child.kind === kind)) {
      const child = await loadBatchUpdate(store, batchUpdateId);
      if (child === undefined) continue;
      if (batchUpdateId !== except)
        for (const patronId of await patronsOf(store, child, patronIds)) patrons.add(patronId);
      await look(child.children, "RETRY");
    }
  };
  await look(batch.children, "UNDO");
  return patrons;
}

/** How many patrons of a batch update an undo of it has, its retries among them: as many as {@link patronsInUndos} gives. */
export async function countInUndo(store: Store, batch: BatchUpdate, undo: BatchUpdate): Promise<number> {
  const changed = batch.counts === undefined ? 0 : countWritten(batch.counts);
  let count = patronsTaken({ ...undo, claims: undo.claims ?? undo.patrons }, changed);
  for (const { batchUpdateId } of undo.children.filter(({ kind }) => kind === "RETRY")) {
    const retry = await loadBatchUpdate(store, batchUpdateId);
    if (retry !== undefined) count += await countInUndo(store, batch, retry);
  }
  return count;
}

async function patronsOf(store: Store, undo: BatchUpdate, undonePatronIds: readonly string[]): Promise<string[]> {
  if (!isFinal(undo.status)) {
    const { selected, taken } = await loadSource(store, undo);
    return undonePatronIds.filter((_, line) => selected.has(line) && !taken.has(line));
  }
  // Whom it took back is not known any more: it may be each of them.
  if (undo.evidence !== undefined) return undo.processedAt === undefined ? [] : [...undonePatronIds];
  const outcomes = await loadOutcomeIndex(store, undo);
  if (outcomes === undefined) return [];
  const { patronIds } = await loadPlanIndex(store, undo);
  return patronIds.filter((_, line) => writtenOutcomes.includes(outcomes[line] ?? "FAILED"));
}
