import { z } from "zod";
import type { MediumRecord } from "#domain/medium-record";
import { type FieldChange, lineChanges, type PlanLine } from "#domain/plan";
import { type BatchUpdate, type BatchUpdateKind, loadBatchUpdate } from "./batch-updates.ts";
import { ownPartition } from "./keys.ts";
import { loadMediaOf } from "./medium-records.ts";
import { chunkOfLine, readPlanChunk } from "./plans.ts";
import type { Store } from "./store.ts";

/** One batch update that wrote a medium record of a patron. */
export interface HistoryEntry {
  readonly batchUpdateId: string;
  readonly name?: string;
  readonly kind: BatchUpdateKind;
  readonly medium: string;
  readonly action: PlanLine["action"];
  readonly processedBy?: string;
  readonly processedAt?: string;
  readonly changes: readonly FieldChange[];
}

const predecessorSchema = z.object({
  by: z.string(),
  at: z.number(),
  previous: z.object({ by: z.string(), at: z.number() }).optional(),
});

/** Batch updates that one medium record is followed back through, at most. */
const mostSteps = 200;

/**
 * Which batch updates wrote a patron's records, newest first. Costs no write when they do: the mark on a record leads to
 * its plan line, which holds what was there before and the mark before it.
 */
export async function patronHistory(store: Store, library: string, patronId: string): Promise<HistoryEntry[]> {
  const records = await loadMediaOf(store, library, patronId, { tombstones: true });
  const predecessors = await loadPredecessors(store, library, patronId);
  const histories = await Promise.all(
    records.map((record) => recordHistory(store, library, patronId, record, predecessors)),
  );
  return histories.flat().sort((a, b) => ((a.processedAt ?? "") < (b.processedAt ?? "") ? 1 : -1));
}

type Mark = { readonly by: string; readonly at: number };

async function recordHistory(
  store: Store,
  library: string,
  patronId: string,
  record: MediumRecord,
  predecessors: ReadonlyMap<string, Mark | undefined>,
): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  let mark: Mark | undefined = record.mark;
  while (mark !== undefined && entries.length < mostSteps) {
    const batch = await loadBatchUpdate(store, library, mark.by);
    const line = batch && (await readLine(store, batch, mark.at));
    if (batch === undefined || line === undefined || line.patronId !== patronId) break;
    entries.push(historyEntry(batch, line));
    const kept = markName(mark);
    mark = predecessors.has(kept) ? predecessors.get(kept) : line.previous;
  }
  return entries;
}

async function readLine(store: Store, batch: BatchUpdate, number: number): Promise<PlanLine | undefined> {
  const { starts = [] } = batch;
  const chunk = chunkOfLine(starts, number);
  const lines = await readPlanChunk(store, batch, chunk);
  return lines[number - (starts[chunk] ?? 0)];
}

function historyEntry(batch: BatchUpdate, line: PlanLine): HistoryEntry {
  const { batchUpdateId, name, kind, medium, processedBy, processedAt } = batch;
  return {
    batchUpdateId,
    ...(name !== undefined && { name }),
    kind,
    medium,
    action: line.action,
    ...(processedBy !== undefined && { processedBy }),
    ...(processedAt !== undefined && { processedAt }),
    changes: lineChanges(line),
  };
}

/** The true predecessors of marks whose plan line names another, because somebody wrote between plan and apply. */
async function loadPredecessors(
  store: Store,
  library: string,
  patronId: string,
): Promise<Map<string, Mark | undefined>> {
  const predecessors = new Map<string, Mark | undefined>();
  for await (const item of store.table.queryAll({ pk: ownPartition(library, patronId), begins: "HISTORY#" })) {
    const { previous, ...mark } = predecessorSchema.parse(item);
    predecessors.set(markName(mark), previous);
  }
  return predecessors;
}

function markName({ by, at }: Mark): string {
  return `${by}#${at}`;
}
