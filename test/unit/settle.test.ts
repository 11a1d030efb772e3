import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PlanLine, planUpdate } from "#domain/plan/plan";
import { blockedNow, settle } from "#domain/plan/settle";
import type { MediumRecord } from "#domain/profile/medium-record";
import { batchUpdateId } from "#test/ids";
import { legalSpecArbitrary, libraryOf, lineOf, recordOf, specOf, stateOf, today } from "./plan.arbitraries.ts";

const library = libraryOf();
const run = { by: batchUpdateId("me"), turn: 5 };
const markOf = (by: string, turn: number) => ({ by: batchUpdateId(by), turn, at: 0 });

/** Shown to the reviewer: cutoff 1 becomes 2, Nightly Debug is and stays off; the record was at version 3. */
const update = lineOf({
  before: { cutoff: 1, nightlyDebug: false },
  after: { cutoff: 2, nightlyDebug: false },
  version: 3,
});
const asShown = recordOf({ version: 4, cutoff: 1 });

describe("a record that is not at the version of the plan", () => {
  it("was written by this run where it bears its mark, whatever was done to it since", () => {
    expect(settle(update, { ...asShown, cutoff: 9, mark: markOf("me", 5) }, run).is).toBe("DONE");
    expect(settle(update, { medium: "DB", version: 6, removed: true, mark: markOf("me", 5) }, run).is).toBe("DONE");
  });

  it("belongs to a later run where it bears a higher turn: this one is late and writes nothing more", () => {
    expect(settle(update, { ...asShown, mark: markOf("other", 6) }, run).is).toBe("LATE");
  });

  it("is not this run's because an earlier run, or another one of this turn, wrote it", () => {
    expect(settle(update, { ...asShown, mark: markOf("other", 4) }, run).is).toBe("WRITE");
    expect(settle(update, { ...asShown, mark: markOf("other", 5) }, run).is).toBe("WRITE");
    expect(settle(update, { ...asShown, mark: markOf("me", 4) }, run).is).toBe("WRITE");
  });

  it("is written on top of a change to another field", () => {
    expect(settle(update, { ...asShown, serveCode: "XQ" }, run)).toEqual({ is: "WRITE", version: 4 });
  });

  it("is a conflict where a planned field no longer holds what was shown, with what it holds now", () => {
    const settlement = settle(update, { ...asShown, cutoff: 7 }, run);
    expect(settlement).toMatchObject({
      is: "CONFLICT",
      problem: { code: "CHANGED_SINCE_REVIEW", field: "cutoff" },
      current: { cutoff: 7, nightlyDebug: false },
    });
  });

  it("is a conflict also where the field that moved was not going to change", () => {
    expect(settle(update, { ...asShown, nightlyDebug: true }, run).is).toBe("CONFLICT");
  });

  it("is a conflict where only one of two planned fields got the intended value from somebody else", () => {
    const two = lineOf({ before: { cutoff: 1 }, after: { cutoff: 2, refillPoint: 3 } });
    expect(settle(two, recordOf({ cutoff: 2 }), run).is).toBe("CONFLICT");
  });

  it("is UNCHANGED where all planned fields hold the intended values already, cleared ones too", () => {
    expect(settle(update, { ...asShown, cutoff: 2 }, run).is).toBe("UNCHANGED");
    const clearing = lineOf({ before: { cutoff: 1 }, after: { cutoff: null } });
    expect(settle(clearing, recordOf({ version: 4 }), run).is).toBe("UNCHANGED");
  });

  it("is written all the same where a queue is to be filled: such a patron is never UNCHANGED", () => {
    const filling = { ...update, queue: { before: 0, after: "FILL" as const } };
    expect(settle(filling, { ...asShown, cutoff: 2 }, run)).toEqual({ is: "WRITE", version: 4, held: true });
    expect(settle(filling, { ...asShown, cutoff: 7 }, run).is).toBe("CONFLICT");
  });

  it("is a conflict where both changes together break a rule, with that reason", () => {
    const line = lineOf({ before: { refillPoint: 1 }, after: { refillPoint: 10 } });
    expect(settle(line, recordOf({ version: 4, refillPoint: 1, maxServiceQueueSize: 9 }), run)).toMatchObject({
      is: "CONFLICT",
      problem: { code: "REFILL_ABOVE_MAXIMUM" },
    });
    expect(settle(update, { ...asShown, refillPoint: 10, maxServiceQueueSize: 9 }, run).is).toBe("WRITE");
  });

  it("is a conflict where it went since the review", () => {
    const gone: MediumRecord = { medium: "DB", version: 4, removed: true };
    expect(settle(update, gone, run)).toMatchObject({ is: "CONFLICT", current: {} });
    expect(settle(update, undefined, run).is).toBe("CONFLICT");
  });
});

describe("a record that is to be created", () => {
  const create = lineOf({ action: "CREATE", after: { status: "ACTIVE", nightlyDebug: false, cutoff: null } });

  it("is created where there is none, and over what is left of a removed one", () => {
    expect(settle(create, undefined, run)).toEqual({ is: "WRITE", version: undefined });
    expect(settle(create, { medium: "DB", version: 7, removed: true }, run)).toEqual({ is: "WRITE", version: 7 });
  });

  it("is a conflict where it came since the review, unless it holds all that was intended", () => {
    expect(settle(create, recordOf({ nightlyDebug: true }), run).is).toBe("CONFLICT");
    expect(settle(create, recordOf({ cutoff: 5 }), run).is).toBe("CONFLICT");
    expect(settle(create, recordOf({ serveCode: "NA" }), run).is).toBe("UNCHANGED");
  });

  it("is a conflict where it came and its queue was to be filled: a retry plans that afresh", () => {
    const filling = { ...create, queue: { before: 0, after: "FILL" as const } };
    expect(settle(filling, recordOf(), run).is).toBe("CONFLICT");
  });

  it("was created by this run where it bears its mark", () => {
    expect(settle(create, recordOf({ mark: markOf("me", 5) }), run).is).toBe("DONE");
  });
});

describe("a record that is to be removed", () => {
  const remove = lineOf({ action: "REMOVE", before: { status: "ACTIVE" }, after: { status: null }, version: 3 });

  it("is removed at the version of the review, kept at any other, and may be gone", () => {
    expect(settle(remove, recordOf({ version: 3 }), run)).toEqual({ is: "WRITE", version: 3 });
    expect(settle(remove, recordOf({ version: 4 }), run).is).toBe("CONFLICT");
    expect(settle(remove, { medium: "DB", version: 4, removed: true }, run).is).toBe("UNCHANGED");
  });
});

describe("right before writing", () => {
  const judge = (
    line: PlanLine,
    patron: Parameters<typeof blockedNow>[1],
    { day = today, isUndo = false, tables = library, medium = "DB" } = {},
  ) => blockedNow(line, patron, { medium, library: tables, today: day, isUndo });
  const dated = lineOf({ before: {}, after: { nextServiceDate: "2026-09-02" } });
  const blocked = (line = dated, mainStatus: string | undefined = "ACTIVE", day = today, isUndo = false) =>
    judge(line, mainStatus === undefined ? undefined : { mainStatus }, { day, isUndo })?.problem.code;

  it("a patron who was closed since is refused", () => expect(blocked(dated, "DECEASED")).toBe("PATRON_CLOSED"));

  it("a patron who is gone is not found", () => {
    expect(judge(dated, undefined)).toMatchObject({ action: "NOT_FOUND" });
  });

  it("a next service date that has passed since is refused, today's is not", () => {
    expect(blocked(dated, "ACTIVE", "2026-09-02")).toBeUndefined();
    expect(blocked(dated, "ACTIVE", "2026-09-03")).toBe("DAY_PASSED");
    const same = lineOf({
      before: { nextServiceDate: "2026-09-02", cutoff: 1 },
      after: { nextServiceDate: "2026-09-02", cutoff: 2 },
    });
    expect(blocked(same, "ACTIVE", "2026-09-03")).toBe("DAY_PASSED");
  });

  it("clearing the date, or leaving it, is never too late", () => {
    expect(
      blocked(lineOf({ before: { nextServiceDate: "2020-01-01" }, after: { nextServiceDate: null } })),
    ).toBeUndefined();
    expect(blocked(lineOf({ before: {}, after: { cutoff: 1 } }), "ACTIVE", "2030-01-01")).toBeUndefined();
  });

  it("an undo gives old days back whatever today is", () => {
    expect(blocked(dated, "ACTIVE", "2030-01-01", true)).toBeUndefined();
    expect(blocked(dated, "DECEASED", today, true)).toBe("PATRON_CLOSED");
  });

  describe("a code that has left the library's tables since", () => {
    const reviewed = "AS_REVIEWED" as const;
    const without = {
      serveCode: libraryOf({ serveCodes: [] }),
      status: libraryOf({ mediumStatuses: [{ code: "INACTIVE", name: "Inactive" }] }),
      medium: libraryOf({ media: [{ code: "BR", name: "Braille" }] }),
    };
    const sets = (after: PlanLine["after"], line: Partial<PlanLine> = {}) => lineOf({ after, ...line });

    it("is not written, also where nobody looks at the patron again", () => {
      const coded = sets({ serveCode: "NA" });
      expect(judge(coded, reviewed)).toBeUndefined();
      expect(judge(coded, reviewed, { tables: without.serveCode })).toEqual({
        action: "INVALID",
        problem: { code: "CODE_UNKNOWN", field: "serveCode", message: "serveCode NA is not in the library's table" },
      });
      expect(judge(sets({ status: "ACTIVE" }), reviewed, { tables: without.status })?.problem).toMatchObject({
        code: "CODE_UNKNOWN",
        field: "status",
      });
    });

    it("is not written where it is the ACTIVE that a created record would begin with", () => {
      const created = planUpdate(stateOf(undefined), specOf({ cutoff: 5 }), library, today, undefined);
      expect(created.action).toBe("CREATE");
      const line = lineOf(created);
      expect(judge(line, reviewed)).toBeUndefined();
      expect(judge(line, reviewed, { tables: without.status })?.problem.code).toBe("CODE_UNKNOWN");
    });

    it("is not written where it is the medium itself, whatever the update sets", () => {
      for (const line of [sets({ cutoff: 1 }), sets({ nightlyDebug: true }, { action: "CREATE" })]) {
        const refused = judge(line, reviewed, { tables: without.medium });
        expect(refused).toMatchObject({ action: "INVALID", problem: { code: "CODE_UNKNOWN" } });
        expect(refused?.problem.field).toBeUndefined();
      }
    });

    it("does not matter where the update leaves it alone or clears it", () => {
      const left = sets({ cutoff: 1 }, { before: { cutoff: 0, serveCode: "NA" } });
      expect(judge(left, reviewed, { tables: without.serveCode })).toBeUndefined();
    });

    it("is given back by an undo all the same, for which only a closed patron counts", () => {
      for (const tables of Object.values(without)) {
        const undone = sets({ serveCode: "NA", status: "ACTIVE" });
        expect(judge(undone, reviewed, { tables, isUndo: true })).toBeUndefined();
        expect(judge(undone, { mainStatus: "DECEASED" }, { tables, isUndo: true })?.problem.code).toBe("PATRON_CLOSED");
      }
    });

    it("comes after a patron who is gone or closed: that is judged before any other rule", () => {
      const coded = sets({ serveCode: "NA" });
      expect(judge(coded, { mainStatus: "DECEASED" }, { tables: without.serveCode })?.problem.code).toBe(
        "PATRON_CLOSED",
      );
      expect(judge(coded, undefined, { tables: without.medium })?.problem.code).toBe("PATRON_NOT_FOUND");
    });
  });

  it("every value that planning takes is taken, and every one that it refuses is refused, by the tables of the day", () => {
    fc.assert(
      fc.property(legalSpecArbitrary, fc.boolean(), fc.boolean(), fc.boolean(), (spec, coded, media, statuses) => {
        const planned = planUpdate(stateOf(undefined), spec, library, today, undefined);
        if (planned.action !== "CREATE") return;
        const now = libraryOf({
          ...(coded && { serveCodes: [] }),
          ...(media && { media: [] }),
          ...(statuses && { mediumStatuses: [] }),
        });
        const again = planUpdate(stateOf(undefined), spec, now, today, undefined);
        expect(judge(lineOf(planned), "AS_REVIEWED", { tables: now })?.problem).toEqual(again.problem);
      }),
    );
  });
});

describe("what a conflict says", () => {
  it.each([
    [
      "which planned fields changed",
      lineOf({ before: { cutoff: 1, refillPoint: 2 }, after: { cutoff: 5, refillPoint: 6 } }),
      recordOf({ cutoff: 3, refillPoint: 4 }),
      {
        problem: {
          code: "CHANGED_SINCE_REVIEW",
          message: "cutoff, refillPoint changed since the review",
          field: "cutoff",
        },
        current: { cutoff: 3, refillPoint: 4 },
      },
    ],
    [
      "that the record went",
      update,
      { medium: "DB", version: 4, removed: true as const, cutoff: 1 },
      {
        problem: { code: "CHANGED_SINCE_REVIEW", message: "The record was removed since the review" },
        current: {},
      },
    ],
    [
      "that a record came",
      lineOf({ action: "CREATE", after: { status: "ACTIVE", nightlyDebug: false } }),
      recordOf({ nightlyDebug: true }),
      {
        problem: { code: "CHANGED_SINCE_REVIEW", message: "A record for this medium was made since the review" },
        current: { status: "ACTIVE", nightlyDebug: true },
      },
    ],
    [
      "that the record to be removed was changed",
      lineOf({ action: "REMOVE", before: { status: "ACTIVE" }, after: { status: null }, version: 3 }),
      recordOf({ version: 4, status: "INACTIVE" }),
      {
        problem: { code: "CHANGED_SINCE_REVIEW", message: "The record was changed since the review; it is kept" },
        current: { status: "INACTIVE" },
      },
    ],
    [
      "which rule would be broken",
      lineOf({ before: { refillPoint: 1, cutoff: 2 }, after: { refillPoint: 10, cutoff: 2 } }),
      recordOf({ refillPoint: 1, cutoff: 2, maxServiceQueueSize: 9 }),
      {
        problem: {
          code: "REFILL_ABOVE_MAXIMUM",
          field: "refillPoint",
          message: "refillPoint 10 would be above maxServiceQueueSize 9",
        },
        current: { refillPoint: 1, cutoff: 2 },
      },
    ],
  ])("is %s", (_, line, record, said) => {
    expect(settle(line, record, run)).toEqual({ is: "CONFLICT", ...said });
  });
});
