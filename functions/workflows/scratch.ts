import { isFinal } from "#domain/batch-update/state";
import { batchUpdateIdSchema, type OfLibrary } from "#domain/ids";
import { isKeptForRestart } from "#domain/support/restart";
import type { WorkflowName } from "#domain/workflow";
import { logged } from "#platform/cause";
import type { Clock } from "#platform/clock";
import { logger } from "#platform/logger";
import { count } from "#platform/thread";
import { loadBatchUpdate } from "#records/batch-updates/batch-updates";
import { applyScratch } from "#records/batch-updates/outcomes";
import { planScratch } from "#records/batch-updates/plans";
import { erasureScratch } from "#records/erasures/erasure-objects";
import { loadErasure } from "#records/erasures/erasures";
import { exportScratch } from "#records/exports/export-objects";
import { loadExport } from "#records/exports/exports";
import { importScratch } from "#records/imports/import-objects";
import { isFinalImport, loadImport } from "#records/imports/imports";
import { buildScratch } from "#records/query-sets/query-set-build";
import { loadQuerySet } from "#records/query-sets/query-sets";
import { closeScratch, type OpenScratch, openScratch, scratchKey } from "#records/store/open-work";
import type { OfEach, Store } from "#records/store/store";
import type { Job } from "./job.ts";

/** Objects that a job needs only while it goes on, and what becomes of them when it has ended. */
export interface Scratch {
  /** Before the first of them is written: from now on somebody will look for what is left of them. */
  open(job: Job): Promise<void>;
  /** Where the job has ended, deletes them. What fails is logged and left to the sweep. */
  clear(job: Job): Promise<void>;
}

export function createScratch(stores: OfEach<Store>, scratchOf: WorkflowName, now: Clock): Scratch {
  const named = ({ library, job: id }: Job): OpenScratch => ({ library, id, scratchOf });
  return {
    async open(job) {
      await stores.of(job.library).table.write(openScratch(named(job)));
    },
    async clear(job) {
      try {
        await clearScratch(stores.of(job.library), named(job), now());
      } catch (error) {
        logger.warn("Scratch could not be deleted; the sweep will", logged(error));
      }
    },
  };
}

/** Deletes the scratch of a job that has ended, and no other. Repeating it, also at once, does no harm. */
export async function clearScratch(store: Store, scratch: OpenScratch, now: Date): Promise<void> {
  const { id, scratchOf, keepUntil } = scratch;
  if (keepUntil !== undefined && keepUntil > now.toISOString()) return;
  const { hasEnded, prefixes } = kinds[scratchOf];
  if (!(await hasEnded(store, id, now))) return;
  let objects = 0;
  for (const prefix of prefixes(store, id)) objects += await store.objects.deleteAll(prefix);
  await store.table.write(closeScratch(scratch));
  count({ scratchDeleted: objects });
}

/** Whether a job has ended and what it needed meanwhile is about to be deleted. */
export async function isScratchDue(store: Store, id: string, scratchOf: WorkflowName, now: Date): Promise<boolean> {
  const open = await store.table.get(scratchKey({ library: store.library, id, scratchOf }));
  return open !== undefined && open["keepUntil"] === undefined && (await kinds[scratchOf].hasEnded(store, id, now));
}

interface ScratchKind {
  /** Whether nothing of the job reads its scratch any more. */
  hasEnded(store: Store, id: string, now: Date): Promise<boolean>;
  prefixes(of: OfLibrary, id: string): string[];
}

const kinds: Record<WorkflowName, ScratchKind> = {
  "build-query-set": {
    async hasEnded(store, id, now) {
      const set = await loadQuerySet(store, id);
      if (set?.status === "BUILDING" || set?.status === "AWAITING_UPLOAD") return false;
      return set === undefined || !isKeptForRestart({ ...set, endedAt: set.failedAt }, now);
    },
    prefixes: buildScratch,
  },
  plan: {
    async hasEnded(store, id) {
      return (await loadBatchUpdate(store, batchUpdateIdSchema.parse(id)))?.status !== "PLANNING";
    },
    prefixes: ({ library }, id) => planScratch({ library, batchUpdateId: batchUpdateIdSchema.parse(id) }),
  },
  apply: {
    async hasEnded(store, id) {
      const batch = await loadBatchUpdate(store, batchUpdateIdSchema.parse(id));
      return batch === undefined || isFinal(batch.status);
    },
    prefixes: ({ library }, id) => applyScratch({ library, batchUpdateId: batchUpdateIdSchema.parse(id) }),
  },
  import: {
    async hasEnded(store, id, now) {
      const it = await loadImport(store, id);
      if (it === undefined) return true;
      return isFinalImport(it) && !isKeptForRestart({ ...it, endedAt: it.finishedAt }, now);
    },
    prefixes: importScratch,
  },
  export: {
    /** Its files are what it was asked for: they are there for a day. */
    async hasEnded(store, id, now) {
      const it = await loadExport(store, id);
      if (it === undefined || it.status === "FAILED") return true;
      return it.expiresOn !== undefined && it.expiresOn <= now.toISOString();
    },
    prefixes: exportScratch,
  },
  erase: {
    async hasEnded(store, id) {
      return (await loadErasure(store, id))?.stage === "COMPLETED";
    },
    prefixes: erasureScratch,
  },
};
