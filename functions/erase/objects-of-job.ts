import { batchUpdateIdSchema } from "#domain/ids";
import { eraseFromBatchUpdate } from "#records/batch-updates/erase-patron";
import type { Erasure } from "#records/erasures/erasures";
import { eraseFromImport } from "#records/imports/erase-patron";
import { eraseMember } from "#records/query-sets/erase-member";
import type { Store } from "#records/store/store";

/**
 * Rewrites every object of one job that holds anything of a patron beside the id. Exports are ended whole, see `split.ts`.
 *
 * @param subject as in the audit, such as `query-sets/01k2...`
 * @returns how many objects were rewritten or deleted
 */
export async function eraseFromJob(
  store: Store,
  subject: string,
  erasure: Pick<Erasure, "patronId" | "createdAt">,
): Promise<number> {
  const { patronId } = erasure;
  const [kind, id = ""] = subject.split("/");
  if (kind === "query-sets") return await eraseMember(store, id, erasure);
  if (kind === "imports") return await eraseFromImport(store, id, erasure);
  if (kind === "batch-updates") return await eraseFromBatchUpdate(store, batchUpdateIdSchema.parse(id), patronId);
  return 0;
}
