import { z } from "zod";
import { auditPartition } from "#records/store/keys";
import type { Store } from "#records/store/store";
import type { Write } from "#records/store/table";

/** Who did what to which thing. `detail` holds ids and numbers, never patron data. */
export const auditEntrySchema = z.object({
  at: z.string(),
  actor: z.string(),
  role: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

/** The write of an entry, to stand in the transaction of the act itself. `id` keeps two acts of one instant apart. */
export function auditEntry(library: string, id: string, entry: AuditEntry): Write {
  return { put: { pk: auditPartition(library), sk: `${entry.at}#${id}#${entry.action}`, ...entry } };
}

/** One page, newest first. */
export async function listAudit(store: Store, library: string, limit: number, after: string | undefined) {
  const page = await store.table.queryPage({ pk: auditPartition(library), limit, after, newestFirst: true });
  return { items: page.items.map((item) => auditEntrySchema.parse(item)), next: page.next };
}
