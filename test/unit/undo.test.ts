import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BatchUpdateId } from "#domain/ids";
import { type Finding, lineChanges, merged, type PatronState, type PlanLine, planUpdate } from "#domain/plan/plan";
import { type AddedEntries, addedTo, alreadyUndone, type Done, planUndo } from "#domain/plan/undo";
import type { MediumRecord } from "#domain/profile/medium-record";
import { waitingIn } from "#domain/queue/service-queue";
import { withdrawFrom } from "#domain/queue/withdraw-entries";
import { batchUpdateId } from "#test/ids";
import {
  libraryOf,
  lineOf,
  recordOf,
  specArbitrary,
  specOf,
  stateArbitrary,
  stateOf,
  today,
} from "./plan.arbitraries.ts";
import { fieldsOf, sorted } from "./plan.reference.ts";

const library = libraryOf();
const by = batchUpdateId("batch");
const noEntries: AddedEntries = { waiting: 0, sent: 0 };
const outcomeOf = { UPDATE: "UPDATED", CREATE: "CREATED", REMOVE: "REMOVED" } as const;

/** The record after a finding was applied by `by` on line 0; undefined where nothing is written. */
function applied(state: PatronState, finding: Finding, run = by): { record: MediumRecord; done: Done } | undefined {
  const { action } = finding;
  if (action !== "UPDATE" && action !== "CREATE" && action !== "REMOVE") return undefined;
  const version = (state.record?.version ?? 0) + 1;
  const mark = { by: run, turn: 5, at: 0 };
  const record: MediumRecord =
    action === "REMOVE"
      ? { medium: "DB", version, mark, removed: true }
      : { ...merged(fieldsOf(state.record) ?? {}, finding.after), medium: "DB", version, mark };
  return { record, done: { line: lineOf(finding), outcome: outcomeOf[action], by: run } };
}

function updated(changes: Parameters<typeof specOf>[0], record: MediumRecord | undefined) {
  const state = stateOf(record);
  const found = applied(state, planUpdate(state, specOf(changes), library, today, undefined));
  if (found === undefined) throw new Error("the update writes nothing");
  return found;
}

const undo = (done: Done, record: MediumRecord | undefined, added = noEntries, state: Partial<PatronState> = {}) =>
  planUndo(done, stateOf(record, state), added, library);

describe("undo", () => {
  it("after an update gives back the very record there was, and undoing the undo gives back what it took", () => {
    fc.assert(
      fc.property(stateArbitrary, specArbitrary, (state, spec) => {
        const first = applied(state, planUpdate(state, spec, library, today, undefined));
        // Nothing that writes records lets the rule between two fields be broken, so no old record breaks it.
        const old = fieldsOf(state.record);
        if (first === undefined || (old?.refillPoint ?? 0) > (old?.maxServiceQueueSize ?? 500)) return;
        const afterUpdate = { ...state, record: first.record };
        const undone = applied(
          afterUpdate,
          planUndo(first.done, afterUpdate, noEntries, library),
          batchUpdateId("undo"),
        );
        expect(undone).toBeDefined();
        if (undone === undefined) return;
        expect(sorted(fieldsOf(undone.record) ?? {})).toEqual(sorted(fieldsOf(state.record) ?? {}));
        expect(fieldsOf(undone.record) === undefined).toBe(fieldsOf(state.record) === undefined);
        expect(undone.record.version).toBe((state.record?.version ?? 0) + 2);
        const afterUndo = { ...state, record: undone.record };
        const again = applied(afterUndo, planUndo(undone.done, afterUndo, noEntries, library), batchUpdateId("again"));
        expect(again).toBeDefined();
        expect(sorted(fieldsOf(again?.record) ?? {})).toEqual(sorted(fieldsOf(first.record) ?? {}));
      }),
      { numRuns: 1000 },
    );
  });

  it("plans no more than the fields that were changed", () => {
    const { done, record } = updated({ cutoff: 5, serveCode: "XQ" }, recordOf({ cutoff: 5, serveCode: "NA" }));
    expect(undo(done, record)).toMatchObject({
      action: "UPDATE",
      before: { serveCode: "XQ" },
      after: { serveCode: "NA" },
    });
    expect(undo(done, { ...record, cutoff: 9 }).action).toBe("UPDATE");
  });

  it("empties a field that was empty before", () => {
    const { done, record } = updated({ cutoff: 5 }, recordOf());
    const finding = undo(done, record);
    expect(finding.after).toEqual({ cutoff: null });
    expect(lineChanges(finding)).toEqual([{ field: "cutoff", before: 5 }]);
  });

  it("does not look at tables, ranges or today for old values", () => {
    const old = recordOf({ serveCode: "OLD", cutoff: 1000, nextServiceDate: "2020-01-01" });
    const { done, record } = updated({ serveCode: "NA", cutoff: 1, nextServiceDate: null }, old);
    expect(undo(done, record)).toMatchObject({
      action: "UPDATE",
      after: { serveCode: "OLD", cutoff: 1000, nextServiceDate: "2020-01-01" },
    });
  });

  it("leaves a patron alone whole of whom one field no longer holds what was written, and names each such field", () => {
    const { done, record } = updated({ cutoff: 5, serveCode: "XQ", refillPoint: 3 }, recordOf({ serveCode: "NA" }));
    const finding = undo(done, { ...record, cutoff: 6, refillPoint: undefined });
    expect(finding).toMatchObject({
      action: "CONFLICT",
      problem: { code: "CHANGED_SINCE_REVIEW", field: "cutoff" },
      moved: ["cutoff", "refillPoint"],
      warnings: [],
    });
    expect(lineChanges(finding).map(({ field }) => field)).toEqual(["serveCode", "cutoff", "refillPoint"]);
  });

  it("names a field too that somebody has already put back", () => {
    const { done, record } = updated({ cutoff: 5 }, recordOf({ cutoff: 1 }));
    const finding = undo(done, { ...record, cutoff: 1 });
    expect(finding.action).toBe("CONFLICT");
    expect(lineChanges(finding)).toEqual([{ field: "cutoff", before: 1, after: 1 }]);
  });

  it("is a conflict where the record is gone", () => {
    const { done, record } = updated({ cutoff: 5 }, recordOf());
    expect(undo(done, { medium: "DB", version: record.version + 1, removed: true }).action).toBe("CONFLICT");
    expect(undo(done, undefined).action).toBe("CONFLICT");
  });

  it("is a conflict where what it gives back would break the rule between two fields", () => {
    const { done, record } = updated({ refillPoint: 2 }, recordOf({ refillPoint: 9 }));
    expect(undo(done, { ...record, maxServiceQueueSize: 8 })).toMatchObject({
      action: "CONFLICT",
      problem: { code: "REFILL_ABOVE_MAXIMUM" },
    });
    const { done: other, record: otherRecord } = updated({ cutoff: 2 }, recordOf({ refillPoint: 9 }));
    expect(undo(other, { ...otherRecord, maxServiceQueueSize: 8 }).action).toBe("UPDATE");
  });

  it("does not touch closed patrons, and finds nobody where the patron is gone", () => {
    const { done, record } = updated({ cutoff: 5 }, recordOf());
    const patron = { mainStatus: "DECEASED", reserveCount: 0, requestCount: 0 };
    expect(undo(done, record, noEntries, { patron }).problem?.code).toBe("PATRON_CLOSED");
    expect(undo(done, record, noEntries, { patron: undefined }).action).toBe("NOT_FOUND");
  });
});

describe("undo of a created record", () => {
  const { done, record } = updated({ cutoff: 5 }, undefined);

  it("removes it, and says every field that goes", () => {
    const finding = undo(done, record);
    expect(finding.action).toBe("REMOVE");
    expect(lineChanges(finding)).toEqual([
      { field: "status", before: "ACTIVE" },
      { field: "cutoff", before: 5 },
      { field: "nightlyDebug", before: false },
    ]);
  });

  it.each<[string, Partial<MediumRecord>]>([
    ["edited", { version: 2, cutoff: 6 }],
    ["edited there and back", { version: 3 }],
    ["written by another batch update", { version: 2, mark: { by: batchUpdateId("other"), turn: 6, at: 0 } }],
  ])("keeps one that was %s since", (_, change) => {
    expect(undo(done, { ...record, ...change }).action).toBe("CONFLICT");
  });

  it("keeps one whose queue has titles on order or sent, but not for titles still waiting", () => {
    expect(undo(done, record, { waiting: 1, sent: 1 }).action).toBe("CONFLICT");
    expect(undo(done, record, { waiting: 1, sent: 0 }).action).toBe("REMOVE");
  });

  it("is a conflict where there is no record any more", () => {
    expect(undo(done, undefined).action).toBe("CONFLICT");
  });

  it("undone itself makes the record again, unless there is one", () => {
    const state = stateOf(record);
    const removed = applied(state, planUndo(done, state, noEntries, library), batchUpdateId("undo"));
    if (removed === undefined) throw new Error("not removed");
    const again = undo(removed.done, removed.record);
    expect(again).toMatchObject({ action: "CREATE", after: { status: "ACTIVE", cutoff: 5, nightlyDebug: false } });
    expect(undo(removed.done, recordOf({ version: 9 })).action).toBe("CONFLICT");
  });
});

describe("undo of a service queue", () => {
  const queued = updated({ addServiceQueue: true }, recordOf());
  const line: PlanLine = queued.done.line;

  it("withdraws what still waits, also where adding the queue was all there was", () => {
    const finding = undo(queued.done, queued.record, { waiting: 3, sent: 0 });
    expect(finding).toMatchObject({ action: "UPDATE", queue: { before: 3, after: "WITHDRAW" }, warnings: [] });
    expect(lineChanges(finding)).toEqual([{ field: "serviceQueue", before: 3, after: "WITHDRAW" }]);
  });

  it("warns of entries that are on order or sent: they stay", () => {
    expect(undo(queued.done, queued.record, { waiting: 0, sent: 2 })).toMatchObject({
      action: "UPDATE",
      warnings: ["ENTRIES_SENT"],
    });
  });

  it("undone itself asks for the queue to be filled again", () => {
    const withdrawn: Done = {
      line: { ...line, queue: { before: 3, after: "WITHDRAW" } },
      outcome: "UPDATED",
      by: batchUpdateId("undo"),
    };
    expect(undo(withdrawn, queued.record, noEntries, { waiting: 4 }).queue).toEqual({ before: 4, after: "FILL" });
  });

  it("is not planned where the batch update asked for none", () => {
    const { done, record } = updated({ cutoff: 5 }, recordOf());
    expect(undo(done, record, { waiting: 0, sent: 0 }).queue).toBeUndefined();
  });
});

describe("what an undo looks at in a service queue", () => {
  const entry = fc.record({
    status: fc.constantFrom("WAITING" as const, "ON_ORDER" as const, "SENT" as const),
    addedBy: fc.constantFrom(undefined, by, batchUpdateId("other")),
  });
  const queueOf = (
    entries: readonly { status: "WAITING" | "ON_ORDER" | "SENT"; addedBy: BatchUpdateId | undefined }[],
  ) =>
    entries.map(({ status, addedBy }, place) => ({
      titleId: `T${place}`,
      title: "A title",
      author: "An author",
      selectType: "SUBJECT" as const,
      source: "Mystery",
      status,
      ...(addedBy !== undefined && { batchUpdateId: addedBy }),
    }));

  it("is what its batch update added and nobody else, each entry once, and withdrawing takes what waits", () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), (entries) => {
        const queue = queueOf(entries);
        const { waiting, sent } = addedTo(queue, by);
        expect(waiting + sent).toBe(entries.filter(({ addedBy }) => addedBy === by).length);
        expect(withdrawFrom(queue, by)).toMatchObject({ withdrawn: waiting, kept: sent });
        expect(waitingIn(queue)).toBe(
          waiting + addedTo(queue, batchUpdateId("other")).waiting + waitingOfNobody(queue),
        );
      }),
    );
  });

  const waitingOfNobody = (queue: ReturnType<typeof queueOf>) =>
    queue.filter((it) => it.status === "WAITING" && it.batchUpdateId === undefined).length;
});

describe("a patron who is in another undo already", () => {
  it("is left alone with that reason, unless there is a reason that comes first", () => {
    const { patron } = stateOf(undefined);
    expect(alreadyUndone(patron, library)).toMatchObject({
      action: "INVALID",
      before: {},
      after: {},
      warnings: [],
      problem: { code: "ALREADY_UNDONE", message: "Another undo of the same batch update has this patron already" },
    });
    expect(alreadyUndone(undefined, library)).toMatchObject({ action: "NOT_FOUND" });
    const closed = patron && { ...patron, mainStatus: "DECEASED" };
    expect(alreadyUndone(closed, library)).toMatchObject({ action: "INVALID", problem: { code: "PATRON_CLOSED" } });
  });
});

describe("what an undo that leaves a patron alone says", () => {
  const conflictOf = (finding: Finding) => {
    expect(finding).toMatchObject({ action: "CONFLICT", warnings: [] });
    return finding;
  };

  it("of a record whose fields moved on: what was written and what is there now", () => {
    const { done, record } = updated({ cutoff: 5, refillPoint: null }, recordOf({ refillPoint: 2 }));
    expect(conflictOf(undo(done, { ...record, cutoff: undefined })).problem).toEqual({
      code: "CHANGED_SINCE_REVIEW",
      message: "cutoff no longer holds what this batch update wrote: it wrote 5, now it is empty",
      field: "cutoff",
    });
    expect(conflictOf(undo(done, { ...record, refillPoint: 7 })).problem).toEqual({
      code: "CHANGED_SINCE_REVIEW",
      message: "refillPoint no longer holds what this batch update wrote: it wrote empty, now it is 7",
      field: "refillPoint",
    });
  });

  it("of a record that is gone: the fields it would have given back, under the version of its tombstone", () => {
    const { done, record } = updated({ cutoff: 5 }, recordOf({ cutoff: 1 }));
    const tombstone = { medium: "DB", version: 7, removed: true as const };
    expect(conflictOf(undo(done, tombstone))).toEqual({
      action: "CONFLICT",
      before: {},
      after: { cutoff: 1 },
      warnings: [],
      version: 7,
      problem: {
        code: "CHANGED_SINCE_REVIEW",
        message: "The record that this batch update changed is no longer there",
      },
    });
    expect(conflictOf(undo(done, record && undefined)).version).toBeUndefined();
  });

  it("of a created record: whether it is gone, was changed, or has titles under way", () => {
    const { done, record } = updated({ cutoff: 5 }, undefined);
    const there = { status: "ACTIVE", cutoff: 5, nightlyDebug: false };
    expect(conflictOf(undo(done, undefined)).problem).toEqual({
      code: "CHANGED_SINCE_REVIEW",
      message: "The record that this batch update created is no longer there",
    });
    expect(conflictOf(undo(done, { ...record, version: 2 }))).toMatchObject({
      before: there,
      after: { status: null, cutoff: null, nightlyDebug: null },
      problem: { message: "The record was changed since this batch update created it; it is kept" },
    });
    expect(conflictOf(undo(done, record, { waiting: 0, sent: 1 }))).toMatchObject({
      before: there,
      problem: { message: "Titles of its service queue are on order or sent already; the record is kept" },
    });
  });

  it.each([
    ["no mark at all", undefined],
    ["another line's mark", { by, turn: 5, at: 3 }],
    ["another batch update's mark on the same line", { by: batchUpdateId("other"), turn: 5, at: 0 }],
  ])("of a created record with %s: it is not the one that was made", (_, mark) => {
    const { done, record } = updated({ cutoff: 5 }, undefined);
    const { mark: _own, ...rest } = record;
    expect(conflictOf(undo(done, { ...rest, ...(mark !== undefined && { mark }) })).problem?.message).toMatch(/kept$/);
  });

  it("of a removed record: that there is one again, with the values it has", () => {
    const { done, record } = updated({ cutoff: 5 }, undefined);
    const state = stateOf(record);
    const removed = applied(state, planUndo(done, state, noEntries, library), batchUpdateId("undo"));
    if (removed === undefined) throw new Error("not removed");
    expect(conflictOf(undo(removed.done, recordOf({ version: 9, cutoff: 8 })))).toMatchObject({
      before: { status: "ACTIVE", cutoff: 8, nightlyDebug: false },
      after: { status: "ACTIVE", cutoff: 5, nightlyDebug: false },
      version: 9,
      problem: { message: "There is a record again since this batch update removed it; it is kept" },
    });
  });

  it("of a patron who is gone or closed: nothing but that", () => {
    const { done, record } = updated({ cutoff: 5 }, recordOf());
    expect(undo(done, record, noEntries, { patron: undefined })).toEqual({
      action: "NOT_FOUND",
      before: {},
      after: {},
      warnings: [],
      problem: { code: "PATRON_NOT_FOUND", message: "The patron is no longer in the library's records" },
    });
  });

  it("also where only one of the fields it gives back is tied to another", () => {
    const { done, record } = updated({ refillPoint: 2, cutoff: 3 }, recordOf({ refillPoint: 9 }));
    expect(undo(done, { ...record, maxServiceQueueSize: 8 })).toMatchObject({
      action: "CONFLICT",
      warnings: [],
      problem: {
        code: "REFILL_ABOVE_MAXIMUM",
        field: "refillPoint",
        message: "refillPoint 9 would be above maxServiceQueueSize 8",
      },
    });
  });

  it("and what it plans has no queue and no warning where none was added", () => {
    const { done, record } = updated({ cutoff: 5 }, recordOf({ cutoff: 1 }));
    const mark = record.mark;
    expect(undo(done, record, { waiting: 0, sent: 3 })).toEqual({
      action: "UPDATE",
      before: { cutoff: 5 },
      after: { cutoff: 1 },
      warnings: [],
      version: 2,
      previous: { by: mark?.by, at: mark?.at },
    });
  });
});
