import { Readable } from "node:stream";
import { presetShelf } from "#records/batch-updates/presets";
import { recipeShelf } from "#records/batch-updates/recipes";
import { exportFileKey } from "#records/exports/export-objects";
import { allOfAudit } from "#records/library/audit";
import type { KeptByName, Shelf } from "#records/library/kept-by-name";
import { requireLibrary } from "#records/library/libraries";
import { savedQueryShelf } from "#records/query-sets/saved-queries";
import type { Store } from "#records/store/store";
import type { Item } from "#records/store/table";

const jsonl = "application/x-ndjson";

/** Writes what a whole library takes with it beside its patrons and titles. The lines of each file, by its name. */
export async function writeRecordsOf(store: Store, exportId: string): Promise<Record<string, number>> {
  const { revision: _, ...settings } = await requireLibrary(store);
  const kept = {
    settings,
    savedQueries: await allOf(savedQueryShelf, store),
    presets: await allOf(presetShelf, store),
    recipes: await allOf(recipeShelf, store),
  };
  await store.objects.putText(
    exportFileKey(store, exportId, "settings.json"),
    JSON.stringify(kept),
    "application/json",
  );
  let entries = 0;
  async function* lines() {
    for await (const some of allOfAudit(store, {})) {
      entries += some.length;
      yield some.map((entry) => `${JSON.stringify(entry)}\n`).join("");
    }
  }
  await store.objects.putStream(exportFileKey(store, exportId, "audit.jsonl"), Readable.from(lines()), jsonl);
  return { "settings.json": 1, "audit.jsonl": entries };
}

async function allOf<Thing extends Item & KeptByName>(shelf: Shelf<Thing>, store: Store): Promise<Thing[]> {
  const found: Thing[] = [];
  let after: string | undefined;
  do {
    const { items, next } = await shelf.list(store, 200, after);
    found.push(...items);
    after = next;
  } while (after !== undefined);
  return found;
}
