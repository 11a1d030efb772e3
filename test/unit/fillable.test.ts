import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fillable } from "#domain/queue/fill";
import { libraryOf } from "./plan.arbitraries.ts";

const library = libraryOf();
const anyPatron = fc.option(fc.record({ mainStatus: fc.constantFrom("ACTIVE", "SUSPENDED", "DECEASED", "UNHEARD") }), {
  nil: undefined,
});
const anyRecord = fc.option(
  fc.record(
    { removed: fc.boolean(), serveCode: fc.constantFrom("NA", "XQ"), nextServiceDate: fc.constant("2030-01-01") },
    { requiredKeys: [] },
  ),
  { nil: undefined },
);

describe("who may be filled", () => {
  it("is a patron who is there and not closed, with a record of the medium; nothing else matters", () => {
    fc.assert(
      fc.property(anyPatron, anyRecord, (patron, record) => {
        const isThere = patron !== undefined && record !== undefined && record.removed !== true;
        const may = isThere && patron.mainStatus !== "DECEASED";
        const found = fillable(patron, record, "DB", library);
        if (may) expect(found).toEqual({ patron, record });
        else expect(found).toEqual({ refusal: expect.stringMatching(/no longer|closed|no record for DB/) });
      }),
    );
  });

  it("is nobody once the medium has left the library's table", () => {
    expect(fillable({ mainStatus: "ACTIVE" }, {}, "DB", libraryOf({ media: [] }))).toEqual({
      refusal: "The medium DB is not in the library's table",
    });
  });

  it("is told the first reason: gone, then closed, then without a record", () => {
    expect(fillable(undefined, undefined, "DB", library)).toEqual({
      refusal: "The patron is no longer in the library",
    });
    expect(fillable({ mainStatus: "DECEASED" }, undefined, "DB", library)).toEqual({
      refusal: "The patron is closed: the main status is DECEASED",
    });
  });
});
