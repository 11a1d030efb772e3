import { z } from "zod";
import { exportStatuses } from "#domain/export/export-job";
import { idSchema } from "#domain/text";
import { countSchema, givenIdSchema, instantSchema, linkSchema, progressSchema } from "./formats.ts";
import { operation } from "./operation.ts";

/** Everything that a library has, as support takes it along for it. */
const libraryExportSchema = z
  .object({
    exportId: givenIdSchema,
    library: idSchema,
    status: z.enum(exportStatuses),
    stateReason: z.string().optional(),
    progress: progressSchema,
    files: z
      .array(z.object({ name: z.string(), rows: countSchema, url: linkSchema }))
      .optional()
      .meta({ description: "Once it is COMPLETED; links are good for minutes, ask again for others" }),
    createdBy: z.string(),
    createdAt: instantSchema,
    finishedAt: instantSchema.optional(),
    availableUntil: instantSchema.optional().meta({ description: "When the files are deleted, a day after its end" }),
  })
  .meta({ id: "LibraryExport" });

const path = "/v1/support/libraries/:library/export";
const support = { roles: ["support"], scope: "none" } as const;

/** A library that leaves takes with it what it has. */
export const leaving = {
  export: operation({
    name: "exportLibrary",
    method: "POST",
    path,
    summary: "Export everything that a library has",
    description:
      "patrons.jsonl and titles.jsonl in the format of imports, with what patrons have had: imported again everything is unchanged. service-queues.jsonl, settings.json with saved queries, presets and recipes, audit.jsonl.",
    ...support,
    answers: { 201: libraryExportSchema },
  }),
  exportOf: operation({
    name: "getLibraryExport",
    method: "GET",
    path: `${path}/:exportId`,
    summary: "One export of a whole library, with links to its files once it is COMPLETED",
    description: "Each time links are answered, the library's audit tells it.",
    ...support,
    answers: { 200: libraryExportSchema },
  }),
};
