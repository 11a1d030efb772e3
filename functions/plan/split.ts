import type { z } from "zod";
import { batchUpdateIdSchema } from "#domain/ids";
import { allEnded } from "#platform/side-by-side";
import { type BatchUpdate, requireBatchUpdate } from "#records/batch-updates/batch-updates";
import { split } from "#records/batch-updates/moves";
import { loadSource, planChunksKey } from "#records/batch-updates/plans";
import { loadPatronsAsOf } from "#records/profiles/patrons-as-of";
import type { Store } from "#records/store/store";
import { listChunks, type SplitAnswer } from "#workflows/chunk-list";
import type { Job } from "#workflows/job";
import type { planChunkLine } from "./chunk.ts";

/**
 * Lists the chunks of a plan: one for each chunk of its source that has a chosen line. Lines are numbered on through
 * them, so line n of an update is place n of its query set less the excluded members.
 */
export async function splitPlan(store: Store, job: Job, now: Date): Promise<SplitAnswer> {
  const batch = await requireBatchUpdate(store, batchUpdateIdSchema.parse(job.job));
  const list = planChunksKey(batch);
  if (batch.status !== "PLANNING") return await listChunks(store.objects, job, list, []);
  const [source, { patronsAsOf }] = await allEnded([loadSource(store, batch), loadPatronsAsOf(store, now)]);
  const chunks: z.infer<z.ZodObject<typeof planChunkLine>>[] = [];
  const starts: number[] = [];
  let firstLine = 0;
  for (let n = 0; n < source.chunks; n++) {
    const to = source.starts[n + 1] ?? source.lines;
    const lines = source.selected.count(source.starts[n] ?? 0, to);
    if (lines === 0) continue;
    chunks.push({ source: n, firstLine });
    starts.push(firstLine);
    firstLine += lines;
  }
  const answer = await listChunks(store.objects, job, list, chunks);
  await keepStarts(store, batch, { starts, patronsAsOf });
  return answer;
}

/** The first split to say where the chunks begin counts. Who cancelled meanwhile was faster: the closing step sees it. */
async function keepStarts(
  store: Store,
  read: BatchUpdate,
  chunks: Pick<BatchUpdate, "starts" | "patronsAsOf">,
): Promise<void> {
  let batch = read;
  while (batch.status === "PLANNING" && batch.starts === undefined) {
    if ((await split(store, batch, chunks)) !== undefined) return;
    batch = await requireBatchUpdate(store, batch.batchUpdateId);
  }
}
