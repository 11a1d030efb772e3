import { z } from "zod";
import type { RecordOutcome } from "#domain/batch-update/outcome";
import { type BatchUpdateId, batchUpdateIdSchema, type PatronId } from "#domain/ids";
import { type FieldChange, lineChanges } from "#domain/plan/plan";
import { allEnded } from "#platform/side-by-side";
import { type BatchUpdate, loadBatchUpdate } from "#records/batch-updates/batch-updates";
import { chunkOfLine, readPlanChunk } from "#records/batch-updates/plans";
import { readItem } from "#records/store/format";
import { historyKey } from "#records/store/keys";
import type { Store } from "#records/store/store";
import { asApplied } from "./held-values.ts";
import { loadMediaOf } from "./medium-records.ts";
import { type Bounds, OlderRuns, pageBounds } from "./older-runs.ts";

/** A place in a medium record's past: the batch update that wrote it, and the line of its plan. */
export interface MarkedPlace {
  readonly medium: string;
  readonly by: BatchUpdateId;
  /** Undefined: somewhere before that batch update, which is yet to be found. */
  readonly at: number | undefined;
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
  /** Where it ends early, though there may be more: nothing that is as old as this, see {@link timeOf}, can be told yet. */
  readonly heldAt?: string | undefined;
}

const outcomeOf = { UPDATE: "UPDATED", CREATE: "CREATED", REMOVE: "REMOVED" } as const;

const placeSchema = z.object({ by: batchUpdateIdSchema, at: z.number().int() });
const historyItemSchema = placeSchema.extend({ sk: z.string(), previous: placeSchema.optional() });

/** Where a patron's history begins: at the mark of each medium record, the removed ones among them. */
export async function newestPlaces(store: Store, patronId: PatronId): Promise<MarkedPlace[]> {
  const records = await loadMediaOf(store, patronId, { tombstones: true });
  return records.flatMap(({ medium, mark }) => (mark === undefined ? [] : [{ medium, by: mark.by, at: mark.at }]));
}

/**
 * Batch updates that wrote medium records of a patron, newest first. No write keeps this up: each plan line holds the
 * mark that stood before it, and so leads to the one before. A page ends early, perhaps empty, where its bounds are reached.
 */
export async function readMarkedHistory(
  store: Store,
  patronId: PatronId,
  from: readonly MarkedPlace[],
  limit: number,
  bounds: Bounds = pageBounds,
): Promise<MarkedPage> {
  const older = new OlderRuns(store, patronId, bounds);
  const predecessors = await truePredecessors(store, patronId);
  const step = async (at: MarkedPlace) => await readStep(store, patronId, at, { older, predecessors });
  let heads = (await allEnded(from.map(step))).filter((it) => it !== undefined);
  const entries: MarkedChange[] = [];
  while (entries.length < limit) {
    heads = heads.toSorted((a, b) => (a.time < b.time ? 1 : -1));
    const [newest, ...others] = heads;
    if (newest === undefined) break;
    const { entry, time, before } = newest;
    const isHeld = entry === undefined || (entries.length > 0 && older.isTimeOver());
    if (isHeld) return { entries, next: heads.map(({ place }) => place), heldAt: time };
    entries.push(entry);
    const next = before && (await step(before));
    heads = next === undefined ? others : [...others, next];
  }
  return { entries, next: heads.map(({ place }) => place) };
}

/** When a batch update came to a record, for sorting. */
export function timeOf({ batch }: Pick<MarkedChange, "batch">): string {
  return `${batch.processedAt ?? batch.createdAt} ${batch.batchUpdateId}`;
}

/** How far the past of one medium record is known. */
interface Step {
  readonly place: MarkedPlace;
  /** When that was, or what it was before. */
  readonly time: string;
  /** Missing where it is yet to be found. */
  readonly entry?: MarkedChange;
  readonly before?: MarkedPlace | undefined;
}

type Predecessors = ReadonlyMap<string, z.infer<typeof placeSchema> | undefined>;

interface Ways {
  readonly older: OlderRuns;
  readonly predecessors: Predecessors;
}

/**
 * What stands at a mark, or at the next before it whose evidence is there: a batch update is kept for the library's
 * retention days, a mark for good. Undefined where there is none.
 */
async function readStep(store: Store, patronId: PatronId, at: MarkedPlace, ways: Ways): Promise<Step | undefined> {
  const { medium, by, at: line } = at;
  const batch = await loadBatchUpdate(store, by);
  if (batch === undefined) return undefined;
  if (line !== undefined && batch.evidence === undefined) {
    return await readLine(store, patronId, { medium, batch, line }, ways);
  }
  if (line !== undefined && batch.olderKept !== true) return undefined;
  const found = await ways.older.before(batch);
  if (found === undefined) return undefined;
  if ("run" in found) {
    return await readStep(store, patronId, { medium, by: found.run.batchUpdateId, at: found.at }, ways);
  }
  const { upTo } = found;
  return { place: { medium, by: upTo.batchUpdateId, at: undefined }, time: timeOf({ batch: upTo }) };
}

async function readLine(
  store: Store,
  patronId: PatronId,
  { medium, batch, line: at }: { readonly medium: string; readonly batch: BatchUpdate; readonly line: number },
  { predecessors }: Ways,
): Promise<Step | undefined> {
  const place = { medium, by: batch.batchUpdateId, at };
  if (batch.starts === undefined) return undefined;
  const lines = await readPlanChunk(store, batch, chunkOfLine(batch.starts, at));
  const planned = lines.filter((it) => it.line === at && it.patronId === patronId);
  const [line] = await asApplied(store, place.by, planned);
  if (line === undefined) return undefined;
  const { action } = line;
  if (action !== "UPDATE" && action !== "CREATE" && action !== "REMOVE") return undefined;
  const entry = { place, batch, outcome: outcomeOf[action], changes: lineChanges(line) };
  const key = placeKey(place);
  const previous = predecessors.has(key) ? predecessors.get(key) : line.previous;
  return { place, time: timeOf(entry), entry, before: previous && { medium, ...previous } };
}

/** Kept only where a record was written onto another mark than the plan had seen. */
async function truePredecessors(store: Store, patronId: PatronId) {
  const { pk, sk } = historyKey(store, patronId, "", 0);
  const found = new Map<string, z.infer<typeof placeSchema> | undefined>();
  for await (const item of store.table.queryAll({ pk, begins: sk.slice(0, sk.indexOf("#") + 1) })) {
    const { sk: itemKey, by, at, previous } = readItem(historyItemSchema, item);
    found.set(placeKey({ medium: itemKey.split("#")[1] ?? "", by, at }), previous);
  }
  return found;
}

function placeKey({ medium, by, at }: MarkedPlace): string {
  return `${medium} ${by} ${at}`;
}
