import { supportLibraries } from "#contract/support-libraries";
import type { AuditChange } from "#domain/audit/entry";
import { type LibraryId, libraryIdSchema } from "#domain/ids";
import { deletionDate, hasLeft } from "#domain/leaving";
import type { LibrarySettings } from "#domain/library";
import { newLibrary } from "#domain/new-library";
import { erasuresToRepeat } from "#records/erasures/after-restore";
import { auditEntry, keystoneEntry } from "#records/library/audit";
import { loadLibrary, provisionLibrary } from "#records/library/libraries";
import {
  leaveLibrary,
  listLibraries,
  listTenants,
  loadTenant,
  restoreLibrary,
  type StoredTenant,
  suspendLibrary,
} from "#records/library/tenants";
import type { OfEach, Store } from "#records/store/store";
import type { Write } from "#records/store/table";
import { actOf } from "../act.ts";
import { decodeCursor, page } from "../page.ts";
import { conflict, invalid, notFound, stillAtWork } from "../problem.ts";
import { type Call, created, type Dependencies, implement, ok, type Route } from "../route.ts";

async function shown(stores: OfEach<Store>, { library, suspended, createdAt, deleteAt }: StoredTenant) {
  const settings = await loadLibrary(stores.of(library));
  if (settings === undefined) return undefined;
  const { name, timeZone } = settings;
  return {
    library,
    name,
    timeZone,
    suspended,
    ...(createdAt !== undefined && { createdAt }),
    ...(deleteAt !== undefined && { deleteAt }),
  };
}

type LibraryCall<Body = unknown> = Call<Body, unknown, "library">;

async function tenantOf({ params }: LibraryCall, { stores }: Dependencies) {
  const library = libraryIdSchema.safeParse(params.library).data;
  const tenant = library && (await loadTenant(stores.across, library));
  const served = tenant && (await shown(stores, tenant));
  if (tenant === undefined || served === undefined) throw notFound();
  return { tenant, served };
}

async function servedOf(call: LibraryCall, dependencies: Dependencies) {
  return (await tenantOf(call, dependencies)).served;
}

/** That a library is to be deleted, or is not after all, is told in its audit and in Keystone's, which outlives it. */
async function toldInBoth(
  call: LibraryCall,
  { stores }: Dependencies,
  { library, name }: { readonly library: StoredTenant["library"]; readonly name: string },
  action: string,
  changes: AuditChange[],
): Promise<Write[]> {
  const act = actOf(call, action, "library", { subjectName: name, changes });
  return [
    await auditEntry(stores.of(library), call.newId, act),
    keystoneEntry(call.newId, { ...act, subject: `libraries/${library}` }),
  ];
}

async function deleteLibrary(call: LibraryCall<{ library: string }>, dependencies: Dependencies) {
  const { tenant, served } = await tenantOf(call, dependencies);
  if (call.body.library !== tenant.library) {
    throw invalid({ path: "library", message: "is not the id of this library; type its id once more" });
  }
  // Asked for before: the first date holds.
  if (tenant.deleteAt !== undefined) return ok(served);
  const deleteAt = deletionDate(call.now).toISOString();
  const changes = [
    { field: "deleteAt", after: deleteAt },
    ...(tenant.suspended ? [] : [{ field: "suspended", before: false, after: true }]),
  ];
  const told = await toldInBoth(call, dependencies, served, "LIBRARY_LEAVES", changes);
  const { done } = await leaveLibrary(dependencies.stores.across, tenant, deleteAt, ...told);
  // Somebody else was faster: what they set holds.
  return ok(done ? { ...served, suspended: true, deleteAt } : await servedOf(call, dependencies));
}

const tooLate = "The time in which it could be taken back is over: its deletion has begun.";

async function restore(call: LibraryCall, dependencies: Dependencies) {
  const { tenant, served } = await tenantOf(call, dependencies);
  const { deleteAt, suspendedBefore: suspended = false } = tenant;
  if (deleteAt === undefined) throw conflict("This library is not to be deleted: there is nothing to take back.");
  if (hasLeft(tenant, call.now)) throw conflict(tooLate);
  if (!suspended) await requireErasedAgain(dependencies.stores.of(served.library));
  const changes = [
    { field: "deleteAt", before: deleteAt },
    ...(suspended ? [] : [{ field: "suspended", before: true, after: false }]),
  ];
  const told = await toldInBoth(call, dependencies, served, "LIBRARY_RESTORED", changes);
  const { done } = await restoreLibrary(dependencies.stores.across, tenant, ...told);
  if (!done) throw conflict("Someone else took it back, or its deletion has begun. Look at the list of libraries.");
  const { deleteAt: _, ...back } = served;
  return ok({ ...back, suspended });
}

async function settingsOf(store: Store): Promise<LibrarySettings> {
  const found = await loadLibrary(store);
  if (found === undefined) throw invalid({ path: "copyFrom", message: "is not the id of a library" });
  const { revision, library: _, ...settings } = found;
  return settings;
}

/** The id of a library that people would take for this one. */
async function idBeside({ stores }: Pick<Dependencies, "stores">, id: LibraryId): Promise<LibraryId | undefined> {
  const served = await listLibraries(stores.across);
  return served.find((one) => one !== id && one.toLowerCase() === id.toLowerCase());
}

/** Whom a library had erased is in a restored table once more: nobody of it is let in before they are out of it. */
async function requireErasedAgain(store: Store): Promise<void> {
  const { unknown, underWay } = await erasuresToRepeat(store);
  if (unknown.length > 0) {
    throw conflict(
      `The table does not know ${unknown.length} of the library's erasures, as after it was restored. Do them again first, by POST /v1/support/erasures/again.`,
    );
  }
  if (underWay.length > 0) {
    const are = underWay.length === 1 ? "is" : "are";
    throw stillAtWork(
      `${underWay.length} of the library's erasures ${are} still under way. Let it in when GET /v1/erasures says COMPLETED of each.`,
    );
  }
}

const toBeDeleted = "This library is to be deleted. Take it back first, by restore.";

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
    const alike = await idBeside({ stores }, library.library);
    if (alike !== undefined) {
      throw conflict(`There is a library with the ID ${alike}. Capitals make no difference: choose another ID.`);
    }
    const createdAt = call.now.toISOString();
    const detail = copyFrom === undefined ? "" : `like ${copyFrom}`;
    const act = actOf(call, "LIBRARY_CREATED", "library", { detail, subjectName: library.name });
    const audit = await auditEntry(stores.of(library.library), call.newId, act);
    const { done } = await provisionLibrary(stores, library, createdAt, audit);
    if (!done) throw conflict("There is already a library with this ID. Choose another ID.");
    return created({ ...given, suspended: false, createdAt });
  }),
  implement(supportLibraries.get, async (call, dependencies) => ok(await servedOf(call, dependencies))),
  implement(
    supportLibraries.change,
    async (call, dependencies) => {
      const { stores } = dependencies;
      const served = await servedOf(call, dependencies);
      const { suspended } = call.body;
      if (served.deleteAt !== undefined) throw conflict(toBeDeleted);
      if (!suspended) await requireErasedAgain(stores.of(served.library));
      const changes = [{ field: "suspended", before: served.suspended, after: suspended }];
      const act = actOf(call, suspended ? "LIBRARY_SUSPENDED" : "LIBRARY_TAKEN_BACK", "library", { changes });
      const audit = await auditEntry(stores.of(served.library), call.newId, act);
      const { done } = await suspendLibrary(stores.across, served.library, suspended, audit);
      if (!done) throw conflict(toBeDeleted);
      return ok({ ...served, suspended });
    },
    { subject: servedOf },
  ),
  implement(supportLibraries.delete, deleteLibrary, { subject: servedOf }),
  implement(supportLibraries.restore, restore, { subject: servedOf }),
];
