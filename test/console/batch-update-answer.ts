import { type BatchUpdateAnswer, batchUpdateSchema } from "#contract/batch-updates";

/** A batch update as the API answers it, with what a test is about. */
export function batchUpdateAnswer(id: string, said: Partial<BatchUpdateAnswer>): BatchUpdateAnswer {
  return batchUpdateSchema.parse({
    querySetId: "set",
    status: "READY",
    kind: "UPDATE",
    medium: "DB",
    nightlyDebug: false,
    searchStatement: "Patron : Patron ID : In : list of 3 ids",
    large: false,
    progress: { done: 0, total: 0 },
    serviceQueues: { status: "NONE", requested: 0, filled: 0, withdrawn: 0, failed: 0, pending: 0 },
    children: [],
    createdBy: "Ada",
    createdAt: "2026-03-08T12:00:00Z",
    ...said,
    batchUpdateId: id,
  });
}
