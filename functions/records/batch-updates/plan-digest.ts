import { createHash } from "node:crypto";
import type { LineSet } from "#domain/line-set";
import type { BatchUpdate } from "./batch-updates.ts";

/** The hash over what is updated and how, and over every line with its before-values: exclusions left out. */
export function digestBase(batch: BatchUpdate, chunkHashes: readonly string[]): string {
  const { library, batchUpdateId, kind, medium, nightlyDebug, changes, querySetId, parentId } = batch;
  const header = { library, batchUpdateId, kind, medium, nightlyDebug, changes, querySetId, parentId };
  const hash = createHash("sha256").update(JSON.stringify(header));
  for (const chunk of chunkHashes) hash.update("\n").update(chunk);
  return hash.digest("hex");
}

/** The seal of a review: it changes with every exclusion, so what is processed is what was looked at. */
export function planDigest(base: string, excluded: LineSet): string {
  return createHash("sha256").update(base).update(excluded.bytes).digest("hex");
}
