import { z } from "zod";
import type { FillMessages } from "#batch-manager/messages";
import { sweepFills } from "#batch-manager/requests";
import { isFinal } from "#domain/batch-update/state";
import { isTooEarly } from "#domain/erasure/erasure-job";
import { batchUpdateIdSchema, type LibraryId } from "#domain/ids";
import { hasLeft } from "#domain/leaving";
import { logged } from "#platform/cause";
import type { Clock } from "#platform/clock";
import { logger } from "#platform/logger";
import { middyStack } from "#platform/middy-stack";
import { count, type Facts, within } from "#platform/thread";
import { loadBatchUpdate } from "#records/batch-updates/batch-updates";
import { expire, failPlanning } from "#records/batch-updates/moves";
import { closeLeftovers } from "#records/batch-updates/open-items";
import { stop } from "#records/batch-updates/run-moves";
import { loadErasure } from "#records/erasures/erasures";
import { failExport } from "#records/exports/exports";
import { finishImport, loadImport, noCounts } from "#records/imports/imports";
import { loadTenant, lookForLibrary, type StoredTenant } from "#records/library/tenants";
import { failQuerySet } from "#records/query-sets/moves";
import {
  closeTrouble,
  ifStillOpen,
  lastAttempt,
  listOpen,
  loadOpenWork,
  type Open,
  type OpenReview,
  type OpenSchedule,
  type OpenTrouble,
  type OpenWork,
  openWork,
  troubleDays,
  type UnreadableOpen,
} from "#records/store/open-work";
import { readable } from "#records/store/readable";
import type { Store, Stores } from "#records/store/store";
import type { Table } from "#records/store/table";
import { isAtWork } from "#workflows/at-work";
import { endedExecution } from "#workflows/ended";
import { clearScratch } from "#workflows/scratch";
import { standsStill } from "#workflows/standstill";
import type { Workflows } from "#workflows/start";
import { followSet, followSetsOf } from "./follow-set.ts";
import { beginDueIn, beginIfDue } from "./scheduled.ts";

export interface Dependencies {
  readonly stores: Stores;
  readonly workflows: Workflows;
  readonly messages: FillMessages;
  readonly now: Clock;
}

/**
 * Goes through everything that is open, once a minute: starts what was not started, runs again what ended without being
 * closed, sends lost fills again, begins what is scheduled, cancels reviews nobody goes on with. One thing that fails does not hold up the others.
 * Called for an execution that has ended, it starts what stood in line behind it.
 */
export function createHandler(dependencies: Dependencies) {
  return middyStack({
    says: "Sweeping",
    event: z.unknown(),
    keys: () => ({}),
    timed: () => "sweep",
    handle: async (event) => {
      const ended = endedExecution(event);
      if (ended === undefined) return await sweep(dependencies);
      if (ended === "NOBODYS") return {};
      const { library, workflow } = ended;
      if ((await lookForLibrary(dependencies.stores.across, library, dependencies.now())) === "LEFT") return {};
      await dependencies.workflows.startNext(library, workflow);
      if (workflow === "apply") await beginDueIn(dependencies, library);
      if (workflow === "build-query-set") await followSetsOf(dependencies, library);
      if (workflow !== "erase") await eraseOn(dependencies, library);
      return {};
    },
  });
}

async function sweep(dependencies: Dependencies): Promise<Record<string, unknown>> {
  let swept = 0;
  let failed = 0;
  let unreadable = 0;
  let oldest: string | undefined;
  const tenantOf = tenantsOnce(dependencies);
  for (const open of await everythingOpen(dependencies.stores.across)) {
    if ("unreadable" in open) {
      unreadable++;
      logger.error("Something open cannot be read", { item: open.unreadable, error: open.error });
      continue;
    }
    const tenant = await tenantOf(factsOf(open).library);
    // Its time is over: nothing is begun in it any more, and what is open goes with it.
    if (tenant !== undefined && hasLeft(tenant, dependencies.now())) continue;
    const since = openSince(open);
    if (since !== undefined && (oldest === undefined || since < oldest)) oldest = since;
    try {
      await within(factsOf(open), () => sweepOrTell(dependencies, open, tenant));
      swept++;
    } catch {
      failed++;
    }
  }
  const now = dependencies.now().getTime();
  const oldestOpenWorkSeconds = oldest === undefined ? 0 : Math.max(0, Math.round((now - Date.parse(oldest)) / 1000));
  count({ sweeps: 1, swept, sweepErrors: failed, unreadable, oldestOpenWorkSeconds, fillsPending: 0, stuckRuns: 0 });
  return { swept, failed, unreadable };
}

/** Logged within its own facts; one that fails does not hold up the others. */
async function sweepOrTell(dependencies: Dependencies, open: Open, tenant: StoredTenant | undefined): Promise<void> {
  try {
    await sweepOne(dependencies, open, tenant);
  } catch (error) {
    logger.error("Something open could not be swept", logged(error));
    throw error;
  }
}

/** Since when work or fills are to be done; what waits for others, reviews and scratch may be there as long as they like. */
function openSince(open: Open): string | undefined {
  if ("work" in open) return open.work.waits ? undefined : open.work.openedAt;
  return "fills" in open ? open.fills.openedAt : undefined;
}

/** Looks once for each library whether it is suspended, and whether its time is over. */
function tenantsOnce({ stores }: Dependencies) {
  const known = new Map<LibraryId, StoredTenant | undefined>();
  return async (library: LibraryId): Promise<StoredTenant | undefined> => {
    if (!known.has(library)) known.set(library, await loadTenant(stores.across, library));
    return known.get(library);
  };
}

function factsOf(open: Open): Facts & { readonly library: LibraryId } {
  const [it] = Object.values(open);
  const { library, id: job } = it;
  return { library, job, ...("requestId" in it && { requestId: it.requestId }) };
}

/** What begins by itself comes first, the earliest before the others: it has a time, and the rest may take minutes. */
async function everythingOpen(across: Table): Promise<(Open | UnreadableOpen)[]> {
  const scheduled: { readonly schedule: OpenSchedule }[] = [];
  const others: (Open | UnreadableOpen)[] = [];
  for await (const open of listOpen(across)) {
    if ("schedule" in open) scheduled.push(open);
    else others.push(open);
  }
  return [...scheduled.toSorted((a, b) => (a.schedule.processAt < b.schedule.processAt ? -1 : 1)), ...others];
}

async function sweepOne(dependencies: Dependencies, open: Open, tenant: StoredTenant | undefined): Promise<void> {
  const { messages, now } = dependencies;
  const [{ library }] = Object.values(open);
  const store = dependencies.stores.of(library);
  if ("work" in open) {
    await sweepWork(dependencies, store, open.work);
  } else if ("follow" in open) {
    await followSet(dependencies, open.follow);
  } else if ("schedule" in open) {
    await beginIfDue(dependencies, open.schedule);
  } else if ("scratch" in open) {
    await clearScratch(store, open.scratch, now());
  } else if ("review" in open) {
    // Nobody of a library that is shut out could go on with it.
    const isOver = open.review.reviewUntil < now().toISOString();
    if (isOver && tenant?.suspended !== true) await cancelReview(store, open.review, now());
  } else if ("trouble" in open) {
    if (isForgotten(open.trouble, now())) await store.table.write(closeTrouble(open.trouble));
  } else {
    const { id } = open.fills;
    const batch = await loadBatchUpdate(store, id);
    const swept = await sweepFills(
      { store, messages },
      open.fills,
      batch === undefined || isFinal(batch.status),
      now(),
    );
    if (swept !== "WAITING") logger.info("Fills swept", { swept });
  }
}

/** Nobody mended it: it stays in the job's own answer. */
function isForgotten({ since }: OpenTrouble, now: Date): boolean {
  return Date.parse(since) < now.getTime() - troubleDays * 24 * 3600 * 1000;
}

async function sweepWork({ workflows, now }: Dependencies, store: Store, work: OpenWork): Promise<void> {
  const state = await workflows.look(work);
  if (state === "RUNNING") {
    if (!(await standsStill(store, work, now()))) return;
    count({ stuckRuns: 1 });
    logger.warn("A job is at work and has not moved for long", { workflow: work.workflow, attempt: work.attempt });
    return;
  }
  if (state === "NOT_STARTED") {
    await workflows.start(work);
    return;
  }
  if (work.workflow === "erase" && !(await mayEraseAgain(store, work.id, now()))) return;
  if (work.attempt >= lastAttempt && (await giveUp(store, work, now()))) {
    count({ jobsFailed: 1 });
    return;
  }
  const again = nextOf(work, now());
  if (work.waits) logger.info("What it waited for has ended; it goes on", { ...again });
  else logger.warn("Work ended without being closed; it runs again", { ...again });
  const { done } = await store.table.write({ ...openWork(again), if: ifStillOpen(work) });
  if (done) await workflows.start(again);
}

/** What waited is at work only from now on. */
function nextOf({ waits, ...work }: OpenWork, now: Date): OpenWork {
  return { ...work, attempt: work.attempt + 1, ...(waits && { openedAt: now.toISOString() }) };
}

/** Whether the next walk of an erasure may begin: what it waits for has ended, and what failed was left alone for a while. */
async function mayEraseAgain(store: Store, id: string, now: Date): Promise<boolean> {
  const it = await loadErasure(store, id);
  if (it !== undefined && isTooEarly(it, now)) return false;
  for (const job of it?.again ?? []) {
    // One whose item cannot be read fails in the next walk, which tells of it: it holds up no walk over the others.
    if (await readable(job, () => isAtWork(store, job, now))) return false;
  }
  return true;
}

/** Has erasures of a library go on that waited for what has just ended. */
async function eraseOn(dependencies: Dependencies, library: LibraryId): Promise<void> {
  const store = dependencies.stores.of(library);
  for (const work of await loadOpenWork(store)) {
    if (work.workflow === "erase") await sweepWork(dependencies, store, work);
  }
}

const reason = "The work broke off several times and was given up. Tell support.";

/**
 * Ends work that cannot be brought to its end. False for applying: what it has written must be accounted for, so it is
 * stopped and closed, however often that takes.
 */
async function giveUp(store: Store, { id, workflow }: OpenWork, now: Date): Promise<boolean> {
  if (workflow === "build-query-set") return (await failQuerySet(store, id, reason, now, { canBeMended: true })).done;
  // Whoever asked for it was told that it will be done.
  if (workflow === "erase") return false;
  if (workflow === "export") return (await failExport(store, id, reason, now)).done;
  if (workflow === "import") {
    const it = await loadImport(store, id);
    const failed = { status: "FAILED", stateReason: reason, finishedAt: now.toISOString() } as const;
    const end = { ...failed, counts: it?.counts ?? noCounts, isSettled: false, failures: reason };
    return it !== undefined && (await finishImport(store, it, end)).done;
  }
  const batch = await loadBatchUpdate(store, batchUpdateIdSchema.parse(id));
  if (batch === undefined) return false;
  if (workflow === "plan") {
    return batch.status === "PLANNING" && (await failPlanning(store, batch, reason, now)) !== undefined;
  }
  if (batch.status === "PROCESSING") await stop(store, batch, reason, now);
  return false;
}

async function cancelReview(store: Store, { id }: OpenReview, now: Date): Promise<void> {
  const batch = await loadBatchUpdate(store, id);
  if (batch === undefined) return;
  if (batch.status !== "READY") {
    await closeLeftovers(store, batch, "review");
    return;
  }
  const stateReason = "Canceled by the system: nobody went on with the review for 7 days. Nothing was changed.";
  await expire(store, batch, stateReason, now);
}
