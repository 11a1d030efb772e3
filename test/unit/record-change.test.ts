import fc from "fast-check";
import { expect, test } from "vitest";
import type { MediumFields } from "#domain/profile/medium-record";
import { recordChange } from "#domain/profile/record-change";

const fields: fc.Arbitrary<MediumFields> = fc.record(
  { serveCode: fc.constantFrom("WA", "MA"), cutoff: fc.nat(3), refillPoint: fc.nat(3), nightlyDebug: fc.boolean() },
  { requiredKeys: ["nightlyDebug"] },
);

test("what changed, put onto what was there, gives what is there, and names no field that stayed", () => {
  fc.assert(
    fc.property(fields, fields, (before, after) => {
      const { outcome, changes } = recordChange(before, after);
      expect(outcome).toBe("UPDATED");
      const put = Object.fromEntries(changes.map((change) => [change.field, change.after]));
      expect({ ...before, ...put }).toEqual(after);
      for (const { field, ...sides } of changes) {
        expect(sides).toEqual({ before: before[field], after: after[field] });
        expect(sides.before).not.toBe(sides.after);
      }
    }),
  );
});

test("a record that comes or goes changes each field that it has", () => {
  const record: MediumFields = { serveCode: "WA", nightlyDebug: true };
  expect(recordChange(undefined, record)).toEqual({
    outcome: "CREATED",
    changes: [
      { field: "serveCode", before: undefined, after: "WA" },
      { field: "nightlyDebug", before: undefined, after: true },
    ],
  });
  expect(recordChange(record, undefined)).toMatchObject({
    outcome: "REMOVED",
    changes: [
      { field: "serveCode", before: "WA" },
      { field: "nightlyDebug", before: true },
    ],
  });
});
