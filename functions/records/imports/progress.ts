import type { Store } from "#records/store/store";
import { countImportResults, loadImportSplit } from "./import-objects.ts";
import { type Import, isFinalImport, loadImport } from "./imports.ts";

/** How far an import has come, in lines of its file, counted chunk by chunk. It does not fall while it is RUNNING. */
export async function loadImportProgress(store: Store, it: Import) {
  if (isFinalImport(it)) return atEnd(it);
  const split = it.status === "RUNNING" ? await loadImportSplit(store, it.importId) : undefined;
  const results = split === undefined ? 0 : await countImportResults(store, it.importId);
  // What was counted is deleted at the end, perhaps while it was being counted.
  const now = it.status === "RUNNING" ? await loadImport(store, it.importId) : undefined;
  if (now !== undefined && isFinalImport(now)) return atEnd(now);
  if (split === undefined || split.chunks === 0) return { done: 0, total: 0 };
  return { done: Math.floor((split.lines * results) / split.chunks), total: split.lines };
}

function atEnd({ counts }: Import) {
  return { done: counts.read, total: counts.read };
}
