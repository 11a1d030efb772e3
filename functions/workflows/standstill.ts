import { batchUpdateIdSchema } from "#domain/ids";
import { isStuck } from "#domain/support/stuck";
import { applyResultsPrefix } from "#records/batch-updates/outcomes";
import { planResultsPrefix } from "#records/batch-updates/plans";
import { erasureResultsPrefix } from "#records/erasures/erasure-objects";
import { exportResultsPrefix } from "#records/exports/export-objects";
import { importResultsPrefix } from "#records/imports/import-objects";
import { buildResultsPrefix } from "#records/query-sets/query-set-build";
import type { OpenWork } from "#records/store/open-work";
import type { Store } from "#records/store/store";

/**
 * Whether a job that is at work has not moved for too long: no chunk of it has come to its end since. Only what was asked
 * for long ago is looked at, so that a sweep of many young jobs lists nothing.
 */
export async function standsStill(store: Store, work: OpenWork, now: Date): Promise<boolean> {
  // What waits for other jobs says so itself, and nobody can do anything for it but wait.
  if (work.waits === true) return false;
  const openedAt = new Date(work.openedAt);
  if (!isStuck({ openedAt, movedAt: undefined }, now)) return false;
  return isStuck({ openedAt, movedAt: await lastProgress(store, work) }, now);
}

/** When a job that is at work last got on: its latest result, or its beginning. */
export async function lastProgress(store: Store, work: OpenWork): Promise<Date> {
  let last = new Date(work.openedAt);
  for await (const { at } of store.objects.list(resultsOf(work))) if (at !== undefined && at > last) last = at;
  return last;
}

function resultsOf(work: OpenWork): string {
  const { library, id, workflow } = work;
  if (workflow === "build-query-set") return buildResultsPrefix(work, id);
  if (workflow === "import") return importResultsPrefix(work, id);
  if (workflow === "export") return exportResultsPrefix(work, id);
  if (workflow === "erase") return erasureResultsPrefix(work, id);
  const batch = { library, batchUpdateId: batchUpdateIdSchema.parse(id) };
  return workflow === "plan" ? planResultsPrefix(batch) : applyResultsPrefix(batch);
}
