import { Readable } from "node:stream";
import { errorOutcomes, type Outcome } from "#domain/batch-update/outcome";
import { type OutcomeLine, outcomeLineSchema } from "#domain/batch-update/outcome-line";
import { errorRows, outcomeRows, reportHeader } from "#domain/batch-update/report";
import { csvMark, csvText } from "#domain/csv";
import type { ChunkFailure } from "#domain/support/failure";
import { allEnded, sideBySideInTurn } from "#platform/side-by-side";
import type { BatchUpdate } from "#records/batch-updates/batch-updates";
import {
  type ApplyResult,
  errorsKey,
  outcomesCsvKey,
  outcomesKey,
  reportTexts,
  requireApplyResult,
  saveOutcomeIndex,
} from "#records/batch-updates/outcomes";
import type { Store } from "#records/store/store";

/** Results read ahead of the rows that are made from them. */
const readsAtOnce = 4;

/** What a report adds up to. */
export interface ReportSums {
  readonly outcomes: readonly Outcome[];
  readonly errorRows: number;
  readonly requestedFills: number;
  readonly failures: readonly Pick<ChunkFailure, "error" | "chunk" | "tries">[];
}

/**
 * Writes the files of the report and the index of outcomes, chunk by chunk, whatever their size; each appears under its
 * name only when it is whole. Where `results` throws, the outcomes do not appear at all.
 *
 * @param results of every chunk, in order
 */
export async function writeReport(
  store: Store,
  batch: BatchUpdate,
  results: AsyncIterable<ApplyResult>,
): Promise<ReportSums> {
  const outcomes: Outcome[] = [];
  const withErrors: number[] = [];
  const failures: { chunk: number; error: string; tries: number }[] = [];
  let requestedFills = 0;
  const allRead = Promise.withResolvers<void>();
  async function* all() {
    for await (const result of results) {
      outcomes.push(...result.outcomes);
      requestedFills += result.requestedFills;
      failures.push(...(result.failures ?? []).map((failure) => ({ ...failure, chunk: result.chunk })));
      if (result.outcomes.some((outcome) => errorOutcomes.includes(outcome))) withErrors.push(result.chunk);
      yield result.report;
    }
    allRead.resolve();
  }
  const uploading = store.objects.putStream(outcomesKey(batch), Readable.from(all()), "application/x-ndjson");
  await Promise.race([allRead.promise, uploading]);
  const [rows] = await allEnded([
    writeErrors(store, batch, withErrors),
    writeOutcomesCsv(store, batch),
    saveOutcomeIndex(store, batch, outcomes),
    uploading,
  ]);
  return { outcomes, errorRows: rows, requestedFills, failures };
}

/** @returns rows of the errors file */
async function writeErrors(store: Store, batch: BatchUpdate, chunks: readonly number[]): Promise<number> {
  let rows = 0;
  async function* errors() {
    yield csvMark + csvText([reportHeader]);
    for (const chunk of chunks) {
      const result = await requireApplyResult(store, batch, chunk);
      const texts = reportTexts(result);
      for (const [place, outcome] of result.outcomes.entries()) {
        if (!errorOutcomes.includes(outcome)) continue;
        const line = outcomeLineSchema.parse(JSON.parse(texts[place] ?? ""));
        for (const row of errorRows(line, batch.medium, result.problemFields[String(place)] ?? [])) {
          rows++;
          yield csvText([row]);
        }
      }
    }
  }
  await store.objects.putStream(errorsKey(batch), Readable.from(errors()), "text/csv; charset=utf-8");
  return rows;
}

/** The outcomes once more, as a spreadsheet. Every result is there by now. */
async function writeOutcomesCsv(store: Store, batch: BatchUpdate): Promise<void> {
  const chunks = batch.starts?.keys() ?? [];
  const results = sideBySideInTurn(chunks, readsAtOnce, (chunk) => requireApplyResult(store, batch, chunk));
  async function* rows() {
    yield csvMark + csvText([reportHeader]);
    for await (const result of results) {
      // Checked when they were written, and their hash says that they are as they were.
      const lines = reportTexts(result).map((text): OutcomeLine => JSON.parse(text));
      yield csvText(lines.flatMap((line) => outcomeRows(line, batch.medium)));
    }
  }
  await store.objects.putStream(outcomesCsvKey(batch), Readable.from(rows()), "text/csv; charset=utf-8");
}
