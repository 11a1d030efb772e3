import { z } from "zod";
import { idSchema } from "#domain/text";

export const instantSchema = z.iso.datetime().meta({ examples: ["2026-03-02T14:05:09.120Z"] });

/** How many patrons, lines or queues. */
export const countSchema = z.int().min(0);

/** Links to files are good for minutes; ask again for another. */
export const linkSchema = z.url();

/** Ids that the product gives out itself. */
export const givenIdSchema = z.string().min(1).max(64);

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

const given = (example: string) => givenIdSchema.meta({ examples: [example] });
const coded = (example: string) => idSchema.meta({ examples: [example] });

/** The parameters of paths, by name. Whatever else stands in their place finds nothing: 404. */
export const pathParameters: Readonly<Record<string, z.ZodType>> = {
  patronId: coded("P000123"),
  medium: coded("DB"),
  titleId: coded("DB01234"),
  importId: given("01k8zq2m5nimp0rt4x7w9c3d2e"),
  querySetId: given("01k8zq3f6pqs3t8r2v5y7b9d1g"),
  savedQueryId: given("01k8zq4h7rsavd9t3w6z8c2e4j"),
  presetId: given("01k8zq5j8tpr3s2t4x7a9d3f5k"),
  batchUpdateId: given("01k8zq6k9vbatch5y8b2e4g6m1"),
  name: z
    .string()
    .max(80)
    .meta({ examples: ["piedmont-01k8zq6k9vbatch5y8b2e4g6m1-apply"] }),
};

/** Counts the changes of a thing; the same number stands in its ETag. What was made before changes were counted has 0. */
export const versionSchema = z.int().min(0);
