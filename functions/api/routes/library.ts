import { isDeepStrictEqual } from "node:util";
import { library } from "#contract/library";
import { auditEntry } from "#records/library/audit";
import { loadLibrary, type StoredLibrary, saveSettings } from "#records/library/libraries";
import type { Store } from "#records/store/store";
import { actOf, toldChanges } from "../act.ts";
import { changedMeanwhile, etag, requireVersion } from "../precondition.ts";
import { invalid, notFound } from "../problem.ts";
import { implement, ok, type Route } from "../route.ts";

async function libraryOf(store: Store): Promise<StoredLibrary> {
  const found = await loadLibrary(store);
  if (found === undefined) throw notFound();
  return found;
}

export const libraryRoutes: readonly Route[] = [
  implement(library.get, async (_, { store }) => {
    const { revision, ...settings } = await libraryOf(store);
    return ok(settings, etag(revision));
  }),
  implement(library.replace, async (call, { store }) => {
    const { library, body, newId } = call;
    const { library: named = library, ...settings } = body;
    if (named !== library) throw invalid({ path: "library", message: "cannot be changed" });
    const { revision, library: _, ...before } = await libraryOf(store);
    requireVersion(call, revision);
    if (isDeepStrictEqual(before, settings)) return ok({ library, ...settings }, etag(revision));
    const changed = toldChanges(before, settings, `revision ${revision + 1}`);
    const act = actOf(call, "SETTINGS_CHANGED", "library", changed);
    const audit = await auditEntry(store, newId, act);
    const { done } = await saveSettings(store, settings, revision, audit);
    if (!done) throw changedMeanwhile(call, (await libraryOf(store)).revision);
    return ok({ library, ...settings }, etag(revision + 1));
  }),
];
