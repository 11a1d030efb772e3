import type { LineSet } from "#domain/line-set";
import { type AuditEntry, auditEntry } from "#records/library/audit";
import { type Excluding, type Exclusions, exclusionsWrite, readExclusions } from "#records/store/exclusions";
import { jobKey } from "#records/store/keys";
import type { Store } from "#records/store/store";
import { ifPresent } from "#records/store/table";
import type { QuerySet } from "./query-sets.ts";

type SetOfLines = Pick<QuerySet, "library" | "querySetId" | "counts">;

const exclusionsOf = ({ library, querySetId: id }: SetOfLines): Excluding => ({ library, kind: "query-set", id });

/** Which lines of a query set are excluded. */
export async function loadExclusions(store: Store, set: SetOfLines): Promise<Exclusions> {
  return await readExclusions(store, exclusionsOf(set), set.counts.matched);
}

/** Replaces the exclusions that were read as `before`, with the set's count. False where somebody else was faster. */
export async function saveExclusions(
  store: Store,
  set: SetOfLines,
  before: Exclusions,
  lines: LineSet,
  audit: AuditEntry,
): Promise<boolean> {
  const { querySetId } = set;
  const { done } = await store.table.write(
    exclusionsWrite(exclusionsOf(set), before, lines),
    { set: { excluded: lines.count() }, key: jobKey(store, "query-set", querySetId), if: ifPresent },
    await auditEntry(store, `${querySetId}.${before.revision + 1}`, audit),
  );
  return done;
}
