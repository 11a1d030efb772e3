import { describe, expect, it } from "vitest";
import { mostResends, retryFailedFills, sweepFills } from "#batch-manager/requests";
import { largestGroup } from "#records/service-queues/fill-answers";
import { listFills } from "#records/service-queues/fill-list";
import { forgetFills, forgottenFills } from "#records/service-queues/forgotten-fills";
import { loadQueue } from "#records/service-queues/service-queues";
import { firstFormat, formatField } from "#records/store/format";
import { erasedKey, fillsPartition, jobKey, mediumRecordKey, queueKey } from "#records/store/keys";
import { openFillsSchema } from "#records/store/open-work";
import type { Write } from "#records/store/table";
import { libraryId, patronId } from "#test/ids";
import { body, delivery, fillBed, medium } from "./fill-bed.ts";

const bed = fillBed();
const { addPatron, ask, audited, counts, deliver, openWork, order, sweep, titlesIn } = bed;

describe("fills that cannot be done", () => {
  it("may be all of a group: DynamoDB takes no expression longer than 4,096 characters", async () => {
    const ids = Array.from({ length: largestGroup }, (_, i) => `GONE${i}`);
    await ask(ids);
    await deliver(bed.sent.splice(0));
    expect(await counts()).toMatchObject({ requested: largestGroup, failed: largestGroup, pending: 0 });
    expect(await retryFailedFills(bed.desk, order(), bed.now, audited)).toBe(largestGroup);
    expect(await counts()).toMatchObject({ failed: 0, pending: largestGroup });
  });

  it("fail with a reason, one by one, and never hold up the others", async () => {
    await addPatron("GOOD");
    await addPatron("CLOSED", "DECEASED");
    await addPatron("NORECORD");
    await bed.across.write({ delete: mediumRecordKey(bed, patronId("NORECORD"), medium) });
    await addPatron("BROKEN");
    await bed.across.write({ put: { ...queueKey(bed, patronId("BROKEN"), medium), content: "{", revision: 1 } });
    await ask(["CLOSED", "NORECORD", "BROKEN", "GONE", "GOOD"]);
    expect(await deliver(bed.sent.splice(0))).toEqual([]);
    expect(await counts()).toEqual({ requested: 5, filled: 1, withdrawn: 0, failed: 4, pending: 0 });
    const { items } = await listFills(bed.store, order(), { status: "FAILED", limit: 50 });
    expect(items.map((it) => [it.patronId, it.reason])).toEqual([
      ["BROKEN", expect.stringContaining("breaks the rules")],
      ["CLOSED", expect.stringContaining("closed")],
      ["GONE", expect.stringContaining("no longer in the library")],
      ["NORECORD", expect.stringContaining("no record for DB")],
    ]);
  });

  it("tell nothing of a patron who was erased since, though it was read before", async () => {
    await addPatron("ERASED", "DECEASED");
    await addPatron("ANEW", "DECEASED");
    const erased = (id: string, at: string) => ({
      put: { ...erasedKey(bed, patronId(id)), erasureId: "e", at, [formatField]: firstFormat },
    });
    await bed.across.write(erased("ERASED", bed.now.toISOString()), erased("ANEW", "2026-01-01T00:00:00.000Z"));
    await ask(["ERASED", "ANEW"]);
    expect(await deliver(bed.sent.splice(0))).toEqual([]);
    const { items } = await listFills(bed.store, order(), { status: "FAILED", limit: 50 });
    expect(items.map((it) => it.reason)).toEqual([
      expect.stringContaining("DECEASED"),
      "The patron is no longer in the library",
    ]);
  });

  it("leaves poison to the dead letters: what is no message, and what no batch update asked for", async () => {
    await addPatron("P1");
    await addPatron("P2");
    await ask(["P1"]);
    const [asked] = bed.sent;
    if (asked === undefined) throw new Error("nothing was sent");
    const bodies = ["not JSON", "{}", body(asked), body({ ...asked, patronId: patronId("P2") })];
    // Of a library that was deleted nobody is left to fill for.
    const stranger = body({ ...asked, library: libraryId("nowhere") });
    const event = { Records: [...bodies, stranger].map(delivery) };
    expect((await bed.handle(event)).batchItemFailures.map((it) => it.itemIdentifier).sort()).toEqual([
      "m0",
      "m1",
      "m3",
    ]);
    expect(await titlesIn("P1")).toHaveLength(4);
    expect(await titlesIn("P2")).toEqual([]);
  });

  it("of a batch update whose evidence is gone are nobody's: a message that comes late, or again, names nobody once more", async () => {
    await addPatron("P1");
    await addPatron("P2", "DECEASED");
    await ask(["P1", "P2"]);
    const late = bed.sent.splice(0);
    expect(await deliver(late)).toEqual([]);
    const before = await counts();
    await forgetFills(bed.store, order().batchUpdateId);
    expect(await deliver(late)).toEqual([]);
    expect(await forgottenFills(bed.store, order().batchUpdateId)).toEqual(before);
    const left: unknown[] = [];
    const pk = fillsPartition(bed, order().batchUpdateId);
    for await (const { sk } of bed.store.table.queryAll({ pk })) left.push(sk);
    expect(left).toEqual(["COUNTS"]);
    expect(await titlesIn("P1")).toHaveLength(4);
  });

  it("bring a message back as long as one of its patrons has no answer, without filling the others again", async () => {
    for (const id of ["P1", "P2", "P3"]) await addPatron(id);
    await ask(["P1", "P3"]);
    const [one, three] = bed.sent;
    if (one === undefined || three === undefined) throw new Error("nothing was sent");
    const message = body(one, { ...one, patronId: patronId("P2") }, three);
    for (let delivered = 0; delivered < 2; delivered++) {
      const { batchItemFailures } = await bed.handle({ Records: [delivery(message, 0)] });
      expect(batchItemFailures).toEqual([{ itemIdentifier: "m0" }]);
    }
    expect(await counts()).toEqual({ requested: 2, filled: 2, withdrawn: 0, failed: 0, pending: 0 });
    expect((await loadQueue(bed.store, patronId("P1"), medium)).revision).toBe(1);
    expect(await titlesIn("P2")).toEqual([]);
  });

  it("are pending again after a retry, and filled when the reason is gone", async () => {
    await addPatron("P1", "DECEASED");
    await addPatron("P2");
    await ask(["P1", "P2"]);
    await deliver(bed.sent.splice(0));
    expect(await sweep()).toBe("CLOSED");
    await addPatron("P1");
    expect(await retryFailedFills(bed.desk, order(), bed.now, audited)).toBe(1);
    expect(await counts()).toEqual({ requested: 2, filled: 1, withdrawn: 0, failed: 0, pending: 1 });
    expect(await openWork()).toMatchObject([{ id: "batch", resent: 0 }]);
    await deliver(bed.sent.splice(0));
    expect(await counts()).toMatchObject({ filled: 2, failed: 0 });
    expect(await retryFailedFills(bed.desk, order(), bed.now, audited)).toBe(0);
  });

  it("are told of before the first is pending: a retry that cannot be told is not begun", async () => {
    await addPatron("P1", "DECEASED");
    await ask(["P1"]);
    await deliver(bed.sent.splice(0));
    expect(await sweep()).toBe("CLOSED");
    const away = async (): Promise<Write> => Promise.reject(new Error("no audit"));
    await expect(retryFailedFills(bed.desk, order(), bed.now, away)).rejects.toThrow("no audit");
    expect(await counts()).toMatchObject({ failed: 1, pending: 0 });
    expect(await openWork()).toEqual([]);
    expect(await retryFailedFills(bed.desk, order(), bed.now, audited)).toBe(1);
    expect(await bed.lastTold()).toMatchObject({ fills: 1 });
  });

  it("are not asked for again where their evidence is being deleted", async () => {
    await addPatron("P1", "DECEASED");
    await ask(["P1"]);
    await deliver(bed.sent.splice(0));
    expect(await sweep()).toBe("CLOSED");
    const before = await counts();
    const key = jobKey(bed, "batch-update", order().batchUpdateId);
    await bed.store.table.write({ put: { ...key, evidence: "DELETING" } });
    expect(await retryFailedFills(bed.desk, order(), bed.now, audited)).toBe(0);
    expect(await counts()).toEqual(before);
    expect(await openWork()).toEqual([]);
    await bed.store.table.write({ delete: key });
  });

  it("are opened anew: a sweep that had read them before closes nothing", async () => {
    await addPatron("P1", "DECEASED");
    await ask(["P1"]);
    await deliver(bed.sent.splice(0));
    const before = openFillsSchema.parse((await openWork())[0]);
    expect(await retryFailedFills(bed.desk, order(), bed.now, audited)).toBe(1);
    await deliver(bed.sent.splice(0));
    await sweepFills(bed.desk, before, true, bed.now);
    expect(await openWork()).toHaveLength(1);
    expect(await sweepFills(bed.desk, openFillsSchema.parse((await openWork())[0]), true, bed.now)).toBe("CLOSED");
    expect(await openWork()).toHaveLength(0);
  });

  it("of version 0.1.0 that were being opened when it ended have a time as well", () => {
    const stored = { library: bed.library, id: "batch", medium, resent: 0, openedAt: "2026-11-20T10:00:00.000Z-" };
    expect(openFillsSchema.parse(stored).openedAt).toBe("2026-11-20T10:00:00.000Z");
  });
});

describe("lost messages", () => {
  it("are sent again by the sweep when the queue is quiet, and not before", async () => {
    await addPatron("P1");
    await addPatron("P2");
    await ask(["P1", "P2"]);
    expect(await sweep()).toBe("WAITING");
    await deliver(bed.sent.splice(0, 1));
    bed.sent.splice(0);
    expect(await sweep()).toBe("SENT_AGAIN");
    expect(bed.sent.map((it) => it.patronId)).toEqual(["P2"]);
    await deliver(bed.sent.splice(0));
    expect(await sweep()).toBe("CLOSED");
    expect(await counts()).toMatchObject({ filled: 2, pending: 0 });
  });

  it("count as failed after being sent again in vain, and a late message still fills them", async () => {
    await addPatron("P1");
    await ask(["P1"]);
    const late = bed.sent.splice(0);
    for (let i = 0; i < mostResends; i++) {
      expect(await sweep()).toBe("SENT_AGAIN");
      bed.sent.splice(0);
    }
    expect(await sweep()).toBe("GIVEN_UP");
    expect(await counts()).toMatchObject({ failed: 1, pending: 0 });
    await deliver(late);
    expect(await counts()).toEqual({ requested: 1, filled: 1, withdrawn: 0, failed: 0, pending: 0 });
  });

  it("are sent again at each start of the product, and none of these counts as a try before it had time to be answered", async () => {
    await addPatron("P1");
    await ask(["P1"]);
    for (let start = 0; start < 3 * mostResends; start++) {
      bed.sent.splice(0);
      expect(await sweep(true, 20)).toBe("SENT_AGAIN");
    }
    expect(await counts()).toMatchObject({ failed: 0, pending: 1 });
    for (let minute = 0; minute < mostResends; minute++) {
      bed.sent.splice(0);
      expect(await sweep()).toBe("SENT_AGAIN");
    }
    bed.sent.splice(0);
    expect(await sweep(true, 20)).toBe("SENT_AGAIN");
    bed.sent.splice(0);
    expect(await sweep()).toBe("GIVEN_UP");
  });

  it("begin their tries again while others are answered", async () => {
    for (const id of ["P1", "P2", "P3"]) await addPatron(id);
    await ask(["P1", "P2", "P3"]);
    for (let i = 0; i < mostResends; i++) {
      bed.sent.splice(0);
      await sweep();
    }
    await deliver(bed.sent.splice(0, 1));
    bed.sent.splice(0);
    expect(await sweep()).toBe("SENT_AGAIN");
    expect((await openWork())[0]?.resent).toBe(1);
  });
});
