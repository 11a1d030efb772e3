import type { Cell } from "../formula-guard.ts";
import type { AuditActor, AuditChange } from "./entry.ts";

/** The columns of the audit as a spreadsheet. */
export const auditHeader = [
  "at",
  "sub",
  "name",
  "role",
  "action",
  "subject",
  "subjectName",
  "detail",
  "field",
  "before",
  "after",
  "reason",
  "requestId",
] as const;

interface Entry {
  readonly at: string;
  readonly actor: AuditActor;
  readonly role: string;
  readonly action: string;
  readonly subject: string;
  readonly subjectName?: string | undefined;
  readonly detail: string;
  readonly changes?: readonly AuditChange[] | undefined;
  readonly reason?: string | undefined;
  readonly requestId?: string | undefined;
}

/** One row for each thing that an act changed, one with empty field cells where it tells of none. */
export function auditRows({ changes = [], ...entry }: Entry): Cell[][] {
  const { at, actor, role, action, subject, subjectName, detail, reason, requestId } = entry;
  const told = changes.length === 0 ? [undefined] : changes;
  return told.map((change) => [
    at,
    actor.sub,
    actor.name,
    role,
    action,
    subject,
    subjectName,
    detail,
    change?.field,
    change?.before,
    change?.after,
    reason,
    requestId,
  ]);
}
