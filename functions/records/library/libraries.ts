import { z } from "zod";
import { type Library, type LibrarySettings, librarySchema } from "#domain/library";
import { checkedFormat, readItem } from "#records/store/format";
import { libraryKey, settingsKey } from "#records/store/keys";
import type { OfEach, Store, Writer } from "#records/store/store";
import { ifAbsent, ifRevision, type Write, type WriteOutcome } from "#records/store/table";

/**
 * The format of the library's patrons, medium records, reading lists, service queues and histories. It stands here once,
 * because a number in each of them would cost every one of their writes; every request and every job reads the settings.
 */
const recordsFormat = 1;

/** Not strict as what clients send: the item also has its keys. */
const storedSchema = z.object({
  ...librarySchema.shape,
  revision: z.number().int(),
  recordsFormat: z.number().int().optional(),
});
export type StoredLibrary = Omit<z.infer<typeof storedSchema>, "recordsFormat">;

/** Undefined where there is no such library. */
export async function loadLibrary(store: Store): Promise<StoredLibrary | undefined> {
  const item = await store.table.get(settingsKey(store));
  if (item === undefined) return undefined;
  const { recordsFormat: format, ...found } = readItem(storedSchema, item);
  checkedFormat(`What the library ${store.library} keeps of its patrons`, format, recordsFormat);
  return found;
}

/** The library that a job works for: it exists, or the job could not. */
export async function requireLibrary(store: Store): Promise<StoredLibrary> {
  const found = await loadLibrary(store);
  if (found === undefined) throw new Error(`There is no library ${store.library}`);
  return found;
}

/** Replaces the settings that were read as `revision`. */
export async function saveSettings(
  store: Store,
  settings: LibrarySettings,
  revision: number,
  ...also: Write[]
): Promise<WriteOutcome> {
  const item = { ...settingsKey(store), ...settings, library: store.library, recordsFormat, revision: revision + 1 };
  return await store.table.write({ put: item, if: ifRevision(revision) }, ...also);
}

/**
 * Adds a library: its settings and its place in the list of libraries, without a deployment. Refused where it exists, and
 * while it is being deleted.
 *
 * @param createdAt absent from libraries whose making is not told, such as those of tests
 */
export async function provisionLibrary(
  tables: OfEach<Writer>,
  library: Library,
  createdAt?: string,
  ...also: Write[]
): Promise<WriteOutcome> {
  return await tables
    .of(library.library)
    .table.write(
      { put: { ...settingsKey(library), ...library, recordsFormat, revision: 1 }, if: ifAbsent },
      { put: { ...libraryKey(library), library: library.library, createdAt, suspended: false }, if: ifAbsent },
      ...also,
    );
}
