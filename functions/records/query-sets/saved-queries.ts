import { z } from "zod";
import { type Criteria, criteriaSchema } from "#domain/query/criteria";
import { type AuditEntry, auditEntry } from "#records/library/audit";
import type { Store } from "#records/store/store";
import { type Item, ifAbsent, ifKeptAs, type WriteOutcome } from "#records/store/table";

/** A query kept under a name. Running it makes a fresh query set. */
export interface SavedQuery {
  readonly savedQueryId: string;
  readonly name: string;
  readonly criteria: Criteria;
  /** As shown to people. */
  readonly createdBy: string;
  readonly createdBySub?: string | undefined;
  readonly createdAt: string;
  readonly changedAt?: string | undefined;
  /** Counts its changes, from 1. Those kept before changes were counted have none. */
  readonly revision: number;
}

const itemSchema = z.object({
  savedQueryId: z.string(),
  name: z.string(),
  /** As one JSON text: nothing is ever selected by what stands in it. */
  criteria: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(criteriaSchema),
  createdBy: z.string(),
  createdBySub: z.string().optional(),
  createdAt: z.string(),
  changedAt: z.string().optional(),
  revision: z.number().int().default(0),
});

function savedQueryKey(library: string, id: string) {
  return { pk: `LIB#${library}#SAVED_QUERIES`, sk: id };
}

function itemOf(library: string, query: SavedQuery): Item & { pk: string; sk: string } {
  return { ...savedQueryKey(library, query.savedQueryId), ...query, criteria: JSON.stringify(query.criteria) };
}

/** Undefined where the library has none with this id. */
export async function loadSavedQuery(store: Store, library: string, id: string): Promise<SavedQuery | undefined> {
  const item = await store.table.get(savedQueryKey(library, id));
  return item && itemSchema.parse(item);
}

/** One page, newest first. */
export async function listSavedQueries(store: Store, library: string, limit: number, after: string | undefined) {
  const { pk } = savedQueryKey(library, "");
  const page = await store.table.queryPage({ pk, limit, after, newestFirst: true });
  return { items: page.items.map((item): SavedQuery => itemSchema.parse(item)), next: page.next };
}

/** Refused where the id is taken. */
export async function createSavedQuery(
  store: Store,
  library: string,
  query: SavedQuery,
  audit: AuditEntry,
): Promise<WriteOutcome> {
  return await store.table.write(
    { put: itemOf(library, query), if: ifAbsent },
    auditEntry(library, query.savedQueryId, audit),
  );
}

/** Takes the place of the one that was read as `revision`. Refused where that has changed or gone since. */
export async function replaceSavedQuery(
  store: Store,
  library: string,
  query: SavedQuery,
  revision: number,
  audit: AuditEntry,
): Promise<WriteOutcome> {
  return await store.table.write(
    { put: itemOf(library, query), if: ifKeptAs(revision) },
    auditEntry(library, query.savedQueryId, audit),
  );
}

/** Refused where the one that was read as `revision` has changed or gone since. */
export async function deleteSavedQuery(
  store: Store,
  library: string,
  id: string,
  revision: number,
  audit: AuditEntry,
): Promise<WriteOutcome> {
  return await store.table.write(
    { delete: savedQueryKey(library, id), if: ifKeptAs(revision) },
    auditEntry(library, id, audit),
  );
}
