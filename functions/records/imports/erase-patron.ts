import { changedRows } from "#domain/csv-rows";
import type { PatronId } from "#domain/ids";
import { rewrite } from "#records/store/rewriting";
import type { Store } from "#records/store/store";
import { uploadMayHold } from "#records/store/uploads";
import { importErrorsKey, importScratch, importUploadKey } from "./import-objects.ts";
import { giveUpMending, isFinalImport, loadImport } from "./imports.ts";

/** What stands in the list of errors instead of what was wrong with the line of a patron who was erased. */
export const erasedLineReason = "the patron was erased since";

/**
 * Takes from the objects of an import of patrons what they say of one: of a line that was not taken in, line and id stay. A
 * file that waits for its import and may hold the patron goes: it must be sent again. Of an import that failed and could be
 * started again, all that this needs goes where it may hold the patron: then the file must be imported anew.
 *
 * One that is RUNNING is left alone: it must be looked at again when it has ended. Doing it again does no harm, wherever the
 * last time broke off.
 *
 * @returns how many objects were rewritten or deleted just now
 */
export async function eraseFromImport(store: Store, importId: string, patronId: PatronId): Promise<number> {
  const it = await loadImport(store, importId);
  if (it?.kind !== "patrons" || it.status === "RUNNING") return 0;
  if (!isFinalImport(it)) {
    const upload = importUploadKey(store, importId);
    if (!(await uploadMayHold(store, upload, patronId))) return 0;
    await store.objects.remove(upload);
    return 1;
  }
  const errors = await rewrite(store.objects, importErrorsKey(store, importId), (file) =>
    errorsWithout(file, patronId),
  );
  return (errors ? 1 : 0) + (await eraseScratch(store, importId, patronId));
}

/** The list of errors without what it says of a patron; undefined where it says nothing. */
export function errorsWithout(file: Buffer, patronId: string): Buffer | undefined {
  if (!file.includes(patronId)) return undefined;
  const named = new RegExp(`(?<![A-Za-z0-9._-])${patronId.replaceAll(".", "\\.")}(?![A-Za-z0-9._-])`);
  return changedRows(file, {
    isMeant: (row) => row.includes(patronId) && named.test(row.toString("utf8")),
    change: ([line, id]) => [Number(line), id, erasedLineReason, undefined],
  });
}

async function eraseScratch(store: Store, importId: string, patronId: PatronId): Promise<number> {
  const keys: string[] = [];
  for (const prefix of importScratch(store, importId)) {
    for await (const { key } of store.objects.list(prefix)) keys.push(key);
  }
  let holds = false;
  for (const key of keys) holds ||= await uploadMayHold(store, key, patronId);
  if (!holds) return 0;
  // First, so that nobody starts what is about to go.
  await giveUpMending(store, importId);
  let deleted = 0;
  for (const prefix of importScratch(store, importId)) deleted += await store.objects.deleteAll(prefix);
  return deleted;
}
