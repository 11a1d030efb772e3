import { z } from "zod";
import { countSchema, instantSchema } from "./formats.ts";
import { operation } from "./operation.ts";
import { doneActSchema, supportAct } from "./support-act.ts";

const queues = ["service-queues"] as const;

/** Messages named in one act. */
const mostNamed = 1000;

const deadLetterSchema = z
  .object({
    messageId: z.string(),
    queue: z.enum(queues).meta({ description: "The queue that gave it up" }),
    library: z.string().optional(),
    batchUpdateId: z.string().optional(),
    patrons: countSchema.optional().meta({ description: "Service queues that it asks to be filled" }),
    sentAt: instantSchema,
    receiveCount: countSchema,
    body: z.string().meta({ description: "As it was sent. Ids only, where it is one of ours" }),
  })
  .meta({ id: "DeadLetter" });
export type DeadLetterAnswer = z.infer<typeof deadLetterSchema>;

const deadLettersSchema = z
  .object({
    items: z.array(deadLetterSchema),
    complete: z.boolean().meta({ description: "Whether these are all, as far as SQS can say" }),
  })
  .meta({ id: "DeadLetters" });

const someLettersSchema = z
  .strictObject({
    ...supportAct,
    messageIds: z
      .array(z.string().min(1).max(100))
      .min(1)
      .max(mostNamed)
      .optional()
      .meta({ description: "Absent: all" }),
  })
  .meta({ id: "SomeDeadLetters" });

const handledSchema = doneActSchema.extend({ messages: countSchema }).meta({ id: "HandledDeadLetters" });

const path = "/v1/support/dead-letters";

export const deadLetters = {
  listDeadLetters: operation({
    name: "listDeadLetters",
    method: "GET",
    path,
    summary: "Messages that were given up",
    description: "Reading hides none of them from others.",
    roles: ["support"],
    scope: "none",
    answers: { 200: deadLettersSchema },
  }),
  redrive: operation({
    name: "redriveDeadLetters",
    method: "POST",
    path: `${path}/redrive`,
    summary: "Sends messages that were given up once more",
    description:
      "One that is not there any more counts as done. A second time does no harm: what was filled stays filled.",
    roles: ["support"],
    scope: "none",
    body: someLettersSchema,
    answers: { 200: handledSchema },
  }),
  drop: operation({
    name: "dropDeadLetters",
    method: "POST",
    path: `${path}/drop`,
    summary: "Deletes messages that were given up",
    description:
      "Fills that they asked for and that have no answer are sent again by the system, and fail in the end where they cannot be done.",
    roles: ["support"],
    scope: "none",
    body: someLettersSchema,
    answers: { 200: handledSchema },
  }),
};
