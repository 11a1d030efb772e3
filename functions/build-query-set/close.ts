import { searchStatement } from "#domain/query/search-statement";
import { whyInWords } from "#domain/support/failure";
import { allEnded } from "#platform/side-by-side";
import { count } from "#platform/thread";
import { WriteAhead } from "#platform/write-ahead";
import { linesPerIndexObject, saveIndexObject } from "#records/query-sets/member-index";
import { memberChunkKey, membersPerChunk, notFoundChunkKey } from "#records/query-sets/members";
import { failQuerySet, finishQuerySet } from "#records/query-sets/moves";
import { loadShardResult, type ShardResult } from "#records/query-sets/query-set-build";
import { loadQuery, loadQuerySet, type QuerySet } from "#records/query-sets/query-sets";
import { mergeRuns } from "#records/query-sets/sorted-runs";
import { loadFailures } from "#records/store/chunk-failures";
import { shardNumbers } from "#records/store/keys";
import type { Store } from "#records/store/store";

/** Between a member's line of the index and the member itself: JSON holds none. */
const tab = 9;

/**
 * Merges what the shards found into the order of the set and makes it READY. Everything follows from the shards' results,
 * which are written once, so closing twice writes the same objects again.
 */
export async function closeBuilding(store: Store, job: string, now: Date, broken: string | undefined): Promise<void> {
  const set = await loadQuerySet(store, job);
  if (set?.status !== "BUILDING") return;
  const results = await allEnded(shardNumbers.map((shard) => loadShardResult(store, job, shard)));
  const found = results.filter((result) => result !== undefined);
  if (found.length < shardNumbers.length) {
    count({ chunksFailed: broken === undefined ? shardNumbers.length - found.length : 0 });
    const failures = await loadFailures(store, { job, workflow: "build-query-set" });
    const why = whyInWords(failures.values(), broken);
    const stateReason = `A part of the library could not be searched${why}. Nothing was changed. Make the query set again, or have support start it again.`;
    const { done } = await failQuerySet(store, job, stateReason, now, { canBeMended: true });
    if (done) count({ jobsFailed: 1 });
    return;
  }
  await allEnded([writeMembers(store, set, found), writeNotFound(store, set, found)]);
  const { criteria } = await loadQuery(store, job);
  const sum = (of: (result: ShardResult) => number) => found.reduce((total, result) => total + of(result), 0);
  await finishQuerySet(store, set, {
    matched: sum((it) => it.matched),
    notFound: sum((it) => it.notFound),
    duplicates: sum((it) => it.duplicates),
    searchStatement: searchStatement({
      criteria,
      ids: set.ids === undefined ? undefined : { count: sum((it) => it.listed) },
    }),
  });
}

async function writeMembers(store: Store, { querySetId }: QuerySet, results: ShardResult[]): Promise<void> {
  const writes = new WriteAhead();
  const members = new Chunks(membersPerChunk, async (lines, n) => {
    await writes.add(() => store.objects.putLines(memberChunkKey(store, querySetId, n), lines));
  });
  const index = new Chunks(linesPerIndexObject, async (lines, n) => {
    await writes.add(() => saveIndexObject(store, querySetId, n, lines));
  });
  const runs = results.flatMap((result) => result.memberRuns);
  try {
    for await (const lines of mergeRuns(store.objects, runs)) {
      // copied, for a slice would keep the whole block of its run until the index is written
      await index.add(lines.map((line) => Buffer.from(line.subarray(0, line.indexOf(tab)))));
      await members.add(lines.map((line) => line.subarray(line.indexOf(tab) + 1)));
    }
    await index.end();
    await members.end();
  } finally {
    await writes.end();
  }
}

async function writeNotFound(store: Store, { querySetId }: QuerySet, results: ShardResult[]): Promise<void> {
  const ids = new Chunks(membersPerChunk, async (lines, n) => {
    await store.objects.putLines(notFoundChunkKey(store, querySetId, n), lines);
  });
  const runs = results.flatMap((result) => result.notFoundRuns);
  for await (const lines of mergeRuns(store.objects, runs)) await ids.add(lines);
  await ids.end();
}

/** Cuts a sequence of lines into numbered chunks of one length. */
class Chunks {
  readonly #length: number;
  readonly #write: (lines: Buffer[], n: number) => Promise<void>;
  #lines: Buffer[] = [];
  #written = 0;

  constructor(length: number, write: (lines: Buffer[], n: number) => Promise<void>) {
    this.#length = length;
    this.#write = write;
  }

  async add(lines: readonly Buffer[]): Promise<void> {
    for (const line of lines) {
      this.#lines.push(line);
      if (this.#lines.length === this.#length) await this.end();
    }
  }

  async end(): Promise<void> {
    if (this.#lines.length > 0) await this.#write(this.#lines.splice(0), this.#written++);
  }
}
