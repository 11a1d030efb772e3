import { jobPartition } from "#records/store/keys";
import type { Store } from "#records/store/store";
import { keptErasures } from "./erasure-objects.ts";

/** What is left to do in a library whose table was restored to a moment before patrons were erased. */
export interface ToRepeat {
  /** Erasures that the bucket keeps and the table does not know: the patrons are in the table once more. */
  readonly unknown: readonly string[];
  /** Erasures that are being done again. */
  readonly underWay: readonly string[];
}

export async function erasuresToRepeat(store: Store): Promise<ToRepeat> {
  const known = new Set<string>();
  const underWay: string[] = [];
  for await (const { sk, repeated, stage } of store.table.queryAll({ pk: jobPartition(store, "erasure") })) {
    known.add(String(sk));
    if (repeated === true && stage !== "COMPLETED") underWay.push(String(sk));
  }
  return { unknown: await keptErasures(store, known), underWay };
}
