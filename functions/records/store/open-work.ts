import { z } from "zod";
import { type BatchUpdateId, batchUpdateIdSchema, libraryIdSchema, type OfLibrary } from "#domain/ids";
import { workflowNames, workflowNouns } from "#domain/workflow";
import { errorName } from "#platform/cause";
import { causingRequest } from "#platform/thread";
import { readItem } from "./format.ts";
import { openKey, openPartition } from "./keys.ts";
import type { Store } from "./store.ts";
import type { Condition, Item, Table, Write } from "./table.ts";

/** A piece of work that must come to an end whatever crashes: an execution to run, or fills to be answered. */
export const openWorkSchema = z.object({
  library: libraryIdSchema,
  id: z.string(),
  workflow: z.enum(workflowNames),
  /** Grows each time the sweep runs the workflow again; after {@link lastAttempt} the job is closed as FAILED. */
  attempt: z.number().int().min(1),
  openedAt: z.string(),
  /** The request that asked for it: its job's log lines name it. */
  requestId: z.string().optional(),
  /** Nothing is done for it until other jobs have ended. */
  waits: z.literal(true).optional(),
});
export type OpenWork = z.infer<typeof openWorkSchema>;

/** Fills that have no answer yet, with how often the sweep has sent them again. */
export const openFillsSchema = z.object({
  library: libraryIdSchema,
  id: batchUpdateIdSchema,
  medium: z.string(),
  resent: z.number().int().min(0),
  /** Version 0.1.0 marked an opening that was still under way by a dash behind the time. */
  openedAt: z.string().transform((text) => text.replace(/-$/, "")),
  /** Tells one opening from another: failed fills that are tried again are opened anew. */
  opening: z.string().optional(),
  /** When they were last sent again, and how many had an answer by then. */
  sentAt: z.string().optional(),
  answered: z.number().int().min(0).optional(),
  /** The request that asked for them. */
  requestId: z.string().optional(),
});
export type OpenFills = z.infer<typeof openFillsSchema>;

/** A review that waits for somebody to go on with it. */
export const openReviewSchema = z.object({
  library: libraryIdSchema,
  id: batchUpdateIdSchema,
  reviewUntil: z.string(),
});
export type OpenReview = z.infer<typeof openReviewSchema>;

/** A batch update that begins by itself at an instant. */
export const openScheduleSchema = z.object({
  library: libraryIdSchema,
  id: batchUpdateIdSchema,
  processAt: z.string(),
});
export type OpenSchedule = z.infer<typeof openScheduleSchema>;

/** A query set that is READY and not followed yet by its batch update, which has this id. */
export const openFollowSchema = z.object({ library: libraryIdSchema, id: z.string(), follow: batchUpdateIdSchema });
export type OpenFollow = z.infer<typeof openFollowSchema>;

/** Scratch of a job: laid by before the first of it is written, and for as long as any may be there. */
export const openScratchSchema = z.object({
  library: libraryIdSchema,
  id: z.string(),
  scratchOf: z.enum(workflowNames),
  /** The instant until which it is kept, where no job says how long it is needed. */
  keepUntil: z.string().optional(),
});
export type OpenScratch = z.infer<typeof openScratchSchema>;

/** A job that has ended and that somebody has to look at: until it is mended, or for {@link troubleDays}. */
export const openTroubleSchema = z.object({
  library: libraryIdSchema,
  id: z.string(),
  trouble: z.enum(["CHUNK_FAILED", "JOB_FAILED"]),
  troubleOf: z.enum(workflowNames),
  since: z.string(),
  /** Names of errors, ids and numbers: never patron data. */
  summary: z.string(),
});
export type OpenTrouble = z.infer<typeof openTroubleSchema>;

/** Days after which a trouble that nobody mended is no longer told. */
export const troubleDays = 14;

export const lastAttempt = 4;

/** The write that opens work, to stand in the transaction that changes the job's state. */
export function openWork(work: OpenWork): Write {
  return { put: { ...openKey(work, workflowNouns[work.workflow].item, work.id), ...causedBy(), ...work } };
}

/** The write that says the work has come to its end, to stand in the transaction that changes the job's state. */
export function closeWork(work: Pick<OpenWork, "library" | "workflow" | "id">): Write {
  return { delete: openKey(work, workflowNouns[work.workflow].item, work.id) };
}

/**
 * The same by itself, for work that is over already. Planning and applying share a key: work that has taken its place
 * since then stays.
 */
export function closeLeftoverWork(work: Pick<OpenWork, "library" | "workflow" | "id">): Write {
  return { ...closeWork(work), if: ifStillOpen({ workflow: work.workflow }) };
}

/** Holds where nothing else has taken the place of the work that was read. */
export function ifStillOpen(read: Pick<OpenWork, "workflow"> & Partial<Pick<OpenWork, "attempt">>): Condition {
  const { workflow, attempt } = read;
  return {
    expression: attempt === undefined ? "#workflow = :workflow" : "#workflow = :workflow AND attempt = :attempt",
    names: { "#workflow": "workflow" },
    values: { ":workflow": workflow, ":attempt": attempt },
  };
}

export function openFills(fills: OpenFills): Extract<Write, { put: unknown }> {
  return { put: { ...openKey(fills, "fills", fills.id), ...causedBy(), ...fills } };
}

/** The request by which something is opened now; what was opened by another keeps that one. */
function causedBy(): { readonly requestId?: string } {
  const requestId = causingRequest();
  return requestId === undefined ? {} : { requestId };
}

export function closeFills(of: OfLibrary, id: BatchUpdateId): Extract<Write, { delete: unknown }> {
  return { delete: openKey(of, "fills", id) };
}

export function scratchKey(scratch: OpenScratch) {
  return openKey(scratch, "scratch", `${scratch.scratchOf}#${scratch.id}`);
}

export function openScratch(scratch: OpenScratch): Write {
  return { put: { ...scratchKey(scratch), ...scratch } };
}

export function closeScratch(scratch: OpenScratch): Write {
  return { delete: scratchKey(scratch) };
}

type TroubleName = Pick<OpenTrouble, "library" | "id" | "troubleOf">;

function troubleKey(trouble: TroubleName) {
  return openKey(trouble, "trouble", `${trouble.troubleOf}#${trouble.id}`);
}

/** The write that says so, to stand in the transaction in which the job ends. */
export function openTrouble(trouble: OpenTrouble): Write {
  return { put: { ...troubleKey(trouble), ...trouble } };
}

export function closeTrouble(trouble: TroubleName): Write {
  return { delete: troubleKey(trouble) };
}

export type Open =
  | { work: OpenWork }
  | { fills: OpenFills }
  | { review: OpenReview }
  | { schedule: OpenSchedule }
  | { follow: OpenFollow }
  | { scratch: OpenScratch }
  | { trouble: OpenTrouble };

/** An item under `OPEN` that cannot be read: its key, and the name of the error that reading it ends in. */
export interface UnreadableOpen {
  readonly unreadable: string;
  readonly error: string;
}

/** Everything that is open, in all libraries: what the sweep walks over. What cannot be read is told, and hides nothing else. */
export async function* listOpen(across: Table): AsyncGenerator<Open | UnreadableOpen> {
  for await (const item of across.queryAll({ pk: openPartition })) {
    yield readOrTell(item);
  }
}

/** The work of one library that is open. Items that cannot be read are the sweep's to tell. */
export async function loadOpenWork(store: Store): Promise<OpenWork[]> {
  const found: OpenWork[] = [];
  for await (const item of store.table.queryAll({ pk: openPartition, begins: `${store.library}#` })) {
    const open = readOrTell(item);
    if ("work" in open) found.push(open.work);
  }
  return found;
}

/** Whether something of a job is to be done, or is being done, whatever the job itself says. */
export async function isOpen(store: Store, workflow: OpenWork["workflow"], id: string): Promise<boolean> {
  return (await store.table.get(openKey(store, workflowNouns[workflow].item, id))) !== undefined;
}

export function openFollow(follow: OpenFollow): Write {
  return { put: { ...openKey(follow, "follow", follow.id), ...follow } };
}

export function closeFollow(follow: OpenFollow): Write {
  return { delete: openKey(follow, "follow", follow.id) };
}

/** Fills of one batch update that have no answer yet; undefined where every one has. */
export async function loadOpenFills(store: Store, id: BatchUpdateId): Promise<OpenFills | undefined> {
  for await (const item of store.table.queryAll({ pk: openPartition, begins: openKey(store, "fills", id).sk })) {
    const open = readOrTell(item);
    if ("fills" in open && open.fills.id === id) return open.fills;
  }
  return undefined;
}

/** Query sets of one library that are not followed yet. */
export async function loadOpenFollows(store: Store): Promise<OpenFollow[]> {
  const found: OpenFollow[] = [];
  for await (const item of store.table.queryAll({ pk: openPartition, begins: `${store.library}#follow#` })) {
    const open = readOrTell(item);
    if ("follow" in open) found.push(open.follow);
  }
  return found;
}

/** What of one library begins by itself at an instant. */
export async function loadOpenSchedules(store: Store): Promise<OpenSchedule[]> {
  const found: OpenSchedule[] = [];
  for await (const item of store.table.queryAll({ pk: openPartition, begins: `${store.library}#schedule#` })) {
    const open = readOrTell(item);
    if ("schedule" in open) found.push(open.schedule);
  }
  return found;
}

function readOrTell(item: Item): Open | UnreadableOpen {
  try {
    return readOpen(item);
  } catch (error) {
    return { unreadable: String(item.sk), error: errorName(error) };
  }
}

function readOpen(item: Item): Open {
  if (item.workflow !== undefined) return { work: readItem(openWorkSchema, item) };
  if (item.troubleOf !== undefined) return { trouble: readItem(openTroubleSchema, item) };
  if (item.scratchOf !== undefined) return { scratch: readItem(openScratchSchema, item) };
  if (item.follow !== undefined) return { follow: readItem(openFollowSchema, item) };
  if (item.processAt !== undefined) return { schedule: readItem(openScheduleSchema, item) };
  if (item.reviewUntil !== undefined) return { review: readItem(openReviewSchema, item) };
  return { fills: readItem(openFillsSchema, item) };
}
