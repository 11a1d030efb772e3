import { z } from "zod";
import { outcomeCountsSchema } from "#domain/batch-update/counts";
import { batchUpdateKinds, batchUpdateStatuses } from "#domain/batch-update/state";
import { type BatchUpdateId, batchUpdateIdSchema, libraryIdSchema } from "#domain/ids";
import { planSummarySchema } from "#domain/plan/plan-summary";
import { changesSchema } from "#domain/plan/update-spec";
import { roles } from "#domain/role";
import { readItem } from "#records/store/format";
import { jobKey, jobPartition } from "#records/store/keys";
import { readable } from "#records/store/readable";
import type { Store } from "#records/store/store";
import type { Item } from "#records/store/table";

const count = z.number().int();

export const batchUpdateSchema = z.object({
  library: libraryIdSchema,
  batchUpdateId: batchUpdateIdSchema,
  name: z.string().optional(),
  querySetId: z.string(),
  kind: z.enum(batchUpdateKinds),
  parentId: batchUpdateIdSchema.optional(),
  /** The batch update that is taken back: of an undo, and of the retry of one. */
  undoes: batchUpdateIdSchema.optional(),
  medium: z.string(),
  /** Missing in an undo, which has no spec of its own. */
  nightlyDebug: z.boolean().optional(),
  changes: changesSchema,
  /** Missing where it is long: then the query set has it. */
  searchStatement: z.string().optional(),
  status: z.enum(batchUpdateStatuses),
  stateReason: z.string().optional(),
  /** Patrons in it, whatever becomes of them: lines of the plan. */
  patrons: count,
  large: z.boolean(),
  /** First line of each chunk of the plan, once it is split. */
  starts: z.array(count).optional(),
  /** What patrons were like right before they were planned, see patrons-as-of.ts; missing where that could not be said. */
  patronsAsOf: z.string().optional(),
  plan: planSummarySchema.extend({ base: z.string(), digest: z.string() }).optional(),
  /** Grows with each taking of the medium's lock; this run's, once processed. */
  turn: count.optional(),
  /** Set when closing begins: nothing more may be written. */
  closing: z.literal(true).optional(),
  /** Patrons that were done when closing began: what closing finds out about the others is not progress. */
  reached: count.optional(),
  counts: outcomeCountsSchema.optional(),
  errorRows: count.optional(),
  /** Whether applying it asks for service queues to be filled. */
  asksForFills: z.boolean(),
  /** Service queues that were asked to be filled. */
  requestedFills: count.optional(),
  /** Of an undo and its retries: patrons whom no other undo had when it was made. */
  claims: count.optional(),
  children: z.array(z.object({ batchUpdateId: batchUpdateIdSchema, kind: z.enum(["RETRY", "UNDO"]) })),
  createdBy: z.string(),
  createdBySub: z.string().optional(),
  createdAt: z.string(),
  plannedAt: z.string().optional(),
  /** When a review nobody goes on with is cancelled. */
  reviewUntil: z.string().optional(),
  /** Whoever prepared it told the administrators that it waits for them. */
  handover: z.object({ by: z.string(), bySub: z.string(), at: z.string(), note: z.string().optional() }).optional(),
  /** An administrator gave it back since. */
  returned: z.object({ by: z.string(), bySub: z.string(), at: z.string(), note: z.string() }).optional(),
  /** When it begins by itself, and who said so, in which role: who scheduled is who processed. */
  schedule: z
    .object({
      at: z.string(),
      by: z.string(),
      bySub: z.string(),
      role: z.enum(roles),
      /** Support's, which stands beside each of its acts. */
      reason: z.string().optional(),
    })
    .optional(),
  processedBy: z.string().optional(),
  processedBySub: z.string().optional(),
  processedAt: z.string().optional(),
  /** The request that began processing: the same one again is answered like the first. */
  processedWith: z.string().optional(),
  finishedAt: z.string().optional(),
  undoableUntil: z.string().optional(),
  /** Its members, plan, outcomes and report are being deleted, or are deleted for good. */
  evidence: z.enum(["DELETING", "DELETED"]).optional(),
  /** Set with it where a run before this one, in the same medium, still had its evidence: histories go on there. */
  olderKept: z.literal(true).optional(),
  /** Another one each time that a patron was erased from its objects: what a warm function keeps of them is over by then. */
  rewritten: z.string().optional(),
  revision: count,
});
export type BatchUpdate = z.infer<typeof batchUpdateSchema>;

/** Whether a batch update ran before another one in the same medium. */
export function isRunBefore(it: BatchUpdate, other: BatchUpdate): boolean {
  const [turn, otherTurn] = [it.turn, other.turn];
  return it.medium === other.medium && turn !== undefined && otherTurn !== undefined && turn < otherTurn;
}

/** Undefined where the library has no such batch update. */
export async function loadBatchUpdate(store: Store, id: BatchUpdateId): Promise<BatchUpdate | undefined> {
  const item = await store.table.get(jobKey(store, "batch-update", id));
  return item && readItem(batchUpdateSchema, item);
}

/** The batch update that a workflow works for: it exists, or the workflow could not. */
export async function requireBatchUpdate(store: Store, id: BatchUpdateId): Promise<BatchUpdate> {
  const found = await loadBatchUpdate(store, id);
  if (found === undefined) throw new Error(`There is no batch update ${id}`);
  return found;
}

/**
 * All of a library's batch updates that can be read, newest first, from after an id on.
 *
 * @param atOnce how many are read in one go: no more than are looked at
 * @param unread is given each one that cannot be read, for who must not take it for none
 */
export async function* listBatchUpdates(
  store: Store,
  after: string | undefined,
  atOnce: number,
  unread?: (item: Item) => void,
): AsyncGenerator<BatchUpdate> {
  const pk = jobPartition(store, "batch-update");
  for await (const item of store.table.queryAll({ pk, after, newestFirst: true, limit: atOnce })) {
    const batch = await readable(`${pk} ${item["sk"]}`, () => readItem(batchUpdateSchema, item));
    if (batch !== undefined) yield batch;
    else unread?.(item);
  }
}
