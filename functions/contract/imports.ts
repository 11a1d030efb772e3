import { z } from "zod";
import { importCountsSchema, importFormats, importKinds, importStatuses } from "#domain/import/import-job";
import { givenIdSchema, instantSchema, linkSchema, progressSchema, uploadSchema } from "./formats.ts";
import { pageOf, pageQuery } from "./list.ts";
import { operation } from "./operation.ts";

/** An import as it is listed: links are good for minutes, so only an import asked for alone has one. */
const listedImportSchema = z
  .object({
    importId: givenIdSchema,
    kind: z.enum(importKinds),
    format: z.enum(importFormats),
    dryRun: z.boolean().optional().meta({ description: "Nothing is written: counts say what would be" }),
    status: z.enum(importStatuses),
    stateReason: z.string().optional(),
    progress: progressSchema,
    counts: importCountsSchema.meta({ id: "ImportCounts" }),
    createdBy: z.string(),
    createdAt: instantSchema,
    startedAt: instantSchema.optional(),
    finishedAt: instantSchema.optional(),
  })
  .meta({ id: "ListedImport" });

export const importSchema = listedImportSchema.extend({ errorsCsvUrl: linkSchema.optional() }).meta({ id: "Import" });

const newImportSchema = z
  .strictObject({ kind: z.enum(importKinds), format: z.enum(importFormats), dryRun: z.boolean().optional() })
  .meta({ id: "NewImport" });

const createdImportSchema = z
  .object({ importId: givenIdSchema, status: z.literal("AWAITING_UPLOAD"), upload: uploadSchema })
  .meta({ id: "CreatedImport" });

export const imports = {
  create: operation({
    name: "createImport",
    method: "POST",
    path: "/v1/imports",
    summary: "Make ready for an import: answers where to send the file",
    roles: ["administrator"],
    body: newImportSchema,
    answers: { 201: createdImportSchema },
  }),
  list: operation({
    name: "listImports",
    method: "GET",
    path: "/v1/imports",
    summary: "Imports, newest first",
    roles: ["administrator", "support"],
    query: z.strictObject(pageQuery),
    answers: { 200: pageOf("ImportPage", listedImportSchema) },
  }),
  get: operation({
    name: "getImport",
    method: "GET",
    path: "/v1/imports/:importId",
    summary: "One import",
    roles: ["administrator", "support"],
    answers: { 200: importSchema },
  }),
  start: operation({
    name: "startImport",
    method: "POST",
    path: "/v1/imports/:importId/start",
    summary: "Start an import whose file is there",
    description:
      "Before the file is there, or a second time: 409. While another import of the kind is under way: 409 with conflictsWith. The file is taken as it is now; a later upload changes nothing. Larger than 2 GB: 413, and the file is removed.",
    roles: ["administrator"],
    answers: { 202: importSchema },
    problems: ["CONFLICT", "TOO_LARGE"],
  }),
};
