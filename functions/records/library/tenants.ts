import { z } from "zod";
import { type LibraryId, libraryIdSchema } from "#domain/ids";
import type { Tenant } from "#domain/member";
import { readItem } from "#records/store/format";
import { librariesPartition, libraryKey } from "#records/store/keys";
import { readableItems } from "#records/store/readable";
import { ifPresent, type Table, type Write, type WriteOutcome } from "#records/store/table";

/** A library's place in the list of all: what is asked of it before anything in it may be looked at. */
const tenantSchema = z.object({
  library: libraryIdSchema,
  /** Absent from those that were there before libraries could be suspended, as createdAt is. */
  suspended: z.boolean().default(false),
  createdAt: z.string().optional(),
});
export type StoredTenant = z.infer<typeof tenantSchema> & Tenant;

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

/** Shuts everybody of a library out, or lets them in again. Refused where there is no such library. */
export async function suspendLibrary(
  table: Table,
  library: LibraryId,
  suspended: boolean,
  ...also: Write[]
): Promise<WriteOutcome> {
  return await table.write({ set: { suspended }, key: libraryKey({ library }), if: ifPresent }, ...also);
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
