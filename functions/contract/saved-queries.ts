import { z } from "zod";
import { criteriaSchema } from "#domain/query/criteria";
import { nameSchema } from "#domain/text";
import { givenIdSchema } from "./formats.ts";
import { keptByNameOperations, keptByNameShape } from "./kept-by-name.ts";
import { writers } from "./query-sets.ts";

const namedCriteriaSchema = z
  .strictObject({ name: nameSchema, criteria: criteriaSchema })
  .meta({ id: "NamedCriteria" });

export type NamedCriteria = z.input<typeof namedCriteriaSchema>;

export const savedQuerySchema = z
  .object({
    savedQueryId: givenIdSchema,
    ...keptByNameShape,
    criteria: criteriaSchema,
    searchStatement: z.string(),
    starter: z
      .literal(true)
      .optional()
      .meta({ description: "Every library has it from the beginning; it is not replaced or deleted" }),
    why: z.string().optional().meta({ description: "Of a starter: why someone should look at whom it finds" }),
  })
  .meta({ id: "SavedQuery" });
export type SavedQueryAnswer = z.infer<typeof savedQuerySchema>;

export const savedQueries = keptByNameOperations({
  name: "SavedQuery",
  plural: "Saved queries",
  word: "saved query",
  keeps: "criteria",
  made: "query sets",
  path: "/v1/saved-queries",
  id: "savedQueryId",
  writers,
  body: namedCriteriaSchema,
  kept: savedQuerySchema,
});
