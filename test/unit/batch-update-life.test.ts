import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { needsApproval } from "#domain/batch-update/approval";
import { countTried, failingReason, isFailing, leastTried } from "#domain/batch-update/brake";
import { countErrors, countOutcomes, countRetried, countWritten } from "#domain/batch-update/counts";
import { finalState, reviewUntil, undoableUntil } from "#domain/batch-update/final-state";
import { cancelledFrom, isLegalMove, type Move, mayMove, moves } from "#domain/batch-update/moves";
import { errorOutcomes, outcomes, writtenOutcomes } from "#domain/batch-update/outcome";
import { beginNear, longestAhead, scheduleProblem } from "#domain/batch-update/schedule";
import { type BatchUpdateStatus, batchUpdateStatuses, isFinal, mayWriteRecords } from "#domain/batch-update/state";
import type { Approval } from "#domain/library";

/** Written out beside the table that the product goes by, one line a move. */
const legal = new Set([
  "split PLANNING PLANNING",
  "seal PLANNING READY",
  "failPlanning PLANNING FAILED",
  "planAgain FAILED PLANNING",
  "exclude READY READY",
  "handOver READY READY",
  "handBack READY READY",
  "schedule READY SCHEDULED",
  "unschedule SCHEDULED READY",
  "begin READY PROCESSING",
  "begin SCHEDULED PROCESSING",
  "cancel SCHEDULED CANCELLED",
  "cancel PLANNING CANCELLED",
  "cancel READY CANCELLED",
  "cancel PROCESSING CANCELLING",
  "expire READY CANCELLED",
  "stop PROCESSING CANCELLING",
  "stopWriting PROCESSING PROCESSING",
  "stopWriting PROCESSING CANCELLING",
  "stopWriting CANCELLING CANCELLING",
  "finish PROCESSING COMPLETED",
  "finish PROCESSING COMPLETED_WITH_ERRORS",
  "finish PROCESSING FAILED",
  "finish CANCELLING CANCELLED",
  "addChild COMPLETED COMPLETED",
  "addChild COMPLETED_WITH_ERRORS COMPLETED_WITH_ERRORS",
  "addChild CANCELLED CANCELLED",
  "addChild FAILED FAILED",
  "forget COMPLETED COMPLETED",
  "forget COMPLETED_WITH_ERRORS COMPLETED_WITH_ERRORS",
  "forget CANCELLED CANCELLED",
  "forget FAILED FAILED",
  ...batchUpdateStatuses.flatMap((any) => [`rename ${any} ${any}`, `erase ${any} ${any}`]),
]);
const allMoves = Object.keys(moves) as Move[];
const anyOutcomes = fc.array(fc.constantFrom(...outcomes), { maxLength: 600 });

describe("the moves of a batch update", () => {
  it("are those of the table and no other", () => {
    const found = allMoves.flatMap((move) =>
      batchUpdateStatuses.flatMap((from) =>
        batchUpdateStatuses.flatMap((to) => (isLegalMove(move, from, to) ? [`${move} ${from} ${to}`] : [])),
      ),
    );
    expect(new Set(found)).toEqual(legal);
    for (const move of allMoves) {
      for (const from of batchUpdateStatuses) {
        const somewhere = batchUpdateStatuses.some((to) => isLegalMove(move, from, to));
        expect(mayMove(move, from), `${move} in ${from}`).toBe(somewhere);
      }
    }
  });

  it("never lead out of a final state, but where support has a plan that failed planned again", () => {
    const leaving = allMoves.flatMap((move) =>
      batchUpdateStatuses
        .filter(isFinal)
        .flatMap((from) =>
          batchUpdateStatuses.flatMap((to) => (to !== from && isLegalMove(move, from, to) ? [[move, from, to]] : [])),
        ),
    );
    expect(leaving).toEqual([["planAgain", "FAILED", "PLANNING"]]);
  });

  it("reach every state from PLANNING, and from every state a final one", () => {
    const next = (from: BatchUpdateStatus) =>
      batchUpdateStatuses.filter((to) => allMoves.some((move) => isLegalMove(move, from, to)));
    const reached = (from: BatchUpdateStatus): Set<BatchUpdateStatus> => {
      const seen = new Set([from]);
      for (const one of seen) for (const to of next(one)) seen.add(to);
      return seen;
    };
    expect([...reached("PLANNING")].sort()).toEqual([...batchUpdateStatuses].sort());
    for (const from of batchUpdateStatuses) expect([...reached(from)].some(isFinal), from).toBe(true);
  });

  it("cancel at once where nothing was written yet, else when what is under way has ended", () => {
    expect(cancelledFrom("PLANNING")).toBe("CANCELLED");
    expect(cancelledFrom("READY")).toBe("CANCELLED");
    expect(cancelledFrom("SCHEDULED")).toBe("CANCELLED");
    expect(cancelledFrom("PROCESSING")).toBe("CANCELLING");
  });

  it("let records be written in PROCESSING alone, until closing begins", () => {
    expect(batchUpdateStatuses.filter((it) => mayWriteRecords({ status: it }))).toEqual(["PROCESSING"]);
    expect(batchUpdateStatuses.filter((it) => mayWriteRecords({ status: it, closing: true }))).toEqual([]);
  });
});

describe("counts", () => {
  it("add up to the total, each to its own outcome", () => {
    fc.assert(
      fc.property(anyOutcomes, (some) => {
        const { total, ...counts } = countOutcomes(some);
        expect(total).toBe(some.length);
        expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(total);
        expect(counts.notFound).toBe(some.filter((it) => it === "NOT_FOUND").length);
        expect(counts.updated + counts.created + counts.removed).toBe(
          some.filter((it) => writtenOutcomes.includes(it)).length,
        );
      }),
    );
  });

  it("count as errors what stands in the errors report", () => {
    fc.assert(
      fc.property(anyOutcomes, (some) => {
        const counts = countOutcomes(some);
        expect(countErrors(counts)).toBe(some.filter((it) => errorOutcomes.includes(it)).length);
        expect(countWritten(counts)).toBe(some.filter((it) => ["UPDATED", "CREATED", "REMOVED"].includes(it)).length);
        expect(countRetried(counts)).toBe(
          some.filter((it) => ["FAILED", "CONFLICT", "UNPROCESSED"].includes(it)).length,
        );
      }),
    );
  });
});

describe("the final state", () => {
  const ending = fc.record({
    status: fc.constantFrom("PROCESSING" as const, "CANCELLING" as const),
    stateReason: fc.option(fc.string(), { nil: undefined }),
    counts: anyOutcomes.map(countOutcomes),
    broken: fc.option(fc.constantFrom("States.Timeout", "Unknown"), { nil: undefined }),
    failures: fc.array(
      fc.record({ error: fc.constantFrom("Throttled", "Broken"), chunk: fc.nat(20), tries: fc.nat(7) }),
    ),
  });

  it("is one that finishing may lead to", () => {
    fc.assert(
      fc.property(ending, (run) => {
        expect(isLegalMove("finish", run.status, finalState(run).status)).toBe(true);
      }),
    );
  });

  it("is CANCELLED with its reason whenever somebody cancelled, also where the run broke", () => {
    fc.assert(
      fc.property(ending, (run) => {
        if (run.status !== "CANCELLING") return;
        const { status: as, stateReason } = finalState(run);
        expect(as).toBe("CANCELLED");
        expect(stateReason ?? "").toContain(run.stateReason ?? "");
        expect(stateReason === undefined).toBe(run.stateReason === undefined && run.failures.length === 0);
      }),
    );
  });

  it("is FAILED with a reason where the run broke, else COMPLETED exactly where there are no errors", () => {
    fc.assert(
      fc.property(ending, (run) => {
        if (run.status !== "PROCESSING") return;
        const final = finalState(run);
        if (run.broken !== undefined)
          expect(final).toMatchObject({
            status: "FAILED",
            stateReason: expect.stringContaining(
              `The run broke off (${run.broken}). The report says who was updated; the rest can be retried.`,
            ),
          });
        else {
          const hasErrors = countErrors(run.counts) > 0;
          expect(final.status).toBe(hasErrors ? "COMPLETED_WITH_ERRORS" : "COMPLETED");
          expect(final.stateReason !== undefined).toBe(hasErrors && run.failures.length > 0);
          for (const { error } of hasErrors ? run.failures : []) expect(final.stateReason).toContain(error);
        }
      }),
    );
  });

  it("of a run without an error is COMPLETED, and one error is enough for the other", () => {
    const of = (...some: Parameters<typeof countOutcomes>[0][]) =>
      finalState({ status: "PROCESSING", counts: countOutcomes(some.flatMap((it) => [...it])), broken: undefined });
    expect(of(["UPDATED", "UNCHANGED", "EXCLUDED"])).toEqual({ status: "COMPLETED" });
    for (const error of errorOutcomes) expect(of(["UPDATED", error])).toEqual({ status: "COMPLETED_WITH_ERRORS" });
  });

  it("has no reason where nobody gave one", () => {
    const ended = finalState({ status: "CANCELLING", counts: countOutcomes([]), broken: undefined });
    expect(Object.keys(ended)).toEqual(["status"]);
  });

  it("can be undone for the days that the library keeps evidence, and a review waits for seven", () => {
    const at = new Date("2026-03-01T12:00:00.000Z");
    expect(undoableUntil(at, 30).toISOString()).toBe("2026-03-31T12:00:00.000Z");
    expect(reviewUntil(at).toISOString()).toBe("2026-03-08T12:00:00.000Z");
  });
});

describe("the brake", () => {
  it("holds off below the least number tried, and at the threshold itself", () => {
    expect(isFailing({ tried: leastTried - 1, failed: leastTried - 1 }, 50)).toBe(false);
    expect(isFailing({ tried: leastTried, failed: leastTried / 2 }, 50)).toBe(false);
    expect(isFailing({ tried: leastTried, failed: leastTried / 2 + 1 }, 50)).toBe(true);
    expect(isFailing({ tried: leastTried, failed: leastTried }, 100)).toBe(false);
  });

  it("counts only patrons that were tried: refusals say nothing about the infrastructure", () => {
    fc.assert(
      fc.property(anyOutcomes, (some) => {
        const { tried, failed } = countTried(some);
        expect(failed).toBe(some.filter((it) => it === "FAILED").length);
        expect(tried).toBe(failed + some.filter((it) => writtenOutcomes.includes(it)).length);
      }),
    );
  });

  it("never lets go once one more fails, and never grips because one more was written", () => {
    const counts = fc.record({ written: fc.nat(5000), failed: fc.nat(5000) });
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 100 }), ({ written, failed }, percent) => {
        const isBraked = (more: { written?: number; failed?: number }) => {
          const nowFailed = failed + (more.failed ?? 0);
          return isFailing({ tried: written + (more.written ?? 0) + nowFailed, failed: nowFailed }, percent);
        };
        if (isBraked({})) expect(isBraked({ failed: 1 })).toBe(true);
        if (!isBraked({}) && written + failed >= leastTried) expect(isBraked({ written: 1 })).toBe(false);
      }),
    );
  });

  it("says how many failed of how many, and the threshold", () => {
    expect(failingReason({ tried: 400, failed: 300 }, 50)).toContain("300 of 400");
    expect(failingReason({ tried: 400, failed: 300 }, 50)).toContain("50%");
  });
});

describe("an instant to begin at", () => {
  it("is one to come, within thirty days, to the millisecond", () => {
    const now = new Date("2026-03-01T12:00:00.000Z");
    const at = (milliseconds: number) => scheduleProblem(new Date(now.getTime() + milliseconds), now);
    const month = longestAhead * 24 * 3600 * 1000;
    expect([at(1), at(month)]).toEqual([undefined, undefined]);
    expect(at(0)).toContain("still to come");
    expect(at(-1)).toContain("still to come");
    expect(at(month + 1)).toContain("within 30 days");
  });
});

describe("four eyes", () => {
  it("are demanded of every batch update, of the large ones, or of none, which is what nothing said means", () => {
    const demanded = (approval: Approval | undefined) =>
      [true, false].map((large) => needsApproval(approval, { large }));
    expect(demanded("ALWAYS")).toEqual([true, true]);
    expect(demanded("LARGE")).toEqual([true, false]);
    expect(demanded("NEVER")).toEqual([false, false]);
    expect(demanded(undefined)).toEqual([false, false]);
  });
});

describe("two that are scheduled", () => {
  const newYork = (text: string) => new Date(`${text}:00-05:00`);

  it.each([
    ["on one day of the library, however late", "2026-01-15T00:00", "2026-01-15T23:59", true],
    ["within an hour, across midnight too", "2026-01-15T23:30", "2026-01-16T00:30", true],
    ["on two days and more than an hour apart", "2026-01-15T23:30", "2026-01-16T00:31", false],
  ])("%s, are near or not", (_, one, other, near) => {
    expect(beginNear(newYork(one), newYork(other), "America/New_York")).toBe(near);
    expect(beginNear(newYork(other), newYork(one), "America/New_York")).toBe(near);
  });

  it("are held against the library's days, not against those of UTC", () => {
    const late = newYork("2026-01-15T20:00");
    expect(beginNear(newYork("2026-01-15T09:00"), late, "America/New_York")).toBe(true);
    expect(beginNear(newYork("2026-01-15T09:00"), late, "UTC")).toBe(false);
  });
});
