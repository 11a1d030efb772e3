import { describe, expect, it } from "vitest";
import { retryFailedFills } from "#batch-manager/requests";
import { withdrawFills } from "#batch-manager/withdrawals";
import { changeQueue } from "#records/service-queues/service-queues";
import { batchUpdateId, patronId } from "#test/ids";
import { fillBed, medium } from "./fill-bed.ts";

const bed = fillBed();
const { addPatron, ask, audited, counts, deliver, order, sweep, titlesIn } = bed;

describe("withdrawing by an undo", () => {
  const undo = { undo: batchUpdateId("undo"), chunk: 0 };

  it("takes WAITING entries of a filled queue out, keeps the rest, and leaves the fill counted as filled", async () => {
    await addPatron("P1");
    await ask(["P1"]);
    await deliver(bed.sent);
    await changeQueue(bed.store, patronId("P1"), medium, (queue) => ({
      ...queue,
      entries: queue.entries.map((it) => (it.titleId === "T3" ? { ...it, status: "ON_ORDER" as const } : it)),
    }));
    const result = await withdrawFills(bed.store, order(), undo, [patronId("P1")], bed.now);
    expect(result.get(patronId("P1"))).toEqual({ withdrawn: 3, kept: 1, settledAs: "FILLED" });
    expect(await titlesIn("P1")).toEqual(["T3"]);
    await deliver(bed.sent);
    expect(await titlesIn("P1")).toEqual(["T3"]);
    expect(await counts()).toEqual({ requested: 1, filled: 1, withdrawn: 0, failed: 0, pending: 0 });
  });

  it("settles pending and failed fills for good: no late message fills them, and no retry", async () => {
    await addPatron("P1");
    await addPatron("P2", "DECEASED");
    await ask(["P1", "P2"]);
    const [first, second] = bed.sent.splice(0);
    if (first === undefined || second === undefined) throw new Error("nothing was sent");
    await deliver([second]);
    for (let i = 0; i < 2; i++) {
      const result = await withdrawFills(bed.store, order(), undo, ["P1", "P2"].map(patronId), bed.now);
      expect([...result.values()].map((it) => it.settledAs)).toEqual(["WITHDRAWN", "WITHDRAWN"]);
    }
    await addPatron("P2");
    expect(await deliver([first, second])).toEqual([]);
    expect(await titlesIn("P1")).toEqual([]);
    expect(await retryFailedFills(bed.desk, order(), bed.now, audited)).toBe(0);
    expect(await counts()).toEqual({ requested: 2, filled: 0, withdrawn: 2, failed: 0, pending: 0 });
    expect(await sweep()).toBe("CLOSED");
  });

  it("is exact when fills and the undo run at the same time", async () => {
    const ids = Array.from({ length: 60 }, (_, i) => `P${i}`);
    for (const id of ids) await addPatron(id);
    await ask(ids);
    await Promise.all([
      deliver(bed.sent.slice(0, 30)),
      deliver(bed.sent.slice(30)),
      withdrawFills(bed.store, order(), undo, ids.map(patronId), bed.now),
    ]);
    await deliver(bed.sent);
    for (const id of ids) expect(await titlesIn(id)).toEqual([]);
    const { requested, filled, withdrawn, failed, pending } = await counts();
    expect({ requested, sum: filled + withdrawn, failed, pending }).toEqual({
      requested: 60,
      sum: 60,
      failed: 0,
      pending: 0,
    });
  });
});
