import { supportLibraries } from "#contract/support-libraries";
import type { LibrarySettings } from "#domain/library";
import { newLibrary } from "#domain/new-library";
import { auditEntry } from "#records/library/audit";
import { loadLibrary, provisionLibrary } from "#records/library/libraries";
import { listTenants, loadTenant, type StoredTenant, suspendLibrary } from "#records/library/tenants";
import type { Store } from "#records/store/store";
import { actOf } from "../act.ts";
import { decodeCursor, page } from "../page.ts";
import { conflict, invalid, notFound } from "../problem.ts";
import { type Call, created, type Dependencies, implement, ok, type Route } from "../route.ts";

async function shown(store: Store, { library, suspended, createdAt }: StoredTenant) {
  const settings = await loadLibrary(store, library);
  if (settings === undefined) return undefined;
  const { name, timeZone } = settings;
  return { library, name, timeZone, suspended, ...(createdAt !== undefined && { createdAt }) };
}

async function servedOf({ params }: Call<unknown, unknown, "library">, { store }: Dependencies) {
  const tenant = await loadTenant(store.table, params.library);
  const found = tenant && (await shown(store, tenant));
  if (found === undefined) throw notFound();
  return found;
}

async function settingsOf(store: Store, library: string): Promise<LibrarySettings> {
  const found = await loadLibrary(store, library);
  if (found === undefined) throw invalid({ path: "copyFrom", message: "is not the id of a library" });
  const { revision, library: _, ...settings } = found;
  return settings;
}

export const supportLibraryRoutes: readonly Route[] = [
  implement(supportLibraries.list, async ({ query }, { store }) => {
    const { items, next } = await listTenants(store.table, query.limit, decodeCursor(query.cursor));
    const served = [];
    for (const tenant of items) {
      const one = await shown(store, tenant);
      if (one !== undefined) served.push(one);
    }
    return ok(page(served, next));
  }),
  implement(supportLibraries.create, async (call, { store }) => {
    const { copyFrom, ...given } = call.body;
    const library = newLibrary(given, copyFrom === undefined ? undefined : await settingsOf(store, copyFrom));
    const createdAt = call.now.toISOString();
    const detail = copyFrom === undefined ? "" : `like ${copyFrom}`;
    const act = actOf(call, "LIBRARY_CREATED", "library", { detail, subjectName: library.name });
    const audit = await auditEntry(store, library.library, call.newId, act);
    const { done } = await provisionLibrary(store, library, createdAt, audit);
    if (!done) throw conflict("There is a library with this id already. Choose another id.");
    return created({ ...given, suspended: false, createdAt });
  }),
  implement(supportLibraries.get, async (call, dependencies) => ok(await servedOf(call, dependencies))),
  implement(
    supportLibraries.change,
    async (call, dependencies) => {
      const { store } = dependencies;
      const served = await servedOf(call, dependencies);
      const { suspended } = call.body;
      const changes = [{ field: "suspended", before: served.suspended, after: suspended }];
      const act = actOf(call, suspended ? "LIBRARY_SUSPENDED" : "LIBRARY_TAKEN_BACK", "library", { changes });
      const audit = await auditEntry(store, served.library, call.newId, act);
      const { done } = await suspendLibrary(store.table, served.library, suspended, audit);
      if (!done) throw notFound();
      return ok({ ...served, suspended });
    },
    { subject: servedOf },
  ),
];
