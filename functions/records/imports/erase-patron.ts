import type { PatronId } from "#domain/ids";
import { errorsWithout } from "#domain/import/erased-errors";
import { rewrite } from "#records/store/rewriting";
import type { Store } from "#records/store/store";
import { uploadMayHold } from "#records/store/uploads";
import { importErrorsKey, importScratch, importUploadKey } from "./import-objects.ts";
import { giveUpMending, type Import, isFinalImport, listAllImports, loadImport, noteFileErased } from "./imports.ts";

interface OfErasure {
  readonly patronId: PatronId;
  readonly createdAt: string;
}

/**
 * Takes from the objects of an import of patrons what they say of one: of a line that was not taken in, line and id stay. A
 * file that waits for its import and may hold the patron goes, and must be sent again: not one that was sent after the
 * erasure was asked for, which makes the patron anew. Of an import that failed and could be
 * started again, all that this needs goes where it may hold the patron: then the file must be imported anew.
 *
 * One that is RUNNING is left alone: it must be looked at again when it has ended. Doing it again does no harm, wherever the
 * last time broke off.
 *
 * @returns how many objects were rewritten or deleted just now
 */
export async function eraseFromImport(
  store: Store,
  importId: string,
  { patronId, createdAt: asked }: OfErasure,
): Promise<number> {
  const it = await loadImport(store, importId);
  if (it?.kind !== "patrons" || it.status === "RUNNING") return 0;
  if (!isFinalImport(it)) return await eraseWaiting(store, it, patronId, asked);
  const errors = await rewrite(store.objects, importErrorsKey(store, importId), (file) =>
    errorsWithout(file, patronId),
  );
  return (errors ? 1 : 0) + (await eraseScratch(store, importId, patronId));
}

/**
 * Takes what could still be imported, of every import that has not begun or may be started again.
 *
 * @returns how many objects were rewritten or deleted
 */
export async function eraseFromWaitingImports(store: Store, erasure: OfErasure): Promise<number> {
  let erased = 0;
  for await (const it of listAllImports(store)) {
    if (!isFinalImport(it) || it.canBeMended) erased += await eraseFromImport(store, it.importId, erasure);
  }
  return erased;
}

/** The file that was sent, and copies of it that were taken for a start that was refused. */
async function eraseWaiting(store: Store, it: Import, patronId: PatronId, asked: string): Promise<number> {
  const { importId } = it;
  const upload = importUploadKey(store, importId);
  // There was no link before.
  if (it.createdAt > asked) return 0;
  const wasSentAfter = await wasWrittenAfter(store, upload, asked);
  let deleted = 0;
  for (const key of await scratchOf(store, importId)) {
    // A copy may be of an earlier file, and no other start needs it.
    if (key === upload && wasSentAfter) continue;
    if (!(await uploadMayHold(store, key, patronId))) continue;
    if (key === upload) await noteFileErased(store, importId);
    await store.objects.remove(key);
    deleted++;
  }
  return deleted;
}

/** Known to the second: what was written in the very second counts as written before. */
async function wasWrittenAfter({ objects }: Store, key: string, instant: string): Promise<boolean> {
  const at = (await objects.describe(key))?.at;
  return at !== undefined && Math.floor(at.getTime() / 1000) * 1000 > Date.parse(instant);
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
  await giveUpMending(store, importId);
  let deleted = 0;
  for (const prefix of importScratch(store, importId)) deleted += await store.objects.deleteAll(prefix);
  return deleted;
}
