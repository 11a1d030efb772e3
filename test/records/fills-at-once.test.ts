import { describe, expect, it } from "vitest";
import { withdrawFills } from "#batch-manager/withdrawals";
import { saveSettings } from "#records/library/libraries";
import { fillCounts } from "#records/service-queues/fill-counts";
import { changeQueue, loadQueue } from "#records/service-queues/service-queues";
import { batchUpdateId, patronId } from "#test/ids";
import { fillBed, medium, settings } from "./fill-bed.ts";

const bed = fillBed();
const { addPatron, ask, counts, deliver, order } = bed;

describe("several writers of one queue", () => {
  it("none of them writes over another: fills of two batch updates and a report of what was sent", async () => {
    const ids = Array.from({ length: 40 }, (_, i) => `P${i}`);
    for (const id of ids) await addPatron(id, "ACTIVE", ["T6"]);
    await saveSettings(bed.store, { ...settings, defaultServiceQueueSize: 1 }, 1);
    await ask(ids, "before");
    await deliver(bed.sent.splice(0));
    await saveSettings(bed.store, settings, 2);
    await ask(ids, "one");
    const one = bed.sent.splice(0);
    await ask(ids, "two");
    const two = bed.sent.splice(0);
    const report = async (id: string) =>
      await changeQueue(bed.store, patronId(id), medium, (queue) => ({
        ...queue,
        entries: queue.entries.map((it) => (it.titleId === "T6" ? { ...it, status: "SENT" as const } : it)),
      }));
    const again = await Promise.all([deliver(one), deliver(two), ...ids.map(report)]);
    // Whoever came too late too often is delivered again.
    await deliver(one.filter((it) => again[0].includes(it.patronId)));
    await deliver(two.filter((it) => again[1].includes(it.patronId)));
    for (const id of ids) {
      const { entries, settled } = await loadQueue(bed.store, patronId(id), medium);
      expect(Object.keys(settled).sort()).toEqual(["before", "one", "two"]);
      expect(entries[0]).toMatchObject({ titleId: "T6", status: "SENT", batchUpdateId: "before" });
      expect(new Set(entries.map((it) => it.titleId)).size).toBe(entries.length);
      for (const by of ["one", "two"]) {
        expect(entries.filter((it) => it.batchUpdateId === by)).toHaveLength(settled[by]?.added ?? -1);
      }
    }
    expect([await counts("one"), await counts("two")]).toMatchObject([{ filled: 40 }, { filled: 40 }]);
  });
});

describe("a database that stumbles", () => {
  /** A third of the calls is refused or, worse, done and never answered. The same ones in each run. */
  function addFaults() {
    let calls = 0;
    bed.dynamo.middlewareStack.add(
      (next) => async (args) => {
        const call = ++calls % 6;
        if (call === 0) throw Object.assign(new Error("refused"), { name: "ThrottlingException", $retryable: {} });
        const answer = await next(args);
        if (call === 3) throw Object.assign(new Error("no answer"), { name: "TimeoutError" });
        return answer;
      },
      { step: "finalizeRequest", priority: "low", name: "faults" },
    );
    return () => void bed.dynamo.middlewareStack.remove("faults");
  }

  it("has every queue filled once in the end, and every count exact", async () => {
    const ids = Array.from({ length: 120 }, (_, i) => `P${i}`);
    for (const id of ids) await addPatron(id);
    const removeFaults = addFaults();
    try {
      await ask(ids);
      let left = bed.sent.splice(0);
      for (let tries = 0; left.length > 0; tries++) {
        expect(tries).toBeLessThan(20);
        const failed: (string | undefined)[] = [];
        for (let i = 0; i < left.length; i += 30) failed.push(...(await deliver(left.slice(i, i + 30))));
        left = left.filter((it) => failed.includes(it.patronId));
      }
    } finally {
      removeFaults();
    }
    expect(await counts()).toEqual({ requested: 120, filled: 120, withdrawn: 0, failed: 0, pending: 0 });
    for (const id of ids) {
      const { entries, revision } = await loadQueue(bed.store, patronId(id), medium);
      expect({ ids: entries.map((it) => it.titleId), revision }).toEqual({
        ids: ["T2", "T3", "T4", "T5"],
        revision: 1,
      });
    }
  });
});

describe("counting while fills go on", () => {
  it("gives the same numbers whether it began at the first group or after those that are filled", async () => {
    const ids = Array.from({ length: 350 }, (_, i) => `P${String(i).padStart(4, "0")}`);
    for (const id of ids) await addPatron(id, id === "P0205" ? "DECEASED" : "ACTIVE");
    for (let chunk = 0; chunk < 7; chunk++) await ask(ids.slice(chunk * 50, chunk * 50 + 50), "batch", chunk);
    const numbers = async () => {
      const all = await counts();
      expect(await fillCounts(bed.store, batchUpdateId("batch"), false)).toEqual(all);
      expect(await fillCounts(bed.store, batchUpdateId("batch"), false)).toEqual(all);
      return all;
    };
    const [early, late] = [bed.sent.slice(0, 120), bed.sent.slice(120)];
    await numbers();
    await deliver(early.toReversed());
    expect(await numbers()).toMatchObject({ filled: 120, pending: 230 });
    await deliver(late.slice(100));
    await deliver(late.slice(0, 100));
    expect(await numbers()).toEqual({ requested: 350, filled: 349, withdrawn: 0, failed: 1, pending: 0 });
    await withdrawFills(
      bed.store,
      order(),
      { undo: batchUpdateId("undo"), chunk: 0 },
      ["P0000", "P0205"].map(patronId),
      bed.now,
    );
    expect(await numbers()).toEqual({ requested: 350, filled: 349, withdrawn: 1, failed: 0, pending: 0 });
  });
});
