import { z } from "zod";
import { type LibraryId, libraryIdSchema } from "#domain/ids";
import { hasLeft, type Leaving } from "#domain/leaving";
import type { Tenant } from "#domain/member";
import { readItem } from "#records/store/format";
import { librariesPartition, libraryKey } from "#records/store/keys";
import { readableItems } from "#records/store/readable";
import type { Condition, Table, Write, WriteOutcome } from "#records/store/table";

/** A library's place in the list of all: what is asked of it before anything in it may be looked at. */
const tenantSchema = z.object({
  library: libraryIdSchema,
  /** Absent from those that were there before libraries could be suspended, as createdAt is. */
  suspended: z.boolean().default(false),
  createdAt: z.string().optional(),
  /** When everything of it is deleted, unless it is taken back before. */
  deleteAt: z.string().optional(),
  /** Whether it was suspended when that was set. */
  suspendedBefore: z.boolean().optional(),
  /** Since when it is being deleted: it cannot be taken back any more. */
  deletionBegan: z.string().optional(),
});
export type StoredTenant = z.infer<typeof tenantSchema> & Tenant & Leaving;

/** Undefined where there is no such library. */
export async function loadTenant(table: Table, library: LibraryId): Promise<StoredTenant | undefined> {
  const item = await table.get(libraryKey({ library }));
  return item && readItem(tenantSchema, item);
}

/** One page, by the libraries' ids. */
export async function listTenants(table: Table, limit: number, after: string | undefined) {
  const page = await table.queryPage({ pk: librariesPartition, limit, after });
  return { items: await readableItems(page.items, (item) => readItem(tenantSchema, item)), next: page.next };
}

const stays: Condition = { expression: "attribute_exists(pk) AND attribute_not_exists(deleteAt)" };

/** Shuts everybody of a library out, or lets them in again. Refused where there is no such library, or it is to be deleted. */
export async function suspendLibrary(
  table: Table,
  library: LibraryId,
  suspended: boolean,
  ...also: Write[]
): Promise<WriteOutcome> {
  return await table.write({ set: { suspended }, key: libraryKey({ library }), if: stays }, ...also);
}

/** Shuts everybody of a library out and says when it is deleted. Refused where that is said already. */
export async function leaveLibrary(
  table: Table,
  { library, suspended }: StoredTenant,
  deleteAt: string,
  ...also: Write[]
): Promise<WriteOutcome> {
  const set = { suspended: true, suspendedBefore: suspended, deleteAt };
  return await table.write({ set, key: libraryKey({ library }), if: stays }, ...also);
}

/** Takes a library back as it was before. Refused where its deletion has begun, or it was taken back before. */
export async function restoreLibrary(
  table: Table,
  { library, suspendedBefore = false, deleteAt }: StoredTenant,
  ...also: Write[]
): Promise<WriteOutcome> {
  const isAsRead: Condition = {
    expression: "deleteAt = :deleteAt AND attribute_not_exists(deletionBegan)",
    values: { ":deleteAt": deleteAt },
  };
  const remove = ["deleteAt", "suspendedBefore"];
  const key = libraryKey({ library });
  return await table.write({ set: { suspended: suspendedBefore }, remove, key, if: isAsRead }, ...also);
}

/** Says that a library is being deleted, once and for all. False where it was taken back meanwhile. */
export async function beginDeletion(table: Table, tenant: StoredTenant, now: Date): Promise<boolean> {
  const { library, deleteAt, deletionBegan } = tenant;
  if (deletionBegan !== undefined) return true;
  const isAsRead: Condition = { expression: "deleteAt = :deleteAt", values: { ":deleteAt": deleteAt } };
  const set = { deletionBegan: now.toISOString() };
  return (await table.write({ set, key: libraryKey({ library }), if: isAsRead })).done;
}

/** The last of a library of which nothing is left: its place in the list. Refused where somebody was faster. */
export async function endDeletion(table: Table, library: LibraryId, ...also: Write[]): Promise<WriteOutcome> {
  const isBegun: Condition = { expression: "attribute_exists(deletionBegan)" };
  return await table.write({ delete: libraryKey({ library }), if: isBegun }, ...also);
}

/** Whether a library is there to work in: LEFT once the time of one that is to be deleted is over. */
export async function lookForLibrary(
  table: Table,
  library: LibraryId,
  now: Date,
): Promise<"HERE" | "LEFT" | "UNKNOWN"> {
  const tenant = await loadTenant(table, library);
  if (tenant === undefined) return "UNKNOWN";
  return hasLeft(tenant, now) ? "LEFT" : "HERE";
}

/** Every library that Keystone serves, by its id. What is no library's id is left out. */
export async function listLibraries(across: Table): Promise<LibraryId[]> {
  const found: LibraryId[] = [];
  for await (const { sk } of across.queryAll({ pk: librariesPartition })) {
    const { data } = libraryIdSchema.safeParse(sk);
    if (data !== undefined) found.push(data);
  }
  return found;
}
