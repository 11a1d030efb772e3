import { changesBetween } from "#domain/audit/changes";
import type { AuditEntry } from "#records/library/audit";
import type { Call } from "./route.ts";

type Told = Partial<Pick<AuditEntry, "detail" | "subjectName" | "changes">>;

/** What a call does, as it is told in the audit. */
export function actOf(
  { caller, role, now, reason, requestId }: Call<unknown, unknown>,
  action: string,
  subject: string,
  { detail = "", ...told }: Told = {},
): AuditEntry {
  const actor = { sub: caller.sub, name: caller.name };
  const why = reason === undefined ? {} : { reason };
  return { at: now.toISOString(), actor, role, action, subject, detail, ...told, ...why, requestId };
}

/** What a replacement changed, for {@link actOf}. */
export function toldChanges(
  before: object,
  after: object,
  detail = "",
): Pick<AuditEntry, "changes"> & { readonly detail: string } {
  const { changes, more } = changesBetween(before, after);
  const rest = more === 0 ? "" : `${more} more changes than are shown`;
  return { changes: [...changes], detail: [detail, rest].filter((it) => it !== "").join("; ") };
}
