import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isLegalMove, type Move, moves } from "#domain/batch-update/moves";
import { type BatchUpdateStatus, batchUpdateStatuses, isFinal } from "#domain/batch-update/state";
import type { LibraryId } from "#domain/ids";
import { LineSet } from "#domain/line-set";
import { newId } from "#platform/identifiers";
import { type BatchUpdate, requireBatchUpdate } from "#records/batch-updates/batch-updates";
import {
  addChild,
  beginForgetting,
  cancel,
  createBatchUpdate,
  exclude,
  expire,
  failPlanning,
  handBack,
  handOver,
  type NewBatchUpdate,
  noteErasure,
  planAgain,
  rename,
  schedule,
  seal,
  split,
  unschedule,
} from "#records/batch-updates/moves";
import { closeLeftovers } from "#records/batch-updates/open-items";
import { begin, finish, stop, stopWriting } from "#records/batch-updates/run-moves";
import { auditEntry, listAudit } from "#records/library/audit";
import { updateLockKey } from "#records/store/keys";
import { listOpen } from "#records/store/open-work";
import { batchUpdateId, libraryId } from "#test/ids";
import { startRealStores } from "./real-store.ts";

let stores: Awaited<ReturnType<typeof startRealStores>>;
beforeAll(async () => {
  stores = await startRealStores();
});
afterAll(async () => await stores.close());

const at = new Date("2026-09-01T12:00:00.000Z");
const counts = {
  ...{ total: 1, updated: 1, created: 0, removed: 0, unchanged: 0, conflict: 0 },
  ...{ notFound: 0, invalid: 0, failed: 0, unprocessed: 0, excluded: 0 },
};
const plan: NonNullable<BatchUpdate["plan"]> = {
  counts: {
    total: 1,
    update: 1,
    create: 0,
    remove: 0,
    unchanged: 0,
    conflict: 0,
    notFound: 0,
    invalid: 0,
    excluded: 0,
  },
  nightlyDebug: { turnedOn: 0, turnedOff: 0 },
  warnings: [],
  problems: [],
  base: "b",
  digest: "d",
};

/** Each in a library of its own, so that no lock and no audit of another is in the way. */
function madeIn(library: LibraryId): NewBatchUpdate {
  return {
    library,
    batchUpdateId: batchUpdateId(newId(at)),
    querySetId: "set",
    kind: "UPDATE",
    medium: "DB",
    nightlyDebug: false,
    changes: {},
    patrons: 1,
    large: false,
    asksForFills: true,
    createdBy: "ann",
    createdAt: at.toISOString(),
  };
}

const acting = async (batch: Pick<BatchUpdate, "library" | "batchUpdateId">, action: string) =>
  await auditEntry(stores.of(batch.library), batch.batchUpdateId, {
    at: at.toISOString(),
    actor: { sub: "ann", name: "ann" },
    role: "administrator",
    action,
    subject: batch.batchUpdateId,
    detail: "",
  });

const noted = { by: "ann", bySub: "ann", at: at.toISOString(), note: "look" };
const scheduled = { at: "2026-09-02T05:00:00.000Z", by: "ann", bySub: "ann", role: "administrator" } as const;

/** Every named move as its callers make it. What it is given otherwise does not matter here. */
const make: Record<Move, (batch: BatchUpdate) => Promise<unknown>> = {
  erase: async (batch) => await noteErasure(stores.of(batch.library), batch),
  split: async (batch) => await split(stores.of(batch.library), batch, { starts: [0], patronsAsOf: "1/" }),
  seal: async (batch) => await seal(stores.of(batch.library), batch, { plan, starts: [0], large: false }, at),
  failPlanning: async (batch) => await failPlanning(stores.of(batch.library), batch, "broke", at),
  planAgain: async (batch) => {
    const { library, batchUpdateId: id } = batch;
    const work = { library, id, workflow: "plan", attempt: 2, openedAt: at.toISOString() } as const;
    return await planAgain(stores.of(batch.library), batch, work, await acting(batch, "RESTARTED"));
  },
  exclude: async (batch) => {
    const nobody = LineSet.none(1);
    const read = { revision: 0, lines: nobody };
    return await exclude(
      stores.of(batch.library),
      batch,
      { read, lines: LineSet.of(1, [0]) },
      plan,
      await acting(batch, "EXCLUDED"),
    );
  },
  handOver: async (batch) => await handOver(stores.of(batch.library), batch, noted, await acting(batch, "HANDED_OVER")),
  handBack: async (batch) => await handBack(stores.of(batch.library), batch, noted, await acting(batch, "RETURNED")),
  schedule: async (batch) =>
    await schedule(stores.of(batch.library), batch, { schedule: scheduled }, await acting(batch, "SCHEDULED")),
  unschedule: async (batch) =>
    await unschedule(stores.of(batch.library), batch, at, await acting(batch, "UNSCHEDULED")),
  begin: async (batch) =>
    await begin(
      stores.of(batch.library),
      batch,
      { processedBy: "ann", processedAt: at.toISOString() },
      await acting(batch, "PROCESSED"),
    ),
  // Safe: states that it does not take are what is tried here.
  cancel: async (batch) =>
    await cancel(
      stores.of(batch.library),
      batch as BatchUpdate & { status: "READY" },
      "ann",
      at,
      await acting(batch, "CANCELLED"),
    ),
  expire: async (batch) => await expire(stores.of(batch.library), batch, "nobody", at),
  stop: async (batch) => await stop(stores.of(batch.library), batch, "failing", at),
  stopWriting: async (batch) => await stopWriting(stores.of(batch.library), batch, 0, undefined, at),
  finish: async (batch) => {
    const status = batch.status === "CANCELLING" ? "CANCELLED" : "COMPLETED";
    const sums = { counts, errorRows: 0, requestedFills: 1 };
    return await finish(stores.of(batch.library), batch, { status }, sums, { at, retentionDays: 30, failures: [] });
  },
  addChild: async (batch) =>
    await addChild(
      stores.of(batch.library),
      batch,
      batch,
      { ...madeIn(batch.library), kind: "UNDO" },
      await acting(batch, "UNDONE"),
    ),
  forget: async (batch) => await beginForgetting(stores.of(batch.library), batch),
  rename: async (batch) => await rename(stores.of(batch.library), batch, "Named", await acting(batch, "RENAMED")),
};

/** How each state is come to. */
const wayTo: Record<BatchUpdateStatus, readonly Move[]> = {
  PLANNING: [],
  READY: ["split", "seal"],
  SCHEDULED: ["split", "seal", "schedule"],
  PROCESSING: ["split", "seal", "begin"],
  CANCELLING: ["split", "seal", "begin", "stop"],
  COMPLETED: ["split", "seal", "begin", "stopWriting", "finish"],
  COMPLETED_WITH_ERRORS: [],
  CANCELLED: ["split", "seal", "begin", "cancel", "finish"],
  FAILED: ["failPlanning"],
};
const reachable = batchUpdateStatuses.filter((status) => status !== "COMPLETED_WITH_ERRORS");

let libraries = 0;
async function comeTo(status: BatchUpdateStatus): Promise<BatchUpdate> {
  const library = libraryId(`lib-${libraries++}`);
  const { batch } = await createBatchUpdate(stores.of(library), madeIn(library));
  for (const move of wayTo[status]) {
    await make[move](await requireBatchUpdate(stores.of(library), batch.batchUpdateId));
  }
  const found = await requireBatchUpdate(stores.of(library), batch.batchUpdateId);
  expect(found.status).toBe(status);
  return found;
}

async function openIn(library: string): Promise<string[]> {
  const kinds: string[] = [];
  for await (const open of listOpen(stores.across)) {
    if ("work" in open && open.work.library === library) kinds.push(open.work.workflow);
    if ("schedule" in open && open.schedule.library === library) kinds.push("schedule");
    if ("review" in open && open.review.library === library) kinds.push("review");
    if ("fills" in open && open.fills.library === library) kinds.push("fills");
  }
  return kinds.sort();
}

const everyMove = Object.keys(moves) as Move[];

describe("a named move of a batch update", () => {
  it.each(everyMove.flatMap((move) => reachable.map((status) => [move, status] as const)))(
    "%s in %s stands where the table says so, and else is refused and changes nothing",
    async (move, status) => {
      const before = await comeTo(status);
      const isLegal = batchUpdateStatuses.some((to) => isLegalMove(move, status, to));
      const open = await openIn(before.library);
      if (isLegal) {
        await make[move](before);
        const after = await requireBatchUpdate(stores.of(before.library), before.batchUpdateId);
        expect(isLegalMove(move, status, after.status)).toBe(true);
        expect(after.revision).toBe(before.revision + 1);
      } else {
        await expect(make[move](before)).rejects.toThrow(`that is ${status} does not become`);
        expect(await requireBatchUpdate(stores.of(before.library), before.batchUpdateId)).toEqual(before);
        expect(await openIn(before.library)).toEqual(open);
      }
    },
  );

  it.each(everyMove)("%s on what somebody changed since writes nothing at all", async (move) => {
    const status = reachable.find((it) => batchUpdateStatuses.some((to) => isLegalMove(move, it, to)));
    const read = await comeTo(status ?? "PLANNING");
    const { items: acts } = await listAudit(stores.of(read.library), 100, undefined);
    const open = await openIn(read.library);
    const moved = await make[move]({ ...read, revision: read.revision - 1 });
    expect([undefined, "CHANGED"]).toContain(moved);
    expect(await requireBatchUpdate(stores.of(read.library), read.batchUpdateId)).toEqual(read);
    expect((await listAudit(stores.of(read.library), 100, undefined)).items).toEqual(acts);
    expect(await openIn(read.library)).toEqual(open);
  });
});

describe("what a batch update leaves open", () => {
  it.each([
    ["PLANNING", ["plan"]],
    ["READY", ["review"]],
    ["SCHEDULED", ["schedule"]],
    ["PROCESSING", ["apply", "fills"]],
    ["CANCELLING", ["apply", "fills"]],
    // Fills go on by themselves: the sweep closes them when each has its answer.
    ["COMPLETED", ["fills"]],
    ["CANCELLED", ["fills"]],
    ["FAILED", []],
  ] as const)("in %s is %j", async (status, open) => {
    expect(await openIn((await comeTo(status)).library)).toEqual(open);
  });

  it("is a new review of seven days when it is unscheduled, and its run once its time has come", async () => {
    const batch = await comeTo("SCHEDULED");
    await make.begin(batch);
    expect(await openIn(batch.library)).toEqual(["apply", "fills"]);
    const other = await comeTo("SCHEDULED");
    await unschedule(
      stores.of(other.library),
      other,
      new Date("2026-09-10T12:00:00.000Z"),
      await acting(other, "UNSCHEDULED"),
    );
    expect(await openIn(other.library)).toEqual(["review"]);
    const after = await requireBatchUpdate(stores.of(other.library), other.batchUpdateId);
    expect(after).toMatchObject({ status: "READY", reviewUntil: "2026-09-17T12:00:00.000Z" });
    expect(after.schedule).toBeUndefined();
  });

  it("is nothing once it was cancelled while it was planned, in its review, or scheduled", async () => {
    for (const status of ["PLANNING", "READY", "SCHEDULED"] as const) {
      const batch = await comeTo(status);
      await make.cancel(batch);
      expect(await openIn(batch.library)).toEqual([]);
    }
  });
});

describe("closing what a step has left open", () => {
  it("of planning takes away its own work, and not that of applying", async () => {
    const planning = await comeTo("PLANNING");
    await closeLeftovers(stores.of(planning.library), planning, "plan");
    expect(await openIn(planning.library)).toEqual([]);
    const run = await comeTo("PROCESSING");
    await closeLeftovers(stores.of(run.library), run, "plan");
    expect(await openIn(run.library)).toEqual(["apply", "fills"]);
    await closeLeftovers(stores.of(run.library), run, "apply");
    expect(await openIn(run.library)).toEqual(["fills"]);
  });

  it("of a review takes that one away, and not another that has begun since", async () => {
    const read = await comeTo("READY");
    await closeLeftovers(stores.of(read.library), { ...read, reviewUntil: "2026-01-01T00:00:00.000Z" }, "review");
    expect(await openIn(read.library)).toEqual(["review"]);
    await closeLeftovers(stores.of(read.library), read, "review");
    expect(await openIn(read.library)).toEqual([]);
  });
});

describe("the lock of a medium", () => {
  it("is held until the run is final, and then taken over with a higher turn", async () => {
    const first = await comeTo("PROCESSING");
    const other = await createBatchUpdate(stores.of(first.library), madeIn(first.library));
    for (const move of wayTo.READY)
      await make[move](await requireBatchUpdate(stores.of(first.library), other.batch.batchUpdateId));
    const waiting = await requireBatchUpdate(stores.of(first.library), other.batch.batchUpdateId);
    expect(await make.begin(waiting)).toEqual({ busyWith: first.batchUpdateId });
    await make.stop(first);
    expect(await make.begin(waiting)).toEqual({ busyWith: first.batchUpdateId });
    await make.finish(await requireBatchUpdate(stores.of(first.library), first.batchUpdateId));
    expect(await make.begin(waiting)).toMatchObject({ batch: { status: "PROCESSING", turn: 2 } });
    const lock = await stores.across.get(updateLockKey(first, "DB"));
    expect(lock).toMatchObject({ holder: waiting.batchUpdateId, turn: 2 });
    expect(isFinal((await requireBatchUpdate(stores.of(first.library), first.batchUpdateId)).status)).toBe(true);
  });
});

describe("the retry of an undo, which takes its lines from what is undone", () => {
  async function undoneAndUndo() {
    const undone = await comeTo("COMPLETED");
    const store = stores.of(undone.library);
    const made = await addChild(
      store,
      undone,
      undone,
      { ...madeIn(undone.library), kind: "UNDO" },
      await acting(undone, "UNDONE"),
    );
    const id = batchUpdateId(made?.batch.batchUpdateId ?? "");
    for (const move of wayTo.COMPLETED) await make[move](await requireBatchUpdate(store, id));
    const retried = async (read: BatchUpdate) => {
      const undo = await requireBatchUpdate(store, id);
      const retry = { ...madeIn(undone.library), kind: "RETRY" } as const;
      return await addChild(store, undo, read, retry, await acting(undo, "RETRIED"));
    };
    return { store, read: await requireBatchUpdate(store, undone.batchUpdateId), retried };
  }

  it("is not made where that is being forgotten since it was read", async () => {
    const { store, read, retried } = await undoneAndUndo();
    expect(await beginForgetting(store, read)).toBeDefined();
    expect(await retried(read)).toBeUndefined();
  });

  it("keeps that from being forgotten by whoever read it before", async () => {
    const { store, read, retried } = await undoneAndUndo();
    expect(await retried(read)).toBeDefined();
    expect(await beginForgetting(store, read)).toBeUndefined();
  });
});
