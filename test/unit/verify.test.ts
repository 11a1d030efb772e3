import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { outcomes, writtenOutcomes } from "#domain/batch-update/outcome";
import type { MediumRecord } from "#domain/profile/medium-record";
import { compareCounts, standingOf } from "#domain/support/verify";
import { batchUpdateId } from "#test/ids";
import { lineOf, recordOf } from "./plan.arbitraries.ts";

const run = { by: batchUpdateId("batch"), turn: 3 };
const mine = { by: batchUpdateId("batch"), turn: 3, at: 0 };

describe("a record that bears the mark of the run that wrote it", () => {
  const removal = lineOf({ action: "REMOVE", version: 4 });
  const creation = lineOf({ action: "CREATE", before: { cutoff: 2 }, after: { cutoff: 2, serveCode: null } });
  const update = lineOf({
    before: { cutoff: 1, nightlyDebug: false, serveCode: "NA" },
    after: { cutoff: 2, nightlyDebug: false, serveCode: null },
    version: 4,
  });
  const gone = (version: number): MediumRecord => ({ medium: "DB", version, removed: true, mark: mine });
  const held = (version: number, record: Partial<MediumRecord>) => recordOf({ version, mark: mine, ...record });

  it.each([
    ["AS_WRITTEN", "REMOVED", removal, gone(5)],
    ["WRONG", "REMOVED", removal, held(5, {})],
    ["SINCE", "REMOVED", removal, held(6, {})],
    ["AS_WRITTEN", "UPDATED", update, held(5, { cutoff: 2 })],
    ["WRONG", "UPDATED", update, gone(5)],
    ["SINCE", "UPDATED", update, gone(6)],
    ["WRONG", "UPDATED", update, held(5, { cutoff: 2, serveCode: "NA" })],
    ["SINCE", "UPDATED", update, held(6, { cutoff: 2, serveCode: "NA" })],
    ["WRONG", "UPDATED", update, held(5, {})],
    ["AS_WRITTEN", "CREATED", creation, held(1, { cutoff: 2 })],
    ["WRONG", "CREATED", creation, held(1, { cutoff: 2, serveCode: "NA" })],
    ["SINCE", "CREATED", creation, held(2, { cutoff: 2, serveCode: "NA" })],
  ] as const)("is %s where the outcome is %s: case %#", (standing, outcome, line, record) => {
    expect(standingOf(line, outcome, record, run)).toBe(standing);
  });

  it("may differ in what an update did not change, and in nothing that a new record was given", () => {
    const other = held(5, { cutoff: 2, nightlyDebug: true });
    expect(standingOf(update, "UPDATED", other, run)).toBe("AS_WRITTEN");
    expect(standingOf(creation, "CREATED", held(1, { cutoff: 9 }), run)).toBe("WRONG");
  });
});

describe("a record without the run's mark", () => {
  const line = lineOf({ before: { cutoff: 1 }, after: { cutoff: 2 }, version: 4 });
  const marks = fc.option(
    fc.record({
      by: fc.constantFrom(batchUpdateId("batch"), batchUpdateId("other")),
      turn: fc.integer({ min: 1, max: 5 }),
    }),
    {
      nil: undefined,
    },
  );

  it("was written by a later run or is wrong where it should be written, and is wrong otherwise only with the mark", () => {
    fc.assert(
      fc.property(marks, fc.constantFrom(...outcomes), (mark, outcome) => {
        const isMine = mark?.by === run.by && mark.turn === run.turn;
        const record = recordOf({ version: 5, cutoff: 2, mark: mark && { ...mark, at: 0 } });
        const standing = standingOf(line, outcome, record, run);
        if (!writtenOutcomes.includes(outcome)) expect(standing).toBe(isMine ? "WRONG" : "UNTOUCHED");
        else if (!isMine) expect(standing).toBe(mark !== undefined && mark.turn > run.turn ? "SINCE" : "WRONG");
        expect(standingOf(line, outcome, undefined, run)).toBe(
          writtenOutcomes.includes(outcome) ? "SINCE" : "UNTOUCHED",
        );
      }),
    );
  });
});

describe("numbers against numbers", () => {
  it("agree where each name has the same number, a missing one counting as none", () => {
    expect(compareCounts("counts", "Outcomes", { total: 3, updated: 3 }, { total: 3, updated: 3, failed: 0 })).toEqual({
      ...{ name: "counts", ok: true, detail: "Outcomes: 3 counted, as said" },
    });
    expect(compareCounts("counts", "Outcomes", {}, {}).detail).toBe("Outcomes: 0 counted, as said");
  });

  it("are all told that differ, also where one side alone has the name", () => {
    expect(compareCounts("counts", "Outcomes", { total: 3, updated: 2 }, { total: 3, failed: 1 })).toEqual({
      ...{ name: "counts", ok: false, detail: "Outcomes: updated: 2 counted, 0 said; failed: 0 counted, 1 said" },
    });
  });
});
