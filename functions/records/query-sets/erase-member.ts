import type { PatronId } from "#domain/ids";
import { firstFormat } from "#records/store/format";
import { rewriteLines } from "#records/store/rewriting";
import type { Store } from "#records/store/store";
import { uploadMayHold } from "#records/store/uploads";
import { eraseWaitingUpload, type OfErasure } from "#records/store/waiting-upload";
import { findLines, indexKey, indexLineText, linesPerIndexObject } from "./member-index.ts";
import { erasedMember, memberChunkKey, membersPerChunk } from "./members.ts";
import { giveUpMending, noteErasure, noteFileErased } from "./moves.ts";
import { buildResultsPrefix, runsPrefix } from "./query-set-build.ts";
import { loadQuerySet, type QuerySet, uploadKey } from "./query-sets.ts";

/**
 * Takes from the objects of a query set what they say of a patron: of a member the id alone is left, so that lines keep
 * their numbers. Lists of ids stay as they are: an id that somebody typed is an id, and those of erased patrons are kept.
 *
 * Of a set that failed, what building found goes for good, for it is found anew when it is started again. A file that was
 * sent and holds the id goes, for nobody knows what else stands in it: a set that failed cannot be started again without,
 * and one that waits for its start needs it again, unless it was sent after the erasure was asked for.
 * One that is BUILDING is left alone: it must be looked at again when it has ended. Doing it again does no harm, wherever the
 * last time broke off.
 *
 * @returns how many objects were rewritten or deleted just now
 */
export async function eraseMember(store: Store, querySetId: string, erasure: OfErasure): Promise<number> {
  const set = await loadQuerySet(store, querySetId);
  if (set === undefined || set.status === "BUILDING") return 0;
  const { patronId } = erasure;
  if (set.status === "AWAITING_UPLOAD") return await eraseWaiting(store, set, erasure);
  const uploads = set.ids === "UPLOAD" ? await eraseUploads(store, set, patronId) : 0;
  if (set.status === "READY") return uploads + (await eraseLine(store, set, patronId));
  if (set.status === "FAILED") return uploads + (await eraseRuns(store, querySetId));
  return uploads;
}

async function eraseLine(store: Store, set: QuerySet, patronId: PatronId): Promise<number> {
  const { querySetId } = set;
  const line = (await findLines(store, set, [patronId])).get(patronId);
  if (line === undefined) return 0;
  const member = erasedMember(patronId);
  const chunk = memberChunkKey(store, querySetId, Math.floor(line / membersPerChunk));
  const index = indexKey(store, querySetId, Math.floor(line / linesPerIndexObject));
  const written = [
    await replaceLine(store, chunk, line % membersPerChunk, JSON.stringify(member)),
    await replaceLine(store, index, line % linesPerIndexObject, indexLineText(member)),
  ];
  // Said each time, for who asks again may do so because the last one broke off before it could say it.
  await noteErasure(store, set);
  return written.filter((it) => it).length;
}

async function replaceLine(store: Store, key: string, place: number, text: string): Promise<boolean> {
  return await rewriteLines(store.objects, key, firstFormat, (lines) =>
    lines[place] === text ? undefined : lines.with(place, text),
  );
}

/** Results first: what they name must be there as long as they are. */
async function eraseRuns(store: Store, querySetId: string): Promise<number> {
  const results = await store.objects.deleteAll(buildResultsPrefix(store, querySetId));
  return results + (await store.objects.deleteAll(runsPrefix(store, querySetId)));
}

async function eraseWaiting(store: Store, { querySetId, createdAt }: QuerySet, erasure: OfErasure): Promise<number> {
  const upload = uploadKey(store, querySetId);
  const waiting = { upload, keys: await uploadsOf(store, querySetId), createdAt };
  return await eraseWaitingUpload(store, waiting, erasure, () => noteFileErased(store, querySetId));
}

async function eraseUploads(store: Store, { querySetId }: QuerySet, patronId: PatronId): Promise<number> {
  let deleted = 0;
  for (const key of await uploadsOf(store, querySetId)) {
    if (!(await uploadMayHold(store, key, patronId))) continue;
    // First, so that nobody starts what is about to go.
    if (deleted === 0 && !(await giveUpMending(store, querySetId))) return 0;
    await store.objects.remove(key);
    deleted++;
  }
  return deleted;
}

/** The file that was sent, and copies of it that were taken: their keys begin alike. */
async function uploadsOf(store: Store, querySetId: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.objects.list(uploadKey(store, querySetId))) keys.push(key);
  return keys;
}
