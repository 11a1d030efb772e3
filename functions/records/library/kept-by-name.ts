import { z } from "zod";
import type { Key } from "#records/store/keys";
import type { Store } from "#records/store/store";
import { type Item, ifAbsent, ifKeptAs, type WriteOutcome } from "#records/store/table";
import { type AuditEntry, auditEntry } from "./audit.ts";

/** What is known of everything that a library keeps under a name. */
export const keptByName = {
  name: z.string(),
  /** As shown to people. */
  createdBy: z.string(),
  createdBySub: z.string().optional(),
  createdAt: z.string(),
  changedAt: z.string().optional(),
  /** Counts its changes, from 1. Those kept before changes were counted have none. */
  revision: z.number().int().default(0),
};

interface Shelf<Thing> {
  /** In the partition's key, after the library. */
  readonly partition: string;
  readonly schema: z.ZodType<Thing>;
  readonly idOf: (thing: Thing) => string;
  /** Fields that are stored otherwise than they are held. */
  readonly encode?: (thing: Thing) => Item;
}

/** Reads and writes the things of one kind that libraries keep under names, each change with its audit. */
export function shelfOf<Thing>({ partition, schema, idOf, encode }: Shelf<Thing>) {
  const keyOf = (library: string, id: string): Key => ({ pk: `LIB#${library}#${partition}`, sk: id });
  const itemOf = (library: string, thing: Thing): Item & Key => ({
    ...thing,
    ...encode?.(thing),
    ...keyOf(library, idOf(thing)),
  });
  return {
    /** Undefined where the library has none with this id. */
    async load(store: Store, library: string, id: string): Promise<Thing | undefined> {
      const item = await store.table.get(keyOf(library, id));
      return item && schema.parse(item);
    },
    /** One page, newest first. */
    async list(store: Store, library: string, limit: number, after: string | undefined) {
      const { pk } = keyOf(library, "");
      const page = await store.table.queryPage({ pk, limit, after, newestFirst: true });
      return { items: page.items.map((item): Thing => schema.parse(item)), next: page.next };
    },
    /** Refused where the id is taken. */
    async create(store: Store, library: string, thing: Thing, audit: AuditEntry): Promise<WriteOutcome> {
      return await store.table.write(
        { put: itemOf(library, thing), if: ifAbsent },
        auditEntry(library, idOf(thing), audit),
      );
    },
    /** Takes the place of the one that was read as `revision`. Refused where that has changed or gone since. */
    async replace(
      store: Store,
      library: string,
      thing: Thing,
      revision: number,
      audit: AuditEntry,
    ): Promise<WriteOutcome> {
      return await store.table.write(
        { put: itemOf(library, thing), if: ifKeptAs(revision) },
        auditEntry(library, idOf(thing), audit),
      );
    },
    /** Refused where the one that was read as `revision` has changed or gone since. */
    async remove(
      store: Store,
      library: string,
      id: string,
      revision: number,
      audit: AuditEntry,
    ): Promise<WriteOutcome> {
      return await store.table.write(
        { delete: keyOf(library, id), if: ifKeptAs(revision) },
        auditEntry(library, id, audit),
      );
    },
  };
}
