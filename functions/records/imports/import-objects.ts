import { z } from "zod";
import type { OfLibrary } from "#domain/ids";
import { importCountsSchema } from "#domain/import/import-job";
import { objectName } from "#records/store/numbered-objects";
import type { Store } from "#records/store/store";

/** Lines of an import that one chunk holds: few enough that one Lambda call reads, compares and writes them in seconds. */
export const linesPerChunk = 250;
/** A chunk ends earlier where its lines are long, so that no call has to hold more than this many bytes. */
export const longestChunk = 4 * 1024 * 1024;

export function importFolder(of: OfLibrary, id: string): string {
  return `${of.library}/imports/${id}`;
}

export function importUploadKey(of: OfLibrary, id: string): string {
  return `${importFolder(of, id)}/upload`;
}

/** The file as it was when the import was started: no link reaches it. `taken` is the id of the request that took it. */
export function importFileKey(of: OfLibrary, id: string, taken: string): string {
  return `${importFolder(of, id)}/uploaded/${taken}`;
}

/** The list of chunks that the workflow walks over. */
export function importChunkListKey(of: OfLibrary, id: string): string {
  return `${importFolder(of, id)}/chunks.jsonl`;
}

export function importErrorsKey(of: OfLibrary, id: string): string {
  return `${importFolder(of, id)}/errors.csv`;
}

export function importChunkKey(of: OfLibrary, id: string, chunk: number): string {
  return `${importFolder(of, id)}/chunks/${objectName(chunk, "jsonl")}`;
}

export function importTitlesKey(of: OfLibrary, id: string, chunk: number): string {
  return `${importFolder(of, id)}/titles/${objectName(chunk, "jsonl")}`;
}

const decisionsKey = (of: OfLibrary, id: string, chunk: number) =>
  `${importFolder(of, id)}/decisions/${objectName(chunk, "json")}`;
/** Where each chunk says that it is done. */
export const importResultsPrefix = (of: OfLibrary, id: string) => `${importFolder(of, id)}/results/`;
const resultKey = (of: OfLibrary, id: string, chunk: number) =>
  `${importResultsPrefix(of, id)}${objectName(chunk, "json")}`;
const splitKey = (of: OfLibrary, id: string) => `${importFolder(of, id)}/split.json`;

/** What an import leaves behind and nothing needs once it is final: the errors stay. */
export function importScratch(of: OfLibrary, id: string): string[] {
  return [importUploadKey(of, id), `${importFolder(of, id)}/uploaded/`, ...madeOfFile(of, id)];
}

/** What begins the keys of all that a run of an import writes: the file that was sent for it stays. */
export function importedPrefixes(of: OfLibrary, id: string): string[] {
  return [...madeOfFile(of, id), importErrorsKey(of, id)];
}

function madeOfFile(of: OfLibrary, id: string): string[] {
  const parts = ["chunks/", "titles/", "decisions/", "results/"].map((part) => `${importFolder(of, id)}/${part}`);
  return [importChunkListKey(of, id), splitKey(of, id), ...parts];
}

/** What splitting found. `unreadable` says why nothing of the file can be imported. */
const splitSchema = z.object({
  chunks: z.number().int(),
  lines: z.number().int(),
  unreadable: z.string().optional(),
});
export type ImportSplit = z.infer<typeof splitSchema>;

export async function loadImportSplit(store: Store, id: string): Promise<ImportSplit | undefined> {
  return await store.objects.getJson(splitKey(store, id), splitSchema);
}

/** Written last of all that splitting writes, so that where it is, the chunks are. */
export async function saveImportSplit(store: Store, id: string, split: ImportSplit): Promise<void> {
  await store.objects.putJson(splitKey(store, id), split);
}

/**
 * A line of the file that is not imported. `id` where the line gave one; `text` is what stands there, its beginning where
 * it is long.
 */
const rejectedLineSchema = z.object({
  line: z.number().int(),
  id: z.string().optional(),
  reason: z.string(),
  text: z.string().optional(),
});
export type RejectedLine = z.infer<typeof rejectedLineSchema>;

/** A line as splitting found it: a record still to be checked, or a reason already. */
export const chunkLineSchema = z.union([
  rejectedLineSchema,
  z.object({ line: z.number().int(), text: z.string().optional(), record: z.unknown() }),
]);

/** What became of the lines of a chunk. `rejected` in the counts equals the length of the list. */
const importResultSchema = z.object({
  counts: importCountsSchema,
  rejected: z.array(rejectedLineSchema),
});
export type ImportResult = z.infer<typeof importResultSchema>;

export async function loadImportResult(store: Store, id: string, chunk: number) {
  return await store.objects.getJson(resultKey(store, id, chunk), importResultSchema);
}

export async function saveImportResult(store: Store, id: string, chunk: number, result: ImportResult) {
  await store.objects.putJson(resultKey(store, id, chunk), result);
}

/**
 * The first look at a chunk's patrons, kept before any of them is written: a second try of the same chunk finds some
 * written already and would take them for unchanged.
 */
export async function loadImportDecisions(store: Store, id: string, chunk: number) {
  return await store.objects.getJson(decisionsKey(store, id, chunk), importResultSchema);
}

export async function saveImportDecisions(store: Store, id: string, chunk: number, decisions: ImportResult) {
  await store.objects.putJson(decisionsKey(store, id, chunk), decisions);
}

/** How many chunks have their result: the progress of a running import. */
export async function countImportResults(store: Store, id: string): Promise<number> {
  let results = 0;
  for await (const _ of store.objects.list(importResultsPrefix(store, id))) results += 1;
  return results;
}
