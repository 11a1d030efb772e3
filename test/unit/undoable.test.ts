import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countOutcomes, countWritten } from "#domain/batch-update/counts";
import { outcomes } from "#domain/batch-update/outcome";
import { batchUpdateKinds, batchUpdateStatuses, isFinal } from "#domain/batch-update/state";
import { patronsTaken, patronsToUndo, whyNotUndoable } from "#domain/batch-update/undoable";

const until = "2026-03-31T12:00:00.000Z";
const before = new Date("2026-03-31T11:59:59.999Z");
const ended = {
  status: "COMPLETED" as const,
  undoableUntil: until,
  counts: countOutcomes(["UPDATED", "CREATED", "REMOVED", "CONFLICT"]),
  children: [],
};
const undoOf = (patrons: number) => ({ kind: "UNDO" as const, patrons });

describe("whether a batch update can be undone", () => {
  it("says why not, for each reason", () => {
    expect(whyNotUndoable(ended, before)).toBeUndefined();
    expect(whyNotUndoable(ended, new Date(until))).toBe("TOO_LATE");
    expect(whyNotUndoable({ ...ended, evidence: "DELETED" }, before)).toBe("EVIDENCE_GONE");
    expect(whyNotUndoable({ ...ended, status: "PROCESSING" }, before)).toBe("NOT_ENDED");
    // Cancelled before it began.
    expect(whyNotUndoable({ status: "CANCELLED", children: [] }, before)).toBe("NOT_ENDED");
    expect(whyNotUndoable({ ...ended, counts: countOutcomes(["CONFLICT", "UNPROCESSED"]) }, before)).toBe(
      "NOTHING_CHANGED",
    );
    expect(whyNotUndoable({ ...ended, children: [undoOf(2)] }, before)).toBeUndefined();
    expect(whyNotUndoable({ ...ended, children: [undoOf(2), undoOf(1)] }, before)).toBe("ALL_TAKEN");
  });

  it("counts those whom no undo has taken on, whatever retries it has", () => {
    const counts = fc.array(fc.constantFrom(...outcomes), { maxLength: 9 }).map(countOutcomes);
    const child = fc.record({
      kind: fc.constantFrom(...batchUpdateKinds),
      patrons: fc.option(fc.nat(3), { nil: undefined }),
    });
    fc.assert(
      fc.property(
        counts,
        fc.array(child, { maxLength: 4 }),
        fc.constantFrom(...batchUpdateStatuses),
        (its, children, status) => {
          const batch = { status, undoableUntil: until, counts: its, children };
          const taken = children
            .filter(({ kind }) => kind === "UNDO")
            .reduce((sum, { patrons = 0 }) => sum + patrons, 0);
          expect(patronsToUndo(batch)).toBe(Math.max(0, countWritten(its) - taken));
          expect(whyNotUndoable(batch, before) === undefined).toBe(isFinal(status) && patronsToUndo(batch) > 0);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("gives an undo all it claims while it is open, and afterwards those it put back", () => {
    const undo = {
      claims: 4,
      counts: countOutcomes(["UPDATED", "REMOVED", "CONFLICT", "INVALID"]),
      processedAt: until,
    };
    for (const status of batchUpdateStatuses) {
      expect(patronsTaken({ ...undo, status }, 9)).toBe(isFinal(status) ? 2 : 4);
      expect(patronsTaken({ ...undo, status, processedAt: undefined, counts: undefined }, 9)).toBe(
        isFinal(status) ? 0 : 4,
      );
    }
    // What is not known any more may be everyone.
    expect(patronsTaken({ ...undo, status: "COMPLETED", evidence: "DELETED" }, 9)).toBe(9);
  });
});
