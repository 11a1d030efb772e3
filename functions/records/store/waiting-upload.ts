import type { PatronId } from "#domain/ids";
import type { Store } from "./store.ts";
import type { Condition } from "./table.ts";
import { uploadMayHold } from "./uploads.ts";

export interface OfErasure {
  readonly patronId: PatronId;
  /** When it was asked for. */
  readonly createdAt: string;
}

/** What a job that was not started yet keeps of the file that it is to be started with. */
export interface WaitingUpload {
  /** Where its link sends to. */
  readonly upload: string;
  /** That, and copies of it that were taken for a start that was refused. */
  readonly keys: readonly string[];
  /** Before there was no link. */
  readonly createdAt: string;
}

/**
 * Removes of a job that waits to be started what may hold a patron: it must be sent again. Not what was sent after the
 * erasure was asked for, for this may name the patron, who may be there anew.
 *
 * @param noteErased called before anything goes: from then on no start succeeds that looked before, and one can say why the
 *   file is not there. False where the job was started meanwhile: then all is left to it
 * @returns how many objects were deleted
 */
export async function eraseWaitingUpload(
  store: Store,
  { upload, keys, createdAt }: WaitingUpload,
  { patronId, createdAt: asked }: OfErasure,
  noteErased: () => Promise<boolean>,
): Promise<number> {
  if (createdAt > asked) return 0;
  const isSpared = async (key: string) => key === upload && (await wasWrittenAfter(store, key, asked));
  const going: string[] = [];
  for (const key of keys) {
    if (!(await isSpared(key)) && (await uploadMayHold(store, key, patronId))) going.push(key);
  }
  if (going.length === 0 || !(await noteErased())) return 0;
  let deleted = 0;
  for (const key of going) {
    // Another file may have been sent while this one was read.
    if (await isSpared(key)) continue;
    await store.objects.remove(key);
    deleted++;
  }
  return deleted;
}

/** Known to the second: what was written in the very second counts as written before. */
async function wasWrittenAfter({ objects }: Store, key: string, instant: string): Promise<boolean> {
  const at = (await objects.describe(key))?.at;
  return at !== undefined && Math.floor(at.getTime() / 1000) * 1000 > Date.parse(instant);
}

/** Lets a start go through only where no file of the job was removed since it was read: what was taken may be of that file. */
export function ifFileAsRead(condition: Condition, erasedFile: string | undefined): Condition {
  const { expression, values } = condition;
  return erasedFile === undefined
    ? { ...condition, expression: `${expression} AND attribute_not_exists(erasedFile)` }
    : {
        ...condition,
        expression: `${expression} AND erasedFile = :erasedFile`,
        values: { ...values, ":erasedFile": erasedFile },
      };
}
