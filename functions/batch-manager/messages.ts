import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { z } from "zod";
import { type BatchUpdateId, libraryIdSchema, type PatronId, patronIdSchema } from "#domain/ids";
import { idSchema } from "#domain/text";
import { backOff } from "#platform/pause";
import { sideBySide } from "#platform/side-by-side";
import { slices } from "#platform/slices";
import { causingRequest } from "#platform/thread";

/** Patrons in one message. One each would be that many times the requests, to SQS and of a machine, for the same few ids. */
export const patronsInMessage = 25;

/** Service queues to fill, all of one group of requests. Ids only: a profile is read when its queue is filled. */
const fillMessageSchema = z.object({
  library: libraryIdSchema,
  /** The batch update that asks. */
  batch: z.string().min(1).brand<"BatchUpdateId">(),
  medium: idSchema,
  /** The group of requests that the answers belong to. */
  group: z.string().min(1),
  patronIds: z.array(patronIdSchema).min(1).max(patronsInMessage),
  /** The request by which it came about. */
  requestId: z.string().optional(),
});
type FillMessage = z.infer<typeof fillMessageSchema>;

/** One service queue to fill. */
export interface FillRequest extends Omit<FillMessage, "batch" | "patronIds"> {
  readonly batchUpdateId: BatchUpdateId;
  readonly patronId: PatronId;
}

/** The requests that a message makes; undefined where it is none of ours. */
export function readFillMessage(body: string): FillRequest[] | undefined {
  try {
    const { patronIds, batch: batchUpdateId, ...shared } = fillMessageSchema.parse(JSON.parse(body));
    return patronIds.map((patronId) => ({ ...shared, batchUpdateId, patronId }));
  } catch {
    return undefined;
  }
}

export interface FillMessages {
  /** Sends them all, or throws. Some may then have been sent all the same: that does no harm. */
  send(requests: readonly FillRequest[]): Promise<void>;
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
    async send(requests) {
      await sideBySide(slices(fillMessagesOf(requests), longestBatch), concurrency, (some) =>
        sendBatch(sqs, queueUrl, some),
      );
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
      for (const some of slices(failed, longestBatch)) {
        await sqs.send(
          new ChangeMessageVisibilityBatchCommand({
            QueueUrl: queueUrl,
            Entries: some.map(({ receiptHandle, seconds }, i) => ({
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

/** Puts requests of one group together, in their order, as many to a message as it may hold. */
export function fillMessagesOf(requests: readonly FillRequest[]): FillMessage[] {
  const together = Map.groupBy(requests, ({ patronId: _, ...shared }) => JSON.stringify(Object.values(shared)));
  return [...together.values()].flatMap((its) => {
    return slices(its, patronsInMessage).flatMap(([first, ...others]) => {
      if (first === undefined) return [];
      const { patronId, batchUpdateId: batch, ...shared } = first;
      return [{ ...shared, batch, patronIds: [patronId, ...others.map((it) => it.patronId)] }];
    });
  });
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
          MessageBody: JSON.stringify({ requestId: causingRequest(), ...message }),
          MessageGroupId: message.library,
        })),
      }),
    );
    if (Failed.length === 0) return;
    if (attempt === tries) throw new Error(`SQS refused a message ${tries} times: ${Failed[0]?.Code}`);
    const refused = new Set(Failed.map((it) => it.Id));
    waiting = waiting.filter((_, i) => refused.has(String(i)));
    await backOff(attempt, 100);
  }
}
