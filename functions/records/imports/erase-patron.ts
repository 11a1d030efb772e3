import type { PatronId } from "#domain/ids";
import { errorsWithout } from "#domain/import/erased-errors";
import { rewrite } from "#records/store/rewriting";
import type { Store } from "#records/store/store";
import { uploadMayHold } from "#records/store/uploads";
import { eraseWaitingUpload, type OfErasure } from "#records/store/waiting-upload";
import { importErrorsKey, importScratch, importUploadKey } from "./import-objects.ts";
import { giveUpMending, type Import, isFinalImport, listAllImports, loadImport, noteFileErased } from "./imports.ts";

/**
 * Takes from the objects of an import what they say of a patron, also of titles, as which patrons may have been sent: of a
 * line that was not taken in, line and id stay. A file that waits for its import and may hold the patron goes, and must be
 * sent again: not one that was sent after the erasure was asked for, which makes the patron anew. Of an import that failed and
 * could be started again, all that this needs goes where it may hold the patron: then the file must be imported anew.
 *
 * One that is RUNNING is left alone: it must be looked at again when it has ended. Doing it again does no harm, wherever the
 * last time broke off.
 *
 * @returns how many objects were rewritten or deleted just now
 */
export async function eraseFromImport(store: Store, importId: string, erasure: OfErasure): Promise<number> {
  const it = await loadImport(store, importId);
  if (it === undefined || it.status === "RUNNING") return 0;
  if (!isFinalImport(it)) return await eraseWaiting(store, it, erasure);
  const { patronId } = erasure;
  const errors = await rewrite(store.objects, importErrorsKey(store, importId), (file) =>
    errorsWithout(file, patronId),
  );
  return (errors ? 1 : 0) + (await eraseScratch(store, importId, patronId));
}

/**
 * Takes what could still be imported, of every import of patrons that has not begun or may be started again. Called while none
 * runs and none may begin. What such an import says in its list of errors stays until {@link eraseFromImport}.
 *
 * @returns how many objects were deleted
 */
export async function eraseFromWaitingImports(store: Store, erasure: OfErasure): Promise<number> {
  let erased = 0;
  for await (const it of listAllImports(store)) {
    if (it.kind !== "patrons" || it.status === "RUNNING") continue;
    if (!isFinalImport(it)) erased += await eraseWaiting(store, it, erasure);
    else if (it.canBeMended === true) erased += await eraseScratch(store, it.importId, erasure.patronId);
  }
  return erased;
}

async function eraseWaiting(store: Store, { importId, createdAt }: Import, erasure: OfErasure): Promise<number> {
  const waiting = { upload: importUploadKey(store, importId), keys: await scratchOf(store, importId), createdAt };
  return await eraseWaitingUpload(store, waiting, erasure, () => noteFileErased(store, importId));
}

async function scratchOf(store: Store, importId: string): Promise<string[]> {
  const keys: string[] = [];
  for (const prefix of importScratch(store, importId)) {
    for await (const { key } of store.objects.list(prefix)) keys.push(key);
  }
  return [...new Set(keys)];
}

async function eraseScratch(store: Store, importId: string, patronId: PatronId): Promise<number> {
  let holds = false;
  for (const key of await scratchOf(store, importId)) holds ||= await uploadMayHold(store, key, patronId);
  if (!holds) return 0;
  // First, so that nobody starts what is about to go.
  if (!(await giveUpMending(store, importId))) return 0;
  let deleted = 0;
  for (const prefix of importScratch(store, importId)) deleted += await store.objects.deleteAll(prefix);
  return deleted;
}
