import type { ImportCounts } from "#domain/import/import-job";
import { type ChunkFailure, failureInWords, whyInWords } from "#domain/support/failure";
import { count } from "#platform/thread";
import { importTitles } from "#records/imports/catalogue-import";
import {
  type ImportResult,
  type ImportSplit,
  importChunkKey,
  loadImportResult,
  loadImportSplit,
  type RejectedLine,
} from "#records/imports/import-objects";
import { finishImport, type Import, isFinalImport, noCounts, requireImport } from "#records/imports/imports";
import { loadFailures } from "#records/store/chunk-failures";
import type { Store } from "#records/store/store";
import { idIn, readChunkLine } from "./chunk-lines.ts";
import { saveErrors } from "./errors-csv.ts";
import { checkedTitles } from "./titles-chunk.ts";

/** Ends an import from what its chunks left behind. May be run again at any time, by anyone. */
export async function closeImport(
  store: Store,
  importId: string,
  now: Date,
  broken: string | undefined,
): Promise<void> {
  const it = await requireImport(store, importId);
  if (isFinalImport(it)) return;
  const finish = async (
    end: Pick<Import, "status" | "counts" | "stateReason">,
    isSettled = true,
    failures?: string,
  ) => {
    await finishImport(store, it, { ...end, finishedAt: now.toISOString(), isSettled, failures });
  };
  const split = await loadImportSplit(store, importId);
  if (split === undefined) {
    const stateReason = `The file could not be read to its end${whyInWords([], broken)}. Nothing was imported; try again.`;
    count({ jobsFailed: 1 });
    return await finish({ status: "FAILED", counts: noCounts, stateReason }, true, stateReason);
  }
  if (split.unreadable !== undefined) {
    return await finish({ status: "FAILED", counts: noCounts, stateReason: split.unreadable });
  }
  const { counts, reached } = await sums(store, it, split);
  count({ chunksFailed: split.chunks - reached.length });
  const isSettled = reached.length === split.chunks;
  const failed = isSettled ? none : await loadFailures(store, { job: importId, workflow: "import" });
  const why = whyInWords(failed.values(), broken);
  if (reached.length === 0) {
    count({ jobsFailed: 1 });
    const stateReason = `No line could be worked on${why}. Nothing was imported for certain; try again.`;
    return await finish({ status: "FAILED", counts, stateReason }, false, stateReason);
  }
  if (it.kind === "titles") {
    const missing = Array.from({ length: split.chunks }, (_, chunk) => chunk).filter(
      (chunk) => !reached.includes(chunk),
    );
    const titles = (chunks: readonly number[] = reached) => checkedTitles(store, importId, chunks);
    Object.assign(counts, await importTitles(store, importId, titles, { missing, dryRun: it.dryRun }));
  }
  if (counts.rejected > 0) await saveErrors(store, importId, rejectedLines(store, it, split, failed));
  const status = counts.rejected > 0 ? "COMPLETED_WITH_ERRORS" : "COMPLETED";
  if (isSettled) return await finish({ status, counts });
  const stateReason = `Some lines could not be worked on for a technical reason${why}. Import them again, or have support start this import again.`;
  await finish({ status, counts, stateReason }, false, stateReason);
}

type Failed = ReadonlyMap<number, ChunkFailure>;
const none: Failed = new Map();

async function sums(store: Store, it: Import, split: ImportSplit) {
  const counts: ImportCounts = { ...noCounts };
  const reached: number[] = [];
  for (let chunk = 0; chunk < split.chunks; chunk++) {
    const result = await resultOf(store, it, chunk, none);
    if (result.reached) reached.push(chunk);
    counts.read += result.counts.read;
    counts.created += result.counts.created;
    counts.replaced += result.counts.replaced;
    counts.unchanged += result.counts.unchanged;
    counts.rejected += result.counts.rejected;
  }
  return { counts, reached };
}

async function* rejectedLines(
  store: Store,
  it: Import,
  split: ImportSplit,
  failed: Failed,
): AsyncGenerator<RejectedLine> {
  for (let chunk = 0; chunk < split.chunks; chunk++) {
    yield* (await resultOf(store, it, chunk, failed)).rejected;
  }
}

/** What became of a chunk. One without a result failed after all its tries: its lines count as rejected. */
async function resultOf(
  store: Store,
  { importId, kind }: Import,
  chunk: number,
  failed: Failed,
): Promise<ImportResult & { reached: boolean }> {
  const result = await loadImportResult(store, importId, chunk);
  if (result !== undefined) return { ...result, reached: true };
  const lines = (await store.objects.getLines(importChunkKey(store, importId, chunk))) ?? [];
  const idField = kind === "patrons" ? "patronId" : "titleId";
  const rejected = lines.map((line) => notReachedLine(line, idField, failed.get(chunk)));
  return { counts: { ...noCounts, read: rejected.length, rejected: rejected.length }, rejected, reached: false };
}

function notReachedLine(
  json: string,
  idField: "patronId" | "titleId",
  failure: ChunkFailure | undefined,
): RejectedLine {
  const found = readChunkLine(json);
  if ("reason" in found) return found;
  const why = failure === undefined ? "" : `: ${failureInWords(failure)}`;
  const reason = `could not be worked on for a technical reason${why}; it may be imported in part. Import it again`;
  return { line: found.line, ...idIn(found.record, idField), reason, text: found.text };
}
