import { DynamoDBClient, paginateQuery } from "@aws-sdk/client-dynamodb";
import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { z } from "zod";
import { type Batch, type Job, toWrite } from "#test/job";
import { patronIds, patronLine } from "#test/patron-lines";
import { type RunningProduct, readEndpoints } from "#test/product";

const recordSchema = z.looseObject({ sk: z.object({ S: z.string() }), version: z.object({ N: z.coerce.number() }) });

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

/**
 * Versions of the medium records of patrons as they are now, read behind the product's back; 0 where there never was one.
 */
export async function versions(product: RunningProduct, { ids }: Pick<Crowd, "ids">, medium = "DB") {
  const { dynamodb, region, accessKeyId, secretAccessKey, table: TableName } = await readEndpoints(product);
  const client = new DynamoDBClient({ endpoint: dynamodb, region, credentials: { accessKeyId, secretAccessKey } });
  const found = new Map(ids.map((patronId) => [`PATRON#${patronId}#MEDIUM#${medium}`, { patronId, version: 0 }]));
  for (let shard = 0; shard < 16; shard++) {
    const pk = { S: `LIB#piedmont#SHARD#${String(shard).padStart(2, "0")}` };
    const pages = paginateQuery(
      { client },
      {
        TableName,
        KeyConditionExpression: "pk = :pk",
        FilterExpression: "medium = :medium",
        ExpressionAttributeValues: { ":pk": pk, ":medium": { S: medium } },
        ConsistentRead: true,
      },
    );
    for await (const { Items = [] } of pages) {
      for (const item of Items) {
        const { sk, version } = recordSchema.parse(item);
        const patron = found.get(sk.S);
        if (patron !== undefined) patron.version = version.N;
      }
    }
  }
  client.destroy();
  return new Map([...found.values()].map(({ patronId, version }) => [patronId, version]));
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
