import fc from "fast-check";
import type { MediumRecord } from "#domain/profile/medium-record";
import type { Patron } from "#domain/profile/patron";
import type { Criteria, Criterion, Leaf } from "#domain/query/criteria";
import { type QueryField, queryFields } from "#domain/query/fields";
import { arityOf, operatorsOf } from "#domain/query/operators";
import type { QuerySubject } from "#domain/query/subject";
import { patronId } from "#test/ids";

/** Builders of patrons and criteria that often touch: few values, each in several spellings, and hostile ones among them. */

export const texts = [
  "a",
  "A",
  "ab",
  "É",
  "e\u0301",
  "é",
  "Σ",
  "ας",
  "ΑΣΑ",
  '"',
  "*",
  "\\",
  "' OR 1=1",
  "😀",
  "שלום",
  "a b",
];
const codes = ["DB", "db", "BR", "constructor", "__proto__"];
const days = ["2024-02-29", "2026-01-01", "2026-01-02", "2030-12-31"];
const numbers = [-1, 0, 1, 2.5, 20, 999];

export const patronOf = (patron: Partial<Patron> = {}): Patron => ({
  patronId: patronId("P1"),
  lastName: "Ames",
  mainStatus: "ACTIVE",
  preferences: [],
  reserveCounts: {},
  requestCounts: {},
  ...patron,
});
export const mediumOf = (medium: string, record: Partial<MediumRecord> = {}): MediumRecord => ({
  medium,
  version: 1,
  ...record,
});

/** Records also hold null and "" where a value was cleared; both count as missing. */
const maybe = <T>(values: readonly T[]) => fc.constantFrom(...values, undefined, null, "");
const sometimes = <T>(values: readonly T[]) => fc.constantFrom(...values, undefined, null);
const counts = fc
  .array(fc.tuple(fc.constantFrom(...codes), fc.constantFrom(1, 2, 20)), { maxLength: 3 })
  .map((pairs) => Object.fromEntries(pairs));

const mediumArbitrary = (medium: string) =>
  fc.record({
    medium: fc.constant(medium),
    version: fc.constantFrom(1, 2, 20),
    status: maybe(texts),
    serveCode: maybe(texts),
    deliveryMethod: sometimes(["PHYSICAL", "DUPLICATION"]),
    nextServiceDate: maybe(days),
    lastServedOn: maybe(days),
    nightlyDebug: sometimes([true, false]),
    cutoff: sometimes(numbers),
    maxServiceQueueSize: sometimes(numbers),
    refillPoint: sometimes(numbers),
    maxTitlesPerCartridge: sometimes(numbers),
    cartridgeLimit: sometimes(numbers),
  });

export const subjectArbitrary: fc.Arbitrary<QuerySubject> = fc
  .record({
    patron: fc.record({
      patronId: fc.constantFrom(patronId("P1"), patronId("P-2"), patronId("p1")),
      lastName: fc.constantFrom(...texts),
      firstName: maybe(texts),
      mainStatus: fc.constantFrom("ACTIVE", "WITHDRAWN"),
      branch: maybe(texts),
      city: maybe(texts),
      county: maybe(texts),
      state: maybe(texts),
      registeredOn: maybe(days),
      language: maybe(texts),
      preferences: fc.array(
        fc.record({
          type: fc.constantFrom("SUBJECT", "AUTHOR", "SERIES"),
          code: fc.constantFrom(...texts),
          exclusion: fc.boolean(),
        }),
        { maxLength: 3 },
      ),
      reserveCounts: counts,
      requestCounts: counts,
    }),
    media: fc
      .uniqueArray(fc.constantFrom(...codes), { maxLength: 4 })
      .chain((chosen) => fc.tuple(...chosen.map((code) => mediumArbitrary(code)))),
    queueSizes: counts,
  })
  // what lies in a table may hold null where the types of the domain say undefined
  .map((subject) => subject as QuerySubject);

function valuesOf(field: QueryField): fc.Arbitrary<string | number | boolean> {
  switch (field.type) {
    case "text":
      return fc.constantFrom(...texts, ...codes, "ACTIVE", "active", "P1", "SUBJECT", "PHYSICAL");
    case "number":
      return fc.constantFrom(...numbers);
    case "day":
      return fc.constantFrom(...days);
    case "checkBox":
      return fc.constantFrom<string | boolean>("YES", "no", "True", "FALSE", true, false);
  }
}

const leafArbitrary: fc.Arbitrary<Leaf> = fc.constantFrom(...queryFields).chain((field) =>
  fc.constantFrom(...operatorsOf[field.type]).chain((operator): fc.Arbitrary<Leaf> => {
    const base = { field: field.field, operator };
    const value = valuesOf(field);
    switch (arityOf(operator)) {
      case "none":
        return fc.constant(base);
      case "one":
        return value.map((one) => ({ ...base, value: one }));
      case "list":
        return fc.array(value, { minLength: 1, maxLength: 4 }).map((list) => ({ ...base, value: list }));
      case "pair":
        return fc.tuple(value, value).map(([a, b]) => ({ ...base, value: a <= b ? [a, b] : [b, a] }));
    }
  }),
);

export function criteriaArbitrary(depth = 5): fc.Arbitrary<Criteria> {
  const member: fc.Arbitrary<Criterion> =
    depth === 1
      ? leafArbitrary
      : fc.oneof({ weight: 4, arbitrary: leafArbitrary }, { weight: 1, arbitrary: criteriaArbitrary(depth - 1) });
  const members = fc.array(member, { minLength: 1, maxLength: 3 });
  return fc.oneof(
    members.map((all) => ({ all })),
    members.map((any) => ({ any })),
    members.map((none) => ({ none })),
  );
}
