import { librarySchema, librarySettingsSchema } from "#domain/library";
import { idSchema } from "#domain/text";
import { auditEntry } from "#records/library/audit";
import { loadLibrary, type StoredLibrary, saveSettings } from "#records/library/libraries";
import type { Store } from "#records/store/store";
import { changedMeanwhile, etag, requireVersion } from "../precondition.ts";
import { invalid, notFound } from "../problem.ts";
import { ok, type Route, route } from "../route.ts";

/** The whole settings; the id may stand among them, as it does in the answer, but cannot be changed. */
const bodySchema = librarySettingsSchema.extend({ library: idSchema.optional() });

async function libraryOf(store: Store, library: string): Promise<StoredLibrary> {
  const found = await loadLibrary(store, library);
  if (found === undefined) throw notFound();
  return found;
}

export const libraryRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/v1/library",
    summary: "The library's settings and tables of codes",
    success: { status: 200, schema: librarySchema },
    handle: async ({ library }, { store }) => {
      const { revision, ...settings } = await libraryOf(store, library);
      return ok(settings, etag(revision));
    },
  }),
  route({
    method: "PUT",
    path: "/v1/library",
    summary: "Replace the library's settings whole",
    roles: ["administrator"],
    body: bodySchema,
    success: { status: 200, schema: librarySchema },
    handle: async (call, { store }) => {
      const { library, body, caller, role, now, newId } = call;
      const { library: named = library, ...settings } = body;
      if (named !== library) throw invalid({ path: "library", message: "cannot be changed" });
      const { revision } = await libraryOf(store, library);
      requireVersion(call, revision);
      const act = { at: now.toISOString(), actor: caller.name, role, action: "SETTINGS_CHANGED" };
      const audit = auditEntry(library, newId, { ...act, subject: "library", detail: `revision ${revision + 1}` });
      const { done } = await saveSettings(store, library, settings, revision, audit);
      if (!done) throw changedMeanwhile(call, (await libraryOf(store, library)).revision);
      return ok({ library, ...settings }, etag(revision + 1));
    },
  }),
];
