import { z } from "zod";
import type { BatchUpdateId } from "#domain/ids";
import { idSchema } from "#domain/text";
import { givenIdSchema } from "./formats.ts";

const given = (example: string) => givenIdSchema.meta({ examples: [example] });
const coded = (example: string) => idSchema.meta({ examples: [example] });

/** The parameters of paths, by name. Whatever else stands in their place finds nothing: 404. */
export const pathParameters: Readonly<Record<string, z.ZodType>> = {
  patronId: coded("P000123"),
  medium: coded("DB"),
  titleId: coded("DB01234"),
  importId: given("01k8zq00000000000000import"),
  exportId: given("01k8zq00000000000000export"),
  erasureId: given("01k8zq000000000000000erase"),
  querySetId: given("01k8zq0000000000000000set1"),
  otherId: given("01k8zq0000000000000000set0"),
  savedQueryId: given("01k8zq00000000000000saved1"),
  recipeId: given("01k8zq0000000000000recipe1"),
  presetId: given("01k8zq0000000000000preset1"),
  batchUpdateId: given("01k8zq00000000000000batch1"),
  jobKind: z.enum(["query-sets", "plans", "runs", "imports", "exports", "erasures"]).meta({ examples: ["runs"] }),
  jobId: given("01k8zq00000000000000batch1"),
  personId: given("5408a4e8-2061-7045-9dcd-1f2d8a0b2c3e"),
  clientId: given("1h57kf5cpq17m0eml12EXAMPLE"),
  library: coded("piedmont"),
  name: z
    .string()
    .max(80)
    .meta({ examples: ["piedmont-01k8zq00000000000000batch1-apply"] }),
};

/** What a parameter is taken for. Ids that nobody may take for one another are told apart by the name that they have in the path. */
export type ParameterValue<Name extends string> = Name extends "batchUpdateId" ? BatchUpdateId : string;
