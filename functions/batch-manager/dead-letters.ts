import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { z } from "zod";
import type { BatchUpdateId, LibraryId } from "#domain/ids";
import { slices } from "#platform/slices";
import { readFillMessage } from "./messages.ts";
import { queueFigures } from "./queue-figures.ts";

/** A message that was given up, with what it says where it is one of ours. */
export interface DeadLetter {
  readonly messageId: string;
  readonly body: string;
  readonly sentAt: Date;
  readonly receiveCount: number;
  readonly library: LibraryId | undefined;
  readonly batchUpdateId: BatchUpdateId | undefined;
  readonly patrons: number | undefined;
}

interface Received extends DeadLetter {
  readonly receiptHandle: string;
}

/** SQS' limit of messages in one call. */
const longestBatch = 10;
/** Messages of one answer: more are counted, not shown. */
const mostShown = 500;
/** SQS asks some of its machines and not all: so many answers with nothing new mean that there is no more. */
const roundsWithoutNews = 3;
/** Seconds for which messages that are being handled are hidden from others. */
const handling = 60;

const messageSchema = z.object({
  MessageId: z.string(),
  ReceiptHandle: z.string(),
  Body: z.string().default(""),
  Attributes: z
    .object({
      SentTimestamp: z.coerce.number().default(0),
      ApproximateReceiveCount: z.coerce.number().default(0),
    })
    .prefault({}),
});

function readMessage(message: Message): Received {
  const { MessageId, ReceiptHandle, Body, Attributes } = messageSchema.parse(message);
  const requests = readFillMessage(Body);
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    sentAt: new Date(Attributes.SentTimestamp),
    receiveCount: Attributes.ApproximateReceiveCount,
    library: requests?.[0]?.library,
    batchUpdateId: requests?.[0]?.batchUpdateId,
    patrons: requests?.length,
  };
}

/** Looks at the messages that were given up, and hides none of them. `complete` where these are all, as far as SQS can say. */
export async function peekDeadLetters(
  sqs: SQSClient,
  queueUrl: string,
): Promise<{ letters: DeadLetter[]; complete: boolean }> {
  const { waiting, inFlight } = await queueFigures(sqs, queueUrl);
  const found = new Map<string, Received>();
  if (waiting + inFlight === 0) return { letters: [], complete: true };
  for (let quiet = 0; quiet < roundsWithoutNews && found.size < Math.min(waiting, mostShown); ) {
    const before = found.size;
    for (const letter of await receive(sqs, queueUrl, 0)) found.set(letter.messageId, letter);
    quiet = found.size === before ? quiet + 1 : 0;
  }
  const letters = [...found.values()].map(({ receiptHandle: _, ...letter }) => letter);
  letters.sort((a, b) => a.sentAt.getTime() - b.sentAt.getTime() || (a.messageId < b.messageId ? -1 : 1));
  return { letters, complete: found.size >= waiting + inFlight };
}

async function receive(sqs: SQSClient, QueueUrl: string, VisibilityTimeout: number): Promise<Received[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: longestBatch,
      VisibilityTimeout,
      WaitTimeSeconds: 0,
      MessageSystemAttributeNames: ["SentTimestamp", "ApproximateReceiveCount"],
    }),
  );
  return Messages.map(readMessage);
}

/**
 * Takes messages out of the queue of those that were given up: all, or those that are named. The others are given back.
 * A message is deleted only when `handle` has done with it, so that nothing is lost where this breaks off.
 *
 * @param handle what is done with up to ten of them first
 * @returns those that were taken
 */
export async function takeDeadLetters(
  sqs: SQSClient,
  queueUrl: string,
  wanted: readonly string[] | undefined,
  handle: (letters: readonly DeadLetter[]) => Promise<void>,
): Promise<DeadLetter[]> {
  const taken: DeadLetter[] = [];
  const others = new Map<string, Received>();
  try {
    for (let quiet = 0; quiet < roundsWithoutNews && taken.length !== wanted?.length; ) {
      const received = await receive(sqs, queueUrl, handling);
      const meant = received.filter(({ messageId }) => wanted === undefined || wanted.includes(messageId));
      for (const letter of received) if (!meant.includes(letter)) others.set(letter.messageId, letter);
      quiet = received.length === 0 ? quiet + 1 : 0;
      if (meant.length === 0) continue;
      await handle(meant);
      const Entries = meant.map(({ receiptHandle }, i) => ({ Id: String(i), ReceiptHandle: receiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      taken.push(...meant);
    }
  } finally {
    await giveBack(sqs, queueUrl, [...others.values()]);
  }
  return taken;
}

async function giveBack(sqs: SQSClient, QueueUrl: string, letters: readonly Received[]): Promise<void> {
  for (const some of slices(letters, longestBatch)) {
    const Entries = some.map(({ receiptHandle: ReceiptHandle }, i) => ({
      Id: String(i),
      ReceiptHandle,
      VisibilityTimeout: 0,
    }));
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  }
}

/** Sends messages as they were, each for its library's turn. */
export async function sendAgain(sqs: SQSClient, QueueUrl: string, letters: readonly DeadLetter[]): Promise<void> {
  for (const some of slices(letters, longestBatch)) {
    const Entries = some.map(({ body, library }, i) => ({
      Id: String(i),
      MessageBody: body,
      ...(library !== undefined && { MessageGroupId: library }),
    }));
    const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    if (Failed.length > 0) throw new Error(`SQS refused ${Failed.length} messages: ${Failed[0]?.Code}`);
  }
}
