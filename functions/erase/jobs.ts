import { isOver, lookedAfterDays } from "#domain/retention";
import { listBatchUpdates } from "#records/batch-updates/batch-updates";
import { runningExports } from "#records/exports/end-exports";
import { isFinalImport, listAllImports } from "#records/imports/imports";
import { listQuerySetLives } from "#records/query-sets/query-sets";
import type { Store } from "#records/store/store";
import type { Item } from "#records/store/table";

const atOnce = 100;

interface Found {
  /** As in the audit, such as `query-sets/01k2...`. */
  readonly subject: string;
  readonly createdAt: string;
  /** Jobs that it was made of, and took over what they say of patrons. */
  readonly madeOf: readonly string[];
}

interface Meant {
  /** Those made since an instant; without one all. */
  readonly since?: string;
  /**
   * When the table held nothing of the patron any more, if it is so: what was made later and has the id is of somebody whom
   * a later import made anew, unless it was made of a job of before.
   */
  readonly cleanSince: string | undefined;
  /** Jobs that are walked over already. */
  readonly walked?: readonly string[];
}

/** Jobs of a library whose objects may hold the patron, of exports those at work. */
export async function jobsToWalk(
  store: Store,
  now: Date,
  { since, cleanSince, walked = [] }: Meant,
): Promise<string[]> {
  const found: Found[] = [];
  const updates: Found[] = [];
  // Whose item nobody can read may hold the patron like any other: to walk over it fails, is told, and is tried again.
  const unread: string[] = [];
  const unreadOf = (kind: string) => (item: Item) => void unread.push(`${kind}/${item["sk"]}`);
  for await (const { querySetId, createdAt } of listQuerySetLives(store, unreadOf("query-sets"))) {
    found.push({ subject: `query-sets/${querySetId}`, createdAt, madeOf: [] });
  }
  for await (const batch of listBatchUpdates(store, undefined, atOnce, unreadOf("batch-updates"))) {
    const { batchUpdateId, querySetId, parentId, createdAt, evidence } = batch;
    // Not over with the first that is older: the batch update of a recipe has the id of when the recipe was started.
    if (since !== undefined && createdAt < since) continue;
    if (evidence === "DELETED") continue;
    const parent = parentId === undefined ? [] : [`batch-updates/${parentId}`];
    const madeOf = [`query-sets/${querySetId}`, ...parent];
    updates.push({ subject: `batch-updates/${batchUpdateId}`, createdAt, madeOf });
  }
  // Of either kind: patrons that were sent as titles stand in the list of errors.
  for await (const it of listAllImports(store, unreadOf("imports"))) {
    const { importId, createdAt, finishedAt = createdAt } = it;
    if (since !== undefined && createdAt < since) continue;
    const isGone = isFinalImport(it) && isOver(finishedAt, lookedAfterDays, now);
    if (!isGone) found.push({ subject: `imports/${importId}`, createdAt, madeOf: [] });
  }
  // What was made of another comes after it, also where both are of one instant.
  const inOrder = [...found, ...updates.toReversed()].toSorted((a, b) => a.createdAt.localeCompare(b.createdAt));
  const meant = new Set(walked);
  const jobs: string[] = unread.filter((one) => !walked.includes(one));
  for (const { subject, createdAt, madeOf } of inOrder) {
    if (since !== undefined && createdAt < since) continue;
    const isOfBefore = cleanSince === undefined || createdAt <= cleanSince;
    if (!isOfBefore && !madeOf.some((one) => meant.has(one))) continue;
    meant.add(subject);
    jobs.push(subject);
  }
  for (const exportId of await runningExports(store, now)) jobs.push(`exports/${exportId}`);
  return jobs;
}

/** What was made since a walk began that may have been made of what was not clean yet. What it was over is not told again. */
export async function jobsSince(
  store: Store,
  now: Date,
  { began, chunks }: { readonly began: string; readonly chunks: readonly (readonly string[])[] },
  cleanSince: string | undefined,
): Promise<string[]> {
  const walked = chunks.flat();
  const jobs = await jobsToWalk(store, now, { since: began, cleanSince, walked });
  return jobs.filter((job) => job.startsWith("exports/") || !walked.includes(job));
}
