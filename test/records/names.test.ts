import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { criteriaSchema } from "#domain/query/criteria";
import { type Preset, presetShelf } from "#records/batch-updates/presets";
import { savedQueryShelf } from "#records/query-sets/saved-queries";
import { libraryId } from "#test/ids";
import { startRealStores } from "./real-store.ts";

const library = libraryId("piedmont");
const at = "2026-07-01T00:00:00.000Z";
const audit = { at, actor: { sub: "a", name: "a" }, role: "administrator", action: "x", subject: "x", detail: "" };
let stores: Awaited<ReturnType<typeof startRealStores>>;
beforeAll(async () => {
  stores = await startRealStores();
});
afterAll(async () => {
  await stores.close();
});

let number = 0;
function preset(name: string): Preset {
  return { presetId: `preset-${++number}`, name, changes: { cutoff: 3 }, createdBy: "a", createdAt: at, revision: 1 };
}
const create = (it: Preset) => presetShelf.create(stores.of(library), it, audit);
const rename = (before: Preset, name: string) =>
  presetShelf.replace(stores.of(library), { ...before, name, revision: before.revision + 1 }, before, audit);
const remove = (it: Preset) => presetShelf.remove(stores.of(library), it, audit);

describe("the name of a preset", () => {
  test("is there once, without case, whoever comes first, and in its library and kind alone", async () => {
    const both = await Promise.all([create(preset("Éclair")), create(preset("ÉCLAIR"))]);
    expect(both.toSorted()).toEqual(["NAME_TAKEN", "WRITTEN"]);
    expect(await create(preset("e\u0301CLAIR"))).toBe("NAME_TAKEN");
    expect(await presetShelf.create(stores.of(libraryId("lakeshore")), preset("Éclair"), audit)).toBe("WRITTEN");
    const criteria = criteriaSchema.parse({ all: [{ field: "Patron.city", operator: "isBlank" }] });
    const query = { savedQueryId: "q1", name: "Éclair", criteria, createdBy: "a", createdAt: at, revision: 1 };
    expect(await savedQueryShelf.create(stores.of(library), query, audit)).toBe("WRITTEN");
    expect(await savedQueryShelf.load(stores.of(library), "q1")).toMatchObject({ name: "Éclair" });
  });

  test("is free again when the preset is renamed or deleted, and stays taken when that is refused", async () => {
    const [one, other] = [preset("Spring"), preset("Autumn")];
    await create(one);
    await create(other);
    expect(await rename(one, "AUTUMN")).toBe("NAME_TAKEN");
    expect(await presetShelf.load(stores.of(library), one.presetId)).toMatchObject({ name: "Spring" });
    expect(await rename(one, "SPRING")).toBe("WRITTEN");
    const renamed = { ...one, name: "SPRING", revision: 2 };
    expect(await rename(one, "Winter")).toBe("REFUSED");
    expect(await create(preset("Winter"))).toBe("WRITTEN");
    expect(await rename(renamed, "Summer")).toBe("WRITTEN");
    expect(await rename(other, "Spring")).toBe("WRITTEN");
    expect(await remove({ ...renamed, name: "Summer" })).toBe("REFUSED");
    expect(await create(preset("summer"))).toBe("NAME_TAKEN");
    expect(await remove({ ...renamed, name: "Summer", revision: 3 })).toBe("WRITTEN");
    expect(await create(preset("summer"))).toBe("WRITTEN");
  });

  test("of a preset from before names were kept is its own from the next change on, and never holds it up", async () => {
    const old = ["old-1", "old-2"].map((presetId) => ({ ...preset("Same"), presetId, revision: 0 }));
    for (const { revision, ...item } of old) {
      await stores.across.write({ put: { ...item, pk: `LIB#${library}#PRESETS`, sk: item.presetId } });
    }
    const [first, second] = old;
    if (first === undefined || second === undefined) throw new Error("There are two");
    expect(await rename(first, "Same")).toBe("WRITTEN");
    expect(await rename(second, "same")).toBe("NAME_TAKEN");
    expect(await remove(second)).toBe("WRITTEN");
    expect(await create(preset("SAME"))).toBe("NAME_TAKEN");
  });
});
