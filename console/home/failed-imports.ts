import type { ListedImport } from "../api/imports.ts";

/** Milliseconds: the last night's imports are told of until the evening. */
const lately = 36 * 3600 * 1000;

/** Imports of the last day and night, in the given order. */
export function freshImports(found: readonly ListedImport[], now: number): readonly ListedImport[] {
  return found.filter(({ createdAt }) => now - Date.parse(createdAt) <= lately);
}

/**
 * Those of them that failed, and that somebody has to look at: no file of the same kind has come in since. A check writes
 * nothing, so that neither its failure nor its success counts.
 *
 * @param found newest first
 */
export function failedImports(found: readonly ListedImport[], now: number): readonly ListedImport[] {
  const made = freshImports(found, now).filter(({ dryRun }) => dryRun !== true);
  const cameIn = (it: ListedImport) => it.status === "COMPLETED" || it.status === "COMPLETED_WITH_ERRORS";
  return made.filter(
    (it, place) =>
      it.status === "FAILED" && !made.slice(0, place).some((later) => later.kind === it.kind && cameIn(later)),
  );
}
