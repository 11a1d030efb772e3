import { z } from "zod";
import { recordOutcomes } from "#domain/batch-update/outcome";
import type { PatronId } from "#domain/ids";
import { storedFieldNames } from "#domain/profile/medium-fields";
import type { MediumFields } from "#domain/profile/medium-record";
import { recordChange } from "#domain/profile/record-change";
import { auditEndOf } from "#records/library/audit";
import { readItem } from "#records/store/format";
import { changeKey, type Key } from "#records/store/keys";
import type { Store } from "#records/store/store";
import type { Item } from "#records/store/table";

const value = z.union([z.string(), z.number(), z.boolean()]).optional();
const toldSchema = z.object({
  kind: z.enum(["EDIT", "IMPORT"]),
  /** Of the import; of an edit what keeps it apart from others. */
  id: z.string(),
  medium: z.string(),
  outcome: z.enum(recordOutcomes),
  by: z.string(),
  at: z.string(),
  changes: z.array(z.object({ field: z.enum(storedFieldNames), before: value, after: value })),
});
type Told = z.infer<typeof toldSchema>;

/** What an edit or an import did to one medium record, as the patron's history tells it. */
export type MediumChange = Told & {
  /** Newer ones have a greater one. */
  readonly place: string;
};

/**
 * What tells it, to be written with the change itself. Told again it is the same item. It ends when the audit of the time
 * does.
 *
 * @param before the record's fields; undefined where there was none
 * @param after the fields that it has then; undefined where it was removed
 */
export async function changeItem(
  store: Store,
  patronId: PatronId,
  told: Pick<Told, "kind" | "id" | "medium" | "by" | "at">,
  before: MediumFields | undefined,
  after: MediumFields | undefined,
): Promise<Item & Key> {
  const { at, id, medium } = told;
  const key = changeKey(store, patronId, `${at}#${id}#${medium}`);
  return { ...key, ...told, ...recordChange(before, after), expiresAt: await auditEndOf(store, at) };
}

/**
 * Edits and imports that changed a patron's medium records, newest first.
 *
 * @param after place of the one before the first that is given
 */
export async function listMediumChanges(
  store: Store,
  patronId: PatronId,
  after: string | undefined,
  limit: number,
): Promise<MediumChange[]> {
  const { pk, sk: begins } = changeKey(store, patronId, "");
  const from = after === undefined ? undefined : changeKey(store, patronId, after).sk;
  const { items } = await store.table.queryPage({ pk, begins, after: from, limit, newestFirst: true });
  return items.map((item) => ({ ...readItem(toldSchema, item), place: String(item["sk"]).slice(begins.length) }));
}
