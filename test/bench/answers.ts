import { patronIdSchema } from "#domain/ids";
import { applyResultKey, outcomeIndexKey } from "#records/batch-updates/outcomes";
import { planLinesKey } from "#records/batch-updates/plans";
import { itemsOfShard } from "#records/profiles/patron-search";
import { memberChunkKey } from "#records/query-sets/members";
import { fillCounts } from "#records/service-queues/fill-counts";
import {
  auditPartition,
  fillsPartition,
  jobKey,
  jobPartition,
  jobPartKey,
  patronKey,
  queueKey,
  readingKey,
  shardKey,
  shardNumbers,
} from "#records/store/keys";
import { libraryId } from "#test/ids";
import { until } from "#test/product";
import { type BatchRuns, batchRuns, changeOf } from "./batch-run.ts";
import type { Bed } from "./bed.ts";
import type { BareReads } from "./peers/bare-reads.ts";

/** Items of a page. */
const limit = 50;
/** Things of each kind that a library has when its lists are asked for: more than one page. */
const things = 60;

/** One answer of the API, and the reads behind it. */
export interface Answer {
  readonly name: string;
  readonly path: string;
  readonly bare: (reads: BareReads) => Promise<unknown>;
}

/** Makes what there is to list in a library, and says how each list is asked for and what is read for it. */
export async function answersOf(bed: Bed, library: "piedmont", ids: readonly string[]): Promise<Answer[]> {
  const of = { library: libraryId(library) };
  const runs = batchRuns(bed, library);
  const set = (await runs.querySet({ patronIds: ids.slice(0, 2000) })).result;
  const batch = (await runs.plan(set.querySetId, changeOf(0))).result;
  const done = await finished(bed, runs, ids.slice(0, 500));
  await makeThings(bed, runs, ids);
  const patronId = ids[0] ?? "";
  const { batchUpdateId, medium } = done;
  const served = ids.slice(0, limit);
  const newest = (pk: string) => (reads: BareReads) => reads.query(pk, { limit, newestFirst: true });
  return [
    {
      name: `list of ${limit} patrons`,
      path: `/v1/patrons?limit=${limit}`,
      bare: (reads) =>
        Promise.all(
          shardNumbers.map((shard) =>
            reads.query(shardKey(of, shard), { begins: "PATRON#", limit: itemsOfShard(limit) }),
          ),
        ),
    },
    {
      name: "one patron",
      path: `/v1/patrons/${patronId}`,
      bare: async (reads) => {
        const { pk, sk } = patronKey(of, patronIdSchema.parse(patronId));
        await Promise.all([
          reads.get({ pk, sk }).then(() => reads.query(pk, { begins: `${sk}#MEDIUM#` })),
          reads.getMany([readingKey(of, patronIdSchema.parse(patronId))]),
        ]);
      },
    },
    {
      name: `plan page of ${limit}`,
      path: `/v1/batch-updates/${batch.batchUpdateId}/plan?limit=${limit}`,
      bare: async (reads) => {
        await Promise.all([
          reads.get(jobKey(of, "batch-update", batch.batchUpdateId)),
          reads.get(jobPartKey(of, "batch-update", batch.batchUpdateId, "EXCLUSIONS")),
        ]);
        await reads.object(planLinesKey(batch, 0));
      },
    },
    {
      name: `${limit} members of a query set`,
      path: `/v1/query-sets/${set.querySetId}/patrons?limit=${limit}`,
      bare: async (reads) => {
        await reads.get(jobKey(of, "query-set", set.querySetId));
        await reads.get(jobPartKey(of, "query-set", set.querySetId, "EXCLUSIONS"));
        await reads.object(memberChunkKey(of, set.querySetId, 0));
      },
    },
    {
      name: `${limit} outcomes`,
      path: `/v1/batch-updates/${batchUpdateId}/outcomes?limit=${limit}`,
      bare: async (reads) => {
        await reads.get(jobKey(of, "batch-update", batchUpdateId));
        await reads.object(outcomeIndexKey(done));
        await reads.object(applyResultKey(done, 0));
      },
    },
    {
      name: `${limit} service queues of a batch update`,
      path: `/v1/batch-updates/${batchUpdateId}/service-queues?limit=${limit}`,
      bare: async (reads) => {
        const fills = fillsPartition(of, batchUpdateId);
        await reads.get(jobKey(of, "batch-update", batchUpdateId));
        await reads.query(fills, { begins: "WITHDRAWN#" });
        await reads.query(fills, { begins: "GROUP#" });
        await reads.getMany(served.map((id) => patronKey(of, patronIdSchema.parse(id))));
        await reads.getMany(served.map((id) => queueKey(of, patronIdSchema.parse(id), medium)));
      },
    },
    {
      name: `${limit} batch updates`,
      path: `/v1/batch-updates?limit=${limit}`,
      bare: newest(jobPartition(of, "batch-update")),
    },
    {
      name: `${limit} query sets`,
      path: `/v1/query-sets?limit=${limit}`,
      bare: newest(jobPartition(of, "query-set")),
    },
    { name: `${limit} imports`, path: `/v1/imports?limit=${limit}`, bare: newest(jobPartition(of, "import")) },
    {
      name: `${limit} saved queries`,
      path: `/v1/saved-queries?limit=${limit}`,
      bare: newest(`LIB#${library}#SAVED_QUERIES`),
    },
    { name: `${limit} presets`, path: `/v1/presets?limit=${limit}`, bare: newest(`LIB#${library}#PRESETS`) },
    { name: `${limit} entries of the audit`, path: `/v1/audit?limit=${limit}`, bare: newest(auditPartition(of)) },
  ];
}

/** A batch update that has come to its end, its service queues filled. */
async function finished(bed: Bed, runs: BatchRuns, patronIds: readonly string[]) {
  const { querySetId } = (await runs.querySet({ patronIds })).result;
  const spec = changeOf(1);
  const planned = (await runs.plan(querySetId, { ...spec, changes: { ...spec.changes, addServiceQueue: true } }))
    .result;
  const done = (await runs.apply(planned)).result;
  await until(
    () => fillCounts(bed.stores.of(done.library), done.batchUpdateId, false),
    ({ requested, pending }) => requested > 0 && pending === 0,
  );
  return done;
}

async function makeThings(bed: Bed, runs: BatchRuns, ids: readonly string[]): Promise<void> {
  const post = async (path: string, body: unknown) => {
    const { status } = await bed.product.call("POST", path, { body });
    if (status !== 201) throw new Error(`POST ${path}: ${status}`);
  };
  const criteria = { all: [{ field: "Media.medium", operator: "equals", value: "DB" }] };
  for (let n = 0; n < things; n++) {
    await post("/v1/saved-queries", { name: `Query ${n}`, criteria });
    await post("/v1/presets", { name: `Preset ${n}`, changes: { cutoff: n, deliveryMethod: "DUPLICATION" } });
    await post("/v1/imports", { kind: "patrons", format: "csv" });
  }
  const oneByOne = ids.slice(0, things);
  await Promise.all(
    [0, 1, 2, 3].map(async (client) => {
      for (const patronId of oneByOne.filter((_, n) => n % 4 === client)) {
        const { querySetId } = (await runs.querySet({ patronIds: [patronId] })).result;
        await runs.plan(querySetId, changeOf(2));
      }
    }),
  );
}
