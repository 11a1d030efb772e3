import { z } from "zod";
import { LineSet } from "#domain/line-set";
import { type AuditEntry, auditEntry } from "#records/library/audit";
import { jobKey, jobPartKey } from "#records/store/keys";
import type { Store } from "#records/store/store";
import { ifAbsent, ifPresent, ifRevision } from "#records/store/table";
import type { QuerySet } from "./query-sets.ts";

const itemSchema = z.object({ revision: z.number().int(), lines: z.instanceof(Uint8Array) });

export interface Exclusions {
  /** Grows with each change; 0 where nothing was ever excluded. */
  readonly revision: number;
  readonly lines: LineSet;
}

type SetOfLines = Pick<QuerySet, "library" | "querySetId" | "counts">;

/** Which lines of a query set are excluded. */
export async function loadExclusions(store: Store, set: SetOfLines): Promise<Exclusions> {
  const item = await store.table.get(exclusionsKey(set.library, set.querySetId));
  if (item === undefined) return { revision: 0, lines: LineSet.none(set.counts.matched) };
  const { revision, lines } = itemSchema.parse(item);
  return { revision, lines: new LineSet(lines) };
}

/** Replaces the exclusions that were read as `before`, with the set's count. False where somebody else was faster. */
export async function saveExclusions(
  store: Store,
  set: SetOfLines,
  before: Exclusions,
  lines: LineSet,
  audit: AuditEntry,
): Promise<boolean> {
  const { library, querySetId } = set;
  const { done } = await store.table.write(
    {
      put: { ...exclusionsKey(library, querySetId), revision: before.revision + 1, lines: lines.bytes },
      if: before.revision === 0 ? ifAbsent : ifRevision(before.revision),
    },
    {
      set: { excluded: lines.count() },
      at: jobKey(library, "query-set", querySetId),
      if: ifPresent,
    },
    auditEntry(library, `${querySetId}.${before.revision + 1}`, audit),
  );
  return done;
}

function exclusionsKey(library: string, querySetId: string) {
  return jobPartKey(library, "query-set", querySetId, "EXCLUSIONS");
}
