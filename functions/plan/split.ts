import { requireBatchUpdate, saveBatchUpdate } from "#records/batch-updates/batch-updates";
import { batchUpdateFolder, loadSource } from "#records/batch-updates/plans";
import { loadPatronsAsOf } from "#records/profiles/patrons-as-of";
import type { Store } from "#records/store/store";

/**
 * Lists the chunks of a plan: one for each chunk of its source that has a chosen line. Lines are numbered on through
 * them, so line n of an update is place n of its query set less the excluded members.
 */
export async function splitPlan(store: Store, library: string, job: string, now: Date) {
  const batch = await requireBatchUpdate(store, library, job);
  const key = `${batchUpdateFolder(batch)}/plan/chunks.jsonl`;
  const answer = { library, job, bucket: store.objects.bucket, key };
  if (batch.status !== "PLANNING") return { ...answer, chunks: 0 };
  const [source, { patronsAsOf }] = await Promise.all([loadSource(store, batch), loadPatronsAsOf(store, library, now)]);
  const chunks: string[] = [];
  const starts: number[] = [];
  let firstLine = 0;
  for (let n = 0; n < source.chunks; n++) {
    const to = source.starts[n + 1] ?? source.lines;
    const lines = source.selected.count(source.starts[n] ?? 0, to);
    if (lines === 0) continue;
    chunks.push(JSON.stringify({ task: "chunk", library, job, chunk: chunks.length, source: n, firstLine }));
    starts.push(firstLine);
    firstLine += lines;
  }
  await store.objects.putText(key, `${chunks.join("\n")}\n`, "application/x-ndjson");
  // Somebody who cancelled meanwhile was faster: the closing step sees it.
  if (batch.starts === undefined) await saveBatchUpdate(store, batch, { starts, patronsAsOf });
  return { ...answer, chunks: chunks.length };
}
