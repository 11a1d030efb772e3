import { z } from "zod";

/** A write whose item's size is not in its request: the item is looked at when the run is over. */
const writeSchema = z.object({
  pk: z.string(),
  sk: z.string(),
  /** Undefined where only the table knows. */
  bytes: z.number().optional(),
  /** 2 in a transaction. */
  times: z.number(),
});
export type ItemWrite = z.infer<typeof writeSchema>;

/** What one request or invocation is billed by. */
export const entrySchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("dynamodb"), operation: z.string(), readUnits: z.number(), writes: z.array(writeSchema) }),
  z.object({ kind: z.literal("s3"), operation: z.string() }),
  z.object({ kind: z.literal("sqs"), operation: z.string(), bytes: z.number() }),
  z.object({
    kind: z.literal("lambda"),
    functionName: z.string(),
    megabytes: z.number(),
    milliseconds: z.number(),
    isStart: z.boolean(),
  }),
]);
export type Entry = z.infer<typeof entrySchema>;
