import { isFinal } from "#domain/batch-update/state";
import { batchUpdateIdSchema } from "#domain/ids";
import { requireBatchUpdate } from "#records/batch-updates/batch-updates";
import { applyChunksKey } from "#records/batch-updates/outcomes";
import type { Store } from "#records/store/store";
import { listChunks, type SplitAnswer } from "#workflows/chunk-list";
import type { Job } from "#workflows/job";

/** Lists the chunks of the plan. The first one goes alone, before the others: a run that is going wrong shows itself there. */
export async function splitApply(store: Store, job: Job): Promise<SplitAnswer> {
  const batch = await requireBatchUpdate(store, batchUpdateIdSchema.parse(job.job));
  const chunks = isFinal(batch.status) ? [] : (batch.starts ?? []);
  const lines = chunks.map(() => ({}));
  return await listChunks(store.objects, job, applyChunksKey(batch), lines, { firstAlone: true });
}
