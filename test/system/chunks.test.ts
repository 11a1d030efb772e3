import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type FaultyProduct, startFaultyProduct } from "#test/faults/product";
import { type AwsRequest, writesMedia } from "#test/faults/requests";
import { type Gate, gate } from "#test/faults/rules";
import { type Batch, type Job, jobs } from "#test/job";
import { until } from "#test/product";
import { type Crowd, crowd, growth, processOk, versions } from "./batch-update-bed.ts";

/** Plans and runs are cut into chunks of so many patrons. */
const chunk = 500;

/** The most that a list answers at once. */
const page = 200;

/** Sizes of the parts that so many are cut into. */
const partsOf = (count: number, part: number) =>
  Array.from({ length: Math.ceil(count / part) }, (_, n) => Math.min(part, count - n * part));

let faulty: FaultyProduct;
let job: Job;
/** Three chunks of patrons, of whom each test takes as many as it needs. */
let all: Crowd;

beforeAll(async () => {
  faulty = await startFaultyProduct();
  job = jobs(faulty.product);
  all = await crowd(job, 2 * chunk + 100, "C");
});
afterAll(() => faulty?.remove());

async function some(count: number): Promise<Crowd> {
  const ids = all.ids.slice(0, count);
  const { querySetId } = await job.querySet({ patronIds: ids });
  return { ids, querySetId };
}

/** Holds up the results of a step from that chunk on. */
const resultsFrom = (step: "plan" | "apply", first: number): Gate =>
  gate(({ operation, key }: AwsRequest) => {
    const number = new RegExp(`/${step}/results/0*(\\d+)\\.`).exec(key)?.[1];
    return operation === "PutObject" && number !== undefined && Number(number) >= first;
  });

const pageSchema = z.object({
  items: z.array(z.looseObject({ patronId: z.string() })),
  nextCursor: z.string().optional(),
});

/** The ids on each page of a list, up to the one that says that it is the last. */
async function pagesOf(path: string): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const from = cursor === undefined ? "" : `&cursor=${cursor}`;
    const { items, nextCursor } = pageSchema.parse(await job.get(`${path}?limit=${page}${from}`));
    pages.push(items.map(({ patronId }) => patronId));
    cursor = nextCursor;
  } while (cursor !== undefined);
  return pages;
}

const isAt = (done: number, total: number) => (batch: Batch) =>
  batch.progress.done === done && batch.progress.total === total;

/** Makes a batch update for everybody in the crowd, without waiting for its plan. */
async function makeUpdate({ querySetId }: Crowd, changes: object): Promise<string> {
  const body = { querySetId, medium: "DB", nightlyDebug: false, changes };
  const made = await job.call("POST", "/v1/batch-updates", body);
  return z.object({ batchUpdateId: z.string() }).parse(made.body).batchUpdateId;
}

test.each([
  { patrons: chunk, chunks: 1 },
  { patrons: 2 * chunk, chunks: 2 },
  { patrons: 2 * chunk + 100, chunks: 3 },
])(
  "$patrons patrons in $chunks chunks: progress rises by whole chunks to the total, and each is written once",
  async ({ patrons }) => {
    const who = await some(patrons);
    const before = await versions(faulty.product, who);
    const sizes = partsOf(patrons, chunk);

    const batchUpdateId = await makeUpdate(who, { cutoff: patrons % 999 });
    const planned = await job.settled(batchUpdateId);
    expect(planned.plan?.counts).toMatchObject({ total: patrons, update: patrons });
    const atWork = gate(writesMedia);
    const last = resultsFrom("apply", sizes.length - 1);
    const ended = await faulty.faults.during(last.rule, async () => {
      await faulty.faults.during(atWork.rule, async () => {
        await processOk(job, planned);
        await atWork.reached;
        expect((await job.batch(batchUpdateId)).progress).toEqual({ done: 0, total: patrons });
        atWork.open();
      });
      await last.reached;
      const allButLast = patrons - (sizes.at(-1) ?? 0);
      await until(() => job.batch(batchUpdateId), isAt(allButLast, patrons), 60_000);
      last.open();
      return await job.ended(batchUpdateId);
    });
    expect(ended).toMatchObject({ status: "COMPLETED", counts: { total: patrons, updated: patrons } });
    expect([...new Set(growth(before, await versions(faulty.product, who)).values())]).toEqual([1]);
    for (const list of ["plan", "outcomes"]) {
      const pages = await pagesOf(`/v1/batch-updates/${batchUpdateId}/${list}`);
      expect(pages.flat()).toEqual(who.ids);
      expect(pages.map(({ length }) => length)).toEqual(partsOf(patrons, page));
    }
  },
);

test("planning three chunks, progress stands at those that are done", async () => {
  const last = resultsFrom("plan", 1);
  const planned = await faulty.faults.during(last.rule, async () => {
    const batchUpdateId = await makeUpdate(all, { cutoff: 3 });
    await last.reached;
    const held = await until(() => job.batch(batchUpdateId), isAt(500, 1100), 60_000);
    expect(held.status).toBe("PLANNING");
    last.open();
    return await job.settled(batchUpdateId);
  });
  expect(planned).toMatchObject({ status: "READY", progress: { done: 1100, total: 1100 } });
});

test("cancelled in its third chunk, progress does not fall while it is found out who was written", async () => {
  const planned = await job.plan(all.querySetId, { medium: "DB", nightlyDebug: false, changes: { cutoff: 4 } });
  // The first two chunks are 40 writes of 25 patrons each.
  let writes = 0;
  const third = gate((request) => writesMedia(request) && ++writes > 40);
  const ended = await faulty.faults.during(third.rule, async () => {
    await processOk(job, planned);
    await third.reached;
    await until(
      () => job.batch(planned.batchUpdateId),
      ({ progress }) => progress.done > 0,
      60_000,
    );
    expect((await job.call("POST", `/v1/batch-updates/${planned.batchUpdateId}/cancel`)).status).toBe(202);
    third.open();
    return await job.ended(planned.batchUpdateId);
  });
  const { updated = 0, unprocessed = 0 } = ended.counts ?? {};
  expect({ status: ended.status, sum: updated + unprocessed }).toEqual({ status: "CANCELLED", sum: 1100 });
  expect(ended.progress).toEqual({ done: updated, total: 1100 });
});
