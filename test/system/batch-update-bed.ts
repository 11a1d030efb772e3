import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { z } from "zod";
import { type Batch, type Job, toWrite } from "#test/job";
import { patronIds, patronLine } from "#test/patron-lines";
import { type RunningProduct, readEndpoints } from "#test/product";

const itemSchema = z.looseObject({
  patronId: z.string(),
  media: z.record(z.string(), z.looseObject({ version: z.number() })),
});

/** Many patrons and the query set of them, in the order of their ids. */
export async function crowd(job: Job, count: number, prefix: string, more: Record<string, unknown> = {}) {
  const ids = patronIds(count, prefix);
  await job.importLines(
    "patrons",
    ids.map((id) => patronLine(id, more)),
  );
  const { querySetId } = await job.querySet({ patronIds: ids });
  return { ids, querySetId };
}
export type Crowd = Awaited<ReturnType<typeof crowd>>;

/** Versions of the records of a query set's members as they are now; 0 where there is none. */
export async function versions(job: Job, { querySetId }: Pick<Crowd, "querySetId">, medium = "DB") {
  const items = await job.all(`/v1/query-sets/${querySetId}/patrons`, itemSchema);
  return new Map(items.map(({ patronId, media }) => [patronId, media[medium]?.version ?? 0]));
}

/** How much each version has grown. */
export function growth(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): Map<string, number> {
  return new Map([...after].map(([patronId, version]) => [patronId, version - (before.get(patronId) ?? 0)]));
}

export async function processOk(job: Job, planned: Batch): Promise<void> {
  const { status, body } = await job.process(planned);
  if (status !== 202) throw new Error(`Processing ${toWrite(planned)} was answered ${status}: ${JSON.stringify(body)}`);
}

/** Delivers a processed run once more, whole, as Step Functions may deliver any of its chunks. */
export async function deliverAgain(product: RunningProduct, { batchUpdateId }: Batch, name: string): Promise<void> {
  const { stepFunctions, region, accessKeyId, secretAccessKey, stateMachines } = await readEndpoints(product);
  const stateMachineArn = stateMachines["Apply"];
  const client = new SFNClient({ endpoint: stepFunctions, region, credentials: { accessKeyId, secretAccessKey } });
  const input = JSON.stringify({ library: "piedmont", job: batchUpdateId, attempt: 1 });
  await client.send(new StartExecutionCommand({ stateMachineArn, name: `${batchUpdateId}-${name}`, input }));
  client.destroy();
}
