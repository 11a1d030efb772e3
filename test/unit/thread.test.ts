import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { logger } from "#platform/logger";
import { middyStack } from "#platform/middy-stack";
import { count, currentFacts, inThread, within } from "#platform/thread";
import { logOf } from "#test/log-lines";

const event = z.object({ library: z.string(), job: z.string(), turns: z.array(z.int()) });
const working = middyStack({
  says: "Working",
  event,
  keys: ({ library, job }) => ({ library, job }),
  handle: async ({ turns }) => {
    for (const [chunk, turn] of turns.entries()) {
      await within({ chunk }, async () => {
        for (let n = 0; n < turn; n++) await nextTurn();
        count({ patronsWritten: 1 });
        logger.info("Part");
      });
    }
    return {};
  },
});

test("calls that go on at once each log their own library, job and chunk, and count their own", async () => {
  const calls = fc.uniqueArray(
    fc.record({ job: fc.uuid(), library: fc.constantFrom("piedmont", "lakeshore"), turns: fc.array(fc.nat(3)) }),
    { selector: ({ job }) => job, maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(calls, async (asked) => {
      const { lines } = await logOf(async () => await Promise.all(asked.map((it) => working(it))));
      for (const { library, job, turns } of asked) {
        const its = lines.filter((line) => line["job"] === job);
        expect(its).toEqual(its.map(() => expect.objectContaining({ library })));
        expect(its.map((line) => line["chunk"])).toEqual([...turns.keys(), undefined]);
        expect(its.at(-1)?.["patronsWritten"]).toBe(turns.length === 0 ? undefined : turns.length);
      }
      expect(lines).toHaveLength(asked.reduce((sum, { turns }) => sum + turns.length + 1, 0));
    }),
    { numRuns: 50 },
  );
});

describe("A thread", () => {
  test("knows more within a part, and forgets it when the part is over", async () => {
    await inThread(async () => {
      await within({ library: "piedmont" }, async () => {
        await within({ job: "1" }, async () => expect(currentFacts()).toEqual({ library: "piedmont", job: "1" }));
        expect(currentFacts()).toEqual({ library: "piedmont" });
      });
      expect(currentFacts()).toEqual({});
    });
  });

  test("outside of any call there are no facts, and counting is nobody's", () => {
    count({ patronsWritten: 1 });
    expect(currentFacts()).toEqual({});
  });
});
