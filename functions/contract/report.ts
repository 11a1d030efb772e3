import { z } from "zod";
import { countSchema, linkSchema } from "./formats.ts";
import { operation } from "./operation.ts";

/** Links to the files of the report, good for minutes; each is missing where its file was never made. */
const reportSchema = z
  .object({
    final: z.literal(true),
    errors: z.object({ rows: countSchema, csvUrl: linkSchema.optional() }),
    outcomes: z.object({ rows: countSchema, jsonlUrl: linkSchema.optional(), csvUrl: linkSchema.optional() }),
    serviceQueues: z.object({ final: z.boolean(), rows: countSchema, csvUrl: linkSchema.optional() }),
  })
  .meta({ id: "Report" });

export const report = {
  get: operation({
    name: "getReport",
    method: "GET",
    path: "/v1/batch-updates/:batchUpdateId/report",
    summary: "Links to the report's files",
    description:
      "409 until the batch update has ended; zero rows and no links where it was never processed. After a run without errors the file of errors holds its header alone; the link to queues is there where one could not be filled.",
    answers: { 200: reportSchema },
    problems: ["CONFLICT", "GONE"],
  }),
};
