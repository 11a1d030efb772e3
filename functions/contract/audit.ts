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
export type AuditEntry = z.infer<typeof auditEntrySchema>;

export const audit = {
  list: operation({
    name: "listAudit",
    method: "GET",
    path: "/v1/audit",
    summary: "Who did what to which thing, newest first",
    roles: ["administrator", "support"],
    query: z.strictObject(pageQuery),
    answers: { 200: pageOf("AuditPage", auditEntrySchema) },
    example: {
      answer: {
        items: [
          {
            at: "2026-03-02T14:05:09.120Z",
            actor: "piedmont-administrator",
            role: "administrator",
            action: "BATCH_UPDATE_PROCESSED",
            subject: "batch-updates/01k8zq6k9vbatch5y8b2e4g6m1",
            detail: "812 patrons, digest 5f0c",
          },
        ],
      },
    },
  }),
};
