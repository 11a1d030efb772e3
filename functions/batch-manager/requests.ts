import type { BatchUpdateId, LibraryId, PatronId } from "#domain/ids";
import type { FillSummary } from "#domain/queue/fill";
import { isLate } from "#domain/support/attention";
import { newId } from "#platform/identifiers";
import { allEnded } from "#platform/side-by-side";
import { slices } from "#platform/slices";
import { count } from "#platform/thread";
import { type Told, writeTelling } from "#records/library/events";
import {
  addAnswers,
  type FillGroup,
  fillStatusOf,
  forgetFailures,
  groupName,
  largestGroup,
  listGroups,
  loadWithdrawn,
  recordRequests,
} from "#records/service-queues/fill-answers";
import { fillCounts } from "#records/service-queues/fill-counts";
import { jobKey } from "#records/store/keys";
import { closeFills, loadOpenFills, type OpenFills, openFills } from "#records/store/open-work";
import type { Store } from "#records/store/store";
import type { Condition, Write } from "#records/store/table";
import type { FillMessages } from "./messages.ts";

const ifKept: Condition = { expression: "attribute_not_exists(evidence)" };

export interface FillDesk {
  readonly store: Store;
  readonly messages: FillMessages;
}

/** The service queues of one medium that a batch update asks for. */
export interface FillOrder {
  readonly library: LibraryId;
  readonly batchUpdateId: BatchUpdateId;
  readonly medium: string;
}

/**
 * Asks for the service queues of one chunk of a batch update to be filled. Call it when the chunk's records are written
 * and before its result is: a chunk that runs again asks again, which changes nothing.
 *
 * @param chunk number of the chunk in the plan
 * @param patronIds by place in the chunk, with gaps for those not asked for: a patron is in one group however often and
 *   with whomever else the chunk asks
 */
export async function requestFills(
  desk: FillDesk,
  order: FillOrder,
  chunk: number,
  patronIds: readonly (PatronId | undefined)[],
): Promise<void> {
  const groups = new Map<string, readonly PatronId[]>();
  for (const [n, places] of slices(patronIds, largestGroup).entries()) {
    const group = groupName(chunk, n);
    const members = places.filter((patronId) => patronId !== undefined);
    if (members.length > 0) groups.set(group, members);
  }
  const recording = [...groups].map(([group, members]) =>
    recordRequests(desk.store, order.batchUpdateId, group, members),
  );
  await allEnded(recording);
  await send(desk, order, groups);
}

async function send({ messages }: FillDesk, order: FillOrder, groups: ReadonlyMap<string, readonly PatronId[]>) {
  const { library, batchUpdateId, medium } = order;
  await messages.send(
    [...groups].flatMap(([group, members]) =>
      members.map((patronId) => ({ library, batchUpdateId, medium, patronId, group })),
    ),
  );
}

/** A request without an answer is sent again this often before it counts as failed. */
export const mostResends = 3;
/** Milliseconds after which a fill without an answer is sent again even though the queue is busy with others. */
const longestWait = 60 * 60 * 1000;
/**
 * Milliseconds that fills must have had to be answered before sending them again counts as another try. The sweep comes
 * once a minute, give or take; where it comes sooner the product was started anew, and may have lost what was queued
 * before anybody had the time to answer it.
 */
const shortestTry = 45 * 1000;

function toldAs(batchUpdateId: BatchUpdateId, status: FillSummary["status"]): Told {
  return { type: "SERVICE_QUEUES", subject: `batch-updates/${batchUpdateId}`, status };
}

/** What the sweep did with the open fills of a batch update. */
export type SweptFills = "CLOSED" | "WAITING" | "SENT_AGAIN" | "GIVEN_UP";

/**
 * Looks after the fills of one batch update: closes them when every one has its answer, sends those without one again
 * where their messages must have been lost, and in the end answers for them with FAILED. To be called every minute, and
 * once more whenever messages may have been lost.
 *
 * @param runIsFinal whether the batch update itself has ended, so that no more fills will be asked for
 */
export async function sweepFills(desk: FillDesk, open: OpenFills, runIsFinal: boolean, now: Date): Promise<SweptFills> {
  const { store } = desk;
  const { library, id: batchUpdateId, medium } = open;
  const { answered, pending } = await findPending(store, batchUpdateId);
  for (const { length } of pending.values()) count({ fillsPending: length });
  if (pending.size === 0) {
    if (!runIsFinal) return "WAITING";
    // Conditional, for a retry of failed fills may have opened them again just now.
    const close = { ...closeFills(store, batchUpdateId), if: ifOpenedAs(open) };
    const { requested, failed } = await fillCounts(store, batchUpdateId, false);
    const status = requested === 0 ? "NONE" : failed > 0 ? "FILLED_WITH_ERRORS" : "FILLED";
    await writeTelling(store, [toldAs(batchUpdateId, status)], close);
    return "CLOSED";
  }
  const lastSent = Date.parse(open.sentAt ?? open.openedAt);
  if (now.getTime() - lastSent < longestWait && !(await desk.messages.isQuiet())) return "WAITING";
  // Answers since the last time say that fills work: their number of tries begins again.
  const resent = answered > (open.answered ?? 0) ? 0 : open.resent;
  const wasTried = now.getTime() - lastSent >= shortestTry;
  if (wasTried && resent >= mostResends) {
    for (const [group, patronIds] of pending) {
      const reason = `No answer to this fill, though it was sent again ${mostResends} times`;
      const failed = new Map(patronIds.map((patronId) => [patronId, reason]));
      await addAnswers(store, batchUpdateId, group, { filled: [], failed });
    }
    return "GIVEN_UP";
  }
  const noted = { ...open, resent: wasTried ? resent + 1 : resent, answered, sentAt: now.toISOString() };
  const outcome = await store.table.write({
    ...openFills(noted),
    if: ifOpenedAs(open),
  });
  if (!outcome.done) return "WAITING";
  await send(desk, { library, batchUpdateId, medium }, pending);
  return "SENT_AGAIN";
}

/** Holds where they were not opened anew since they were read. */
function ifOpenedAs({ opening }: OpenFills): Condition {
  return opening === undefined
    ? { expression: "attribute_exists(pk) AND attribute_not_exists(opening)" }
    : { expression: "opening = :opening", values: { ":opening": opening } };
}

async function findPending(store: Store, batchUpdateId: BatchUpdateId) {
  const withdrawn = await loadWithdrawn(store, batchUpdateId);
  const pending = new Map<string, PatronId[]>();
  let answered = 0;
  for await (const group of listGroups(store, batchUpdateId)) {
    const members = membersIn(group, withdrawn, "PENDING");
    answered += group.requested.size - members.length;
    if (members.length > 0) pending.set(group.group, members);
  }
  return { pending, answered };
}

function membersIn(group: FillGroup, withdrawn: ReadonlySet<PatronId>, status: "PENDING" | "FAILED"): PatronId[] {
  if (group.filled.size === group.requested.size) return [];
  return [...group.requested].filter((patronId) => fillStatusOf(group, withdrawn, patronId) === status);
}

/**
 * Makes failed fills pending again and sends them, and with them those that have waited too long for their answer. Who
 * calls it twice at once may send them twice, which does no harm.
 *
 * @param audited the write that tells of it, by the number of fills: in one transaction with what makes sure that they are
 *   sent, before the first is pending
 * @returns how many there were; none where they are no longer kept
 */
export async function retryFailedFills(
  desk: FillDesk,
  order: FillOrder,
  now: Date,
  audited: (fills: number) => Promise<Write>,
): Promise<number> {
  const { store } = desk;
  const { library, batchUpdateId, medium } = order;
  const [withdrawn, opened] = await allEnded([
    loadWithdrawn(store, batchUpdateId),
    loadOpenFills(store, batchUpdateId),
  ]);
  const late = opened !== undefined && isLate(new Date(opened.openedAt), now);
  const failed = new Map<string, PatronId[]>();
  const waiting = new Map<string, PatronId[]>();
  for await (const group of listGroups(store, batchUpdateId)) {
    const members = membersIn(group, withdrawn, "FAILED");
    if (members.length > 0) failed.set(group.group, members);
    const others = late ? membersIn(group, withdrawn, "PENDING") : [];
    if (others.length > 0) waiting.set(group.group, others);
  }
  if (failed.size === 0 && waiting.size === 0) return 0;
  const open = () =>
    openFills({ library, id: batchUpdateId, medium, resent: 0, openedAt: now.toISOString(), opening: newId(now) });
  // Opened before the first is pending, for a crash in between must not lose it; and once more when all of them are, for
  // a sweep that looked in between may have closed the fills as complete.
  const fills = [...failed.values(), ...waiting.values()].reduce((sum, members) => sum + members.length, 0);
  // Not where its evidence is being deleted, and with it who these are.
  const isKept = { check: jobKey(store, "batch-update", batchUpdateId), if: ifKept };
  const { done } = await writeTelling(store, [toldAs(batchUpdateId, "FILLING")], open(), await audited(fills), isKept);
  if (!done) return 0;
  for (const [group, members] of failed) await forgetFailures(store, batchUpdateId, group, members);
  await store.table.write(open());
  await send(desk, order, failed);
  await send(desk, order, waiting);
  return fills;
}
