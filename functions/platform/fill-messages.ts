import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { z } from "zod";
import { idSchema } from "#domain/text";
import { sideBySide } from "#records/side-by-side";

/** One service queue to fill. Ids only: the profile is read when it is filled. */
export const fillMessageSchema = z.object({
  library: idSchema,
  /** The batch update that asks. */
  batch: z.string().min(1),
  medium: idSchema,
  patronId: idSchema,
  /** The group of requests that the answer belongs to. */
  group: z.string().min(1),
});
export type FillMessage = z.infer<typeof fillMessageSchema>;

export interface FillMessages {
  /** Sends them all, or throws. A message may then have been sent all the same: that does no harm. */
  send(messages: readonly FillMessage[]): Promise<void>;
  /** True where no message waits or is at work, as far as SQS knows at the moment. */
  isQuiet(): Promise<boolean>;
  /** Has failed messages delivered again after some seconds instead of after the whole visibility timeout. */
  giveBack(failed: readonly { readonly receiptHandle: string; readonly seconds: number }[]): Promise<void>;
}

/** SQS' limit of messages in one call. */
const longestBatch = 10;
const concurrency = 8;
const tries = 4;

export function createFillMessages(sqs: SQSClient, queueUrl: string): FillMessages {
  return {
    async send(messages) {
      await sideBySide(inBatches(messages), concurrency, (batch) => sendBatch(sqs, queueUrl, batch));
    },
    async isQuiet() {
      const names = [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
      ] as const;
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...names] }),
      );
      return names.every((name) => Number(Attributes[name] ?? 0) === 0);
    },
    async giveBack(failed) {
      for (const batch of inBatches(failed)) {
        await sqs.send(
          new ChangeMessageVisibilityBatchCommand({
            QueueUrl: queueUrl,
            Entries: batch.map(({ receiptHandle, seconds }, i) => ({
              Id: String(i),
              ReceiptHandle: receiptHandle,
              VisibilityTimeout: seconds,
            })),
          }),
        );
      }
    },
  };
}

/** The library is the group for SQS' fair queues: a library with much to fill does not hold up the others. */
async function sendBatch(sqs: SQSClient, queueUrl: string, messages: readonly FillMessage[]): Promise<void> {
  let waiting = messages;
  for (let attempt = 1; waiting.length > 0; attempt++) {
    const { Failed = [] } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: waiting.map((message, i) => ({
          Id: String(i),
          MessageBody: JSON.stringify(message),
          MessageGroupId: message.library,
        })),
      }),
    );
    if (Failed.length === 0) return;
    if (attempt === tries) throw new Error(`SQS refused a message ${tries} times: ${Failed[0]?.Code}`);
    const refused = new Set(Failed.map((it) => it.Id));
    waiting = waiting.filter((_, i) => refused.has(String(i)));
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 100 * 2 ** attempt));
  }
}

function inBatches<T>(all: readonly T[]): T[][] {
  const batches: T[][] = [];
  for (let i = 0; i < all.length; i += longestBatch) batches.push(all.slice(i, i + longestBatch));
  return batches;
}
