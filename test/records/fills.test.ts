import { describe, expect, it } from "vitest";
import { createCatalogues, loadCataloguePointer } from "#records/imports/catalogue";
import { importTitles } from "#records/imports/catalogue-import";
import { saveSettings } from "#records/library/libraries";
import { listFills } from "#records/service-queues/fill-list";
import { changeQueue, loadQueue } from "#records/service-queues/service-queues";
import { settingsKey } from "#records/store/keys";
import { patronId } from "#test/ids";
import { fillBed, medium, settings, title } from "./fill-bed.ts";

const bed = fillBed();
const { addPatron, ask, counts, deliver, openWork, order, sweep, titlesIn } = bed;

describe("filling what a batch update asked for", () => {
  it("fills each queue, answers for it, and closes when all are answered", async () => {
    await addPatron("P1");
    await addPatron("P2", "ACTIVE", ["T6"]);
    await ask(["P1", "P2"]);
    expect(await counts()).toEqual({ requested: 2, filled: 0, withdrawn: 0, failed: 0, pending: 2 });
    expect(await deliver(bed.sent.splice(0))).toEqual([]);
    expect(await titlesIn("P1")).toEqual(["T2", "T3", "T4", "T5"]);
    expect(await titlesIn("P2")).toEqual(["T6", "T2", "T3", "T4"]);
    const queue = await loadQueue(bed.store, patronId("P2"), medium);
    expect(queue).toMatchObject({ filledBy: "batch", filledAt: bed.now.toISOString(), revision: 1 });
    expect(queue.entries[0]).toEqual({
      titleId: "T6",
      title: "Title T6",
      author: "Ann",
      selectType: "RESERVE",
      source: "T6",
      status: "WAITING",
      batchUpdateId: "batch",
    });
    expect(await counts()).toEqual({ requested: 2, filled: 2, withdrawn: 0, failed: 0, pending: 0 });
    expect(await sweep(false)).toBe("WAITING");
    expect(await sweep()).toBe("CLOSED");
    expect(await openWork()).toEqual([]);
  });

  it("does nothing for messages of a library that was deleted, which are done with", async () => {
    await addPatron("P1");
    await ask(["P1"]);
    await bed.store.table.write({ delete: settingsKey(bed.store) });
    expect(await deliver(bed.sent.splice(0))).toEqual([]);
    expect(await titlesIn("P1")).toEqual([]);
    expect(await counts()).toMatchObject({ requested: 1, filled: 0, failed: 0 });
  });

  it("does nothing for a message that comes again, in the same batch, later, or at the same time", async () => {
    await addPatron("P1");
    await ask(["P1"]);
    const [message] = bed.sent;
    if (message === undefined) throw new Error("nothing was sent");
    await Promise.all([deliver([message, message]), deliver([message]), deliver([message])]);
    const queue = await loadQueue(bed.store, patronId("P1"), medium);
    expect(queue.revision).toBe(1);
    // Later there would be room again: a doubled message must not use it.
    await changeQueue(bed.store, patronId("P1"), medium, (it) => ({
      ...it,
      entries: it.entries.map((entry) => ({ ...entry, status: "SENT" as const })),
    }));
    expect(await deliver([message])).toEqual([]);
    expect((await loadQueue(bed.store, patronId("P1"), medium)).entries).toHaveLength(4);
    expect(await counts()).toEqual({ requested: 1, filled: 1, withdrawn: 0, failed: 0, pending: 0 });
  });

  it("answers although an earlier delivery crashed between the queue and its answer", async () => {
    await addPatron("P1");
    await ask(["P1"]);
    const settled = { batch: { as: "FILLED" as const, at: bed.now.toISOString(), added: 0 } };
    await changeQueue(bed.store, patronId("P1"), medium, (queue) => ({ ...queue, settled }));
    expect(await deliver(bed.sent.splice(0))).toEqual([]);
    expect(await titlesIn("P1")).toEqual([]);
    expect(await counts()).toMatchObject({ filled: 1, pending: 0 });
  });

  it("asks once however often a chunk runs", async () => {
    await addPatron("P1");
    await addPatron("P2");
    await ask(["P1"]);
    await ask(["P1", "P2"]);
    expect(await counts()).toMatchObject({ requested: 2, pending: 2 });
    await deliver(bed.sent);
    expect(await counts()).toMatchObject({ requested: 2, filled: 2 });
  });

  it("counts thousands over many groups, and lists them page by page in one order", async () => {
    const ids = Array.from({ length: 230 }, (_, i) => `P${String(i).padStart(4, "0")}`);
    for (const id of ids) await addPatron(id);
    await ask(ids.slice(0, 120), "batch", 0);
    await ask(ids.slice(120), "batch", 1);
    await deliver(bed.sent.splice(0, 115));
    const pages = async (status?: "FILLED" | "PENDING") => {
      const found: string[] = [];
      let after: string | undefined;
      do {
        const page = await listFills(bed.store, order(), { status, after, limit: 50 });
        found.push(...page.items.map((it) => it.patronId));
        expect(page.items.length).toBeLessThanOrEqual(50);
        after = page.next;
      } while (after !== undefined);
      return found;
    };
    expect(await pages()).toEqual(ids);
    expect(await pages("FILLED")).toEqual(ids.slice(0, 115));
    expect(await pages("PENDING")).toEqual(ids.slice(115));
    expect(await counts()).toEqual({ requested: 230, filled: 115, withdrawn: 0, failed: 0, pending: 115 });
    const { items } = await listFills(bed.store, order(), { limit: 1 });
    expect(items).toEqual([
      { patronId: "P0000", lastName: "Last P0000", status: "FILLED", entriesAdded: 4, filledAt: bed.now.toISOString() },
    ]);
  });
});

describe("the catalogue behind the fills", () => {
  it("is swapped whole in every medium, tells an import that closes again what it did, and is used at once", async () => {
    const again = [title("T1"), title("T2", { title: "Second edition" }), title("T9", { addedOn: "2026-01-01" })];
    const moved = title("T5", { medium: "BR" });
    const expected = { created: 1, replaced: 2, unchanged: 1 };
    expect(await importTitles(bed.store, "second", () => [...again, moved])).toEqual(expected);
    const pointer = await loadCataloguePointer(bed.store);
    expect(await importTitles(bed.store, "second", () => [...again, moved])).toEqual(expected);
    expect(await loadCataloguePointer(bed.store)).toEqual(pointer);
    // The first import closing late must not take the second one back.
    expect(await importTitles(bed.store, "first", () => [title("T2")])).toMatchObject({ created: 6 });
    expect(await loadCataloguePointer(bed.store)).toEqual(pointer);

    const whole = await createCatalogues().ofLibrary(bed.store);
    expect(["T2", "T5", "T7"].map((it) => whole.mediumOf(it))).toEqual(["DB", "BR", undefined]);
    await addPatron("P1");
    await ask(["P1"]);
    await deliver(bed.sent);
    expect((await loadQueue(bed.store, patronId("P1"), medium)).entries.map((it) => it.title)).toEqual([
      "Title T9",
      "Second edition",
      "Title T3",
      "Title T4",
    ]);
  });

  it("may be empty: then nothing is added, and that counts as filled", async () => {
    await bed.openLibrary();
    await addPatron("P1");
    await ask(["P1"]);
    await deliver(bed.sent);
    expect(await counts()).toMatchObject({ filled: 1 });
    const { items } = await listFills(bed.store, order(), { limit: 5 });
    expect(items[0]).toMatchObject({ status: "FILLED", entriesAdded: 0 });
  });

  it("is filled from by the settings of the moment", async () => {
    await addPatron("P1");
    await ask(["P1"]);
    await saveSettings(bed.store, { ...settings, queueFunctions: [{ function: "SUBJECT", limit: 1 }] }, 1);
    await deliver(bed.sent);
    expect(await titlesIn("P1")).toEqual(["T2"]);
  });
});
