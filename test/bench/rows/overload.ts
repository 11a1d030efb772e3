import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { fillCounts } from "#records/service-queues/fill-counts";
import { libraryId } from "#test/ids";
import { batchRuns, changeOf } from "../batch-run.ts";
import type { Bed } from "../bed.ts";
import { median, type Row, row } from "../row.ts";

const flood = { criteria: { all: [{ field: "Patron.lastName", operator: "isNotBlank" }] } };
/** Closed patrons are refused, which would end a run with errors. */
const open = { criteria: { all: [{ field: "Patron.mainStatus", operator: "equals", value: "ACTIVE" }] } };
/** Query sets asked for at once, and chunks of each: one for each shard of the library. */
const setsAtOnce = 250;
const chunksOfSet = 16;

/** Query sets asked for at once: all are taken, and each chunk of each is worked on once. */
export async function overloadRows(bed: Bed): Promise<Row[]> {
  const before = await chunkCalls(bed);
  const asked = await Promise.all(
    Array.from({ length: setsAtOnce }, () => bed.product.call("POST", "/v1/query-sets", { body: flood })),
  );
  const taken = asked.filter(({ status }) => status === 201);
  const ids = taken.map(({ body }) => z.looseObject({ querySetId: z.string() }).parse(body).querySetId);
  for (const id of ids) await untilBuilt(bed, id);
  const calls = (await chunkCalls(bed)) - before;
  return [
    row({
      name: `${setsAtOnce} query sets at once, taken`,
      unit: "query sets",
      ours: taken.length,
      other: setsAtOnce,
      against: "all of them",
      reach: 1,
      direction: "at least",
    }),
    row({
      name: `${setsAtOnce} query sets at once, calls of chunks`,
      unit: "calls",
      ours: calls,
      other: setsAtOnce * chunksOfSet,
      against: "one a chunk",
      reach: 1,
      direction: "at most",
    }),
    await hangingUpRow(bed),
  ];
}

const statusSchema = z.looseObject({ status: z.string() });

async function untilBuilt(bed: Bed, id: string): Promise<void> {
  for (;;) {
    const { body } = await bed.product.call("GET", `/v1/query-sets/${id}`);
    const { status } = statusSchema.parse(body);
    if (status === "READY") return;
    if (status === "FAILED") throw new Error(`Query set ${id} failed`);
    await wait(100);
  }
}

/** Summary lines of chunks in the log of the function that builds query sets. */
async function chunkCalls(bed: Bed): Promise<number> {
  const folder = join(bed.product.dataDir, "logs");
  let calls = 0;
  for (const name of await readdir(folder)) {
    if (!name.startsWith("BuildQuerySet")) continue;
    const lines = (await readFile(join(folder, name), "utf8")).split("\n");
    calls += lines.filter((line) => line.includes('"task":"chunk"') && line.includes('"milliseconds"')).length;
  }
  return calls;
}

/** Twenty clients that hang up on every request for ten seconds, and how long the next request then takes. */
async function hangingUpRow(bed: Bed): Promise<Row> {
  const quiet = await secondsOfGet(bed);
  const until = performance.now() + 10_000;
  const token = await bed.product.token("piedmont-administrator");
  const client = async () => {
    while (performance.now() < until) {
      const hangUp = new AbortController();
      const headers = { authorization: `Bearer ${token}` };
      const asked = fetch(`${bed.product.url}/v1/patrons?limit=50`, { headers, signal: hangUp.signal });
      setTimeout(() => hangUp.abort(), 5);
      await asked.then(
        (answer) => answer.arrayBuffer().catch(() => undefined),
        () => undefined,
      );
    }
  };
  await Promise.all(Array.from({ length: 20 }, client));
  const next = await secondsOfGet(bed);
  return row({
    name: `next GET after 20 clients hung up for 10 s (quiet: ${(quiet * 1000).toFixed(0)} ms)`,
    unit: "s",
    ours: next,
    other: 1,
    against: "1 s",
    reach: 1,
    direction: "at most",
  });
}

async function secondsOfGet(bed: Bed): Promise<number> {
  const started = performance.now();
  const { status } = await bed.product.call("GET", "/v1/patrons?limit=50");
  if (status !== 200) throw new Error(`GET /v1/patrons: ${status}`);
  return (performance.now() - started) / 1000;
}

/** Query sets of one library beside which another one does its job. */
const setsOfFlood = 60;

/** A library's query set, plan, run and fills, beside another one's flood, against its own quiet time. */
export async function fairnessRow(bed: Bed, rounds: number): Promise<Row> {
  const runs = batchRuns(bed, "lakeshore");
  let turn = 0;
  const job = async () => {
    const started = performance.now();
    const set = (await runs.querySet(open)).result;
    const { changes, ...spec } = changeOf(turn++);
    const withQueues = { ...spec, changes: { ...changes, addServiceQueue: true } };
    const done = (await runs.apply((await runs.plan(set.querySetId, withQueues)).result)).result;
    while ((await fillCounts(bed.stores.of(libraryId("lakeshore")), done.batchUpdateId, false)).pending > 0)
      await wait(50);
    return (performance.now() - started) / 1000;
  };
  await job();
  const quiet: number[] = [];
  const beside: number[] = [];
  for (let round = 0; round < rounds; round++) {
    quiet.push(await job());
    const asked = await Promise.all(
      Array.from({ length: setsOfFlood }, () => bed.product.call("POST", "/v1/query-sets", { body: flood })),
    );
    beside.push(await job());
    for (const { body } of asked)
      await untilBuilt(bed, z.looseObject({ querySetId: z.string() }).parse(body).querySetId);
  }
  return row({
    name: `query set, plan, run and fills beside a flood of ${setsOfFlood} query sets of another library`,
    unit: "s",
    ours: median(beside),
    other: median(quiet),
    against: "its own quiet time",
    reach: 3,
    direction: "at most",
  });
}
