import { z } from "zod";
import { attentionActs, attentionKinds } from "#domain/support/attention";
import { instantSchema } from "./formats.ts";
import { pageQuery } from "./list.ts";
import { operation } from "./operation.ts";

const actSchema = z
  .object({
    act: z.enum(attentionActs),
    method: z.enum(["GET", "POST"]),
    path: z
      .string()
      .meta({ description: "Of this API; of a library's own route, name the library in the header Library" }),
  })
  .meta({ id: "AttentionAct" });

const attentionSchema = z
  .object({
    kind: z.enum(attentionKinds),
    library: z.string().optional(),
    subject: z
      .string()
      .meta({ description: "Such as batch-updates/01k2..., executions/..., dead-letters/... or open/..." }),
    since: instantSchema,
    summary: z.string().meta({ description: "What happened, with the names of errors: never patron data" }),
    acts: z.array(actSchema).meta({ description: "What mends it, what is best first" }),
  })
  .meta({ id: "Attention" });
export type AttentionAnswer = z.infer<typeof attentionSchema>;

const attentionPageSchema = z
  .object({
    items: z.array(attentionSchema),
    nextCursor: z.string().optional(),
    unreadable: z
      .array(z.object({ source: z.string(), error: z.string() }).meta({ id: "UnreadableSource" }))
      .meta({ description: "Where to look could not be looked at just now: it hides nothing of the others" }),
  })
  .meta({ id: "AttentionPage" });

export const attention = {
  listAttention: operation({
    name: "listAttention",
    method: "GET",
    path: "/v1/support/attention",
    summary: "What someone has to look at, in all libraries, oldest first",
    description:
      "CHUNK_FAILED: parts of a job could not be worked on. JOB_FAILED: a query set, a plan or an import came to nothing for a reason not its maker's. RUN_STUCK: no progress for 10 minutes. FILLS_LATE: service queues asked for 30 minutes ago. DEAD_LETTER: a message was given up. OPEN_UNREADABLE: open work that cannot be read. EXECUTION_UNKNOWN: an execution at work that is of no job. What is mended leaves the list.",
    roles: ["support"],
    scope: "none",
    query: z.strictObject(pageQuery),
    answers: { 200: attentionPageSchema },
  }),
};
