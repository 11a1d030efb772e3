import type { Outcome } from "#domain/batch-update/outcome";
import { batchUpdateIdSchema, type PatronId } from "#domain/ids";
import type { PlanLine } from "#domain/plan/plan";
import { allEnded } from "#platform/side-by-side";
import { type BatchUpdate, requireBatchUpdate } from "#records/batch-updates/batch-updates";
import { requireApplyResult } from "#records/batch-updates/outcomes";
import { type PlanSource, readPlanChunk } from "#records/batch-updates/plans";
import { asApplied } from "#records/profiles/held-values";
import { readMemberChunk } from "#records/query-sets/members";
import type { Store } from "#records/store/store";

/** A patron to plan for, from a query set or from an earlier plan. */
export interface SourceLine {
  readonly patronId: PatronId;
  readonly lastName?: string | undefined;
  readonly firstName?: string | undefined;
  /** The patron was erased since the source was made: who has the id now is somebody else. */
  readonly erased: boolean;
  /** Already in another undo of the same batch update. */
  readonly taken: boolean;
  /** What the earlier batch update planned for the patron and what became of it. */
  readonly earlier?: { readonly line: PlanLine; readonly outcome: Outcome };
}

/** The chosen lines of one chunk of the source, in order. */
export async function readSourceLines(
  store: Store,
  batch: BatchUpdate,
  source: PlanSource,
  chunk: number,
): Promise<SourceLine[]> {
  const first = source.starts[chunk] ?? 0;
  const chosen = <T>(items: readonly T[]) =>
    items.flatMap((item, i) => (source.selected.has(first + i) ? [{ item, line: first + i }] : []));
  if (source.from === "QUERY_SET") {
    const members = await readMemberChunk(store, source.id, chunk);
    return chosen(members).map(({ item: { patronId, lastName, firstName, erased = false } }) => ({
      patronId,
      lastName,
      firstName,
      erased,
      taken: false,
    }));
  }
  const parent = await requireBatchUpdate(store, batchUpdateIdSchema.parse(source.id));
  const [lines, result] = await allEnded([
    readPlanChunk(store, parent, chunk),
    requireApplyResult(store, parent, chunk),
  ]);
  const told = batch.undoes !== undefined ? await asApplied(store, parent.batchUpdateId, lines) : lines;
  return chosen(told).map(({ item: line, line: number }) => ({
    patronId: line.patronId,
    lastName: line.lastName,
    firstName: line.firstName,
    erased: line.erased === true,
    taken: source.taken.has(number),
    earlier: { line, outcome: result.outcomes[number - first] ?? "UNPROCESSED" },
  }));
}
