import type { ImportKind } from "#domain/import/import-job";
import { shownRecord, shownText } from "#domain/import/shown-line";
import {
  type ImportSplit,
  importChunkKey,
  importChunkListKey,
  importFileKey,
  importUploadKey,
  linesPerChunk,
  loadImportSplit,
  longestChunk,
  saveImportSplit,
} from "#records/imports/import-objects";
import { type Import, isFinalImport, requireImport } from "#records/imports/imports";
import type { Store } from "#records/store/store";
import { listChunks, type SplitAnswer } from "#workflows/chunk-list";
import type { Job } from "#workflows/job";
import { csvRows } from "./csv-rows.ts";
import { type FileLine, UnreadableFile } from "./file-line.ts";
import { jsonlLines } from "./jsonl-lines.ts";

const idFields = { patrons: "patronId", titles: "titleId" } as const;

/**
 * Reads the uploaded file once, as a stream, and lays its lines out in chunks. Lines that cannot be read and ids that
 * were there before in the file go into the chunks as rejected, so that everything about a line ends in one place.
 */
export async function splitImport(store: Store, job: Job): Promise<SplitAnswer> {
  const { job: id } = job;
  const it = await requireImport(store, id);
  const list = importChunkListKey(store, id);
  if (isFinalImport(it)) return await listChunks(store.objects, job, list, []);
  const split = (await loadImportSplit(store, id)) ?? (await splitFile(store, it));
  const lines = Array.from({ length: split.chunks }, () => ({}));
  return await listChunks(store.objects, job, list, lines);
}

async function splitFile(store: Store, it: Import): Promise<ImportSplit> {
  const { importId, taken } = it;
  const key = taken === undefined ? importUploadKey(store, importId) : importFileKey(store, importId, taken);
  const file = await store.objects.getStream(key);
  if (file === undefined) throw new Error(`The file of import ${it.importId} is not there`);
  const chunks = new ChunkWriter(store, it.importId);
  const ids = new Set<string>();
  let readable = 0;
  let firstReason: string | undefined;
  let unreadable: string | undefined;
  try {
    const lines = it.format === "jsonl" ? jsonlLines(file.body, idFields[it.kind]) : csvRows(file.body, it.kind);
    for await (const line of lines) {
      if ("record" in line) readable += 1;
      else firstReason ??= `Line ${line.line} ${line.reason}.`;
      await chunks.add(withoutRepeats(line, it.kind, ids));
    }
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    unreadable = error.message;
  }
  if (readable === 0) unreadable ??= nothingToRead(firstReason);
  const count = await chunks.end();
  const split = unreadable === undefined ? { chunks: count, lines: chunks.lines } : { chunks: 0, lines: 0, unreadable };
  await saveImportSplit(store, it.importId, split);
  return split;
}

function nothingToRead(firstReason: string | undefined): string {
  return firstReason === undefined ? "The file has no lines." : `Not one line of the file can be read. ${firstReason}`;
}

/** The first line with an id counts, whatever becomes of it; those after are rejected. */
function withoutRepeats(line: FileLine, kind: ImportKind, ids: Set<string>): FileLine {
  if (!("record" in line)) return line;
  const field = idFields[kind];
  const id = line.record[field];
  if (typeof id !== "string") return line;
  if (ids.has(id)) {
    const shown = id.slice(0, 32);
    const reason = `${field} ${shown} was on an earlier line; that one counts`;
    return { line: line.line, id: shown, reason, text: "json" in line ? shownRecord(line.json) : line.text };
  }
  ids.add(id);
  return line;
}

/** Gathers lines into chunk objects and writes one while the next fills. */
class ChunkWriter {
  readonly #store: Store;
  readonly #id: string;
  #chunk: string[] = [];
  #bytes = 0;
  #chunks = 0;
  #writing: Promise<unknown> = Promise.resolve();
  lines = 0;

  constructor(store: Store, id: string) {
    this.#store = store;
    this.#id = id;
  }

  async add(line: FileLine): Promise<void> {
    const text = chunkText(line);
    this.lines += 1;
    if (this.#chunk.length === linesPerChunk || this.#bytes + text.length > longestChunk) await this.#write();
    this.#chunk.push(text);
    this.#bytes += text.length;
  }

  /** How many chunks there are. */
  async end(): Promise<number> {
    if (this.#chunk.length > 0) await this.#write();
    await this.#writing;
    return this.#chunks;
  }

  async #write(): Promise<void> {
    await this.#writing;
    const key = importChunkKey(this.#store, this.#id, this.#chunks++);
    this.#writing = this.#store.objects.putLines(key, this.#chunk);
    // A failure is thrown where the promise is awaited; without this it would count as unhandled until then.
    this.#writing.catch(() => undefined);
    this.#chunk = [];
    this.#bytes = 0;
  }
}

/**
 * A record of JSON goes into the chunk as it was read: writing it out again would cost as much as reading it did. Other
 * lines bring their text, to be shown if they are rejected.
 */
function chunkText(line: FileLine): string {
  if ("json" in line) return `{"line":${line.line},"record":${line.json}}`;
  const { text, ...found } = line;
  return JSON.stringify({ ...found, text: shownText(text) });
}
