import { isFinal } from "#domain/batch-update/state";
import { requireBatchUpdate } from "#records/batch-updates/batch-updates";
import { batchUpdateFolder } from "#records/batch-updates/plans";
import type { Store } from "#records/store/store";

/** Lists the chunks of the plan. The first one goes alone, before the others: a run that is going wrong shows itself there. */
export async function splitApply(store: Store, library: string, job: string) {
  const batch = await requireBatchUpdate(store, library, job);
  const chunks = isFinal(batch.status) ? 0 : (batch.starts?.length ?? 0);
  const line = (chunk: number) => ({ task: "chunk", library, job, chunk });
  const rest = Array.from({ length: Math.max(0, chunks - 1) }, (_, i) => JSON.stringify(line(i + 1)));
  const key = `${batchUpdateFolder(batch)}/apply/chunks.jsonl`;
  await store.objects.putText(key, `${rest.join("\n")}\n`, "application/x-ndjson");
  return {
    library,
    job,
    bucket: store.objects.bucket,
    key,
    chunks: rest.length,
    ...(chunks > 0 && { first: line(0) }),
  };
}
