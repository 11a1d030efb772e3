import { longestMaking, unknownEnds } from "#domain/retention";
import { count } from "#platform/thread";
import { actOfSystem, auditEntry } from "#records/library/audit";
import { keptFor } from "#records/store/object-kinds";
import type { Store } from "#records/store/store";
import { loadNoticed, saveNoticed, type UnknownJob, unknownJobs } from "#records/store/unknown-jobs";
import { deleteForGood } from "#records/store/versions";
import { orTell } from "./or-tell.ts";

/**
 * Deletes for good what lies in the bucket of jobs that the table does not know, when its time is over. When each was noticed
 * first is kept until it is gone, or known again.
 *
 * @param mayGoOn asked before each: false leaves the rest to the next call
 */
export async function endUnknownJobs(store: Store, now: Date, mayGoOn: () => boolean): Promise<void> {
  const before = await loadNoticed(store);
  const noticed: Record<string, string> = {};
  for await (const job of unknownJobs(store)) {
    if (!mayGoOn()) {
      // Whoever has no time to look at all of them has begun the time of those that it has seen.
      await saveNoticed(store, { ...before, ...noticed });
      return;
    }
    const { subject, kind, newest } = job;
    const noticedAt = before[subject] ?? now.toISOString();
    noticed[subject] = noticedAt;
    if (!unknownEnds({ keptFor: keptFor[kind] ?? "evidence", newest, noticedAt }, now)) continue;
    await orTell(subject, async () => {
      await end(store, job, now);
      delete noticed[subject];
    });
  }
  const [was, is] = [before, noticed].map((some) => JSON.stringify(Object.entries(some).toSorted()));
  if (was !== is) await saveNoticed(store, noticed);
}

/**
 * The same for an erasure, and at once: no walk of it can tell who is in what no item names. One that was written just now
 * may be of a request that has not come to its item yet.
 *
 * @param spares whether they are to be kept for now
 * @param went told after each request how many objects went by it
 * @returns whether all went: false leaves the rest to the next call
 */
export async function eraseUnknownJobs(
  store: Store,
  now: Date,
  spares: boolean,
  went: (objects: number) => Promise<void>,
): Promise<boolean> {
  let all = true;
  for await (const job of unknownJobs(store)) {
    if (spares || Date.parse(job.newest) + longestMaking > now.getTime()) all = false;
    else await end(store, job, now, went);
  }
  return all;
}

async function end(
  store: Store,
  { subject, folder }: UnknownJob,
  now: Date,
  went?: (objects: number) => Promise<void>,
): Promise<void> {
  const objects = await deleteForGood(store, folder, went);
  const [, id = ""] = subject.split("/");
  const detail = `${objects} objects of a job that is not known, as after a restored table`;
  await store.table.write(await auditEntry(store, id, actOfSystem(now, "EVIDENCE_DELETED", subject, detail)));
  count({ unknownJobsEnded: 1, objectsDeleted: objects });
}
