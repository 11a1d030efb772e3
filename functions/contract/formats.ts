import { z } from "zod";

export const instantSchema = z.iso.datetime().meta({ examples: ["2026-03-02T14:05:09.120Z"] });

/** How many patrons, lines or queues. */
export const countSchema = z.int().min(0);

/** Links to files are good for minutes; ask again for another. */
export const linkSchema = z.url();

/** Ids that the product gives out itself. */
export const givenIdSchema = z.string().min(1).max(64);
export const givenBatchUpdateIdSchema = givenIdSchema.brand<"BatchUpdateId">();

/** How far the present step has come, in patrons, lines or parts of the work. */
export const progressSchema = z
  .object({
    done: countSchema,
    total: countSchema,
    waiting: z
      .literal(true)
      .optional()
      .describe("It stands in line: jobs of the library that were asked for before are at work."),
  })
  .meta({ id: "Progress" });

/** Where a file is to be sent, which is not the API itself, and with which headers. */
export const uploadSchema = z
  .object({ url: linkSchema, method: z.literal("PUT"), headers: z.record(z.string(), z.string()) })
  .meta({ id: "Upload" });
export type Upload = z.infer<typeof uploadSchema>;

/** Counts the changes of a thing; the same number stands in its ETag. What was made before changes were counted has 0. */
export const versionSchema = z.int().min(0);
