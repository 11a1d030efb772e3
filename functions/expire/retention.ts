import { isFinal } from "#domain/batch-update/state";
import {
  importErrorDays,
  isEvidenceOver,
  isOver,
  lookedAfterDays,
  querySetEnds,
  unstartedDays,
} from "#domain/retention";
import { count } from "#platform/thread";
import { type BatchUpdate, isRunBefore, listBatchUpdates, loadBatchUpdate } from "#records/batch-updates/batch-updates";
import { beginForgetting, endForgetting } from "#records/batch-updates/moves";
import { batchUpdateFolder } from "#records/batch-updates/plans";
import { importFolder, importUploadKey } from "#records/imports/import-objects";
import { type Import, isFinalImport, listAllImports } from "#records/imports/imports";
import { requireLibrary } from "#records/library/libraries";
import { beginEnding, endQuerySet } from "#records/query-sets/moves";
import { listQuerySetLives, type QuerySetLife, querySetFolder, uploadKey } from "#records/query-sets/query-sets";
import { forgetFills } from "#records/service-queues/forgotten-fills";
import { loadOpenFills } from "#records/store/open-work";
import type { Store } from "#records/store/store";
import type { Item } from "#records/store/table";
import { deleteForGood } from "#records/store/versions";
import { orTell } from "./or-tell.ts";
import { endUnknownJobs } from "./unknown-jobs.ts";

/** Batch updates read in one go. */
const atOnce = 100;

/**
 * Deletes for good what a library's time to keep it is over. What is due is told by the lists of jobs as they stand, so
 * there is nothing to lose track of: a call that broke off is made up for by the next.
 *
 * @param mayGoOn asked before each thing: false leaves the rest to the next call
 */
export async function deleteExpired(store: Store, now: Date, mayGoOn: () => boolean): Promise<void> {
  const { retentionDays } = await requireLibrary(store);
  const needed = new Set<unknown>();
  const unread = (item: Item) => needed.add(item["querySetId"]);
  const due: BatchUpdate[] = [];
  const kept = new KeptRuns();
  for await (const batch of listBatchUpdates(store, undefined, atOnce, unread)) {
    if (!mayGoOn()) return;
    if (batch.evidence === "DELETED") continue;
    // What is not forgotten whole still needs its query set.
    needed.add(batch.querySetId);
    const isOldEnough = batch.evidence === "DELETING" || isEvidenceOver(batch, retentionDays, now);
    if (isFinal(batch.status) && isOldEnough) due.push(batch);
    else kept.add(batch);
  }
  // In the order in which they ran: what comes before another is then gone, if it goes.
  for (const batch of due.toSorted((a, b) => (a.turn ?? 0) - (b.turn ?? 0))) {
    if (!mayGoOn()) return;
    let isForgotten = false;
    await orTell(`batch-updates/${batch.batchUpdateId}`, async () => {
      isForgotten = await forget(store, batch, kept.hasBefore(batch), now);
    });
    if (!isForgotten) kept.add(batch);
  }
  for await (const set of listQuerySetLives(store)) {
    if (!mayGoOn()) return;
    const isDue = set.ending === true || querySetEnds(set, needed.has(set.querySetId), now);
    await orTell(`query-sets/${set.querySetId}`, () => (isDue ? end(store, set, now) : clearUpload(store, set, now)));
  }
  for await (const it of listAllImports(store)) {
    if (!mayGoOn()) return;
    await orTell(`imports/${it.importId}`, () => clearImport(store, it, now));
  }
  await endUnknownJobs(store, now, mayGoOn);
}

/** Where the oldest run of each medium is whose evidence is kept. */
class KeptRuns {
  readonly #oldest = new Map<string, BatchUpdate>();

  add(batch: BatchUpdate): void {
    const oldest = this.#oldest.get(batch.medium);
    if (batch.turn !== undefined && (oldest === undefined || isRunBefore(batch, oldest))) {
      this.#oldest.set(batch.medium, batch);
    }
  }

  hasBefore(batch: BatchUpdate): boolean {
    const oldest = this.#oldest.get(batch.medium);
    return oldest !== undefined && isRunBefore(oldest, batch);
  }
}

/** False where it goes on, or has to be done again. */
async function forget(store: Store, read: BatchUpdate, olderKept: boolean, now: Date): Promise<boolean> {
  if ((await isFollowedUp(store, read)) || (await isFilling(store, read))) return false;
  const batch = read.evidence === undefined ? await beginForgetting(store, read, olderKept) : read;
  // Somebody was faster: a retry, or a name.
  if (batch === undefined) return false;
  // Somebody may have asked for failed fills once more just before: what is left goes when these are final.
  if (await isFilling(store, batch)) return false;
  if (batch.asksForFills) await forgetFills(store, batch.batchUpdateId);
  const objects = await deleteForGood(store, `${batchUpdateFolder(batch)}/`);
  await endForgetting(store, batch, objects, now);
  count({ evidenceDeleted: 1, objectsDeleted: objects });
  return true;
}

/** Whether something is planned or written from its lines: what follows it up, or follows that up in turn. */
async function isFollowedUp(store: Store, { children }: BatchUpdate): Promise<boolean> {
  for (const { batchUpdateId } of children) {
    const child = await loadBatchUpdate(store, batchUpdateId);
    if (child !== undefined && (!isFinal(child.status) || (await isFollowedUp(store, child)))) return true;
  }
  return false;
}

/** Whether service queues are still being filled for it, or are about to be told as final. */
async function isFilling(store: Store, { asksForFills, batchUpdateId }: BatchUpdate): Promise<boolean> {
  return asksForFills && (await loadOpenFills(store, batchUpdateId)) !== undefined;
}

async function end(store: Store, set: QuerySetLife, now: Date): Promise<void> {
  if (set.ending !== true && !(await beginEnding(store, set))) return;
  const objects = await deleteForGood(store, `${querySetFolder(store, set.querySetId)}/`);
  await endQuerySet(store, set, objects, now);
  count({ querySetsEnded: 1, objectsDeleted: objects });
}

/** A file that was sent for a set is gone within a day: nobody starts the set any more, or the file came when it had been started. */
async function clearUpload(store: Store, set: QuerySetLife, now: Date): Promise<void> {
  const { querySetId, ids, status, createdAt, failedAt = createdAt } = set;
  if (ids !== "UPLOAD" || status === "BUILDING") return;
  if (!isOver(failedAt, unstartedDays, now) || isOver(failedAt, lookedAfterDays, now)) return;
  // What it begins with is also what the copy begins with that was taken of it.
  count({ objectsDeleted: await deleteForGood(store, uploadKey(store, querySetId)) });
}

/** Of an import that has ended the errors alone are kept, and these not for long; a file that nobody started goes too. */
async function clearImport(store: Store, it: Import, now: Date): Promise<void> {
  const { importId, createdAt, finishedAt = createdAt } = it;
  const folder = `${importFolder(store, importId)}/`;
  const isWaiting = it.status === "AWAITING_UPLOAD";
  if (!isWaiting && !isFinalImport(it)) return;
  if (!isOver(finishedAt, unstartedDays, now) || isOver(finishedAt, lookedAfterDays, now)) return;
  const isAllOver = isWaiting || isOver(finishedAt, importErrorDays, now);
  // Before that what came by the link when the import had been started.
  const objects = await deleteForGood(store, isAllOver ? folder : importUploadKey(store, importId));
  count({ objectsDeleted: objects });
}
