import type { PatronId } from "#domain/ids";
import { firstFormat } from "#records/store/format";
import { rewriteLines } from "#records/store/rewriting";
import type { Store } from "#records/store/store";
import { uploadMayHold } from "#records/store/uploads";
import { findLines, indexKey, indexLineText, linesPerIndexObject } from "./member-index.ts";
import { erasedMember, memberChunkKey, membersPerChunk } from "./members.ts";
import { buildResultsPrefix, runsPrefix } from "./query-set-build.ts";
import { loadQuerySet, noteErasure, type QuerySet, uploadKey } from "./query-sets.ts";

/**
 * Takes from the objects of a query set what they say of a patron: of a member the id alone is left, so that lines keep
 * their numbers. Lists of ids stay as they are: an id that somebody typed is an id, and those of erased patrons are kept.
 *
 * Of a set that failed, what building found goes for good, for it is found anew when it is started again; of one that waits
 * for its list, a file that holds the id goes, for nobody knows what else stands in it. One that is BUILDING is left alone:
 * it must be looked at again when it has ended. Doing it again does no harm, wherever the last time broke off.
 *
 * @returns how many objects were rewritten or deleted just now
 */
export async function eraseMember(store: Store, querySetId: string, patronId: PatronId): Promise<number> {
  const set = await loadQuerySet(store, querySetId);
  if (set?.status === "READY") return await eraseLine(store, set, patronId);
  if (set?.status === "FAILED") return await eraseRuns(store, querySetId);
  if (set?.status === "AWAITING_UPLOAD") return await eraseUpload(store, uploadKey(store, querySetId), patronId);
  return 0;
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

async function eraseUpload(store: Store, key: string, patronId: PatronId): Promise<number> {
  if (!(await uploadMayHold(store, key, patronId))) return 0;
  await store.objects.remove(key);
  return 1;
}
