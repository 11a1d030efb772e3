import { titlesOf } from "#domain/catalogue/catalogue-index";
import { patronLineOf } from "#domain/export/patron-line";
import { allEnded, sideBySideInTurn } from "#platform/side-by-side";
import { count } from "#platform/thread";
import {
  type ExportResult,
  type exportLine,
  loadExportResult,
  PartWriter,
  requireExportSplit,
  saveExportResult,
} from "#records/exports/export-objects";
import { type Export, requireExport } from "#records/exports/exports";
import { loadCatalogueIndex } from "#records/imports/catalogue";
import { decodeMediumRecord } from "#records/profiles/medium-records";
import { decodePatron, decodeReading } from "#records/profiles/patrons";
import { type RawPatron, readPatron, walkShard } from "#records/profiles/shard-walk";
import { membersPerChunk, readMemberChunk } from "#records/query-sets/members";
import { loadQueues } from "#records/service-queues/service-queues";
import { readingKey } from "#records/store/keys";
import type { Store } from "#records/store/store";
import type { Chunk } from "#workflows/chunked-job";
import { patronsFile, queuesFile, titlesFile } from "./files.ts";

const readsAtOnce = 10;

type Task = Chunk<typeof exportLine>;

/**
 * Reads what one chunk is about, as it is now, and writes it as lines of an import. Safe to run twice, also at once: each
 * try writes objects of its own, and the first result counts.
 */
export async function exportChunk(store: Store, task: Task, attempt: string): Promise<void> {
  const { job: id, chunk } = task;
  const it = await requireExport(store, id);
  if (it.status !== "RUNNING" || (await loadExportResult(store, id, chunk)) !== undefined) return;
  const result =
    task.source === "TITLES" ? await titleParts(store, task, attempt) : await patronParts(store, it, task, attempt);
  await saveExportResult(store, id, chunk, result);
}

async function titleParts(store: Store, { job: id, chunk, of }: Task, attempt: string): Promise<ExportResult> {
  const parts = new PartWriter(store, { id, chunk, attempt, file: titlesFile });
  for (const title of titlesOf(await loadCatalogueIndex(store, of))) await parts.add(JSON.stringify(title));
  return { files: { [titlesFile]: await parts.end() }, media: [] };
}

async function patronParts(store: Store, it: Export, task: Task, attempt: string): Promise<ExportResult> {
  const { job: id, chunk } = task;
  const parts = new PartWriter(store, { id, chunk, attempt, file: patronsFile });
  const queues = it.kind === "library" ? new PartWriter(store, { id, chunk, attempt, file: queuesFile }) : undefined;
  const media = new Set<string>();
  let patrons = 0;
  for await (const some of patronsOf(store, task)) {
    const readings = await readingsOf(store, some);
    for (const { patronId, core, media: items } of some) {
      const records = items.map(decodeMediumRecord);
      for (const { medium } of records) media.add(medium);
      const { hasHad, ...reading } = decodeReading(readings.get(patronId));
      const shown = it.kind === "library" ? { ...reading, hasHad } : reading;
      const byMedium = new Map(records.map((record) => [record.medium, record]));
      await parts.add(JSON.stringify(patronLineOf(decodePatron(core), byMedium, shown)));
      patrons++;
    }
    if (queues === undefined) continue;
    for await (const queue of queuesOf(store, some)) await queues.add(JSON.stringify(queue));
  }
  count({ patronsExported: patrons });
  const files = { [patronsFile]: await parts.end(), ...(queues !== undefined && { [queuesFile]: await queues.end() }) };
  return { files, media: [...media] };
}

async function* patronsOf(store: Store, task: Task): AsyncGenerator<RawPatron[]> {
  if (task.source === "SHARD") yield* walkShard(store, Number(task.of));
  else yield* members(store, task);
}

/** The members of one chunk of a query set that are not left out, as they are now. */
async function* members(store: Store, { job, of }: Task): AsyncGenerator<RawPatron[]> {
  const [{ querySetId = "" }, { excluded }] = await allEnded([
    requireExport(store, job),
    requireExportSplit(store, job),
  ]);
  const chunk = Number(of);
  const lines = await readMemberChunk(store, querySetId, chunk);
  // Who has the id of a member who was erased is somebody else.
  const isLeftOut = (place: number) => excluded?.has(chunk * membersPerChunk + place) === true;
  const wanted = lines.filter(({ erased }, place) => erased !== true && !isLeftOut(place));
  const found: RawPatron[] = [];
  for await (const patron of sideBySideInTurn(wanted, readsAtOnce, ({ patronId }) => readPatron(store, patronId))) {
    if (patron !== undefined) found.push(patron);
  }
  yield found;
}

async function readingsOf(store: Store, patrons: readonly RawPatron[]) {
  const keys = patrons.map(({ patronId }) => readingKey(store, patronId));
  const items = await store.table.batchGetRaw(keys);
  const byKey = new Map(items.map((item) => [item["pk"]?.S, item]));
  return new Map(patrons.map(({ patronId }) => [patronId, byKey.get(readingKey(store, patronId).pk)]));
}

/** What waits for patrons in the media of which they have a record, where anything does. */
async function* queuesOf(store: Store, patrons: readonly RawPatron[]) {
  const held = patrons.flatMap(({ patronId, media }) =>
    media.map((item) => ({ patronId, medium: decodeMediumRecord(item).medium })),
  );
  for (const [medium, of] of Map.groupBy(held, (it) => it.medium)) {
    const ids = of.map(({ patronId }) => patronId);
    for (const [patronId, { entries, filledAt }] of await loadQueues(store, medium, ids)) {
      if (entries.length > 0) yield { patronId, medium, entries, ...(filledAt !== undefined && { filledAt }) };
    }
  }
}
