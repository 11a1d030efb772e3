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
export type ImportAnswer = z.infer<typeof importSchema>;

const newImportSchema = z
  .strictObject({ kind: z.enum(importKinds), format: z.enum(importFormats) })
  .meta({ id: "NewImport" });

const createdImportSchema = z
  .object({ importId: givenIdSchema, status: z.literal("AWAITING_UPLOAD"), upload: uploadSchema })
  .meta({ id: "CreatedImport" });

const importId = "01k8zq2m5nimp0rt4x7w9c3d2e";
const waiting: z.input<typeof importSchema> = {
  importId,
  kind: "patrons",
  format: "jsonl",
  status: "RUNNING",
  progress: { done: 500, total: 2000 },
  counts: { read: 0, created: 0, replaced: 0, unchanged: 0, rejected: 0 },
  createdBy: "piedmont-administrator",
  createdAt: "2026-03-02T14:05:09.120Z",
  startedAt: "2026-03-02T14:06:11.004Z",
};
const ended: z.input<typeof importSchema> = {
  ...waiting,
  status: "COMPLETED_WITH_ERRORS",
  progress: { done: 2000, total: 2000 },
  counts: { read: 2000, created: 1990, replaced: 0, unchanged: 0, rejected: 10 },
  errorsCsvUrl: "https://files.example.org/piedmont/imports/errors.csv",
  finishedAt: "2026-03-02T14:06:20.778Z",
};

export const imports = {
  create: operation({
    name: "createImport",
    method: "POST",
    path: "/v1/imports",
    summary: "Make ready for an import: answers where to send the file",
    roles: ["administrator"],
    body: newImportSchema,
    answers: { 201: createdImportSchema },
    example: {
      body: { kind: "patrons", format: "jsonl" },
      answer: {
        importId,
        status: "AWAITING_UPLOAD",
        upload: {
          url: "https://files.example.org/piedmont/imports/file",
          method: "PUT",
          headers: { "content-type": "application/x-ndjson" },
        },
      },
    },
  }),
  list: operation({
    name: "listImports",
    method: "GET",
    path: "/v1/imports",
    summary: "Imports, newest first",
    roles: ["administrator", "support"],
    query: z.strictObject(pageQuery),
    answers: { 200: pageOf("ImportPage", listedImportSchema) },
    example: { answer: { items: [waiting] } },
  }),
  get: operation({
    name: "getImport",
    method: "GET",
    path: "/v1/imports/:importId",
    summary: "One import",
    roles: ["administrator", "support"],
    answers: { 200: importSchema },
    example: { answer: ended },
  }),
  start: operation({
    name: "startImport",
    method: "POST",
    path: "/v1/imports/:importId/start",
    summary: "Start an import whose file is there",
    description:
      "Before the file is there, or a second time: 409. While another import of the kind is under way: 409 with conflictsWith.",
    roles: ["administrator"],
    answers: { 202: importSchema },
    problems: ["CONFLICT"],
    example: { answer: waiting },
  }),
};
