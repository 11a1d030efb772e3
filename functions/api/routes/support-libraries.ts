import { supportLibraries } from "#contract/support-libraries";
import { libraryIdSchema } from "#domain/ids";
import type { LibrarySettings } from "#domain/library";
import { newLibrary } from "#domain/new-library";
import { auditEntry } from "#records/library/audit";
import { loadLibrary, provisionLibrary } from "#records/library/libraries";
import { listTenants, loadTenant, type StoredTenant, suspendLibrary } from "#records/library/tenants";
import type { OfEach, Store } from "#records/store/store";
import { actOf } from "../act.ts";
import { decodeCursor, page } from "../page.ts";
import { conflict, invalid, notFound } from "../problem.ts";
import { type Call, created, type Dependencies, implement, ok, type Route } from "../route.ts";

async function shown(stores: OfEach<Store>, { library, suspended, createdAt }: StoredTenant) {
  const settings = await loadLibrary(stores.of(library));
  if (settings === undefined) return undefined;
  const { name, timeZone } = settings;
  return { library, name, timeZone, suspended, ...(createdAt !== undefined && { createdAt }) };
}

async function servedOf({ params }: Call<unknown, unknown, "library">, { stores }: Dependencies) {
  const library = libraryIdSchema.safeParse(params.library).data;
  const tenant = library && (await loadTenant(stores.across, library));
  const found = tenant && (await shown(stores, tenant));
  if (found === undefined) throw notFound();
  return found;
}

async function settingsOf(store: Store): Promise<LibrarySettings> {
  const found = await loadLibrary(store);
  if (found === undefined) throw invalid({ path: "copyFrom", message: "is not the id of a library" });
  const { revision, library: _, ...settings } = found;
  return settings;
}

export const supportLibraryRoutes: readonly Route[] = [
  implement(supportLibraries.list, async ({ query }, { stores }) => {
    const { items, next } = await listTenants(stores.across, query.limit, decodeCursor(query.cursor));
    const served = [];
    for (const tenant of items) {
      const one = await shown(stores, tenant);
      if (one !== undefined) served.push(one);
    }
    return ok(page(served, next));
  }),
  implement(supportLibraries.create, async (call, { stores }) => {
    const { copyFrom, ...given } = call.body;
    const library = newLibrary(
      given,
      copyFrom === undefined ? undefined : await settingsOf(stores.of(libraryIdSchema.parse(copyFrom))),
    );
    const createdAt = call.now.toISOString();
    const detail = copyFrom === undefined ? "" : `like ${copyFrom}`;
    const act = actOf(call, "LIBRARY_CREATED", "library", { detail, subjectName: library.name });
    const audit = await auditEntry(stores.of(library.library), call.newId, act);
    const { done } = await provisionLibrary(stores, library, createdAt, audit);
    if (!done) throw conflict("There is a library with this id already. Choose another id.");
    return created({ ...given, suspended: false, createdAt });
  }),
  implement(supportLibraries.get, async (call, dependencies) => ok(await servedOf(call, dependencies))),
  implement(
    supportLibraries.change,
    async (call, dependencies) => {
      const { stores } = dependencies;
      const served = await servedOf(call, dependencies);
      const { suspended } = call.body;
      const changes = [{ field: "suspended", before: served.suspended, after: suspended }];
      const act = actOf(call, suspended ? "LIBRARY_SUSPENDED" : "LIBRARY_TAKEN_BACK", "library", { changes });
      const audit = await auditEntry(stores.of(served.library), call.newId, act);
      const { done } = await suspendLibrary(stores.across, served.library, suspended, audit);
      if (!done) throw notFound();
      return ok({ ...served, suspended });
    },
    { subject: servedOf },
  ),
];
