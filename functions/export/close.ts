import { Readable } from "node:stream";
import { csvMark, importCsvText } from "#domain/csv";
import { type CsvColumns, patronColumns, titleColumns } from "#domain/export/csv-cells";
import type { PatronLine } from "#domain/import/patron-line";
import type { TitleLine } from "#domain/import/title-line";
import { whyInWords } from "#domain/support/failure";
import { byCodePoint } from "#domain/text";
import { sideBySide, sideBySideInTurn } from "#platform/side-by-side";
import { slices } from "#platform/slices";
import { count } from "#platform/thread";
import {
  type ExportResult,
  type ExportSplit,
  exportFileKey,
  loadExportResult,
  loadExportSplit,
  readPart,
} from "#records/exports/export-objects";
import { type Export, failExport, finishExport, requireExport } from "#records/exports/exports";
import { loadFailures } from "#records/store/chunk-failures";
import type { Store } from "#records/store/store";
import { patronsFile, queuesFile, titlesFile } from "./files.ts";
import { writeRecordsOf } from "./records-of-library.ts";

const readsAtOnce = 8;
/** Parts that are read ahead of the one that is written. */
const partsAhead = 2;
/** Rows that are written as CSV at a time. */
const rowsAtOnce = 1000;

/**
 * Joins what the chunks read into files, and completes the export. All of it follows from the results, which are written
 * once, so closing twice writes the same files again; each appears under its name only when it is whole.
 */
export async function closeExport(store: Store, id: string, now: Date, broken: string | undefined): Promise<void> {
  const it = await requireExport(store, id);
  if (it.status !== "RUNNING") return;
  const split = await loadExportSplit(store, id);
  const chunks = [...(split?.sources.keys() ?? [])];
  const results = await sideBySide(chunks, readsAtOnce, (chunk) => loadExportResult(store, id, chunk));
  const found = results.filter((result) => result !== undefined);
  if (split === undefined || found.length < chunks.length) {
    count({ chunksFailed: chunks.length - found.length, jobsFailed: 1 });
    const failures = await loadFailures(store, { job: id, workflow: "export" });
    const why = whyInWords(failures.values(), broken);
    await failExport(store, id, `A part could not be read${why}. Ask for the export again.`, now);
    return;
  }
  const files: Record<string, number> = {};
  for (const name of filesOf(it)) {
    const parts = found.flatMap(({ files }) => files[name]?.parts ?? []);
    const file = `${name}.${it.format}`;
    const body = it.format === "csv" ? csvOf(store, parts, columnsOf(name, split, found)) : jsonlOf(store, parts);
    const type = it.format === "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson";
    await store.objects.putStream(exportFileKey(store, id, file), Readable.from(body), type);
    files[file] = found.reduce((lines, { files }) => lines + (files[name]?.lines ?? 0), 0);
  }
  if (it.kind === "library") Object.assign(files, await writeRecordsOf(store, id));
  await finishExport(store, id, { files, parts: chunks.length + 1 }, now);
}

function filesOf({ kind }: Export): string[] {
  if (kind === "library") return [patronsFile, titlesFile, queuesFile];
  return [kind === "patrons" ? patronsFile : titlesFile];
}

async function* jsonlOf(store: Store, parts: readonly string[]): AsyncGenerator<string> {
  for await (const lines of readParts(store, parts)) yield `${lines.join("\n")}\n`;
}

async function* csvOf(store: Store, parts: readonly string[], { header, cells }: CsvColumns<unknown>) {
  yield csvMark + importCsvText([header]);
  for await (const lines of readParts(store, parts)) {
    for (const some of slices(lines, rowsAtOnce)) yield importCsvText(some.map((line) => cells(JSON.parse(line))));
  }
}

function readParts(store: Store, parts: readonly string[]) {
  return sideBySideInTurn(parts, partsAhead, (key) => readPart(store, key));
}

/** The library's media in their order, and behind them those that have left its table and of which there are records. */
function columnsOf(name: string, { media }: ExportSplit, results: readonly ExportResult[]): CsvColumns<unknown> {
  const held = new Set(results.flatMap((result) => result.media));
  const others = [...held].filter((medium) => !media.includes(medium)).sort(byCodePoint);
  // Each line was made by the chunks of this export: see patronLineOf and titlesOf.
  if (name === titlesFile)
    return { header: titleColumns.header, cells: (line) => titleColumns.cells(line as TitleLine) };
  const columns = patronColumns([...media, ...others]);
  return { header: columns.header, cells: (line) => columns.cells(line as PatronLine) };
}
