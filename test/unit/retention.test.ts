import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batchUpdateStatuses, isFinal } from "#domain/batch-update/state";
import {
  daysAtMost,
  evidenceEnds,
  importErrorDays,
  isUseNews,
  longestRetentionDays,
  querySetEnds,
  startableDays,
  unknownEnds,
  unknownJobDays,
  unusedQuerySetDays,
} from "#domain/retention";
import { scratch } from "#infra/permissions";
import { keptForOf, objectKinds } from "#records/store/object-kinds";

const day = 24 * 3600 * 1000;
const instant = fc.integer({ min: 0, max: 20_000 * day }).map((at) => new Date(at).toISOString());
const later = (at: string, days: number) => new Date(Date.parse(at) + days * day);

describe("The evidence of a batch update", () => {
  test("stays while it goes on", () => {
    for (const status of batchUpdateStatuses.filter((one) => !isFinal(one))) {
      expect(evidenceEnds({ status, finishedAt: "2026-01-01T00:00:00.000Z" }, 1)).toBeUndefined();
    }
  });

  test("ends when it can no longer be undone, whatever the days are set to since", () => {
    fc.assert(
      fc.property(instant, instant, fc.integer({ min: 1, max: 3650 }), (finishedAt, undoableUntil, days) => {
        expect(evidenceEnds({ status: "COMPLETED", finishedAt, undoableUntil }, days)).toBe(undoableUntil);
        const ends = later(finishedAt, days).toISOString();
        expect(evidenceEnds({ status: "CANCELLED", finishedAt }, days)).toBe(ends);
      }),
    );
  });
});

describe("A query set", () => {
  const createdAt = "2026-01-01T00:00:00.000Z";
  const set = { status: "READY", createdAt } as const;

  test("ends 90 days after its last use, and not while a batch update needs it", () => {
    const before = new Date(later(createdAt, unusedQuerySetDays).getTime() - 1);
    expect(querySetEnds(set, false, before)).toBe(false);
    const then = later(createdAt, unusedQuerySetDays);
    expect(querySetEnds(set, false, then)).toBe(true);
    expect(querySetEnds(set, true, then)).toBe(false);
    expect(querySetEnds({ ...set, status: "BUILDING" }, false, then)).toBe(false);
    expect(querySetEnds({ ...set, lastUsedAt: then.toISOString() }, false, then)).toBe(false);
  });

  test("that is used every day is kept, though its use is written down once a day at most", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 2 * day }), { maxLength: 200 }), (pauses) => {
        let kept: { status: "READY"; createdAt: string; lastUsedAt?: string } = set;
        let now = Date.parse(createdAt);
        for (const pause of pauses) {
          now += pause;
          expect(querySetEnds(kept, false, new Date(now))).toBe(false);
          if (isUseNews(kept, new Date(now))) kept = { ...kept, lastUsedAt: new Date(now).toISOString() };
        }
      }),
    );
  });
});

describe("Objects of a job that the table does not know", () => {
  const at = "2026-01-01T00:00:00.000Z";

  test("of files that pass are gone within a day, though what deletes comes once an hour", () => {
    fc.assert(
      fc.property(instant, (newest) => {
        const ended = { keptFor: "passing", newest, noticedAt: newest } as const;
        expect(unknownEnds(ended, later(newest, startableDays))).toBe(false);
        expect(unknownEnds(ended, later(newest, 1 - 1 / 24))).toBe(true);
      }),
    );
  });

  test("are else there for a week after they were noticed, whenever they were written", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 7 * day - 1 }), (age, since) => {
        const job = { keptFor: "evidence", newest: later(at, -age).toISOString(), noticedAt: at } as const;
        expect(unknownEnds(job, new Date(Date.parse(at) + since))).toBe(false);
        expect(unknownEnds(job, later(at, unknownJobDays))).toBe(true);
      }),
    );
  });
});

describe("The net beneath", () => {
  test("ends nothing before its time", () => {
    expect(daysAtMost.passing).toBeGreaterThan(importErrorDays);
    expect(daysAtMost.evidence).toBeGreaterThan(longestRetentionDays + unusedQuerySetDays);
  });

  test("ends what jobs need meanwhile sooner than evidence, and what is as long as the library never", () => {
    const building = scratch.querySets.map((pattern) => keptForOf(`piedmont/${pattern}`));
    const passing = [...scratch.imports, ...scratch.exports].map((pattern) => keptForOf(`piedmont/${pattern}`));
    expect(new Set([...building, ...passing])).toEqual(new Set(["passing"]));
    for (const kept of ["members-1.jsonl", "id-list.json", "statement.txt"]) {
      expect(keptForOf(`piedmont/query-sets/01/${kept}`)).toBe("evidence");
    }
    expect(keptForOf("piedmont/imports/01/errors.csv")).toBe("passing");
    expect(keptForOf("piedmont/batch-updates/01/plan/chunks/0.jsonl")).toBe("evidence");
    const forGood = objectKinds.filter((kind) => keptForOf(`piedmont/${kind}/01/any`) === undefined);
    expect(forGood).toEqual(["erasures", "catalogue"]);
  });
});
