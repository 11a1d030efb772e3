import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { Stores } from "#records/store/store";
import { type Entry, entrySchema, type ItemWrite } from "./entry.ts";
import { itemBytes, writeUnits } from "./item-bytes.ts";

/** What a piece of work would be billed by. */
export interface Usage {
  readUnits: number;
  writeUnits: number;
  transitions: number;
  expressRequests: number;
  expressGbSeconds: number;
  lambdaRequests: number;
  lambdaGbSeconds: number;
  s3Writes: number;
  s3Reads: number;
  sqsRequests: number;
  fairSqsRequests: number;
  apiRequests: number;
}

export const noUsage: Usage = {
  readUnits: 0,
  writeUnits: 0,
  transitions: 0,
  expressRequests: 0,
  expressGbSeconds: 0,
  lambdaRequests: 0,
  lambdaGbSeconds: 0,
  s3Writes: 0,
  s3Reads: 0,
  sqsRequests: 0,
  fairSqsRequests: 0,
  apiRequests: 0,
};

/** Bytes of one billed request to SQS. */
const sqsUnit = 64 * 1024;
/** Express executions are billed by 100 ms, and by 64 MB of which such small ones need one. */
const expressUnit = 100;
const expressGigabytes = 64 / 1024;

/** Where the notes end now: what comes after it belongs to what is done next. */
export async function meterPosition(file: string): Promise<number> {
  return await stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

/**
 * Adds up the notes from a position on. Sizes of items that were changed are those they have now: nothing in the product
 * makes an item smaller.
 */
export async function usageSince(file: string, position: number, stores: Stores): Promise<Usage> {
  const usage = { ...noUsage };
  const writes: ItemWrite[] = [];
  const lines = createInterface({ input: createReadStream(file, { start: position }) });
  for await (const line of lines) add(usage, writes, entrySchema.parse(JSON.parse(line)));
  const sizes = await sizesOf(
    stores,
    writes.filter(({ bytes }) => bytes === undefined),
  );
  for (const { pk, sk, bytes, times } of writes) {
    usage.writeUnits += writeUnits(bytes ?? sizes.get(`${pk}\n${sk}`) ?? 0) * times;
  }
  return usage;
}

function add(usage: Usage, writes: ItemWrite[], entry: Entry): void {
  switch (entry.kind) {
    case "dynamodb":
      usage.readUnits += entry.readUnits;
      writes.push(...entry.writes);
      return;
    case "s3":
      if (["PUT", "POST", "LIST", "COPY"].includes(entry.operation)) usage.s3Writes++;
      // Deleting costs nothing.
      else if (entry.operation !== "DELETE") usage.s3Reads++;
      return;
    case "sqs": {
      const requests = Math.ceil(entry.bytes / sqsUnit);
      usage.sqsRequests += requests;
      if (!entry.operation.startsWith("SendMessage")) return;
      // The event source receives and deletes on the product's account, at most ten messages at a time.
      usage.sqsRequests += 2 * requests;
      usage.fairSqsRequests += 3 * requests;
      return;
    }
    case "lambda":
      usage.lambdaGbSeconds += (entry.milliseconds / 1000) * (entry.megabytes / 1024);
      if (entry.isStart) return;
      usage.lambdaRequests++;
      if (/Api/i.test(entry.functionName)) usage.apiRequests++;
      if (!/Chunk/.test(entry.functionName)) return;
      usage.expressGbSeconds += ((Math.ceil(entry.milliseconds / expressUnit) * expressUnit) / 1000) * expressGigabytes;
      return;
  }
}

async function sizesOf(stores: Stores, writes: readonly ItemWrite[]): Promise<Map<string, number>> {
  const keys = new Map(writes.map(({ pk, sk }) => [`${pk}\n${sk}`, { pk, sk }]));
  const items = await stores.across.batchGetRaw([...keys.values()]);
  return new Map(items.map((item) => [`${item.pk?.S}\n${item.sk?.S}`, itemBytes(item)]));
}
