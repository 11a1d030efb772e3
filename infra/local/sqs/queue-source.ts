import { z } from "zod";
import type { EngineQueue } from "./queue-corrections.ts";

const attribute = z.object({
  DataType: z.string(),
  StringValue: z.string().optional(),
  BinaryValue: z.string().optional(),
});

const message = z.object({
  MessageId: z.string(),
  ReceiptHandle: z.string(),
  MessageBody: z.string(),
  MD5OfMessageBody: z.string(),
  attributes: z.record(z.string(), z.string()),
  MessageAttributes: z.record(z.string(), attribute).nullish(),
});
export type QueueMessage = z.infer<typeof message>;

/** A queue as a poller in the same process sees it; AWS's own pollers do not go through the public API either. */
export interface QueueSource {
  readonly arn: string;
  readonly region: string;
  readonly visibilityTimeoutSeconds: number;
  /** Takes up to `most` messages; after a moment with none, an empty list. */
  receive(most: number): Promise<QueueMessage[]>;
  delete(receiptHandle: string): void;
}

export function queueSource(queue: EngineQueue): QueueSource {
  const region = queue.service.REGION;
  return {
    arn: `arn:aws:sqs:${region}:${queue.service.ACCOUNT_ID}:${queue.QueueName}`,
    region,
    visibilityTimeoutSeconds: queue.VisibilityTimeout,
    receive: async (most) =>
      z.array(message).parse(await queue.receive({ MaxNumberOfMessages: most, WaitTimeSeconds: 0 })),
    delete: (receiptHandle) => {
      queue.delete(receiptHandle);
    },
  };
}
