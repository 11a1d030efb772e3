import { z } from "zod";
import type { OfLibrary } from "#domain/ids";
import { LineSet } from "#domain/line-set";
import { objectName } from "#records/store/numbered-objects";
import type { Store } from "#records/store/store";

/**
 * The objects of an export. All of them are in one folder, `<library>/exports/<id>/`, and hold patrons' names and more.
 * They are there for a day at most: what an export was, its item and the audit tell. So there is no list of who is in
 * which file: whoever erases a patron ends all exports of the library that have files, and deletes their folders whole.
 */
function exportFolder(of: OfLibrary, id: string): string {
  return `${of.library}/exports/${id}/`;
}

/** The list of chunks that the workflow walks over. */
export function exportChunkListKey(of: OfLibrary, id: string): string {
  return `${exportFolder(of, id)}chunks.jsonl`;
}

/** A file of an export, by its name with its ending, such as `patrons.csv`. */
export function exportFileKey(of: OfLibrary, id: string, file: string): string {
  return `${exportFolder(of, id)}files/${file}`;
}

/** Where each chunk says that it is done. */
export function exportResultsPrefix(of: OfLibrary, id: string): string {
  return `${exportFolder(of, id)}results/`;
}

/** Everything of an export that is no item: it goes when its time is over. */
export function exportScratch(of: OfLibrary, id: string): string[] {
  const parts = ["files/", "parts/", "results/"].map((part) => `${exportFolder(of, id)}${part}`);
  return [exportChunkListKey(of, id), splitKey(of, id), ...parts];
}

const resultKey = (of: OfLibrary, id: string, chunk: number) =>
  `${exportResultsPrefix(of, id)}${objectName(chunk, "json")}`;
const splitKey = (of: OfLibrary, id: string) => `${exportFolder(of, id)}split.json`;

/** What the list of chunks says of one: a shard of the library's patrons, members of a query set, or titles of a medium. */
export const exportLine = {
  source: z.enum(["SHARD", "MEMBERS", "TITLES"]),
  /** The number of the shard or of the members' chunk, the key of the catalogue's index. */
  of: z.string(),
};
const sourceSchema = z.object(exportLine);
export type ExportSource = z.infer<typeof sourceSchema>;

const splitSchema = z.object({
  /** What each chunk reads, in the order of the files. */
  sources: z.array(sourceSchema),
  /** Media that have columns in a CSV file, by code. */
  media: z.array(z.string()),
  /** Lines of the query set that are left out, as they were when the export began; base64. */
  excluded: z.string().optional(),
});

/** What splitting found. It is written once: all chunks go by the same sources and exclusions, however often they are tried. */
export interface ExportSplit {
  readonly sources: readonly ExportSource[];
  readonly media: readonly string[];
  readonly excluded?: LineSet;
}

export async function loadExportSplit(store: Store, id: string): Promise<ExportSplit | undefined> {
  const split = await store.objects.getJson(splitKey(store, id), splitSchema);
  if (split === undefined) return undefined;
  const { excluded, ...rest } = split;
  return { ...rest, ...(excluded !== undefined && { excluded: new LineSet(Buffer.from(excluded, "base64")) }) };
}

export async function requireExportSplit(store: Store, id: string): Promise<ExportSplit> {
  const split = await loadExportSplit(store, id);
  if (split === undefined) throw new Error(`Export ${id} was not split`);
  return split;
}

export async function saveExportSplit(store: Store, id: string, { excluded, ...split }: ExportSplit): Promise<void> {
  const lines = excluded && Buffer.from(excluded.bytes).toString("base64");
  await store.objects.putJsonOnce(splitKey(store, id), { ...split, ...(lines !== undefined && { excluded: lines }) });
}

/** What a chunk gave: for each file, the objects that hold its lines, in order. Written once: the first try counts. */
const resultSchema = z.object({
  files: z.record(z.string(), z.object({ parts: z.array(z.string()), lines: z.number().int() })),
  /** Media of which there is a record. */
  media: z.array(z.string()),
});
export type ExportResult = z.infer<typeof resultSchema>;

export async function loadExportResult(store: Store, id: string, chunk: number): Promise<ExportResult | undefined> {
  return await store.objects.getJson(resultKey(store, id, chunk), resultSchema);
}

export async function saveExportResult(store: Store, id: string, chunk: number, result: ExportResult): Promise<void> {
  await store.objects.putJsonOnce(resultKey(store, id, chunk), result);
}

/** How many chunks have their result: the progress of an export that is RUNNING. */
export async function countExportResults(store: Store, id: string): Promise<number> {
  let results = 0;
  for await (const _ of store.objects.list(exportResultsPrefix(store, id))) results += 1;
  return results;
}

/** Characters of lines that one object holds, more or less: what is held in memory of them. */
const longestPart = 2 * 1024 * 1024;

/** Writes the lines of one file that one try of a chunk finds, in objects of its own. */
export class PartWriter {
  readonly #store: Store;
  readonly #prefix: string;
  #pending: string[] = [];
  #length = 0;
  #lines = 0;
  readonly #parts: string[] = [];

  /** @param attempt no two tries may share one */
  constructor(
    store: Store,
    { id, chunk, attempt, file }: { id: string; chunk: number; attempt: string; file: string },
  ) {
    this.#store = store;
    this.#prefix = `${exportFolder(store, id)}parts/${chunk}-${attempt}-${file}-`;
  }

  async add(line: string): Promise<void> {
    this.#pending.push(line);
    this.#lines += 1;
    this.#length += line.length;
    if (this.#length >= longestPart) await this.#flush();
  }

  async end(): Promise<ExportResult["files"][string]> {
    await this.#flush();
    return { parts: this.#parts, lines: this.#lines };
  }

  async #flush(): Promise<void> {
    if (this.#pending.length === 0) return;
    const key = `${this.#prefix}${objectName(this.#parts.length, "jsonl")}`;
    await this.#store.objects.putLines(key, this.#pending.splice(0));
    this.#parts.push(key);
    this.#length = 0;
  }
}

/** @throws if the object is not there or not whole */
export async function readPart(store: Store, key: string): Promise<string[]> {
  const lines = await store.objects.getLines(key);
  if (lines === undefined) throw new Error(`The part ${key} of an export is not whole`);
  return lines;
}
