import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import { LineSet } from "#domain/line-set";
import { type PlanValues, planValuesSchema } from "#domain/plan/distribution";
import type { PlanLine } from "#domain/plan/plan";
import { type PlanIndex, planIndexSchema } from "#domain/plan/plan-summary";
import { chunkHash, planFormat, readLine, sealedLine } from "#domain/plan/sealed-lines";
import { Cache, keptOrLoaded } from "#platform/cache";
import { type Excluding, type Exclusions, exclusionsWrite, readExclusions } from "#records/store/exclusions";
import { objectName } from "#records/store/numbered-objects";
import type { Store } from "#records/store/store";
import type { Write } from "#records/store/table";
import type { BatchUpdate } from "./batch-updates.ts";

type Named = Pick<BatchUpdate, "library" | "batchUpdateId">;
/** A sealed plan as a warm function may keep it: until something of it is rewritten. */
type Sealed = Named & Pick<BatchUpdate, "rewritten">;

/** Under which a warm function keeps an object: whoever rewrites one says so in the batch update, which is read each time. */
const keptUnder = (key: string, { rewritten = "" }: Sealed) => `${key} ${rewritten}`;

export function batchUpdateFolder({ library, batchUpdateId }: Named): string {
  return `${library}/batch-updates/${batchUpdateId}`;
}

const sourceSchema = z.object({
  /** A query set's members, or the plan lines of an earlier batch update. */
  from: z.enum(["QUERY_SET", "BATCH_UPDATE"]),
  id: z.string(),
  chunks: z.number().int(),
  /** First line of each chunk of the source. */
  starts: z.array(z.number().int()),
  lines: z.number().int(),
  selected: z.base64(),
  /** Lines that another undo has already. */
  taken: z.base64(),
});

/** Whom a batch update is for: chosen lines of a query set or of an earlier plan, fixed when it is made. */
export interface PlanSource {
  readonly from: "QUERY_SET" | "BATCH_UPDATE";
  readonly id: string;
  readonly chunks: number;
  readonly starts: readonly number[];
  readonly lines: number;
  readonly selected: LineSet;
  readonly taken: LineSet;
}

const sourceKey = (batch: Named) => `${batchUpdateFolder(batch)}/source.json`;

export async function saveSource(store: Store, batch: Named, source: PlanSource): Promise<void> {
  const asText = (set: LineSet) => Buffer.from(set.bytes).toString("base64");
  const stored = { ...source, selected: asText(source.selected), taken: asText(source.taken) };
  await store.objects.putJson(sourceKey(batch), stored);
}

export async function loadSource(store: Store, batch: Named): Promise<PlanSource> {
  const stored = await store.objects.getJson(sourceKey(batch), sourceSchema);
  if (stored === undefined) throw new Error(`Batch update ${batch.batchUpdateId} has lost its source`);
  const asSet = (text: string) => new LineSet(new Uint8Array(Buffer.from(text, "base64")));
  return { ...stored, selected: asSet(stored.selected), taken: asSet(stored.taken) };
}

/** What begins the keys of all that planning writes, and all that is made of it: whom it is for stands beside it. */
export function planPrefix(batch: Named): string {
  return `${batchUpdateFolder(batch)}/plan/`;
}

/** The list of chunks that planning walks over. */
export function planChunksKey(batch: Named): string {
  return `${batchUpdateFolder(batch)}/plan/chunks.jsonl`;
}

export function planLinesPrefix(batch: Named): string {
  return `${batchUpdateFolder(batch)}/plan/lines/`;
}

export function planLinesKey(batch: Named, chunk: number): string {
  return `${planLinesPrefix(batch)}${objectName(chunk, "jsonl")}`;
}

export function planResultsPrefix(batch: Named): string {
  return `${batchUpdateFolder(batch)}/plan/results/`;
}

export function planResultKey(batch: Named, chunk: number): string {
  return `${planResultsPrefix(batch)}${objectName(chunk, "json")}`;
}

/** What planning leaves behind and nothing needs once the plan is sealed: its lines, index and source stay. */
export function planScratch(batch: Named): string[] {
  return [planChunksKey(batch), planResultsPrefix(batch)];
}

/** What planning one chunk found, beside its lines: their hash and their columns of the index. */
export const planResultSchema = z.object({
  chunk: z.number().int(),
  sha256: z.string(),
  index: planIndexSchema,
  /** Missing from what version 0.1.0 planned. */
  values: planValuesSchema.optional(),
});
export type PlanResult = z.infer<typeof planResultSchema>;

/** Says that a chunk is planned; its lines are kept before. */
export async function savePlanResult(store: Store, batch: Named, result: PlanResult): Promise<void> {
  await store.objects.putJson(planResultKey(batch, result.chunk), result);
}

/** Undefined where the chunk is not planned. */
export async function loadPlanResult(store: Store, batch: Named, chunk: number): Promise<PlanResult | undefined> {
  return await store.objects.getJson(planResultKey(batch, chunk), planResultSchema);
}

/** Lines of a chunk of a plan, and the hash over them that goes into the digest. */
export interface PlanChunk {
  readonly lines: readonly PlanLine[];
  readonly sha256: string;
}

/** Of each line's salt, in bytes. */
const saltLength = 16;

/**
 * Keeps the lines of one chunk for good.
 *
 * @returns what is kept: of several tries of one chunk the first one's, perhaps with slightly older values, is the plan
 */
export async function keepPlanChunk(
  store: Store,
  batch: Named,
  chunk: number,
  lines: readonly PlanLine[],
): Promise<PlanChunk> {
  const salts = randomBytes(saltLength * lines.length);
  const texts = lines.map((line, i) =>
    sealedLine(line, salts.toString("base64url", i * saltLength, (i + 1) * saltLength)),
  );
  const isFirst = await store.objects.putLinesOnce(planLinesKey(batch, chunk), texts, planFormat);
  return isFirst ? { lines, sha256: chunkHash(texts, planFormat) } : await loadPlanChunk(store, batch, chunk);
}

/** One chunk of a plan, which must be whole, with the hash over its lines: what the plan's base was made from. */
export async function loadPlanChunk(store: Store, batch: Named, chunk: number): Promise<PlanChunk> {
  const { lines, format } = await planChunkTexts(store, batch, chunk);
  return { lines: lines.map(readLine), sha256: chunkHash(lines, format) };
}

/** The lines of one chunk of a plan; they must be whole, and the very ones that were sealed. */
export async function readPlanChunk(store: Store, batch: Named, chunk: number): Promise<PlanLine[]> {
  // Checked when they were written, and their hash says that they are as they were.
  return (await planChunkTexts(store, batch, chunk)).lines.map(readLine);
}

/** Pages of a review are looked at one after the other, so a warm function keeps the lines of the last few chunks. */
const chunks = new Cache<Promise<readonly PlanLine[]>>(4);

/** The lines of one chunk of a sealed plan for a page of its review: kept between calls, for erasing alone changes them. */
export async function planChunkForPage(store: Store, batch: Sealed, chunk: number): Promise<readonly PlanLine[]> {
  const key = keptUnder(planLinesKey(batch, chunk), batch);
  return await keptOrLoaded(chunks, key, () => readPlanChunk(store, batch, chunk));
}

async function planChunkTexts(store: Store, batch: Named, chunk: number) {
  const found = await store.objects.getLinesOf(planLinesKey(batch, chunk), planFormat);
  if (found === undefined) throw new Error(`Chunk ${chunk} of the plan of ${batch.batchUpdateId} is not whole`);
  return found;
}

export const planIndexKey = (batch: Named) => `${batchUpdateFolder(batch)}/plan/index.json`;

export async function savePlanIndex(store: Store, batch: Named, index: PlanIndex): Promise<void> {
  await store.objects.putJson(planIndexKey(batch), index);
}

/** Erasing alone changes sealed plans, so a warm function keeps the last few. */
const indexes = new Cache<Promise<PlanIndex>>(3);

export async function loadPlanIndex(store: Store, batch: Sealed): Promise<PlanIndex> {
  const key = planIndexKey(batch);
  return await keptOrLoaded(indexes, keptUnder(key, batch), async () => {
    const index = await store.objects.getJson(key, planIndexSchema);
    if (index === undefined) throw new Error(`Batch update ${batch.batchUpdateId} has lost the index of its plan`);
    return index;
  });
}

export const planValuesKey = (batch: Named) => `${batchUpdateFolder(batch)}/plan/values.json`;

export async function savePlanValues(store: Store, batch: Named, values: PlanValues): Promise<void> {
  await store.objects.putJson(planValuesKey(batch), values);
}

const valuesOfPlans = new Cache<Promise<PlanValues | undefined>>(2);

/** What patrons hold before and after a sealed plan; undefined where version 0.1.0 sealed it. */
export async function loadPlanValues(store: Store, batch: Sealed): Promise<PlanValues | undefined> {
  const key = planValuesKey(batch);
  return await keptOrLoaded(
    valuesOfPlans,
    keptUnder(key, batch),
    async () => await store.objects.getJson(key, planValuesSchema),
  );
}

/** What begins the keys of spreadsheets of a plan, made when one is asked for: of each revision of its exclusions one. */
export function planExportsPrefix(batch: Named): string {
  return `${batchUpdateFolder(batch)}/plan/export-`;
}

/** The chunk of a plan that a line is in. */
export function chunkOfLine(starts: readonly number[], line: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= line) low = middle;
    else high = middle - 1;
  }
  return low;
}

const exclusionsOf = ({ library, batchUpdateId: id }: Named): Excluding => ({ library, kind: "batch-update", id });

export async function loadPlanExclusions(
  store: Store,
  batch: Named & Pick<BatchUpdate, "patrons">,
): Promise<Exclusions> {
  return await readExclusions(store, exclusionsOf(batch), batch.patrons);
}

/** The write that replaces the exclusions that were read, to stand with the batch update's new counts and digest. */
export function changedExclusions(batch: Named, read: Exclusions, lines: LineSet): Write {
  return exclusionsWrite(exclusionsOf(batch), read, lines);
}

/** The hash over what is updated and how, and over every line with its before-values: exclusions left out. */
export function digestBase(batch: BatchUpdate, chunkHashes: readonly string[]): string {
  const { library, batchUpdateId, kind, medium, nightlyDebug, changes, querySetId, parentId } = batch;
  const header = { library, batchUpdateId, kind, medium, nightlyDebug, changes, querySetId, parentId };
  const hash = createHash("sha256").update(JSON.stringify(header));
  for (const chunk of chunkHashes) hash.update("\n").update(chunk);
  return hash.digest("hex");
}

/** The seal of a review: it changes with every exclusion, so what is processed is what was looked at. */
export function planDigest(base: string, excluded: LineSet): string {
  return createHash("sha256").update(base).update(excluded.bytes).digest("hex");
}
