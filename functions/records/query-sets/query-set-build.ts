import { z } from "zod";
import type { LibraryId, OfLibrary } from "#domain/ids";
import type { Store } from "#records/store/store";
import { idListKey, type QuerySet, querySetFolder, uploadedFileKey, uploadKey } from "./query-sets.ts";

/** What building a query set keeps between its steps. */

const partSize = 10_000;
const listedSchema = z.tuple([z.number().int(), z.string()]);
/** Version 0.1.0 kept the bare list, which had no place for a format. */
const listSchema = z.union([z.object({ ids: z.array(z.string()) }), z.array(z.string()).transform((ids) => ({ ids }))]);

const count = z.number().int().min(0);
/** What one shard gave. Written once: a second try of the same chunk finds it and changes nothing. */
const shardResultSchema = z.object({
  memberRuns: z.array(z.string()),
  notFoundRuns: z.array(z.string()),
  matched: count,
  notFound: count,
  listed: count,
  duplicates: count,
});
export type ShardResult = z.infer<typeof shardResultSchema>;

/** What the list of chunks says of a shard. No patron data stands in it. */
export const shardLine = {
  /** Objects that hold the ids of this shard's part of the list; 0 where the set has none. */
  idParts: z.int(),
};

/** The shard that a call works on. */
export interface ShardTask {
  readonly library: LibraryId;
  readonly job: string;
  readonly chunk: number;
  readonly idParts: number;
}

const folder = querySetFolder;

export function chunksKey(of: OfLibrary, id: string): string {
  return `${folder(of, id)}/chunks.jsonl`;
}

/** Where each shard says that it is done. */
export function buildResultsPrefix(of: OfLibrary, id: string): string {
  return `${folder(of, id)}/results/`;
}

/** Where the shards keep whom they found. */
export function runsPrefix(of: OfLibrary, id: string): string {
  return `${folder(of, id)}/runs/`;
}

/** A prefix for the runs of one try on one shard. */
export function runPrefix(of: OfLibrary, id: string, shard: number, attempt: string, kind: string): string {
  return `${runsPrefix(of, id)}${shard}-${attempt}-${kind}`;
}

/** The list of ids as it was sent. It is a part of the query, and stays: the same can be asked again. */
export async function saveIdList(store: Store, id: string, ids: readonly string[]): Promise<void> {
  await store.objects.putJson(idListKey(store, id), { ids });
}

export async function loadIdList(store: Store, id: string): Promise<string[]> {
  const list = await store.objects.getJson(idListKey(store, id), listSchema);
  if (list === undefined) throw new Error(`Query set ${id} has lost its list of ids`);
  return list.ids;
}

/** Keeps one set's list of ids as another's too. False where the set has none: version 0.1.0 did not keep it. */
export async function copyIdList(store: Store, from: string, to: string): Promise<boolean> {
  const list = await store.objects.describe(idListKey(store, from));
  return list !== undefined && (await store.objects.copy(idListKey(store, from), idListKey(store, to), list.etag));
}

export async function openUpload(store: Store, { querySetId, taken }: QuerySet) {
  const key = taken === undefined ? uploadKey(store, querySetId) : uploadedFileKey(store, querySetId, taken);
  const upload = await store.objects.getStream(key);
  if (upload === undefined) throw new Error(`Query set ${querySetId} has lost its upload`);
  return upload.body;
}

/** Writes the ids of one shard part by part, each with its place in the list. */
export class ListedIdsWriter {
  parts = 0;
  readonly #store: Store;
  readonly #prefix: string;
  #lines: string[] = [];

  constructor(store: Store, id: string, shard: number) {
    this.#store = store;
    this.#prefix = idPartPrefix(store, id, shard);
  }

  async add(place: number, patronId: string): Promise<void> {
    this.#lines.push(JSON.stringify([place, patronId]));
    if (this.#lines.length >= partSize) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#lines.length === 0) return;
    await this.#store.objects.putLines(`${this.#prefix}${this.parts++}.jsonl`, this.#lines.splice(0));
  }
}

/** The different ids of one shard's part of the list, each with its first place, and how often one came again. */
export async function loadListedIds(store: Store, { job, chunk, idParts }: ShardTask) {
  const places = new Map<string, number>();
  let duplicates = 0;
  for (let part = 0; part < idParts; part++) {
    const lines = await store.objects.getLines(`${idPartPrefix(store, job, chunk)}${part}.jsonl`);
    if (lines === undefined) throw new Error(`Part ${part} of the ids of shard ${chunk} is not whole`);
    for (const line of lines) {
      const [place, patronId] = listedSchema.parse(JSON.parse(line));
      if (places.has(patronId)) duplicates++;
      else places.set(patronId, place);
    }
  }
  return { places, duplicates };
}

export async function loadShardResult(store: Store, id: string, shard: number): Promise<ShardResult | undefined> {
  return await store.objects.getJson(resultKey(store, id, shard), shardResultSchema);
}

export async function saveShardResult(store: Store, task: ShardTask, result: ShardResult): Promise<void> {
  await store.objects.putJsonOnce(resultKey(task, task.job, task.chunk), result);
}

/** How many shards are done, for the progress of a set that is BUILDING. */
export async function countShardResults(store: Store, id: string): Promise<number> {
  let done = 0;
  for await (const _ of store.objects.list(buildResultsPrefix(store, id))) done++;
  return done;
}

/** What begins the keys of what building finds: what was asked stays, and what was sent for it. */
export function builtPrefixes(of: OfLibrary, id: string): string[] {
  const parts = ["ids/", "runs/", "results/", "members/", "index/", "not-found/"].map(
    (part) => `${folder(of, id)}/${part}`,
  );
  return [chunksKey(of, id), ...parts];
}

/** What building leaves behind and nothing needs once the set is final: its members, ids not found and query stay. */
export function buildScratch(of: OfLibrary, id: string): string[] {
  const parts = ["uploaded/", "ids/", "runs/", "results/"].map((part) => `${folder(of, id)}/${part}`);
  return [chunksKey(of, id), uploadKey(of, id), ...parts];
}

function resultKey(of: OfLibrary, id: string, shard: number): string {
  return `${buildResultsPrefix(of, id)}${shard}.json`;
}

function idPartPrefix(of: OfLibrary, id: string, shard: number): string {
  return `${folder(of, id)}/ids/${shard}-`;
}
