import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { piedmont } from "#infra/local/samples/libraries";
import { type AuditEntry, actOfSystem, auditEntry, listAudit, noteRefusal } from "#records/library/audit";
import { provisionLibrary } from "#records/library/libraries";
import { auditPartition } from "#records/store/keys";
import { startRealStore } from "./real-store.ts";

let store: Awaited<ReturnType<typeof startRealStore>>;
beforeAll(async () => {
  store = await startRealStore();
  await provisionLibrary(store, { ...piedmont, auditDays: 10 });
});
afterAll(async () => await store.close());

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
async function write(library: string, entry: AuditEntry): Promise<void> {
  await store.table.write(await auditEntry(store, library, String(ids++), entry));
}
const ats = async (library: string, filter: Parameters<typeof listAudit>[4]) =>
  (await listAudit(store, library, 50, undefined, filter)).items.map(({ at }) => at.slice(14, 16));

describe("the audit", () => {
  it("is narrowed by action, by who acted, by subject and by time, newest first", async () => {
    await write("a", act(1));
    await write("a", act(2, { action: "Y", subject: "batch-updates/1/plan" }));
    await write("a", act(3, { actor: { sub: "u-2", name: "Ann" }, subject: "batch-updates/12" }));
    expect(await ats("a", {})).toEqual(["03", "02", "01"]);
    expect(await ats("a", { action: "Y" })).toEqual(["02"]);
    expect(await ats("a", { actor: "u-1" })).toEqual(["02", "01"]);
    expect(await ats("a", { actor: "Ann" })).toEqual(["03", "02", "01"]);
    expect(await ats("a", { subject: "batch-updates/1" })).toEqual(["02", "01"]);
    expect(await ats("a", { from: act(2).at })).toEqual(["03", "02"]);
    expect(await ats("a", { to: act(2).at })).toEqual(["02", "01"]);
  });

  it("is the same page by page as whole, with a filter and without", async () => {
    for (const filter of [{}, { action: "Y" }]) {
      const found: string[] = [];
      let after: string | undefined;
      do {
        const { items, next } = await listAudit(store, "a", 1, after, filter);
        found.push(...items.map(({ at }) => at.slice(14, 16)));
        after = next;
      } while (after !== undefined);
      expect(found).toEqual(await ats("a", filter));
    }
  });

  it("keeps an entry as it was first written", async () => {
    const first = await auditEntry(store, "once", "1", act(1));
    expect((await store.table.write(first)).done).toBe(true);
    expect((await store.table.write(await auditEntry(store, "once", "1", act(1, { detail: "other" })))).done).toBe(
      false,
    );
    expect((await listAudit(store, "once", 50, undefined)).items).toEqual([act(1)]);
  });

  it("ends by itself after the library's days, or after seven years", async () => {
    for (const [library, days] of [
      ["piedmont", 10],
      ["unheard-of", 2555],
    ] as const) {
      await write(library, act(1));
      const [item] = (await store.table.queryPage({ pk: auditPartition(library) })).items;
      expect(item?.["expiresAt"]).toBe(Date.parse(act(1).at) / 1000 + days * 24 * 3600);
    }
  });

  it("shows entries of version 0.1.0, which knew a name alone", async () => {
    const old = { ...act(1), actor: "piedmont-administrator" };
    await store.table.write({ put: { pk: auditPartition("old"), sk: `${old.at}#1#X`, ...old } });
    const { items } = await listAudit(store, "old", 50, undefined);
    expect(items).toMatchObject([{ actor: { sub: "piedmont-administrator", name: "piedmont-administrator" } }]);
  });

  it("names the system where nobody asked for it", async () => {
    await write("system", actOfSystem(new Date(act(1).at), "BATCH_UPDATE_STOPPED", "batch-updates/1", "why"));
    const { items } = await listAudit(store, "system", 50, undefined);
    expect(items).toMatchObject([{ actor: { sub: "system", name: "system" }, role: "system", detail: "why" }]);
  });

  it("has one entry a minute for refusals of one caller on one route, with their number", async () => {
    const { at: _, action: __, ...entry } = act(1);
    const refuse = async (second: number, route: string, sub = "u-1") => {
      const actor = { sub, name: "Ann" };
      const at = new Date(Date.UTC(2026, 0, 1, 10, 0, second));
      await noteRefusal(store, "refused", route, { ...entry, actor, detail: route }, at);
    };
    for (const second of [1, 2, 3, 61]) await refuse(second, "POST /a");
    await refuse(4, "POST /b");
    await refuse(5, "POST /a", "u-2");
    const { items } = await listAudit(store, "refused", 50, undefined);
    expect(items.map(({ detail }) => detail).sort()).toEqual([
      "POST /a",
      "POST /a",
      "POST /a (3 times within a minute)",
      "POST /b",
    ]);
  });
});
