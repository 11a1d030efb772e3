import { z } from "zod";
import { recordOutcomes } from "#domain/batch-update/outcome";
import { batchUpdateKinds } from "#domain/batch-update/state";
import { mediumEditSchema } from "#domain/profile/medium-edit";
import { mediumFieldsSchema } from "#domain/profile/medium-record";
import { patronSchema, preferenceSchema, readingSchema } from "#domain/profile/patron";
import { idSchema, textSchema } from "#domain/text";
import { fieldChangeSchema } from "./change.ts";
import { givenBatchUpdateIdSchema, givenIdSchema, instantSchema } from "./formats.ts";
import { pageOf, pageQuery } from "./list.ts";
import { operation } from "./operation.ts";

/** A patron as lists show it: the main fields. */
export const patronSummarySchema = patronSchema
  .omit({ preferences: true, reserveCounts: true, requestCounts: true })
  .meta({ id: "PatronSummary" });
export type PatronSummary = z.infer<typeof patronSummarySchema>;

/** A medium record as clients see it: without the marks of batch updates. */
export const shownMediumSchema = mediumFieldsSchema.extend({ version: z.int().min(1) }).meta({ id: "PatronMedium" });
export type ShownMedium = z.infer<typeof shownMediumSchema>;

export const patronAnswerSchema = patronSummarySchema
  .extend({
    preferences: z.array(preferenceSchema.extend({ exclusion: z.boolean() }).meta({ id: "Preference" })),
    // What somebody has read is shown to nobody.
    ...readingSchema.omit({ hasHad: true }).shape,
    media: z.record(idSchema, shownMediumSchema).meta({ description: "By the medium's code" }),
  })
  .meta({ id: "Patron" });
export type PatronAnswer = z.infer<typeof patronAnswerSchema>;

/** A batch update, an edit or an import that changed a medium record of a patron. */
const historyEntrySchema = z
  .object({
    batchUpdateId: givenBatchUpdateIdSchema.optional().meta({ description: "Absent where the kind is EDIT or IMPORT" }),
    importId: givenIdSchema.optional().meta({ description: "Where the kind is IMPORT" }),
    name: z.string().optional(),
    kind: z.enum([...batchUpdateKinds, "EDIT", "IMPORT"]),
    medium: idSchema,
    outcome: z.enum(recordOutcomes),
    changes: z.array(fieldChangeSchema),
    processedBy: z.string().optional(),
    processedAt: instantSchema.optional(),
  })
  .meta({ id: "HistoryEntry" });

/** A medium record asked for alone names its medium. */
const mediumRecordSchema = shownMediumSchema.extend({ medium: idSchema }).meta({ id: "MediumRecord" });

const mediumPath = "/v1/patrons/:patronId/media/:medium";

export const patrons = {
  list: operation({
    name: "listPatrons",
    method: "GET",
    path: "/v1/patrons",
    summary:
      "Patrons: the one with the id q in any case, and those whose last or first name begins with q, accents folded; without q all, by id",
    query: z.strictObject({ ...pageQuery, q: textSchema.optional() }),
    answers: { 200: pageOf("PatronPage", patronSummarySchema) },
  }),
  get: operation({
    name: "getPatron",
    method: "GET",
    path: "/v1/patrons/:patronId",
    summary: "One patron with all media, preferences and lists of titles",
    answers: { 200: patronAnswerSchema },
  }),
  history: operation({
    name: "listPatronHistory",
    method: "GET",
    path: "/v1/patrons/:patronId/history",
    summary: "Batch updates, edits and imports that changed records of the patron, newest first",
    description: "A page may have fewer entries than asked for, even none, and still name a next one.",
    query: z.strictObject(pageQuery),
    answers: { 200: pageOf("HistoryPage", historyEntrySchema) },
  }),
  getMedium: operation({
    name: "getMediumRecord",
    method: "GET",
    path: mediumPath,
    summary: "One medium record of a patron",
    etag: true,
    answers: { 200: mediumRecordSchema },
  }),
  editMedium: operation({
    name: "editMediumRecord",
    method: "PATCH",
    path: mediumPath,
    summary: "Edit one medium record: absent fields stay, null clears",
    roles: ["administrator"],
    body: mediumEditSchema.meta({ id: "MediumEdit" }),
    contentTypes: ["application/json", "application/merge-patch+json"],
    etag: true,
    ifMatch: true,
    answers: { 200: mediumRecordSchema },
    problems: ["CONFLICT"],
  }),
};
