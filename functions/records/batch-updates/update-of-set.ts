import { dayAt } from "#domain/calendar";
import { LineSet } from "#domain/line-set";
import { type SpecProblem, specProblems, type UpdateSpec } from "#domain/plan/update-spec";
import { requireLibrary } from "#records/library/libraries";
import { loadExclusions } from "#records/query-sets/exclusions";
import { memberChunkCount, membersPerChunk } from "#records/query-sets/members";
import type { QuerySet } from "#records/query-sets/query-sets";
import type { Store } from "#records/store/store";
import type { NewBatchUpdate } from "./moves.ts";
import { saveSource } from "./plans.ts";

/** Characters of a search statement that the batch update's own item holds. */
const longestStatement = 4000;

type Named = Pick<NewBatchUpdate, "library" | "batchUpdateId" | "name" | "createdBy" | "createdBySub">;

/**
 * A new batch update of a query set that is READY, with whom it is for laid by: everyone in the set but the excluded, as
 * it is now. It is not kept yet: see createBatchUpdate.
 *
 * @returns what is wrong with the spec for everyone, or the batch update
 */
export async function updateOfSet(
  store: Store,
  named: Named,
  set: QuerySet,
  { medium, nightlyDebug, changes }: UpdateSpec,
  now: Date,
): Promise<{ readonly problems: readonly SpecProblem[] } | { readonly batch: NewBatchUpdate }> {
  const settings = await requireLibrary(store);
  const { lines: excluded } = await loadExclusions(store, set);
  const selected = everyoneBut(set, excluded);
  const patrons = selected.count();
  const problems = specProblems({ medium, changes }, settings, dayAt(now, settings.timeZone), patrons);
  if (problems.length > 0) return { problems };
  if (patrons === 0) {
    const why =
      set.counts.matched === 0 ? "nobody was found by the query set" : "everyone in the query set has been left out";
    return { problems: [{ path: "querySetId", message: `${why}; run another query` }] };
  }
  const { querySetId, searchStatement } = set;
  const batch: NewBatchUpdate = {
    ...named,
    querySetId,
    kind: "UPDATE",
    medium,
    nightlyDebug,
    changes,
    ...(searchStatement.length <= longestStatement && { searchStatement }),
    patrons,
    large: patrons > settings.largeBatchThreshold,
    asksForFills: changes.addServiceQueue === true,
    createdAt: now.toISOString(),
  };
  const starts = Array.from({ length: memberChunkCount(set) }, (_, chunk) => chunk * membersPerChunk);
  const lines = set.counts.matched;
  const of = { from: "QUERY_SET", id: querySetId, chunks: starts.length, starts, lines } as const;
  await saveSource(store, batch, { ...of, selected, taken: LineSet.none(lines) });
  return { batch };
}

function everyoneBut({ counts }: QuerySet, excluded: LineSet): LineSet {
  const chosen: number[] = [];
  for (let line = 0; line < counts.matched; line++) if (!excluded.has(line)) chosen.push(line);
  return LineSet.of(counts.matched, chosen);
}
