import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LibraryId } from "#domain/ids";
import { piedmont } from "#infra/local/samples/libraries";
import { type AuditEntry, actOfSystem, auditEntry, listAudit, noteRefusal } from "#records/library/audit";
import { provisionLibrary } from "#records/library/libraries";
import { auditPartition } from "#records/store/keys";
import { libraryId } from "#test/ids";
import { startRealStores } from "./real-store.ts";

let stores: Awaited<ReturnType<typeof startRealStores>>;
beforeAll(async () => {
  stores = await startRealStores();
  await provisionLibrary(stores, { ...piedmont, auditDays: 10 });
});
afterAll(async () => await stores.close());

const act = (minute: number, more: Partial<AuditEntry> = {}): AuditEntry => ({
  at: `2026-01-01T10:${String(minute).padStart(2, "0")}:00.000Z`,
  actor: { sub: "u-1", name: "Ann" },
  role: "administrator",
  action: "X",
  subject: "batch-updates/1",
  detail: "",
  ...more,
});
let ids = 0;
async function write(library: LibraryId, entry: AuditEntry): Promise<void> {
  await stores.across.write(await auditEntry(stores.of(library), String(ids++), entry));
}
const ats = async (library: LibraryId, filter: Parameters<typeof listAudit>[3]) =>
  (await listAudit(stores.of(library), 50, undefined, filter)).items.map(({ at }) => at.slice(14, 16));

describe("the audit", () => {
  it("is narrowed by action, by who acted, by subject and by time, newest first", async () => {
    await write(libraryId("a"), act(1));
    await write(libraryId("a"), act(2, { action: "Y", subject: "batch-updates/1/plan" }));
    await write(libraryId("a"), act(3, { actor: { sub: "u-2", name: "Ann" }, subject: "batch-updates/12" }));
    expect(await ats(libraryId("a"), {})).toEqual(["03", "02", "01"]);
    expect(await ats(libraryId("a"), { action: "Y" })).toEqual(["02"]);
    expect(await ats(libraryId("a"), { actor: "u-1" })).toEqual(["02", "01"]);
    expect(await ats(libraryId("a"), { actor: "Ann" })).toEqual(["03", "02", "01"]);
    expect(await ats(libraryId("a"), { subject: "batch-updates/1" })).toEqual(["02", "01"]);
    expect(await ats(libraryId("a"), { from: act(2).at })).toEqual(["03", "02"]);
    expect(await ats(libraryId("a"), { to: act(2).at })).toEqual(["02", "01"]);
  });

  it("is the same page by page as whole, with a filter and without", async () => {
    for (const filter of [{}, { action: "Y" }]) {
      const found: string[] = [];
      let after: string | undefined;
      do {
        const { items, next } = await listAudit(stores.of(libraryId("a")), 1, after, filter);
        found.push(...items.map(({ at }) => at.slice(14, 16)));
        after = next;
      } while (after !== undefined);
      expect(found).toEqual(await ats(libraryId("a"), filter));
    }
  });

  it("keeps an entry as it was first written", async () => {
    const first = await auditEntry(stores.of(libraryId("once")), "1", act(1));
    expect((await stores.across.write(first)).done).toBe(true);
    expect(
      (await stores.across.write(await auditEntry(stores.of(libraryId("once")), "1", act(1, { detail: "other" }))))
        .done,
    ).toBe(false);
    expect((await listAudit(stores.of(libraryId("once")), 50, undefined)).items).toEqual([act(1)]);
  });

  it("ends by itself after the library's days, or after seven years", async () => {
    for (const [library, days] of [
      [libraryId("piedmont"), 10],
      [libraryId("unheard-of"), 2555],
    ] as const) {
      await write(library, act(1));
      const [item] = (await stores.across.queryPage({ pk: auditPartition({ library }) })).items;
      expect(item?.["expiresAt"]).toBe(Date.parse(act(1).at) / 1000 + days * 24 * 3600);
    }
  });

  it("shows entries of version 0.1.0, which knew a name alone", async () => {
    const old = { ...act(1), actor: "piedmont-administrator" };
    await stores.across.write({
      put: { pk: auditPartition({ library: libraryId("old") }), sk: `${old.at}#1#X`, ...old },
    });
    const { items } = await listAudit(stores.of(libraryId("old")), 50, undefined);
    expect(items).toMatchObject([{ actor: { sub: "piedmont-administrator", name: "piedmont-administrator" } }]);
  });

  it("names the system where nobody asked for it", async () => {
    await write(
      libraryId("system"),
      actOfSystem(new Date(act(1).at), "BATCH_UPDATE_STOPPED", "batch-updates/1", "why"),
    );
    const { items } = await listAudit(stores.of(libraryId("system")), 50, undefined);
    expect(items).toMatchObject([{ actor: { sub: "system", name: "system" }, role: "system", detail: "why" }]);
  });

  it("has one entry a minute for refusals of one caller on one route, with their number", async () => {
    const { at: _, action: __, ...entry } = act(1);
    const refuse = async (second: number, route: string, sub = "u-1") => {
      const actor = { sub, name: "Ann" };
      const at = new Date(Date.UTC(2026, 0, 1, 10, 0, second));
      await noteRefusal(stores.of(libraryId("refused")), route, { ...entry, actor, detail: route }, at);
    };
    for (const second of [1, 2, 3, 61]) await refuse(second, "POST /a");
    await refuse(4, "POST /b");
    await refuse(5, "POST /a", "u-2");
    const { items } = await listAudit(stores.of(libraryId("refused")), 50, undefined);
    expect(items.map(({ detail }) => detail).sort()).toEqual([
      "POST /a",
      "POST /a",
      "POST /a (3 times within a minute)",
      "POST /b",
    ]);
  });

  it("is in the order of its instants, refusals among other acts of their minute, which the filters hold to", async () => {
    const library = libraryId("ordered");
    const second = (at: number) => `2026-01-01T10:00:${String(at).padStart(2, "0")}.000Z`;
    const seconds = async (filter: Parameters<typeof listAudit>[3] = {}) =>
      (await listAudit(stores.of(library), 50, undefined, filter)).items.map(({ at }) => Number(at.slice(17, 19)));
    const { at: _, action: __, ...entry } = act(0, { detail: "POST /a" });
    await write(library, act(0, { at: second(10) }));
    for (const at of [20, 25]) await noteRefusal(stores.of(library), "POST /a", entry, new Date(second(at)));
    await write(library, act(0, { at: second(30) }));
    expect(await seconds()).toEqual([30, 20, 10]);
    expect(await seconds({ from: second(15) })).toEqual([30, 20]);
    expect(await seconds({ from: second(21) })).toEqual([30]);
    expect(await seconds({ to: second(20) })).toEqual([20, 10]);
    expect(await seconds({ to: second(19) })).toEqual([10]);
  });

  it("shows a refusal that was kept at the beginning of its minute as of then, with its number", async () => {
    const library = libraryId("before");
    const minute = "2026-01-01T10:00:00.000Z";
    const key = `${minute}#u-1#POST /a#ACT_REFUSED`;
    const pk = auditPartition({ library });
    await stores.across.write({
      put: { pk, sk: key, ...act(0, { action: "ACT_REFUSED", at: act(0).at.replace("00.000", "40.000") }) },
    });
    await stores.across.write({ put: { pk: `${pk}#REFUSED`, sk: key, times: 2 } });
    const { items } = await listAudit(stores.of(library), 50, undefined);
    expect(items).toMatchObject([{ at: minute, detail: " (2 times within a minute)" }]);
  });
});
