import { z } from "zod";
import { type RecordOutcome, recordOutcomes } from "#domain/batch-update/outcome";
import { type BatchUpdateId, batchUpdateIdSchema, type PatronId } from "#domain/ids";
import { type FieldChange, lineChanges } from "#domain/plan/plan";
import { allEnded } from "#platform/side-by-side";
import { type BatchUpdate, isRunBefore, listBatchUpdates, loadBatchUpdate } from "#records/batch-updates/batch-updates";
import { loadOutcomeIndex } from "#records/batch-updates/outcomes";
import { chunkOfLine, loadPlanIndex, readPlanChunk } from "#records/batch-updates/plans";
import { readItem } from "#records/store/format";
import { historyKey } from "#records/store/keys";
import type { Store } from "#records/store/store";
import { asApplied } from "./held-values.ts";
import { loadMediaOf } from "./medium-records.ts";

/** A place in a medium record's past: the batch update that wrote it, and the line of its plan. */
export interface MarkedPlace {
  readonly medium: string;
  readonly by: BatchUpdateId;
  readonly at: number;
}

/** What one batch update did to one medium record of a patron. */
export interface MarkedChange {
  readonly place: MarkedPlace;
  readonly batch: BatchUpdate;
  readonly outcome: RecordOutcome;
  readonly changes: readonly FieldChange[];
}

export interface MarkedPage {
  readonly entries: readonly MarkedChange[];
  /** Where to go on, in each medium that goes further back. */
  readonly next: readonly MarkedPlace[];
}

const outcomeOf = { UPDATE: "UPDATED", CREATE: "CREATED", REMOVE: "REMOVED" } as const;

const place = z.object({ by: batchUpdateIdSchema, at: z.number().int() });
const historyItemSchema = place.extend({ sk: z.string(), previous: place.optional() });

/** Where a patron's history begins: at the mark of each medium record, the removed ones among them. */
export async function newestPlaces(store: Store, patronId: PatronId): Promise<MarkedPlace[]> {
  const records = await loadMediaOf(store, patronId, { tombstones: true });
  return records.flatMap(({ medium, mark }) => (mark === undefined ? [] : [{ medium, by: mark.by, at: mark.at }]));
}

/**
 * Batch updates that wrote medium records of a patron, newest first. No write keeps this up: each plan line holds the
 * mark that stood before it, and so leads to the one before.
 */
export async function readMarkedHistory(
  store: Store,
  patronId: PatronId,
  from: readonly MarkedPlace[],
  limit: number,
): Promise<MarkedPage> {
  const predecessors = await truePredecessors(store, patronId);
  const step = async (at: MarkedPlace) => await readStep(store, patronId, at, predecessors);
  const heads = (await allEnded(from.map(step))).filter((it) => it !== undefined);
  const entries: MarkedChange[] = [];
  while (heads.length > 0 && entries.length < limit) {
    heads.sort((a, b) => (timeOf(a.entry) < timeOf(b.entry) ? 1 : -1));
    const newest = heads.shift();
    if (newest === undefined) break;
    entries.push(newest.entry);
    const before = newest.before && (await step(newest.before));
    if (before !== undefined) heads.push(before);
  }
  return { entries, next: heads.map(({ entry }) => entry.place) };
}

/** When a batch update came to a record, for sorting. */
export function timeOf({ batch }: MarkedChange): string {
  return `${batch.processedAt ?? batch.createdAt} ${batch.batchUpdateId}`;
}

interface Step {
  readonly entry: MarkedChange;
  readonly before: MarkedPlace | undefined;
}

type Predecessors = ReadonlyMap<string, z.infer<typeof place> | undefined>;

/**
 * What stands at a mark, or at the next before it whose evidence is there: a batch update is kept for the library's
 * retention days, a mark for good. Undefined where there is none.
 */
async function readStep(
  store: Store,
  patronId: PatronId,
  at: MarkedPlace,
  predecessors: Predecessors,
): Promise<Step | undefined> {
  const batch = await loadBatchUpdate(store, at.by);
  if (batch?.evidence !== undefined) {
    const older = batch.olderKept === true ? await keptBefore(store, patronId, batch) : undefined;
    return older && (await readStep(store, patronId, older, predecessors));
  }
  if (batch?.starts === undefined) return undefined;
  const lines = await readPlanChunk(store, batch, chunkOfLine(batch.starts, at.at));
  const planned = lines.filter((it) => it.line === at.at && it.patronId === patronId);
  const [line] = await asApplied(store, at.by, planned);
  if (line === undefined) return undefined;
  const { action } = line;
  if (action !== "UPDATE" && action !== "CREATE" && action !== "REMOVE") return undefined;
  const key = placeKey(at);
  const previous = predecessors.has(key) ? predecessors.get(key) : line.previous;
  return {
    entry: { place: at, batch, outcome: outcomeOf[action], changes: lineChanges(line) },
    before: previous && { medium: at.medium, ...previous },
  };
}

/**
 * The last run before one whose evidence is gone that wrote a patron's record and still has its own. What led from one to
 * the other went with the lines, so all that there are are looked through: few libraries ever have any, for they must have
 * made their retention days fewer, or an older run was followed up for long.
 */
async function keptBefore(store: Store, patronId: PatronId, gone: BatchUpdate): Promise<MarkedPlace | undefined> {
  const kept: BatchUpdate[] = [];
  for await (const batch of listBatchUpdates(store, undefined, atOnce)) {
    if (batch.evidence === undefined && isRunBefore(batch, gone)) kept.push(batch);
  }
  for (const batch of kept.toSorted((a, b) => (b.turn ?? 0) - (a.turn ?? 0))) {
    const { starts, batchUpdateId: by, medium } = batch;
    if (starts === undefined) continue;
    const at = (await loadPlanIndex(store, batch)).patronIds.indexOf(patronId);
    const outcome = at === -1 ? undefined : (await loadOutcomeIndex(store, batch))?.[at];
    if (recordOutcomes.some((written) => written === outcome)) return { medium, by, at };
  }
  return undefined;
}

/** Batch updates read in one go. */
const atOnce = 100;

/** Kept only where a record was written onto another mark than the plan had seen. */
async function truePredecessors(store: Store, patronId: PatronId) {
  const { pk, sk } = historyKey(store, patronId, "", 0);
  const found = new Map<string, z.infer<typeof place> | undefined>();
  for await (const item of store.table.queryAll({ pk, begins: sk.slice(0, sk.indexOf("#") + 1) })) {
    const { sk: itemKey, by, at, previous } = readItem(historyItemSchema, item);
    found.set(placeKey({ medium: itemKey.split("#")[1] ?? "", by, at }), previous);
  }
  return found;
}

function placeKey({ medium, by, at }: MarkedPlace): string {
  return `${medium} ${by} ${at}`;
}
