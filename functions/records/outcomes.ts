import { createHash } from "node:crypto";
import { z } from "zod";
import { type Outcome, outcomes, patronProblemSchema } from "#domain/outcome";
import { planFieldNames } from "#domain/plan";
import type { BatchUpdate } from "./batch-updates.ts";
import { batchUpdateFolder, chunkName } from "./plans.ts";
import type { Store } from "./store.ts";

type Named = Pick<BatchUpdate, "library" | "batchUpdateId">;

const value = z.union([z.string(), z.number(), z.boolean()]);

/** What became of one patron, as it stands in the report. */
export const outcomeLineSchema = z.object({
  patronId: z.string(),
  lastName: z.string(),
  firstName: z.string().optional(),
  outcome: z.enum(outcomes),
  code: patronProblemSchema.shape.code.optional(),
  message: z.string().optional(),
  advice: z.string().optional(),
  changes: z.array(
    z.object({
      field: z.enum([...planFieldNames, "serviceQueue"]),
      before: value.optional(),
      after: value.optional(),
      current: value.optional(),
    }),
  ),
});
export type OutcomeLine = z.infer<typeof outcomeLineSchema>;

export function applyResultsPrefix(batch: Named): string {
  return `${batchUpdateFolder(batch)}/apply/results/`;
}

function applyResultKey(batch: Named, chunk: number): string {
  return `${applyResultsPrefix(batch)}${chunkName(chunk)}.json`;
}

/** The outcome of every line of one chunk. It is written last: with it the chunk is done. */
export const applyResultSchema = z.object({
  chunk: z.number().int(),
  outcomes: z.array(z.enum(outcomes)),
  /** By place in the chunk: the fields that a patron's problem is about. */
  problemFields: z.record(z.string(), z.array(z.string())),
  /** Places in the chunk of lines that were to be written and, as far as this result knows, were not. */
  left: z.array(z.number().int()),
  /** Service queues that were asked to be filled. */
  requestedFills: z.number().int(),
  /** Key of the outcomes as they go into the report. */
  texts: z.string(),
});
export type ApplyResult = z.infer<typeof applyResultSchema>;

/**
 * Keeps what became of a chunk. Of several deliveries of one chunk the first to say so counts, with its own texts: they
 * are kept under a name of their content, so that a result never speaks of another's.
 *
 * @param texts one JSON text for each line of the chunk
 * @returns the result as this caller has it, whoever was first
 * @param options.correct whether it replaces what was said before: for closing alone, when nothing is written any more
 */
export async function saveApplyResult(
  store: Store,
  batch: Named,
  result: Omit<ApplyResult, "texts">,
  texts: readonly string[],
  options: { readonly correct: boolean },
): Promise<ApplyResult> {
  const hash = createHash("sha256").update(texts.join("\n")).digest("hex").slice(0, 16);
  const key = `${batchUpdateFolder(batch)}/apply/outcomes/${chunkName(result.chunk)}-${hash}.jsonl`;
  await store.objects.putLines(key, texts);
  const kept: ApplyResult = { ...result, texts: key };
  const resultKey = applyResultKey(batch, result.chunk);
  if (options.correct) await store.objects.putJson(resultKey, kept);
  else await store.objects.putJsonOnce(resultKey, kept);
  return kept;
}

/** Undefined where the chunk is not done. */
export async function loadApplyResult(store: Store, batch: Named, chunk: number): Promise<ApplyResult | undefined> {
  return await store.objects.getJson(applyResultKey(batch, chunk), applyResultSchema);
}

/** The outcomes of one chunk as they go into the report, one JSON text each. */
export async function readOutcomeTexts(store: Store, result: Pick<ApplyResult, "texts">): Promise<string[]> {
  const lines = await store.objects.getLines(result.texts);
  if (lines === undefined) throw new Error(`The outcomes ${result.texts} are not whole`);
  return lines;
}

const indexKey = (batch: Named) => `${batchUpdateFolder(batch)}/apply/index.json`;
const indexSchema = z.object({ outcomes: z.array(z.number().int()) });

/** Keeps the outcome of every line of a plan, in order. */
export async function saveOutcomeIndex(store: Store, batch: Named, all: readonly Outcome[]): Promise<void> {
  await store.objects.putJson(indexKey(batch), { outcomes: all.map((outcome) => outcomes.indexOf(outcome)) });
}

/** The outcome of every line of a plan; undefined where it was never processed. */
export async function loadOutcomeIndex(store: Store, batch: Named): Promise<Outcome[] | undefined> {
  const index = await store.objects.getJson(indexKey(batch), indexSchema);
  return index?.outcomes.map((place) => outcomes[place] ?? "UNPROCESSED");
}
