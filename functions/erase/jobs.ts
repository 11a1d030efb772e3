import { isOver } from "#domain/retention";
import { listBatchUpdates } from "#records/batch-updates/batch-updates";
import { runningExports } from "#records/exports/end-exports";
import { isFinalImport, listAllImports } from "#records/imports/imports";
import { listQuerySetLives } from "#records/query-sets/query-sets";
import type { Store } from "#records/store/store";

const atOnce = 100;

/** Days after which nothing of an import is left but its counts. */
const importDays = 30;

/** Every job of a library that keeps objects about patrons, as its subject in the audit; of exports those at work. */
export async function allJobs(store: Store, now: Date): Promise<string[]> {
  const found: string[] = [];
  for await (const { querySetId } of listQuerySetLives(store)) found.push(`query-sets/${querySetId}`);
  for await (const { batchUpdateId, evidence } of listBatchUpdates(store, undefined, atOnce)) {
    if (evidence !== "DELETED") found.push(`batch-updates/${batchUpdateId}`);
  }
  for await (const it of listAllImports(store)) {
    const { importId, kind, createdAt, finishedAt = createdAt } = it;
    const isGone = isFinalImport(it) && isOver(finishedAt, importDays, now);
    if (kind === "patrons" && !isGone) found.push(`imports/${importId}`);
  }
  for (const exportId of await runningExports(store)) found.push(`exports/${exportId}`);
  return found;
}

/** Those that were made since an instant. */
export async function jobsSince(store: Store, since: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { querySetId, createdAt } of listQuerySetLives(store)) {
    if (createdAt >= since) found.push(`query-sets/${querySetId}`);
  }
  for await (const { batchUpdateId, createdAt } of listBatchUpdates(store, undefined, atOnce)) {
    if (createdAt < since) break;
    found.push(`batch-updates/${batchUpdateId}`);
  }
  for await (const { importId, kind, createdAt } of listAllImports(store)) {
    if (createdAt < since) break;
    if (kind === "patrons") found.push(`imports/${importId}`);
  }
  for (const exportId of await runningExports(store)) found.push(`exports/${exportId}`);
  return found;
}
