import { IdListRefused, readIdList } from "#domain/query/id-list";
import {
  type ChunkTask,
  chunksKey,
  ListedIdsWriter,
  loadIdList,
  openUpload,
  saveChunks,
} from "#records/query-sets/query-set-build";
import { failQuerySet, loadQuerySet, type QuerySet } from "#records/query-sets/query-sets";
import { shardNumbers, shardOf } from "#records/store/keys";
import type { Store } from "#records/store/store";

/** A list beyond this is no list for one query set; criteria reach any number of patrons. */
const longestList = 1_000_000;

/**
 * Writes one chunk for each shard. Ids of a list go to the shard their patron would live in, so that a shard can tell
 * alone which are known, which came twice, and which the criteria find as well.
 */
export async function splitQuery(store: Store, library: string, job: string): Promise<Record<string, unknown>> {
  const set = await loadQuerySet(store, library, job);
  if (set === undefined) throw new Error(`There is no query set ${job}`);
  const chunks = set.status === "BUILDING" ? await listChunks(store, set) : [];
  if (chunks.length > 0) await saveChunks(store, library, job, chunks);
  return { library, job, chunks: chunks.length, bucket: store.objects.bucket, key: chunksKey(library, job) };
}

async function listChunks(store: Store, set: QuerySet): Promise<ChunkTask[]> {
  const { library, querySetId: job } = set;
  const writers = shardNumbers.map((shard) => new ListedIdsWriter(store, library, job, shard));
  try {
    let place = 0;
    for await (const id of listedIds(store, set)) {
      if (place === longestList) {
        throw new IdListRefused(`The file holds more than ${longestList.toLocaleString("en")} ids. Split it.`);
      }
      await writers[shardOf(id)]?.add(place++, id);
    }
    await Promise.all(writers.map((writer) => writer.flush()));
  } catch (error) {
    if (!(error instanceof IdListRefused)) throw error;
    await failQuerySet(store, library, job, error.message);
    return [];
  }
  return writers.map(({ parts }, chunk) => ({ task: "chunk", library, job, chunk, idParts: parts }));
}

async function* listedIds(store: Store, set: QuerySet): AsyncGenerator<string> {
  if (set.ids === "LIST") yield* await loadIdList(store, set.library, set.querySetId);
  if (set.ids === "UPLOAD") yield* readIdList(await openUpload(store, set.library, set.querySetId));
}
