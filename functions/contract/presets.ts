import { z } from "zod";
import { changesNothing, changesSchema } from "#domain/plan/update-spec";
import { nameSchema } from "#domain/text";
import { shownChangesSchema } from "./batch-updates.ts";
import { givenIdSchema } from "./formats.ts";
import { keptByNameOperations, keptByNameShape } from "./kept-by-name.ts";

/**
 * Codes, ranges and days of a preset are judged when a batch update is made from it, not here: tables change, and a day
 * that is to come now will have passed.
 */
const namedChangesSchema = z
  .strictObject({
    name: nameSchema,
    changes: changesSchema.refine((changes) => !changesNothing(changes), "must change at least one field"),
  })
  .meta({ id: "NamedChanges" });

export type NamedChanges = z.input<typeof namedChangesSchema>;

export const presetSchema = z
  .object({ presetId: givenIdSchema, ...keptByNameShape, changes: shownChangesSchema })
  .meta({ id: "Preset" });
export type PresetAnswer = z.infer<typeof presetSchema>;

export const presets = keptByNameOperations({
  name: "Preset",
  plural: "Presets",
  word: "preset",
  keeps: "changes",
  made: "batch updates",
  path: "/v1/presets",
  id: "presetId",
  writers: ["administrator"],
  body: namedChangesSchema,
  kept: presetSchema,
});
