import type { SQSEvent, SQSRecord } from "aws-lambda";
import { z } from "zod";
import type { QueueMessage, QueueSource } from "./queue-source.ts";
import { Turns } from "./turns.ts";

type InvokeResult = { payload: unknown } | { error: { errorType: string; errorMessage: string } };

/** `ReportBatchItemFailures`: nothing, or no such list, means that all went well. */
const batchResponse = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish() })
  .nullish();

function toRecord(message: QueueMessage, source: QueueSource): SQSRecord {
  const { attributes } = message;
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.MessageBody,
    attributes: {
      ...attributes,
      ApproximateReceiveCount: attributes.ApproximateReceiveCount ?? "1",
      SentTimestamp: attributes.SentTimestamp ?? "",
      SenderId: attributes.SenderId ?? "",
      ApproximateFirstReceiveTimestamp: attributes.ApproximateFirstReceiveTimestamp ?? "",
    },
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, { DataType, StringValue, BinaryValue }]) => [
        name,
        { dataType: DataType, stringValue: StringValue, binaryValue: BinaryValue },
      ]),
    ),
    md5OfBody: message.MD5OfMessageBody,
    eventSource: "aws:sqs",
    eventSourceARN: source.arn,
    awsRegion: source.region,
  };
}

/** The messages that are done with. A response that makes no sense counts as a failure of the whole batch, as on AWS. */
function successes(messages: readonly QueueMessage[], result: InvokeResult): readonly QueueMessage[] {
  if ("error" in result) return [];
  const response = batchResponse.safeParse(result.payload === "" ? null : result.payload);
  if (!response.success) return [];
  const failed = new Set(response.data?.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier));
  const known = new Set(messages.map(({ MessageId }) => MessageId));
  for (const id of failed) if (!known.has(id)) return [];
  return messages.filter(({ MessageId }) => !failed.has(MessageId));
}

/** Milliseconds that a batch waits to become full: on one machine messages are seen while their senders still send. */
const batchWindow = 50;

/**
 * Hands a queue's messages to a function in batches, as `AWS::Lambda::EventSourceMapping` does: at most
 * `maximumConcurrency` batches at a time, what succeeded deleted, what failed left to come back when its visibility
 * timeout ends. Groups (libraries) take turns within the messages held ready, one full house of batches.
 *
 * `close` takes no more messages and waits for the batches that are at work.
 */
export function pollQueue(options: {
  source: QueueSource;
  functionArn: string;
  batchSize: number;
  maximumConcurrency: number;
  invoke: (functionArn: string, payload: unknown) => Promise<InvokeResult>;
}): { close(): Promise<void> } {
  const { source, functionArn, batchSize, maximumConcurrency, invoke } = options;
  const held = new Turns();
  const most = batchSize * maximumConcurrency;
  // A message held so long that its batch might outlast its invisibility is left to be received again.
  const patienceMs = (source.visibilityTimeoutSeconds * 1000) / 2;
  const working = new Set<Promise<void>>();
  let closing = false;
  let roomAgain = Promise.withResolvers<void>();
  let window: NodeJS.Timeout | undefined;
  let windowOver = false;

  const deliver = async (messages: readonly QueueMessage[]): Promise<void> => {
    const event: SQSEvent = { Records: messages.map((message) => toRecord(message, source)) };
    const result = await invoke(functionArn, event).catch((error: unknown) => ({
      error: { errorType: "InvokeFailed", errorMessage: String(error) },
    }));
    for (const { ReceiptHandle } of successes(messages, result)) source.delete(ReceiptHandle);
  };

  const dispatch = (): void => {
    while (!closing && working.size < maximumConcurrency && held.size > 0) {
      if (held.size < batchSize && !windowOver) {
        window ??= setTimeout(() => {
          windowOver = true;
          dispatch();
        }, batchWindow);
        return;
      }
      clearTimeout(window);
      window = undefined;
      windowOver = false;
      const messages = held.take(batchSize, Date.now());
      if (messages.length === 0) return;
      const work = deliver(messages).finally(() => {
        working.delete(work);
        roomAgain.resolve();
        dispatch();
      });
      working.add(work);
    }
  };

  const poll = async (): Promise<void> => {
    while (!closing) {
      const room = most - held.size;
      if (room === 0) {
        roomAgain = Promise.withResolvers<void>();
        await roomAgain.promise;
        continue;
      }
      const received = await source.receive(room);
      const until = Date.now() + patienceMs;
      for (const message of received) held.add(message, until);
      dispatch();
    }
  };

  const polling = poll();
  return {
    async close() {
      closing = true;
      clearTimeout(window);
      roomAgain.resolve();
      await polling;
      await Promise.all(working);
    },
  };
}
