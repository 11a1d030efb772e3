import { keepsLibraryShut } from "#domain/erasure/erasure-job";
import { jobPartition } from "#records/store/keys";
import type { Store } from "#records/store/store";
import { keptErasures } from "./erasure-objects.ts";

/** What is left to do in a library whose table was restored to a moment before patrons were erased. */
export interface ToRepeat {
  /** Erasures that the bucket keeps and the table does not know: the patrons are in the table once more. */
  readonly unknown: readonly string[];
  /** Erasures that the table knows, and that are not far enough for anybody to be let in. */
  readonly underWay: readonly string[];
}

export async function erasuresToRepeat(store: Store): Promise<ToRepeat> {
  const known = new Set<string>();
  const underWay: string[] = [];
  for await (const item of store.table.queryAll({ pk: jobPartition(store, "erasure") })) {
    const { sk, repeated, stage, cleanSince } = item;
    known.add(String(sk));
    const standing = {
      isCompleted: stage === "COMPLETED",
      isTableClean: cleanSince !== undefined,
      isRepeated: repeated === true,
    };
    if (keepsLibraryShut(standing)) underWay.push(String(sk));
  }
  return { unknown: await keptErasures(store, known), underWay };
}
