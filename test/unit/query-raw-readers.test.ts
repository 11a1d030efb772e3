import { marshall } from "@aws-sdk/util-dynamodb";
import fc from "fast-check";
import { expect, it } from "vitest";
import { compileOver } from "#domain/query/evaluate";
import { patronItem } from "#records/profiles/patrons";
import { rawReaders } from "#records/profiles/raw-readers";
import { libraryId } from "#test/ids";
import { criteriaArbitrary, subjectArbitrary } from "./query.arbitraries.ts";
import { holds } from "./query.reference.ts";

const marshalled = (item: Record<string, unknown>) => marshall(item, { removeUndefinedValues: true });
/** The SDK's marshalling stumbles over a medium called `constructor`; what lies in the table may hold one. */
const countsItem = (counts: Record<string, number>) => ({
  M: Object.fromEntries(Object.entries(counts).map(([medium, count]) => [medium, { N: String(count) }])),
});

it("a query over items as they lie in the table finds whom the rules find, cleared fields and odd codes included", () => {
  const seen = { true: 0, false: 0 };
  fc.assert(
    fc.property(criteriaArbitrary(3), subjectArbitrary, (criteria, subject) => {
      const { patron, media, queueSizes } = subject;
      const raw = {
        patron: {
          ...marshalled({
            ...patronItem({ library: libraryId("piedmont") }, patron),
            reserveCounts: undefined,
            requestCounts: undefined,
          }),
          reserveCounts: countsItem(patron.reserveCounts),
          requestCounts: countsItem(patron.requestCounts),
        },
        media: media.map((record) => marshalled({ ...record })),
        ...(queueSizes !== undefined && { queueSizes }),
      };
      const expected = holds(criteria, subject);
      seen[`${expected}`]++;
      expect(compileOver(criteria, rawReaders())(raw)).toBe(expected);
    }),
    { numRuns: 800 },
  );
  expect(Math.min(seen.true, seen.false)).toBeGreaterThan(200);
});
