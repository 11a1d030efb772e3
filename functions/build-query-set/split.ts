import { IdListRefused, readIdList } from "#domain/query/id-list";
import { allEnded } from "#platform/side-by-side";
import { failQuerySet } from "#records/query-sets/moves";
import { chunksKey, ListedIdsWriter, loadIdList, openUpload, saveIdList } from "#records/query-sets/query-set-build";
import { loadQuerySet, type QuerySet } from "#records/query-sets/query-sets";
import { shardNumbers, shardOf } from "#records/store/keys";
import type { Store } from "#records/store/store";
import { listChunks, type SplitAnswer } from "#workflows/chunk-list";
import type { Job } from "#workflows/job";

/** A list beyond this is no list for one query set; criteria reach any number of patrons. */
const longestList = 1_000_000;

/**
 * Writes one chunk for each shard. Ids of a list go to the shard their patron would live in, so that a shard can tell
 * alone which are known, which came twice, and which the criteria find as well.
 */
export async function splitQuery(store: Store, job: Job, now: Date): Promise<SplitAnswer> {
  const set = await loadQuerySet(store, job.job);
  if (set === undefined) throw new Error(`There is no query set ${job.job}`);
  const shards = set.status === "BUILDING" ? await cutIntoShards(store, set, now) : [];
  return await listChunks(store.objects, job, chunksKey(job, job.job), shards);
}

async function cutIntoShards(store: Store, set: QuerySet, now: Date): Promise<{ idParts: number }[]> {
  const { querySetId: job } = set;
  const writers = shardNumbers.map((shard) => new ListedIdsWriter(store, job, shard));
  try {
    const uploaded: string[] = [];
    let place = 0;
    for await (const id of listedIds(store, set)) {
      if (place === longestList) {
        throw new IdListRefused(`The file holds more than ${longestList.toLocaleString("en")} ids. Split it.`);
      }
      if (set.ids === "UPLOAD") uploaded.push(id);
      await writers[shardOf(id)]?.add(place++, id);
    }
    await allEnded(writers.map((writer) => writer.flush()));
    // The upload itself is deleted when the set is final.
    if (set.ids === "UPLOAD") await saveIdList(store, job, uploaded);
  } catch (error) {
    if (!(error instanceof IdListRefused)) throw error;
    await failQuerySet(store, job, error.message, now, { canBeMended: false });
    return [];
  }
  return writers.map(({ parts }) => ({ idParts: parts }));
}

async function* listedIds(store: Store, set: QuerySet): AsyncGenerator<string> {
  if (set.ids === "LIST") yield* await loadIdList(store, set.querySetId);
  if (set.ids === "UPLOAD") yield* readIdList(await openUpload(store, set));
}
