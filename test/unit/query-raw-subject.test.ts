import { marshall } from "@aws-sdk/util-dynamodb";
import fc from "fast-check";
import { expect, it } from "vitest";
import { compile } from "#domain/query/evaluate";
import { patronItem } from "#records/profiles/patrons";
import { subjectOf } from "#records/profiles/raw-subject";
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
        patronId: patron.patronId,
        core: {
          ...marshalled({ ...patronItem("piedmont", patron), reserveCounts: undefined, requestCounts: undefined }),
          reserveCounts: countsItem(patron.reserveCounts),
          requestCounts: countsItem(patron.requestCounts),
        },
        media: media.map((record) => marshalled({ ...record })),
      };
      const expected = holds(criteria, subject);
      seen[`${expected}`]++;
      expect(compile(criteria)(subjectOf(raw, queueSizes))).toBe(expected);
    }),
    { numRuns: 2000 },
  );
  expect(Math.min(seen.true, seen.false)).toBeGreaterThan(200);
});
