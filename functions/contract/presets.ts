import { z } from "zod";
import { changesNothing, changesSchema } from "#domain/plan/update-spec";
import { nameSchema } from "#domain/text";
import { shownChangesSchema } from "./batch-updates.ts";
import { givenIdSchema, instantSchema, versionSchema } from "./formats.ts";
import { pageOf, pageQuery } from "./list.ts";
import { noBody, operation } from "./operation.ts";

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
  .object({
    presetId: givenIdSchema,
    name: z.string(),
    changes: shownChangesSchema,
    createdBy: z.string(),
    createdAt: instantSchema,
    changedAt: instantSchema.optional(),
    version: versionSchema,
  })
  .meta({ id: "Preset" });
export type PresetAnswer = z.infer<typeof presetSchema>;

const one = "/v1/presets/:presetId";

export const presets = {
  list: operation({
    name: "listPresets",
    method: "GET",
    path: "/v1/presets",
    summary: "Presets, newest first",
    query: z.strictObject(pageQuery),
    answers: { 200: pageOf("PresetPage", presetSchema) },
  }),
  create: operation({
    name: "createPreset",
    method: "POST",
    path: "/v1/presets",
    summary: "Keep changes under a name",
    roles: ["administrator"],
    body: namedChangesSchema,
    etag: true,
    answers: { 201: presetSchema },
    problems: ["CONFLICT"],
  }),
  get: operation({
    name: "getPreset",
    method: "GET",
    path: one,
    summary: "One preset",
    etag: true,
    answers: { 200: presetSchema },
  }),
  replace: operation({
    name: "replacePreset",
    method: "PUT",
    path: one,
    summary: "Replace a preset; batch updates made from it stay as they are",
    roles: ["administrator"],
    body: namedChangesSchema,
    etag: true,
    ifMatch: true,
    answers: { 200: presetSchema },
    problems: ["CONFLICT"],
  }),
  delete: operation({
    name: "deletePreset",
    method: "DELETE",
    path: one,
    summary: "Forget a preset; batch updates made from it stay as they are",
    roles: ["administrator"],
    ifMatch: true,
    answers: { 204: noBody },
    problems: ["CONFLICT"],
  }),
};
