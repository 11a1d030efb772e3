import { undoableUntil } from "./batch-update/final-state.ts";
import { type BatchUpdateStatus, isFinal } from "./batch-update/state.ts";

const dayLength = 24 * 3600 * 1000;

/** The most days for which a library may keep evidence. */
export const longestRetentionDays = 3650;

/** Days after which a query set ends that nobody has used since and no batch update needs. */
export const unusedQuerySetDays = 90;
/** Days for which the lines that an import did not take can be looked at. */
export const importErrorDays = 7;
/** Hours for which a job can be started by what was sent for it, and started again where it failed. */
export const startableHours = 22;
/** The same in days. */
export const startableDays = startableHours / 24;
/**
 * Days after which a file goes, also that of a job that failed: one that is started, or started again, at the last moment is
 * at work before anything of it does. What deletes comes once an hour, so all is gone within a day.
 */
export const unstartedDays = startableDays + 1 / 24;
/** Days for which objects of a job that the table does not know are kept from when that was noticed: somebody may look at them. */
export const unknownJobDays = 7;
/** Days for which an import, or a file, is looked after: by then nothing of it is left but counts, and the list of all is long. */
export const lookedAfterDays = 30;

/**
 * How long an object is there at most: `passing` is what a job needs meanwhile, and what is kept for days after it;
 * `evidence` what stays for as long as the library says.
 */
export type KeptFor = "passing" | "evidence";

/**
 * Days after which the storage itself ends an object, whatever else fails: the net beneath what is deleted in its time, and
 * never before that. A query set may have been used for two years before the batch update that it is kept for.
 */
export const daysAtMost: Readonly<Record<KeptFor, number>> = {
  passing: importErrorDays + 1,
  evidence: longestRetentionDays + 2 * 365,
};

/** Whether `days` have gone by since an instant. */
export function isOver(since: string, days: number, now: Date): boolean {
  return Date.parse(since) + days * dayLength <= now.getTime();
}

/**
 * Milliseconds after the last of its objects from which a job that the table does not know will not come to be known: a
 * request writes objects of a job before the item, and is over by then.
 */
export const longestMaking = 2 * 60 * 1000;

/** Objects of a job that the table does not know, as far as it matters whether they go. */
export interface Unknown {
  readonly keptFor: KeptFor;
  /** When the last of them was written. */
  readonly newest: string;
  /** When they were noticed first. */
  readonly noticedAt: string;
}

/**
 * Whether objects of a job that the table does not know end. It may have been restored to long before they were written, and
 * whoever did that may go back to the table that knows the job: so it counts since when they are noticed. Files that pass
 * are of no use without their job: they go after their day.
 */
export function unknownEnds({ keptFor, newest, noticedAt }: Unknown, now: Date): boolean {
  if (!isOver(newest, unstartedDays, now)) return false;
  return keptFor === "passing" || isOver(noticedAt, unknownJobDays, now);
}

/** What decides when the evidence of a batch update ends. */
export interface EndedJob {
  readonly status: BatchUpdateStatus;
  readonly finishedAt?: string | undefined;
  readonly undoableUntil?: string | undefined;
}

/**
 * The instant at which the evidence of a batch update ends: when it can no longer be undone, or as long after its end where
 * it was never processed. Undefined while it goes on.
 */
export function evidenceEnds(job: EndedJob, retentionDays: number): string | undefined {
  if (!isFinal(job.status) || job.finishedAt === undefined) return undefined;
  return job.undoableUntil ?? undoableUntil(new Date(job.finishedAt), retentionDays).toISOString();
}

/** Whether the evidence of a batch update is over at an instant, by the days for which the library keeps it. */
export function isEvidenceOver(job: EndedJob, retentionDays: number, now: Date): boolean {
  const ends = evidenceEnds(job, retentionDays);
  return ends !== undefined && ends <= now.toISOString();
}

/** A query set, as far as it matters whether it ends. */
export interface UsedSet {
  readonly status: "AWAITING_UPLOAD" | "BUILDING" | "READY" | "FAILED";
  readonly createdAt: string;
  readonly lastUsedAt?: string | undefined;
}

/** The instant until which a query set is kept that nobody uses meanwhile and no batch update needs. */
export function keptUntil({ createdAt, lastUsedAt = createdAt }: Omit<UsedSet, "status">): string {
  return new Date(Date.parse(lastUsedAt) + unusedQuerySetDays * dayLength).toISOString();
}

/** Whether a query set ends now. `isNeeded`: a batch update that still has its evidence is of it. */
export function querySetEnds(set: UsedSet, isNeeded: boolean, now: Date): boolean {
  if (isNeeded || set.status === "BUILDING") return false;
  return keptUntil(set) <= now.toISOString();
}

/** Whether that a query set is used is written down: once a day says as much as every time. */
export function isUseNews({ createdAt, lastUsedAt = createdAt }: UsedSet, now: Date): boolean {
  return isOver(lastUsedAt, 1, now);
}
