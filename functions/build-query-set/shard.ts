import type { MediumRecord } from "#domain/profile/medium-record";
import { compileOver, needsQueueSizes } from "#domain/query/evaluate";
import { memberKey, placeKey } from "#domain/query/set-order";
import type { Subject } from "#domain/query/subject";
import { Cache, keptOrLoaded } from "#platform/cache";
import { allEnded, sideBySideInTurn } from "#platform/side-by-side";
import { count } from "#platform/thread";
import { decodeMediumRecord } from "#records/profiles/medium-records";
import { decodePatronFields } from "#records/profiles/patrons";
import { rawReaders } from "#records/profiles/raw-readers";
import { type RawPatron, readPatron, walkShard } from "#records/profiles/shard-walk";
import { indexLineText } from "#records/query-sets/member-index";
import type { FoundMember, Member } from "#records/query-sets/members";
import { loadListedIds, runPrefix, type ShardTask, saveShardResult } from "#records/query-sets/query-set-build";
import { loadQuery, loadQuerySet, type Query } from "#records/query-sets/query-sets";
import { RunWriter } from "#records/query-sets/sorted-runs";
import { loadQueueSizes, type QueueSizes } from "#records/service-queues/queue-sizes";
import type { Store } from "#records/store/store";
import type { RawItem } from "#records/store/table";

/** Ids of one shard up to which each is asked for alone; beyond, reading the whole shard is cheaper and quicker. */
const mostSingleReads = 100;
const readsAtOnce = 10;

/** The query of the set that this warm function worked on last: its shards come one after the other. */
const queries = new Cache<Promise<Query>>(1);

async function queryOf(store: Store, job: string): Promise<Query> {
  return await keptOrLoaded(queries, job, () => loadQuery(store, job));
}

/**
 * Finds the members of one shard and writes them as sorted runs. Safe to run twice, also at once: each try writes runs of
 * its own, and the first result counts.
 */
export async function buildShard(store: Store, task: ShardTask, attempt: string): Promise<void> {
  const { job, chunk: shard } = task;
  const [set, { criteria }] = await allEnded([loadQuerySet(store, job), queryOf(store, job)]);
  // Delivered late: what it would write nobody would read, nor delete.
  if (set?.status !== "BUILDING") return;
  const { places, duplicates } = await loadListedIds(store, task);
  const listed = places.size;
  const matches = criteria && compileOver(criteria, rawReaders());
  const readsQueues = criteria !== undefined && needsQueueSizes(criteria);
  const walks = matches !== undefined || listed > mostSingleReads;
  const source = walks ? walkShard(store, shard) : readListed(store, [...places.keys()]);
  const members = new RunWriter(store.objects, runPrefix(store, job, shard, attempt, "members"));
  let matched = 0;
  for await (const patrons of source) {
    const queueSizes = readsQueues ? await loadQueueSizes(store, patrons) : undefined;
    for (const patron of patrons) {
      const place = places.get(patron.patronId);
      places.delete(patron.patronId);
      if (place === undefined && matches?.(subjectOf(patron, queueSizes)) !== true) continue;
      const member = memberOf(patron);
      matched++;
      const key = memberKey(member, place, criteria !== undefined);
      members.add({ key, line: `${indexLineText(member)}\t${JSON.stringify(member)}` });
    }
    await members.flushIfFull();
  }
  const notFound = new RunWriter(store.objects, runPrefix(store, job, shard, attempt, "not-found"));
  for (const [patronId, place] of places) {
    notFound.add({ key: placeKey(place), line: JSON.stringify(patronId) });
  }
  count({ patronsMatched: matched });
  await saveShardResult(store, task, {
    memberRuns: [...(await members.end())],
    notFoundRuns: [...(await notFound.end())],
    matched,
    notFound: places.size,
    listed,
    duplicates,
  });
}

function subjectOf(
  { patronId, core, media }: RawPatron,
  queueSizes: QueueSizes | undefined,
): Subject<RawItem, RawItem> {
  const sizes = queueSizes?.get(patronId);
  return { patron: core, media, ...(sizes !== undefined && { queueSizes: sizes }) };
}

async function* readListed(store: Store, ids: readonly string[]): AsyncGenerator<RawPatron[]> {
  for await (const patron of sideBySideInTurn(ids, readsAtOnce, (id) => readPatron(store, id))) {
    if (patron !== undefined) yield [patron];
  }
}

function memberOf({ core, media: items }: RawPatron): FoundMember {
  const media = items.map(decodeMediumRecord);
  const records = Object.fromEntries(media.map((record) => [record.medium, mediumOf(record)]));
  return { ...decodePatronFields(core), media: records };
}

function mediumOf({ medium, mark, ...record }: MediumRecord): Member["media"][string] {
  return record;
}
