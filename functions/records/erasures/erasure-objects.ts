import { z } from "zod";
import { keptPatronIdSchema, type OfLibrary } from "#domain/ids";
import { sideBySide } from "#platform/side-by-side";
import { objectName } from "#records/store/numbered-objects";
import type { Store } from "#records/store/store";

/** What an erasure needs while it goes on: ids of jobs and numbers. */
function erasureFolder(of: OfLibrary, id: string): string {
  return `${of.library}/erasures/${id}/`;
}

/** The list of chunks that the workflow walks over. */
export function erasureChunkListKey(of: OfLibrary, id: string): string {
  return `${erasureFolder(of, id)}chunks.jsonl`;
}

/** Where each chunk says that it is done. */
export function erasureResultsPrefix(of: OfLibrary, id: string): string {
  return `${erasureFolder(of, id)}results/`;
}

/** Everything that goes when the erasure has ended. */
export function erasureScratch(of: OfLibrary, id: string): string[] {
  const parts = ["passes/", "results/"].map((part) => `${erasureFolder(of, id)}${part}`);
  return [erasureChunkListKey(of, id), ...parts];
}

/** One walk of an erasure, by the name that it has in the bucket. */
export interface Walk {
  readonly erasureId: string;
  readonly walk: string;
}

const passKey = (of: OfLibrary, { erasureId, walk }: Walk) => `${erasureFolder(of, erasureId)}passes/${walk}.json`;
const resultKey = (of: OfLibrary, { erasureId, walk }: Walk, chunk: number) =>
  `${erasureResultsPrefix(of, erasureId)}${walk}/${objectName(chunk, "json")}`;

/** What one walk is over: written once, so that all tries go by the same jobs. */
const passSchema = z.object({
  /** When its list was made: what was made later is not in it. */
  began: z.string(),
  /** Jobs, such as `query-sets/01k2...`, by chunk. */
  chunks: z.array(z.array(z.string())),
});
export type ErasurePass = z.infer<typeof passSchema>;

export async function loadErasurePass(store: Store, walk: Walk): Promise<ErasurePass | undefined> {
  return await store.objects.getJson(passKey(store, walk), passSchema);
}

export async function saveErasurePass(store: Store, walk: Walk, made: ErasurePass): Promise<void> {
  await store.objects.putJsonOnce(passKey(store, walk), made);
}

/** Says that a chunk of a walk is begun. False where it was said before. */
export async function beginErasureChunk(store: Store, { erasureId, walk }: Walk, chunk: number): Promise<boolean> {
  const key = `${erasureFolder(store, erasureId)}passes/begun/${walk}/${objectName(chunk, "json")}`;
  return await store.objects.putJsonOnce(key, {});
}

const resultSchema = z.object({
  /** Objects that were rewritten. */
  objects: z.number().int(),
  /** Jobs that were at work meanwhile: they may write about the patron once more. */
  atWork: z.array(z.string()),
  /** Jobs of which something could not be read or written. */
  failed: z.array(z.string()).default([]),
  /** Whether a call before this one broke off, which may have rewritten more. */
  isDoubtful: z.boolean().default(false),
});
export type ErasureResult = z.infer<typeof resultSchema>;

export async function loadErasureResult(store: Store, walk: Walk, chunk: number) {
  return await store.objects.getJson(resultKey(store, walk, chunk), resultSchema);
}

export async function saveErasureResult(store: Store, walk: Walk, chunk: number, result: ErasureResult): Promise<void> {
  await store.objects.putJsonOnce(resultKey(store, walk, chunk), result);
}

/**
 * Whom a library had erased, beside the table: a table that is restored to an earlier moment does not know it, and whoever
 * restores it erases again by these. Ids alone, kept for good.
 */
export function erasedPrefix(of: OfLibrary): string {
  return `${of.library}/erasures/kept/`;
}

const keptSchema = z.object({
  erasureId: z.string(),
  patronId: keptPatronIdSchema,
  reason: z.string(),
  createdBy: z.string(),
  createdBySub: z.string().optional(),
  createdAt: z.string(),
});
export type KeptErasure = z.infer<typeof keptSchema>;

const keptKey = (of: OfLibrary, id: string) => `${erasedPrefix(of)}${id}.json`;

export async function keepErased(store: Store, it: KeptErasure): Promise<void> {
  await store.objects.putJsonOnce(keptKey(store, it.erasureId), keptSchema.parse(it));
}

const readsAtOnce = 16;

/** The ids of all erasures that were kept but those that are known, in the order in which they were asked for. */
export async function keptErasures(store: Store, known: ReadonlySet<string> = new Set()): Promise<string[]> {
  const prefix = erasedPrefix(store);
  const ids: string[] = [];
  for await (const { key } of store.objects.list(prefix)) ids.push(key.slice(prefix.length).replace(/\.json$/, ""));
  return ids.filter((id) => !known.has(id));
}

/** The same with what was kept of them. */
export async function listErased(store: Store, known?: ReadonlySet<string>): Promise<KeptErasure[]> {
  const ids = await keptErasures(store, known);
  const kept = await sideBySide(ids, readsAtOnce, (id) => store.objects.getJson(keptKey(store, id), keptSchema));
  return kept.filter((one) => one !== undefined);
}
