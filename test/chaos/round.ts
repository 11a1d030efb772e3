import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { loadQueues } from "#records/service-queues/service-queues";
import { storesOver } from "#records/store/clients";
import { libraryId, patronId } from "#test/ids";
import { type Batch, type Job, toWrite } from "#test/job";
import { sumOf } from "#test/numbers";
import { type RunningProduct, readEndpoints } from "#test/product";
import { type Crowd, growth, versions } from "../system/batch-update-bed.ts";
import type { Survivor } from "./survivor.ts";

const madeSchema = z.object({ batchUpdateId: z.string() });
/**
 * Milliseconds without any progress of fills after which their messages count as stuck with a worker that died. Twice as
 * many after each kill in vain: a busy machine may take longer to fill the first of them after a start.
 */
const longestStandstill = 8_000;

/** What a round does: changes everybody and fills their queues, or takes the round before back. */
export type Work = { readonly cutoff: number } | { readonly undo: string };

/** Runs one whole job through whatever happens. @returns its final state and what is wrong with it, if anything */
export async function runRound(survivor: Survivor, who: Crowd, key: string, work: Work) {
  const product = await survivor.running();
  const before = await versions(product, who);
  const post = (step: string, path: string, body: unknown) =>
    survivor.ask(async () => {
      const headers = { "idempotency-key": `${key}-${step}` };
      const reply = await (await survivor.running()).call("POST", path, { body, headers });
      if (reply.status >= 500) throw new Error(`${path} was answered ${reply.status}`);
      return reply;
    });
  const made =
    "undo" in work
      ? await post("make", `/v1/batch-updates/${work.undo}/undo`, {})
      : await post("make", "/v1/batch-updates", {
          querySetId: who.querySetId,
          medium: "DB",
          nightlyDebug: work.cutoff % 2 === 0,
          changes: { cutoff: work.cutoff, addServiceQueue: true },
        });
  const { batchUpdateId } = madeSchema.parse(made.body);
  const planned = await settled(survivor, batchUpdateId, (batch) => batch.status !== "PLANNING");
  const wrong: string[] = [];
  const patrons = who.ids.length;
  if (planned.status !== "READY" || toWrite(planned) !== patrons) {
    return { batchUpdateId, wrong: [`The plan is ${planned.status} and would write ${toWrite(planned)}`] };
  }
  const body = { planDigest: planned.plan?.digest, patronCount: patrons };
  const begun = await post("process", `/v1/batch-updates/${batchUpdateId}/process`, body);
  if (begun.status !== 202) wrong.push(`Process was answered ${begun.status}`);
  const ended = await settled(survivor, batchUpdateId, ({ finishedAt }) => finishedAt !== undefined);
  const done = "undo" in work ? ended : await fills(survivor, ended);

  const { updated = 0 } = done.counts ?? {};
  if (done.status !== "COMPLETED" || updated !== patrons || sumOf(done.counts ?? {}) !== patrons) {
    wrong.push(`${done.status} with ${JSON.stringify(done.counts)}`);
  }
  const after = growth(before, await versions(await survivor.running(), who));
  const lost = [...after.values()].filter((grown) => grown < 1).length;
  const doubled = [...after.values()].filter((grown) => grown > 1).length;
  if (lost + doubled > 0) wrong.push(`${lost} patrons not written, ${doubled} more than once`);
  wrong.push(...(await wrongInQueues(await survivor.running(), who, "undo" in work ? 0 : 2)));
  wrong.push(...(await survivor.ask((job) => wrongInReport(job, batchUpdateId, who))));
  if (!("undo" in work)) {
    const { requested, filled } = done.serviceQueues;
    if (requested !== patrons || filled !== patrons) wrong.push(`Fills: ${JSON.stringify(done.serviceQueues)}`);
  }
  return { batchUpdateId, wrong };
}

async function settled(survivor: Survivor, id: string, isWanted: (batch: Batch) => boolean): Promise<Batch> {
  return await survivor.ask(async (job) => {
    const batch = await job.batch(id);
    if (!isWanted(batch)) throw new Error(`Batch update ${id} stays ${batch.status}`);
    return batch;
  });
}

/** Waits for all fills. Where a dead worker holds messages, a power cut is quicker than their visibility timeout. */
async function fills(survivor: Survivor, { batchUpdateId }: Batch): Promise<Batch> {
  let last = { pending: -1, at: Date.now(), patience: longestStandstill };
  return await survivor.ask(async (job) => {
    const batch = await job.batch(batchUpdateId);
    const { status, pending } = batch.serviceQueues;
    if (status !== "FILLING") return batch;
    if (pending !== last.pending) last = { pending, at: Date.now(), patience: longestStandstill };
    if (Date.now() - last.at > last.patience) {
      survivor.kill(false);
      await survivor.running();
      last = { pending, at: Date.now(), patience: 2 * last.patience };
    }
    throw new Error(`${pending} fills are pending`);
  });
}

async function wrongInReport(job: Job, batchUpdateId: string, { ids }: Crowd): Promise<string[]> {
  const { errors, jsonl = "" } = await job.report(batchUpdateId);
  const told = jsonl.trimEnd().split("\n");
  const named = told.map((line) => z.object({ patronId: z.string() }).parse(JSON.parse(line)).patronId);
  const isComplete = named.length === ids.length && named.every((patronId, place) => patronId === ids[place]);
  return isComplete && errors.rows === 0 ? [] : [`The report has ${told.length} lines and ${errors.rows} errors`];
}

async function wrongInQueues(product: RunningProduct, { ids }: Crowd, entries: number): Promise<string[]> {
  const { dynamodb, region, accessKeyId, secretAccessKey, table, bucket } = await readEndpoints(product);
  const client = new DynamoDBClient({ endpoint: dynamodb, region, credentials: { accessKeyId, secretAccessKey } });
  const stores = storesOver({ dynamo: client, table, s3: new S3Client({ region }), bucket });
  const queues = await loadQueues(stores.of(libraryId("piedmont")), "DB", ids.map(patronId));
  client.destroy();
  const wrong = ids.filter((id) => {
    const titles = (queues.get(patronId(id))?.entries ?? []).map(({ titleId }) => titleId);
    return titles.length !== entries || new Set(titles).size !== titles.length;
  });
  return wrong.length === 0 ? [] : [`${wrong.length} queues do not hold ${entries} different titles, as ${wrong[0]}`];
}
