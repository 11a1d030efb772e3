import { describe, expect, it } from "vitest";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import type { ListedImport } from "../../console/api/imports.ts";
import { failedImports } from "../../console/home/failed-imports.ts";
import { type Turns, turnsOf } from "../../console/home/whose-turn.ts";
import { batchUpdateAnswer } from "./batch-update-answer.ts";

const now = Date.parse("2026-03-10T12:00:00Z");
const note = { by: "Stella", at: "2026-03-09T12:00:00Z" };

const found: readonly BatchUpdateAnswer[] = [
  batchUpdateAnswer("1", { status: "READY", createdBy: "Stella", handover: note }),
  batchUpdateAnswer("2", { status: "READY", createdBy: "Stella" }),
  batchUpdateAnswer("3", { status: "READY", createdBy: "Ada" }),
  batchUpdateAnswer("4", { status: "PROCESSING", createdBy: "Ada" }),
  batchUpdateAnswer("5", { status: "SCHEDULED", createdBy: "Ada", processAt: "2026-03-12T06:00:00Z" }),
  batchUpdateAnswer("6", { status: "SCHEDULED", createdBy: "Ada", processAt: "2026-03-11T06:00:00.000Z" }),
  batchUpdateAnswer("7", { status: "FAILED", createdBy: "Ada", finishedAt: "2026-03-09T06:00:00Z" }),
  batchUpdateAnswer("8", { status: "COMPLETED", createdBy: "Ada", finishedAt: "2026-03-09T06:00:00Z" }),
  batchUpdateAnswer("9", { status: "COMPLETED_WITH_ERRORS", createdBy: "Ada", finishedAt: "2026-03-01T06:00:00Z" }),
];

function shown(turns: Turns): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(turns).map(([place, items]: [string, readonly BatchUpdateAnswer[]]) => [
      place,
      items.map(({ batchUpdateId }) => batchUpdateId),
    ]),
  );
}

function importOf(importId: string, more: Partial<ListedImport>): ListedImport {
  const counts = { read: 2, created: 1, replaced: 0, unchanged: 0, rejected: 1 };
  const by = { createdBy: "Ada", createdAt: `2026-03-10T02:0${importId}:00Z`, progress: { done: 0, total: 0 } };
  return { importId, kind: "patrons", format: "csv", status: "FAILED", counts, ...by, ...more };
}

describe("imports of the night", () => {
  const needLook = (...found: ListedImport[]) => failedImports(found, now).map(({ importId }) => importId);

  it("need a look where they failed, by kind, as long as they are of the last day and night", () => {
    expect(
      needLook(
        importOf("4", { status: "RUNNING" }),
        importOf("3", { kind: "titles" }),
        importOf("2", {}),
        importOf("1", { createdAt: "2026-03-08T23:59:59Z" }),
      ),
    ).toEqual(["3", "2"]);
  });

  it("need none where a later file of that kind has come in, with rejected lines or without", () => {
    for (const status of ["COMPLETED", "COMPLETED_WITH_ERRORS"] as const) {
      expect(needLook(importOf("2", { status }), importOf("1", {}))).toEqual([]);
      expect(needLook(importOf("2", { status, kind: "titles" }), importOf("1", {}))).toEqual(["1"]);
      expect(needLook(importOf("2", {}), importOf("1", { status }))).toEqual(["2"]);
    }
  });

  it("are not made up for by a file of which no line was taken, or that came in before: one may be started long after it was sent", () => {
    const status = "COMPLETED_WITH_ERRORS" as const;
    const noLine = { read: 2, created: 0, replaced: 0, unchanged: 0, rejected: 2 };
    expect(needLook(importOf("2", { status, counts: noLine }), importOf("1", {}))).toEqual(["1"]);
    const [early, late] = ["2026-03-10T02:10:00Z", "2026-03-10T09:00:00Z"];
    const sentFirst = importOf("1", { createdAt: "2026-03-10T01:00:00Z", finishedAt: late });
    expect(needLook(importOf("2", { status, finishedAt: early }), sentFirst)).toEqual(["1"]);
    expect(needLook(importOf("2", { status, finishedAt: late }), { ...sentFirst, finishedAt: early })).toEqual([]);
  });

  it("need a look where a part failed for no fault of its lines", () => {
    const stateReason = "Some lines could not be worked on. Import them again.";
    const inPart = importOf("2", { status: "COMPLETED_WITH_ERRORS", stateReason });
    expect(needLook(inPart, importOf("1", {}))).toEqual(["2", "1"]);
  });

  it("of checks need none, nor do checks take the place of an import", () => {
    expect(needLook(importOf("2", { dryRun: true }))).toEqual([]);
    expect(needLook(importOf("2", { dryRun: true, status: "COMPLETED" }), importOf("1", {}))).toEqual(["1"]);
  });
});

describe("the home page", () => {
  const same = { running: ["4"], scheduled: ["6", "5"], needsLook: ["7"], ended: ["8"] };

  it("shows an administrator what was handed over and what is his own, the next scheduled first", () => {
    expect(shown(turnsOf(found, { name: "Ada", roles: ["administrator"] }, now))).toEqual({
      ...same,
      waiting: ["1", "3"],
      handedOver: [],
    });
  });

  it("shows staff what is theirs, and what they handed over apart from it", () => {
    expect(shown(turnsOf(found, { name: "Stella", roles: ["staff"] }, now))).toEqual({
      ...same,
      waiting: ["2"],
      handedOver: ["1"],
    });
  });

  it("no longer asks for a look where a retry or an undo was made", () => {
    const [failed] = found.filter(({ status }) => status === "FAILED");
    const followed = batchUpdateAnswer("7", {
      ...failed,
      children: [{ batchUpdateId: batchUpdateAnswer("11", {}).batchUpdateId, kind: "RETRY", status: "READY" }],
    });
    const turns = shown(turnsOf([followed], { name: "Ada", roles: ["administrator"] }, now));
    expect(turns).toMatchObject({ needsLook: [], ended: ["7"] });
  });

  describe("of what ended with errors", () => {
    const counts = {
      ...{
        total: 9,
        updated: 5,
        created: 0,
        removed: 0,
        unchanged: 0,
        conflict: 1,
        notFound: 0,
        invalid: 3,
        failed: 0,
      },
      ...{ unprocessed: 0, excluded: 0 },
    };
    const ended = { status: "COMPLETED_WITH_ERRORS", finishedAt: "2026-03-09T06:00:00Z", counts } as const;
    const child = (kind: "RETRY" | "UNDO", status: BatchUpdateAnswer["status"], patrons?: number) => {
      const { batchUpdateId } = batchUpdateAnswer("11", {});
      return { batchUpdateId, kind, status, ...(patrons !== undefined && { patrons }) };
    };
    const isLookedFor = (said: Partial<BatchUpdateAnswer>) =>
      turnsOf([batchUpdateAnswer("7", { ...ended, ...said })], { name: "Ada", roles: ["administrator"] }, now).needsLook
        .length === 1;

    it("asks again where its only retry was canceled, or only a part was undone", () => {
      expect(isLookedFor({ children: [child("RETRY", "CANCELLED")] })).toBe(true);
      expect(isLookedFor({ children: [child("RETRY", "CANCELLED"), child("RETRY", "SCHEDULED")] })).toBe(false);
      expect(isLookedFor({ children: [child("UNDO", "COMPLETED", 2)] })).toBe(true);
      expect(isLookedFor({ children: [child("UNDO", "CANCELLED", 0)] })).toBe(true);
      expect(isLookedFor({ children: [child("UNDO", "COMPLETED", 2), child("UNDO", "READY", 3)] })).toBe(false);
    });

    it("does not ask for an undo that left out only whom another one had undone", () => {
      const none = { update: 6, create: 0, remove: 0, unchanged: 0, conflict: 0, notFound: 0, excluded: 0 };
      const plan = (...problems: NonNullable<BatchUpdateAnswer["plan"]>["problems"]) => ({
        counts: { total: 9, invalid: 3, ...none },
        nightlyDebug: { turnedOn: 0, turnedOff: 0 },
        digest: "d",
        warnings: [],
        problems,
      });
      const undone = { code: "ALREADY_UNDONE", patrons: 3 } as const;
      const smooth = { ...counts, updated: 6, conflict: 0 };
      expect(isLookedFor({ kind: "UNDO", plan: plan(undone), counts: smooth })).toBe(false);
      expect(isLookedFor({ kind: "UNDO", plan: plan(undone), counts })).toBe(true);
      expect(isLookedFor({ kind: "UNDO", plan: plan({ ...undone, patrons: 2 }), counts: smooth })).toBe(true);
    });
  });
});
