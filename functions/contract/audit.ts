import { z } from "zod";
import { auditActorSchema, auditChangeSchema } from "#domain/audit/entry";
import { textSchema } from "#domain/text";
import { instantSchema, linkSchema } from "./formats.ts";
import { pageOf, pageQuery } from "./list.ts";
import { operation } from "./operation.ts";

/** Who did what to which thing, and what it changed. Where it is about a patron: ids and names of fields, never a value. */
export const auditEntrySchema = z
  .object({
    at: instantSchema,
    actor: auditActorSchema.meta({ id: "AuditActor" }),
    role: z.string(),
    action: z.string(),
    subject: z.string(),
    subjectName: z.string().optional(),
    detail: z.string(),
    changes: z.array(auditChangeSchema.meta({ id: "AuditChange" })).optional(),
    reason: z.string().optional(),
    requestId: z.string().optional(),
  })
  .meta({ id: "AuditEntry" });
export type AuditEntry = z.infer<typeof auditEntrySchema>;

const filters = {
  action: textSchema.optional(),
  actor: textSchema.optional().meta({ description: "A sub or a name" }),
  subject: textSchema.optional().meta({ description: "A subject, or what one begins with up to a slash" }),
  from: instantSchema.optional(),
  to: instantSchema.optional(),
};
const auditQuery = z.strictObject({ ...pageQuery, ...filters });

export const audit = {
  list: operation({
    name: "listAudit",
    method: "GET",
    path: "/v1/audit",
    summary: "Who did what to which thing, newest first",
    description: "A page may have fewer entries than asked for and still name a next one: filters look through them.",
    roles: ["administrator", "support"],
    query: auditQuery,
    answers: { 200: pageOf("AuditPage", auditEntrySchema) },
  }),
  export: operation({
    name: "exportAudit",
    method: "GET",
    path: "/v1/audit/export",
    summary: "The audit as a spreadsheet, newest first",
    description:
      "Narrowed as the list is. The link is good for minutes; ask again for another. More than 50,000 entries: 413; narrow it by from and to.",
    roles: ["administrator", "support"],
    query: z.strictObject(filters),
    answers: { 200: z.object({ csvUrl: linkSchema }).meta({ id: "AuditExport" }) },
    problems: ["TOO_LARGE"],
  }),
  listOfKeystone: operation({
    name: "listKeystoneAudit",
    method: "GET",
    path: "/v1/support/audit",
    summary: "What support did that concerns no one library, newest first",
    description: "What it did in a library stands in that library's own audit.",
    roles: ["support"],
    scope: "none",
    query: auditQuery,
    answers: { 200: pageOf("KeystoneAuditPage", auditEntrySchema) },
  }),
};
