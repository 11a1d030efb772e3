import { z } from "zod";
import type { OfLibrary } from "#domain/ids";
import { firstFormat, formatField, readItem } from "#records/store/format";
import { importLockKey } from "#records/store/keys";
import type { Store } from "#records/store/store";
import type { Condition, Write } from "#records/store/table";

/**
 * What writes core records of patrons: the import that runs or ran last, and erasures. One import of a kind runs at a time,
 * and none of patrons begins while somebody is being erased: it could bring back what is just taken away.
 */
const lockSchema = z.object({
  importId: z.string().optional(),
  isRunning: z.boolean().default(false),
  /** The instant until which a call of the last import that was given up may still be writing. */
  quietFrom: z.string().optional(),
  /** Grows with each erasure that begins or is done with the table: what was read before is as it was while it is the same. */
  erasures: z.number().int().default(0),
  /** Erasures that are not done with the table yet. */
  erasing: z.array(z.string()).optional(),
  /** When the last erasure began. */
  erasedAt: z.string().optional(),
});
export type ImportLock = z.infer<typeof lockSchema>;

export async function loadImportLock(store: Store, kind: string): Promise<ImportLock> {
  const item = await store.table.get(importLockKey(store, kind));
  return item === undefined ? { isRunning: false, erasures: 0 } : readItem(lockSchema, item);
}

/** Whoever writes it first makes it. */
const ofFormat = { [formatField]: firstFormat };

/** The write by which an import takes the place of the one import of its kind. Refused while another runs, or an erasure. */
export function takeImportLock(of: OfLibrary, kind: string, importId: string): Write {
  const isFree = "(attribute_not_exists(isRunning) OR isRunning = :no) AND attribute_not_exists(erasing)";
  return {
    set: { ...ofFormat, importId, isRunning: true },
    remove: ["quietFrom"],
    key: importLockKey(of, kind),
    if: { expression: isFree, values: { ":no": false } },
  };
}

/** The write by which an import that has ended gives way to the next. */
export function giveImportLock(of: OfLibrary, kind: string, importId: string, quietFrom: string): Write {
  return {
    set: { ...ofFormat, importId, isRunning: false, quietFrom },
    key: importLockKey(of, kind),
    if: { expression: "importId = :id OR attribute_not_exists(importId)", values: { ":id": importId } },
  };
}

/** Whether no import of the lock's kind writes any more, and none may still be writing. */
export function isQuiet({ isRunning, quietFrom }: ImportLock, now: Date): boolean {
  return !isRunning && (quietFrom === undefined || quietFrom <= now.toISOString());
}

/** The write by which an erasure begins, on the lock as it was read: from now on no import of patrons begins. */
export function beginErasing(of: OfLibrary, { erasures, erasing = [] }: ImportLock, id: string, at: string): Write {
  const others = erasing.filter((one) => one !== id);
  return {
    set: { ...ofFormat, erasures: erasures + 1, erasing: [...others, id], erasedAt: at },
    key: importLockKey(of, "patrons"),
    if: asRead(erasures),
  };
}

/** The write by which an erasure is done with the table. Refused where an import runs, or the lock is another by now. */
export function endErasing(of: OfLibrary, { erasures, erasing = [] }: ImportLock, id: string): Write {
  const others = erasing.filter((one) => one !== id);
  const unread = asRead(erasures);
  return {
    set: { erasures: erasures + 1, ...(others.length > 0 && { erasing: others }) },
    ...(others.length === 0 && { remove: ["erasing"] }),
    key: importLockKey(of, "patrons"),
    if: {
      expression: `${unread.expression} AND (attribute_not_exists(isRunning) OR isRunning = :no)`,
      values: { ...unread.values, ":no": false },
    },
  };
}

function asRead(erasures: number): Condition {
  return erasures === 0
    ? { expression: "attribute_not_exists(erasures)" }
    : { expression: "erasures = :erasures", values: { ":erasures": erasures } };
}
