import { z } from "zod";
import { instantSchema } from "./formats.ts";
import { pageOf, pageQuery } from "./list.ts";
import { operation } from "./operation.ts";

/** Who did what to which thing. `detail` holds ids and numbers, never patron data. */
export const auditEntrySchema = z
  .object({
    at: instantSchema,
    actor: z.string(),
    role: z.string(),
    action: z.string(),
    subject: z.string(),
    detail: z.string(),
  })
  .meta({ id: "AuditEntry" });

export const audit = {
  list: operation({
    name: "listAudit",
    method: "GET",
    path: "/v1/audit",
    summary: "Who did what to which thing, newest first",
    roles: ["administrator", "support"],
    query: z.strictObject(pageQuery),
    answers: { 200: pageOf("AuditPage", auditEntrySchema) },
  }),
};
