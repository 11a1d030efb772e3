import { exportStatusAt } from "#domain/export/export-job";
import { countExportResults, loadExportSplit } from "#records/exports/export-objects";
import type { Export } from "#records/exports/exports";
import type { Store } from "#records/store/store";
import { standsInLine } from "#workflows/line";

export const exportTypes = { jsonl: "application/x-ndjson", csv: "text/csv; charset=utf-8" } as const;

/** How an export stands, whatever it takes. */
export async function exportStanding(store: Store, it: Export, now: Date) {
  const { exportId, stateReason, createdBy, createdAt, finishedAt, expiresOn } = it;
  return {
    exportId,
    status: exportStatusAt(it, now),
    ...(stateReason !== undefined && { stateReason }),
    progress: await progressOf(store, it),
    createdBy,
    createdAt,
    ...(finishedAt !== undefined && { finishedAt }),
    ...(expiresOn !== undefined && { availableUntil: expiresOn }),
  };
}

/** In parts of the work: what is read side by side, and joining it. */
async function progressOf(store: Store, { exportId: id, status, parts }: Export) {
  if (parts !== undefined) return { done: parts, total: parts };
  if (status !== "RUNNING") return { done: 0, total: 1 };
  const split = await loadExportSplit(store, id);
  const waiting = split === undefined && (await standsInLine(store, { id, workflow: "export" }));
  const total = (split?.sources.length ?? 0) + 1;
  const done = split === undefined ? 0 : await countExportResults(store, id);
  return { done: Math.min(done, total), total, ...(waiting && { waiting: true as const }) };
}
