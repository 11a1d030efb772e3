import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countOutcomes } from "#domain/batch-update/counts";
import { choosableRows, outcomeRows, writtenRows } from "../../console/batch-update/choosing.ts";
import { outcomeParts, planParts, rowsThatFit } from "../../console/batch-update/parts.ts";

const count = fc.nat(3);

describe("the parts of a whole", () => {
  const plan = fc.record({
    total: count,
    update: count,
    create: count,
    remove: count,
    unchanged: count,
    conflict: count,
    notFound: count,
    invalid: count,
    excluded: count,
  });
  const outcomes = fc.record({
    total: count,
    updated: count,
    created: count,
    removed: count,
    unchanged: count,
    conflict: count,
    notFound: count,
    invalid: count,
    failed: count,
    unprocessed: count,
    excluded: count,
  });

  it("leave nobody out, show nothing that holds for nobody, and look unlike each other", () => {
    fc.assert(
      fc.property(plan, outcomes, (planned, ended) => {
        for (const [whole, parts] of [
          [planned, planParts(planned)],
          [ended, outcomeParts(ended)],
        ] as const) {
          const { total: _, ...others } = whole;
          const sum = Object.values(others).reduce((a, b) => a + b, 0);
          expect(parts.reduce((all, part) => all + part.count, 0)).toBe(sum);
          expect(parts.every((part) => part.count > 0)).toBe(true);
          expect(new Set(parts.map(({ look }) => look)).size).toBe(parts.length);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("the number of rows that fit", () => {
  const counts = [
    { code: "UPDATE", count: 7 },
    { code: "INVALID", count: 2 },
  ];
  const filter = (value: string) => ({ value, counts });
  it("is everyone without a filter, and the part's number with one", () => {
    expect(rowsThatFit(9, [filter(""), filter("")], "")).toBe(9);
    expect(rowsThatFit(9, [filter("INVALID"), filter("")], "")).toBe(2);
    expect(rowsThatFit(9, [filter("CREATE")], "")).toBe(0);
  });
  it("is not known where filters meet, or somebody is searched for", () => {
    expect(rowsThatFit(9, [filter("UPDATE"), filter("INVALID")], "")).toBeUndefined();
    expect(rowsThatFit(9, [filter("UPDATE")], "Sm")).toBeUndefined();
  });
});

describe("the number of rows that can be chosen", () => {
  const counts = {
    total: 20,
    update: 9,
    create: 0,
    remove: 0,
    unchanged: 4,
    conflict: 0,
    notFound: 1,
    invalid: 5,
    excluded: 1,
  };
  const plan = {
    counts,
    digest: "d",
    nightlyDebug: { turnedOn: 0, turnedOff: 0 },
    warnings: [{ code: "RESERVES_WAITING" as const, patrons: 3 }],
    problems: [{ code: "PATRON_CLOSED" as const, patrons: 5 }],
  };
  const rows = (of: Partial<Record<"action" | "warning" | "problem", string>>) =>
    choosableRows(plan, { action: "", warning: "", problem: "", ...of }, "");
  it("leaves out whom no choice is about: nothing is written for them anyway", () => {
    expect(rows({})).toBe(14);
    expect(rows({ action: "UPDATE" })).toBe(9);
    expect(rows({ action: "EXCLUDED" })).toBe(1);
    expect(rows({ action: "INVALID" })).toBe(0);
    expect(rows({ warning: "RESERVES_WAITING" })).toBe(3);
    expect(rows({ problem: "PATRON_CLOSED" })).toBe(0);
    expect(rows({ action: "UPDATE", warning: "RESERVES_WAITING" })).toBeUndefined();
  });

  it("counts who is left out with a warning, and tells no number of who is left out with a reason against it", () => {
    const leftOut = {
      actions: [{ action: "UPDATE" as const, patrons: 1 }],
      warnings: [
        { code: "RESERVES_WAITING" as const, patrons: 1 },
        { code: "ENTRIES_SENT" as const, patrons: 1 },
      ],
    };
    const left = (of: Partial<Record<"action" | "warning" | "problem", string>>, conflict = 0) =>
      choosableRows(
        { ...plan, counts: { ...counts, conflict }, leftOut },
        { action: "", warning: "", problem: "", ...of },
        "",
      );
    expect(left({ warning: "RESERVES_WAITING" })).toBe(4);
    expect(left({ warning: "ENTRIES_SENT" })).toBe(1);
    expect(left({ problem: "PATRON_CLOSED" })).toBeUndefined();
    expect(left({})).toBe(14);
    // A patron in conflict keeps the warnings too, and cannot be chosen.
    expect(left({ warning: "RESERVES_WAITING" }, 1)).toBeUndefined();
  });
});

describe("the number of outcomes that can be chosen for an undo", () => {
  const counts = countOutcomes(["UPDATED", "UPDATED", "CREATED", "INVALID", "UNCHANGED"]);
  it("is of those who were changed alone, whatever else fits", () => {
    expect(writtenRows(counts, { outcome: "" }, "")).toBe(3);
    expect(writtenRows(counts, { outcome: "UPDATED" }, "")).toBe(2);
    expect(writtenRows(counts, { outcome: "INVALID" }, "")).toBe(0);
    expect(writtenRows(counts, { outcome: "" }, "Sm")).toBeUndefined();
    expect(outcomeRows(counts, { outcome: "INVALID" }, "")).toBe(1);
    expect(outcomeRows(counts, { outcome: "" }, "")).toBe(5);
  });
});
