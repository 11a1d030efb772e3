import { z } from "zod";
import { exportKinds, exportStatuses } from "#domain/export/export-job";
import { importFormats } from "#domain/import/import-job";
import { referenceSchema } from "#domain/text";
import { countSchema, givenIdSchema, instantSchema, linkSchema, progressSchema } from "./formats.ts";
import { pageOf, pageQuery } from "./list.ts";
import { operation } from "./operation.ts";

/** An export as it is listed: links are good for minutes, so only an export asked for alone has one. */
const listedExportSchema = z
  .object({
    exportId: givenIdSchema,
    kind: z.enum(exportKinds),
    format: z.enum(importFormats),
    querySetId: givenIdSchema.optional().meta({ description: "Whose members alone are in it, without excluded ones" }),
    status: z.enum(exportStatuses),
    stateReason: z.string().optional(),
    progress: progressSchema,
    rows: countSchema.optional().meta({ description: "Patrons or titles in the file, once it is COMPLETED" }),
    createdBy: z.string(),
    createdAt: instantSchema,
    finishedAt: instantSchema.optional(),
    availableUntil: instantSchema.optional().meta({ description: "When the file is deleted, a day after its end" }),
  })
  .meta({ id: "ListedExport" });

export type ExportAnswer = z.infer<typeof listedExportSchema>;

export const exportSchema = listedExportSchema.extend({ url: linkSchema.optional() }).meta({ id: "Export" });

const newExportSchema = z
  .strictObject({ kind: z.enum(exportKinds), format: z.enum(importFormats), querySetId: referenceSchema.optional() })
  .refine(({ kind, querySetId }) => kind === "patrons" || querySetId === undefined, {
    path: ["querySetId"],
    message: "narrows an export of patrons, and cannot stand beside titles",
  })
  .meta({ id: "NewExport" });
export type NewExport = z.input<typeof newExportSchema>;

export const exports = {
  create: operation({
    name: "createExport",
    method: "POST",
    path: "/v1/exports",
    summary: "Export patrons or titles in the format of imports",
    description:
      "Of the whole library, or of the members of a query set that are not excluded, as they are now. Imported again everything is unchanged: what patrons have had is not in it, and is left as it is. A query set that is not READY: 409.",
    roles: ["administrator"],
    body: newExportSchema,
    answers: { 201: listedExportSchema },
    problems: ["CONFLICT"],
  }),
  list: operation({
    name: "listExports",
    method: "GET",
    path: "/v1/exports",
    summary: "Exports, newest first",
    roles: ["administrator", "support"],
    query: z.strictObject(pageQuery),
    answers: { 200: pageOf("ExportPage", listedExportSchema) },
  }),
  get: operation({
    name: "getExport",
    method: "GET",
    path: "/v1/exports/:exportId",
    summary: "One export, with a link to its file once it is COMPLETED",
    description: "The link is good for minutes; ask again for another. After a day the file is deleted: EXPIRED.",
    roles: ["administrator", "support"],
    answers: { 200: exportSchema },
  }),
};
