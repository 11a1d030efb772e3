import { z } from "zod";
import { type Outcome, outcomes } from "#domain/batch-update/outcome";
import { linesOf } from "#records/store/line-text";
import { objectName } from "#records/store/numbered-objects";
import type { Store } from "#records/store/store";
import type { BatchUpdate } from "./batch-updates.ts";
import { batchUpdateFolder } from "./plans.ts";

type Named = Pick<BatchUpdate, "library" | "batchUpdateId">;

/** The list of chunks that applying walks over. */
export function applyChunksKey(batch: Named): string {
  return `${batchUpdateFolder(batch)}/apply/chunks.jsonl`;
}

/** What begins the keys of all that applying writes, its report included, and all that is made of these: the plan stands beside it. */
export function appliedPrefixes(batch: Named): string[] {
  return ["apply/", "report/"].map((part) => `${batchUpdateFolder(batch)}/${part}`);
}

/** What applying leaves behind: but for the list, all is evidence. A retry or an undo plans from the results. */
export function applyScratch(batch: Named): string[] {
  return [applyChunksKey(batch)];
}

export function applyResultsPrefix(batch: Named): string {
  return `${batchUpdateFolder(batch)}/apply/results/`;
}

export function applyResultKey(batch: Named, chunk: number): string {
  return `${applyResultsPrefix(batch)}${objectName(chunk, "jsonl")}`;
}

const resultHeadSchema = z.object({
  chunk: z.number().int(),
  outcomes: z.array(z.enum(outcomes)),
  /** By place in the chunk: the fields that a patron's problem is about. */
  problemFields: z.record(z.string(), z.array(z.string())),
  /** Places in the chunk of lines that were to be written and, as far as this result knows, were not. */
  left: z.array(z.number().int()),
  /** Service queues that were asked to be filled. */
  requestedFills: z.number().int(),
  /** By which errors lines of it failed for a reason not the patrons', or all of it. */
  failures: z.array(z.object({ error: z.string(), tries: z.number().int() })).optional(),
});

type ApplyResultHead = z.infer<typeof resultHeadSchema>;

/** What became of every line of one chunk. It is kept last: with it the chunk is done. */
export interface ApplyResult extends ApplyResultHead {
  /** A line for each line of the chunk, as it goes into the report. */
  readonly report: Buffer;
}

/**
 * Keeps what became of a chunk, in one object: a line about all of it, then the lines of the report. Of several deliveries
 * of one chunk the first to say so counts.
 *
 * @param texts one JSON text for each line of the chunk
 * @param options.correct whether it replaces what was said before: for closing alone, when nothing is written any more
 */
export async function saveApplyResult(
  store: Store,
  batch: Named,
  head: ApplyResultHead,
  texts: readonly string[],
  options: { readonly correct: boolean },
): Promise<void> {
  const key = applyResultKey(batch, head.chunk);
  const lines = [JSON.stringify(head), ...texts];
  if (options.correct) await store.objects.putLines(key, lines);
  else await store.objects.putLinesOnce(key, lines);
}

/** Undefined where the chunk is not done. */
export async function loadApplyResult(store: Store, batch: Named, chunk: number): Promise<ApplyResult | undefined> {
  const lines = await store.objects.getLineBytes(applyResultKey(batch, chunk));
  if (lines === undefined) return undefined;
  const end = lines.indexOf("\n");
  const head = resultHeadSchema.parse(JSON.parse(lines.toString("utf8", 0, end)));
  return { ...head, report: lines.subarray(end + 1) };
}

/** The result of a chunk that is done. */
export async function requireApplyResult(store: Store, batch: Named, chunk: number): Promise<ApplyResult> {
  const result = await loadApplyResult(store, batch, chunk);
  if (result === undefined) throw new Error(`Chunk ${chunk} of ${batch.batchUpdateId} has no outcomes`);
  return result;
}

/** One JSON text for each line of the chunk. */
export function reportTexts({ report }: ApplyResult): string[] {
  return linesOf(report);
}

export const outcomeIndexKey = (batch: Named) => `${batchUpdateFolder(batch)}/apply/index.json`;
const indexSchema = z.object({ outcomes: z.array(z.number().int()) });

/** Keeps the outcome of every line of a plan, in order. */
export async function saveOutcomeIndex(store: Store, batch: Named, all: readonly Outcome[]): Promise<void> {
  await store.objects.putJson(outcomeIndexKey(batch), { outcomes: all.map((outcome) => outcomes.indexOf(outcome)) });
}

/** The outcome of every line of a plan; undefined where it was never processed. */
export async function loadOutcomeIndex(store: Store, batch: Named): Promise<Outcome[] | undefined> {
  const index = await store.objects.getJson(outcomeIndexKey(batch), indexSchema);
  return index?.outcomes.map((place) => outcomes[place] ?? "UNPROCESSED");
}

/** Patrons who were not updated, with reason and advice: a spreadsheet. */
export function errorsKey(batch: Named): string {
  return `${batchUpdateFolder(batch)}/report/errors.csv`;
}

/** Every patron of the plan, one JSON object a line. */
export function outcomesKey(batch: Named): string {
  return `${batchUpdateFolder(batch)}/report/outcomes.jsonl`;
}

/** The same as a spreadsheet; missing where version 0.1.0 ended the batch update. */
export function outcomesCsvKey(batch: Named): string {
  return `${batchUpdateFolder(batch)}/report/outcomes.csv`;
}

/** What begins the keys of the spreadsheets below: each time that one is asked for it is made anew. */
export function serviceQueuesPrefix(batch: Named): string {
  return `${batchUpdateFolder(batch)}/report/service-queues-`;
}

/** Service queues that could not be filled, as they stood at a moment: a spreadsheet. */
export function serviceQueuesKey(batch: Named, moment: string): string {
  return `${serviceQueuesPrefix(batch)}${moment}.csv`;
}
