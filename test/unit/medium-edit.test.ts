import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { intentProblem, merged, valuesOf } from "#domain/plan/plan";
import { judgeEdit, mediumEditSchema } from "#domain/profile/medium-edit";
import { mediumFieldNames } from "#domain/profile/medium-fields";
import { betweenFieldsProblem, fieldProblem, mediumFieldsSchema } from "#domain/profile/medium-record";
import { fieldsArbitrary, libraryOf, recordOf, today } from "./plan.arbitraries.ts";

const library = libraryOf();
const judge = (edit: unknown, record = recordOf({ cutoff: 5, refillPoint: 3, maxServiceQueueSize: 10 })) =>
  judgeEdit(record, mediumEditSchema.parse(edit), library, today);

describe("a single edit", () => {
  it("writes the fields that change, and no others", () => {
    expect(judge({ cutoff: 5, serveCode: "NA" })).toEqual({ fields: { serveCode: "NA" } });
    expect(judge({ cutoff: null, nextServiceDate: null })).toEqual({ fields: { cutoff: null } });
    expect(judge({})).toEqual({ fields: {} });
  });

  it.each([
    [{ cutoff: 1000 }, { code: "VALUE_OUT_OF_RANGE", field: "cutoff", message: "cutoff must be from 0 to 999" }],
    [{ cutoff: -1 }, { code: "VALUE_OUT_OF_RANGE", field: "cutoff", message: "cutoff must be from 0 to 999" }],
    [
      { serveCode: "OLD" },
      { code: "CODE_UNKNOWN", field: "serveCode", message: "serveCode OLD is not in the library's table" },
    ],
    [
      { status: "GONE" },
      { code: "CODE_UNKNOWN", field: "status", message: "status GONE is not in the library's table" },
    ],
    [
      { nextServiceDate: "2026-08-31" },
      {
        code: "DAY_PASSED",
        field: "nextServiceDate",
        message: "nextServiceDate 2026-08-31 is before today, 2026-09-01",
      },
    ],
    [
      { refillPoint: 11 },
      {
        code: "REFILL_ABOVE_MAXIMUM",
        field: "refillPoint",
        message: "refillPoint 11 would be above maxServiceQueueSize 10",
      },
    ],
    [{ maxServiceQueueSize: 2 }, { code: "REFILL_ABOVE_MAXIMUM" }],
  ])("%j is refused with its reason", (edit, problem) => {
    expect(judge(edit)).toMatchObject({ problem });
  });

  it("is held to the rule between two fields only if it sets one of them, on what the record will be", () => {
    const broken = recordOf({ refillPoint: 9, maxServiceQueueSize: 8 });
    expect(judge({ cutoff: 1 }, broken)).toEqual({ fields: { cutoff: 1 } });
    expect(judge({ refillPoint: 9 }, broken)).toMatchObject({ problem: { code: "REFILL_ABOVE_MAXIMUM" } });
    expect(judge({ refillPoint: 8 }, broken)).toEqual({ fields: { refillPoint: 8 } });
    expect(judge({ maxServiceQueueSize: null }, broken)).toEqual({ fields: { maxServiceQueueSize: null } });
  });

  it.each([{ status: null }, { nightlyDebug: null }, { lastServedOn: "2026-09-02" }, { cutoff: 1.5 }, { version: 2 }])(
    "%j is no edit",
    (edit) => {
      expect(mediumEditSchema.safeParse(edit).success).toBe(false);
    },
  );

  it("leaves a record that holds what the edit says, and keeps the rules", () => {
    fc.assert(
      fc.property(fieldsArbitrary, fieldsArbitrary, (fields, wanted) => {
        const { lastServedOn: _, ...edit } = wanted;
        const record = recordOf(fields);
        const found = judgeEdit(record, edit, library, today);
        const breaks = mediumFieldNames.some((name) => {
          const value = edit[name];
          return value !== undefined && fieldProblem(name, value, library, today) !== undefined;
        });
        if ("problem" in found) {
          expect(breaks || betweenFieldsProblem(merged(record, valuesOf(edit, mediumFieldNames))) !== undefined).toBe(
            true,
          );
          return;
        }
        expect(breaks).toBe(false);
        const after = merged(record, found.fields);
        for (const name of mediumFieldNames) expect(after[name]).toBe(edit[name] ?? record[name]);
        for (const name of Object.keys(found.fields)) expect(record).not.toHaveProperty(name, edit[name as "cutoff"]);
      }),
    );
  });
});

describe("a value of a field", () => {
  it("is in range at both ends, and is a number", () => {
    expect(fieldProblem("cartridgeLimit", 1, library, today)).toBeUndefined();
    expect(fieldProblem("cartridgeLimit", 99, library, today)).toBeUndefined();
    expect(fieldProblem("cartridgeLimit", 0, library, today)?.code).toBe("VALUE_OUT_OF_RANGE");
    expect(fieldProblem("cartridgeLimit", 100, library, today)?.code).toBe("VALUE_OUT_OF_RANGE");
    expect(fieldProblem("cartridgeLimit", "5", library, today)?.code).toBe("VALUE_OUT_OF_RANGE");
  });

  it("may be a past day where none is asked about, and any day that only imports write", () => {
    expect(fieldProblem("nextServiceDate", "2020-01-01", library, undefined)).toBeUndefined();
    expect(fieldProblem("nextServiceDate", today, library, today)).toBeUndefined();
    expect(fieldProblem("lastServedOn", "2020-01-01", library, today)).toBeUndefined();
  });

  it("needs no table and no range where its type says all", () => {
    expect(fieldProblem("nightlyDebug", true, library, today)).toBeUndefined();
    expect(fieldProblem("deliveryMethod", "PHYSICAL", library, today)).toBeUndefined();
  });

  it("that was a coming day when it was checked may have passed since", () => {
    expect(intentProblem("DB", { nextServiceDate: "2026-08-31" }, library, today)).toEqual({
      code: "DAY_PASSED",
      field: "nextServiceDate",
      message: "nextServiceDate 2026-08-31 is before today, 2026-09-01",
    });
    expect(intentProblem("DB", { nextServiceDate: today }, library, today)).toBeUndefined();
    expect(intentProblem("DB", { nextServiceDate: null }, library, today)).toBeUndefined();
    expect(intentProblem("DB", { lastServedOn: "2020-01-01", cutoff: 5 }, library, today)).toBeUndefined();
  });

  it("is kept by the schema of records as it is, and no other kind is", () => {
    const whole = { status: "ACTIVE", cutoff: 0, nightlyDebug: false, lastServedOn: "2020-01-01" };
    expect(mediumFieldsSchema.parse(whole)).toEqual(whole);
    for (const wrong of [{ status: "" }, { cutoff: "0" }, { nightlyDebug: 0 }, { lastServedOn: "2020-02-30" }]) {
      expect(mediumFieldsSchema.safeParse(wrong).success).toBe(false);
    }
  });
});
