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
  return made.filter(
    (it) => needsLook(it) && !made.some((other) => other.kind === it.kind && cameIn(other) && endOf(other) > endOf(it)),
  );
}

/** One that failed, and one of which a part failed for no fault of its lines. */
function needsLook({ status, stateReason }: ListedImport): boolean {
  return status === "FAILED" || (status === "COMPLETED_WITH_ERRORS" && stateReason !== undefined);
}

function cameIn({ status, stateReason, counts: { created, replaced, unchanged } }: ListedImport): boolean {
  const isWhole = status === "COMPLETED" || status === "COMPLETED_WITH_ERRORS";
  return isWhole && stateReason === undefined && created + replaced + unchanged > 0;
}

/** One may be sent early and started late. */
function endOf({ finishedAt, createdAt }: ListedImport): number {
  return Date.parse(finishedAt ?? createdAt);
}
