import type { PatronId } from "#domain/ids";
import type { Store } from "./store.ts";
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
 * @param noteErased called before the file itself goes, so that a start can say why it is not there
 * @returns how many objects were deleted
 */
export async function eraseWaitingUpload(
  store: Store,
  { upload, keys, createdAt }: WaitingUpload,
  { patronId, createdAt: asked }: OfErasure,
  noteErased: () => Promise<void>,
): Promise<number> {
  if (createdAt > asked) return 0;
  const wasSentAfter = await wasWrittenAfter(store, upload, asked);
  let deleted = 0;
  for (const key of keys) {
    // A copy may be of an earlier file, and no other start needs it.
    if (key === upload && wasSentAfter) continue;
    if (!(await uploadMayHold(store, key, patronId))) continue;
    if (key === upload) await noteErased();
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
