import { DeleteItemCommand, DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SFNClient, StartExecutionCommand, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { GetQueueAttributesCommand, GetQueueUrlCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { z } from "zod";
import type { BatchUpdateId } from "#domain/ids";
import { piedmont } from "#infra/local/samples/libraries";
import { outcomesKey } from "#records/batch-updates/outcomes";
import { openKey } from "#records/store/keys";
import { type RunningProduct, readEndpoints } from "#test/product";

type OpenKind = "batch-update" | "fills" | "query-set" | "import";

/** What happens to a product behind its back: what somebody, a power cut or time does to its engines. All in Piedmont. */
export async function behind(product: RunningProduct) {
  const endpoints = await readEndpoints(product);
  const { region, accessKeyId, secretAccessKey, table: TableName, bucket: Bucket } = endpoints;
  const client = { region, credentials: { accessKeyId, secretAccessKey } };
  const table = new DynamoDBClient({ ...client, endpoint: endpoints.dynamodb });
  const sfn = new SFNClient({ ...client, endpoint: endpoints.stepFunctions });
  const sqs = new SQSClient({ ...client, endpoint: endpoints.sqs });
  const objects = new S3Client({ ...client, endpoint: endpoints.s3, forcePathStyle: true });
  const keyOf = (kind: OpenKind, id: string) => {
    const { pk, sk } = openKey(piedmont, kind, id);
    return { pk: { S: pk }, sk: { S: sk } };
  };
  const setOpen = async (kind: OpenKind, id: string, field: string, value: string) => {
    const command = new UpdateItemCommand({
      TableName,
      Key: keyOf(kind, id),
      UpdateExpression: "SET #field = :value",
      ConditionExpression: "attribute_exists(pk)",
      ExpressionAttributeNames: { "#field": field },
      ExpressionAttributeValues: { ":value": { S: value } },
    });
    await table.send(command);
  };
  return {
    /** As if so much time had gone by since the work was opened. */
    async openedAgo(kind: OpenKind, id: string, minutes: number): Promise<void> {
      await setOpen(kind, id, "openedAt", new Date(Date.now() - minutes * 60_000).toISOString());
    },
    /** A later version wrote it, and was rolled back. */
    async spoilOpen(kind: OpenKind, id: string): Promise<void> {
      await setOpen(kind, id, "attempt", "nobody can read this");
    },
    async loseOpen(kind: OpenKind, id: string): Promise<void> {
      await table.send(new DeleteItemCommand({ TableName, Key: keyOf(kind, id) }));
    },
    async stopExecution(workflow: "Apply", name: string): Promise<void> {
      const arn = String(endpoints.stateMachines[workflow]).replace(":stateMachine:", ":execution:");
      await sfn.send(new StopExecutionCommand({ executionArn: `${arn}:${name}` }));
    },
    /** An execution of a job that is not there. */
    async startOrphan(name: string): Promise<void> {
      const stateMachineArn = endpoints.stateMachines["Plan"];
      const input = JSON.stringify({ library: "piedmont", job: name });
      await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input }));
    },
    /** A message that was given up. */
    async giveUp(MessageBody: string): Promise<void> {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: endpoints.queueUrl, AttributeNames: ["RedrivePolicy"] }),
      );
      const policy = z.object({ deadLetterTargetArn: z.string() });
      const { deadLetterTargetArn } = policy.parse(JSON.parse(Attributes?.["RedrivePolicy"] ?? ""));
      const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: deadLetterTargetArn.split(":").at(-1) }));
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    },
    async replaceReport(batchUpdateId: BatchUpdateId, Body: string): Promise<void> {
      const Key = outcomesKey({ library: piedmont.library, batchUpdateId });
      await objects.send(new PutObjectCommand({ Bucket, Key, Body }));
    },
    close(): void {
      for (const it of [table, sfn, sqs, objects]) it.destroy();
    },
  };
}
