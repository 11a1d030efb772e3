import { erasedOutcomeText, outcomesWithout, reportWithout } from "#domain/batch-update/erased-report";
import type { BatchUpdateId, PatronId } from "#domain/ids";
import { planValuesSchema } from "#domain/plan/distribution";
import { withoutLine, withoutValues } from "#domain/plan/erase-columns";
import { planIndexSchema } from "#domain/plan/plan-summary";
import { planFormat, withoutPatron } from "#domain/plan/sealed-lines";
import { eraseFillReason } from "#records/service-queues/fill-answers";
import { firstFormat } from "#records/store/format";
import { numberOfObject } from "#records/store/numbered-objects";
import { rewrite, rewriteJson, rewriteLines } from "#records/store/rewriting";
import type { Store } from "#records/store/store";
import { type BatchUpdate, loadBatchUpdate } from "./batch-updates.ts";
import { noteErasure } from "./moves.ts";
import { applyResultKey, errorsKey, outcomesCsvKey, outcomesKey, serviceQueuesPrefix } from "./outcomes.ts";
import {
  chunkOfLine,
  planExportsPrefix,
  planIndexKey,
  planLinesKey,
  planLinesPrefix,
  planResultKey,
  planResultSchema,
  planValuesKey,
} from "./plans.ts";

/**
 * Takes from the objects of one batch update what they say of a patron. Its counts stay, and what became of the patron under
 * the id alone; of the plan's line its hash stays, so that the digest holds. A run under way finds the patron gone. What was
 * made on request is deleted: it is made anew when it is asked for.
 *
 * Only the objects that hold the patron are written, each as long as nobody else has written it since it was read. Doing it
 * again does no harm, wherever the last time broke off; of a job that is at work it must be done again when it has ended.
 *
 * @returns how many objects were rewritten or deleted just now
 */
export async function eraseFromBatchUpdate(store: Store, id: BatchUpdateId, patronId: PatronId): Promise<number> {
  const batch = await loadBatchUpdate(store, id);
  // All of it is being deleted for good, or gone.
  if (batch === undefined || batch.evidence !== undefined) return 0;
  const index = await store.objects.getJson(planIndexKey(batch), planIndexSchema);
  if (index === undefined) return await eraseUnsealed(store, batch, patronId);
  const line = index.patronIds.indexOf(patronId);
  if (line === -1) return 0;
  const chunk = chunkOfLine(index.starts, line);
  const place = line - (index.starts[chunk] ?? 0);
  const { objects } = store;
  const written = [
    await eraseLine(store, batch, chunk, patronId),
    await eraseResult(store, batch, chunk, patronId),
    await eraseColumns(store, planIndexKey(batch), planIndexSchema, (found) => withoutLine(found, line)),
    await eraseColumns(store, planValuesKey(batch), planValuesSchema, (found) => withoutValues(found, line)),
    await eraseOutcome(store, batch, chunk, place, patronId),
  ];
  // Before what is made of these: whoever makes it of what was read before looks whether this was said, and makes it anew.
  await noteInItem(store, batch);
  written.push(
    await rewrite(objects, outcomesKey(batch), (file) => outcomesWithout(file, patronId)),
    await rewrite(objects, errorsKey(batch), (file) => reportWithout(file, patronId, "ERRORS")),
    await rewrite(objects, outcomesCsvKey(batch), (file) => reportWithout(file, patronId, "OUTCOMES")),
  );
  if (batch.asksForFills) await eraseFillReason(store, batch.batchUpdateId, chunk, patronId);
  const deleted = [
    await objects.deleteAll(planExportsPrefix(batch)),
    await objects.deleteAll(serviceQueuesPrefix(batch)),
  ];
  return written.filter((it) => it).length + deleted.reduce((sum, some) => sum + some, 0);
}

/** A plan without an index is not sealed: its lines alone tell who is in it. */
async function eraseUnsealed(store: Store, batch: BatchUpdate, patronId: PatronId): Promise<number> {
  let objects = 0;
  for await (const { key } of store.objects.list(planLinesPrefix(batch))) {
    const chunk = numberOfObject(key);
    if (await eraseLine(store, batch, chunk, patronId)) objects++;
    if (await eraseResult(store, batch, chunk, patronId)) objects++;
  }
  return objects;
}

async function eraseLine(store: Store, batch: BatchUpdate, chunk: number, patronId: PatronId): Promise<boolean> {
  return await rewriteLines(store.objects, planLinesKey(batch, chunk), planFormat, (lines, format) =>
    withoutPatron(lines, format, patronId),
  );
}

/** What planning a chunk found is there until the plan is sealed, and for a moment longer. */
async function eraseResult(store: Store, batch: BatchUpdate, chunk: number, patronId: PatronId): Promise<boolean> {
  return await eraseColumns(store, planResultKey(batch, chunk), planResultSchema, (result) => {
    const place = result.index.patronIds.indexOf(patronId);
    if (place === -1) return result;
    const values = result.values && withoutValues(result.values, place);
    return { ...result, index: withoutLine(result.index, place), ...(values !== undefined && { values }) };
  });
}

/** Replaces columns where they are others without the patron. */
async function eraseColumns<Columns extends object>(
  store: Store,
  key: string,
  schema: Parameters<typeof rewriteJson<Columns>>[2],
  without: (found: Columns) => Columns,
): Promise<boolean> {
  return await rewriteJson(store.objects, key, schema, (found) => {
    const next = without(found);
    return JSON.stringify(next) === JSON.stringify(found) ? undefined : next;
  });
}

async function eraseOutcome(
  store: Store,
  batch: BatchUpdate,
  chunk: number,
  place: number,
  patronId: PatronId,
): Promise<boolean> {
  return await rewriteLines(store.objects, applyResultKey(batch, chunk), firstFormat, (lines) => {
    // The first line is about all of the chunk.
    const at = place + 1;
    const left = erasedOutcomeText(lines[at] ?? "", patronId);
    return left === undefined ? undefined : lines.with(at, left);
  });
}

/** Said each time, for who asks again may do so because the last one broke off before it could say it. */
async function noteInItem(store: Store, read: BatchUpdate): Promise<void> {
  let batch: BatchUpdate | undefined = read;
  while (batch !== undefined && (await noteErasure(store, batch)) === undefined) {
    batch = await loadBatchUpdate(store, batch.batchUpdateId);
  }
}
