import { leaving } from "#contract/leaving";
import { libraryIdSchema } from "#domain/ids";
import { exportFileKey } from "#records/exports/export-objects";
import { createExport, type Export, exportWork, loadExport } from "#records/exports/exports";
import { auditEntry } from "#records/library/audit";
import { lookForLibrary } from "#records/library/tenants";
import type { Store } from "#records/store/store";
import { actOf } from "../act.ts";
import { exportStanding, exportTypes } from "../export-answer.ts";
import { alreadyThere } from "../handler.ts";
import { madeBy } from "../maker.ts";
import { notFound } from "../problem.ts";
import { type Call, created, type Dependencies, implement, ok, type Route } from "../route.ts";

/** The store of the library in the path, or 404. */
async function storeOf({ params, now }: Call<unknown, unknown, "library">, { stores }: Dependencies): Promise<Store> {
  const library = libraryIdSchema.safeParse(params.library).data;
  if (library === undefined || (await lookForLibrary(stores.across, library, now)) !== "HERE") throw notFound();
  return stores.of(library);
}

async function exportLibrary(call: Call<unknown, unknown, "library">, dependencies: Dependencies) {
  const store = await storeOf(call, dependencies);
  const { newId: exportId, caller, now } = call;
  const createdAt = now.toISOString();
  const it = { exportId, kind: "library", format: "jsonl", ...madeBy(caller), createdAt } as const;
  const act = actOf(call, "LIBRARY_EXPORT_CREATED", `exports/${exportId}`);
  if (!(await createExport(store, it, act)).done) alreadyThere(call);
  await dependencies.workflows.start(exportWork(store, exportId, createdAt));
  const standing = await exportStanding(store, { ...it, status: "RUNNING" }, now);
  return created({ ...standing, library: store.library });
}

async function exportOf(call: Call<unknown, unknown, "library" | "exportId">, dependencies: Dependencies) {
  const store = await storeOf(call, dependencies);
  const it = await loadExport(store, call.params.exportId);
  if (it?.kind !== "library") throw notFound();
  const standing = { ...(await exportStanding(store, it, call.now)), library: store.library };
  if (standing.status !== "COMPLETED") return ok(standing);
  // Before it is answered, for what is not told is not shown.
  const act = actOf(call, "DOWNLOADED", `exports/${it.exportId}`, { detail: "everything that the library has" });
  await store.table.write(await auditEntry(store, call.newId, act));
  return ok({ ...standing, files: await filesOf(store, it) });
}

async function filesOf(store: Store, { exportId, createdAt, files = {} }: Export) {
  const found: { name: string; rows: number; url: string }[] = [];
  for (const [name, rows] of Object.entries(files)) {
    const shown = `${store.library}-${createdAt.slice(0, 10)}-${name}`;
    const url = await store.objects.downloadUrl(exportFileKey(store, exportId, name), shown, exportTypes.jsonl);
    found.push({ name, rows, url });
  }
  return found;
}

export const leavingRoutes: readonly Route[] = [
  implement(leaving.export, exportLibrary, { subject: storeOf }),
  implement(leaving.exportOf, exportOf),
];
