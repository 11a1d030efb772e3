import { z } from "zod";
import type { OfLibrary } from "#domain/ids";
import { readItem } from "#records/store/format";
import { type Key, type ShelfName, shelfPartition } from "#records/store/keys";
import { type NamedOutcome, writeNamed } from "#records/store/names";
import { readableItems } from "#records/store/readable";
import type { Store } from "#records/store/store";
import { type Item, ifAbsent, ifKeptAs } from "#records/store/table";
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

const keptByNameSchema = z.object(keptByName);
export type KeptByName = z.infer<typeof keptByNameSchema>;

interface Noun<Thing> {
  /** In the partition's key, after the library. */
  readonly partition: ShelfName;
  readonly schema: z.ZodType<Thing>;
  readonly idOf: (thing: Thing) => string;
  /** Fields that are stored otherwise than they are held. */
  readonly encode?: (thing: Thing) => Item;
}

/**
 * Reads and writes the things of one kind that libraries keep under names, each change with its audit. No
 * two of a kind have the same name in a library, without case.
 */
export function shelfOf<Thing extends Item & KeptByName>({ partition, schema, idOf, encode }: Noun<Thing>) {
  const keyOf = (of: OfLibrary, id: string): Key => ({ pk: shelfPartition(of, partition), sk: id });
  const itemOf = (of: OfLibrary, thing: Thing): Item & Key => ({
    ...thing,
    ...encode?.(thing),
    ...keyOf(of, idOf(thing)),
  });
  return {
    idOf,
    /** Undefined where the library has none with this id. */
    async load(store: Store, id: string): Promise<Thing | undefined> {
      const item = await store.table.get(keyOf(store, id));
      return item && readItem(schema, item);
    },
    /** One page, newest first. */
    async list(store: Store, limit: number, after: string | undefined) {
      const { pk } = keyOf(store, "");
      const page = await store.table.queryPage({ pk, limit, after, newestFirst: true });
      return { items: await readableItems(page.items, (item): Thing => readItem(schema, item)), next: page.next };
    },
    /** Refused where the id is taken. */
    async create(store: Store, thing: Thing, audit: AuditEntry): Promise<NamedOutcome> {
      const id = idOf(thing);
      const write = { put: itemOf(store, thing), if: ifAbsent };
      return await writeNamed(
        store,
        keyOf(store, id),
        { after: thing.name },
        write,
        await auditEntry(store, `${id}.${thing.revision}`, audit),
      );
    },
    /** Takes the place of `before` as it was read. Refused where that has changed or gone since. */
    async replace(store: Store, thing: Thing, before: Thing, audit: AuditEntry): Promise<NamedOutcome> {
      const id = idOf(thing);
      const names = { before: before.name, after: thing.name };
      const write = { put: itemOf(store, thing), if: ifKeptAs(before.revision) };
      return await writeNamed(
        store,
        keyOf(store, id),
        names,
        write,
        await auditEntry(store, `${id}.${thing.revision}`, audit),
      );
    },
    /** Refused where it has changed or gone since it was read. */
    async remove(store: Store, thing: Thing, audit: AuditEntry): Promise<NamedOutcome> {
      const id = idOf(thing);
      const key = keyOf(store, id);
      const write = { delete: key, if: ifKeptAs(thing.revision) };
      return await writeNamed(
        store,
        key,
        { before: thing.name },
        write,
        await auditEntry(store, `${id}.${thing.revision + 1}`, audit),
      );
    },
  };
}

/** A kind of things kept under names, as {@link shelfOf} makes it. */
export type Shelf<Thing extends Item & KeptByName> = ReturnType<typeof shelfOf<Thing>>;
