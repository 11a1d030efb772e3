import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { isFinal } from "#domain/batch-update/state";
import { type BatchUpdate, loadBatchUpdate } from "#records/batch-updates/batch-updates";
import { loadQuerySet } from "#records/query-sets/query-sets";
import { batchUpdateId, libraryId } from "#test/ids";
import type { ClientName } from "#test/product";
import type { Bed } from "./bed.ts";
import type { LibraryName } from "./patrons.ts";

/** Milliseconds between two looks at a job. They go to its record, so that looking costs the product next to nothing. */
const betweenLooks = 50;

const createdSchema = z.object({ batchUpdateId: z.string() });
const createdSetSchema = z.object({ querySetId: z.string() });

export interface Timed<T> {
  readonly seconds: number;
  readonly result: T;
}

/** Everything that is done with batch updates of one library, timed as who waits for it sees it. */
export function batchRuns(bed: Bed, library: LibraryName) {
  const as: ClientName = `${library}-administrator`;
  const post = async (path: string, body: unknown, wanted: number): Promise<unknown> => {
    const { status, body: answer } = await bed.product.call("POST", path, { as, body });
    if (status !== wanted) throw new Error(`POST ${path}: ${status} ${JSON.stringify(answer)}`);
    return answer;
  };

  async function ended(id: string, isEnd: (batch: BatchUpdate) => boolean): Promise<BatchUpdate> {
    for (;;) {
      const batch = await loadBatchUpdate(bed.stores.of(libraryId(library)), batchUpdateId(id));
      if (batch !== undefined && isEnd(batch)) return batch;
      await wait(betweenLooks);
    }
  }

  async function timing<T>(work: () => Promise<T>): Promise<Timed<T>> {
    const started = performance.now();
    const result = await work();
    return { seconds: (performance.now() - started) / 1000, result };
  }

  async function review(path: string, body: unknown): Promise<BatchUpdate> {
    const { batchUpdateId } = createdSchema.parse(await post(path, body, 201));
    const planned = await ended(batchUpdateId, ({ status }) => status !== "PLANNING");
    if (planned.status !== "READY") throw new Error(`A plan ended ${planned.status}: ${planned.stateReason}`);
    return planned;
  }

  return {
    /** Builds a query set. */
    querySet: (body: unknown) =>
      timing(async () => {
        const { querySetId } = createdSetSchema.parse(await post("/v1/query-sets", body, 201));
        for (;;) {
          const set = await loadQuerySet(bed.stores.of(libraryId(library)), querySetId);
          if (set?.status === "READY") return set;
          if (set?.status === "FAILED") throw new Error(`A query set failed: ${set.stateReason}`);
          await wait(betweenLooks);
        }
      }),
    /** From the request to the review. */
    plan: (querySetId: string, spec: object) => timing(() => review("/v1/batch-updates", { querySetId, ...spec })),
    /** Planned as the undo of another one. */
    planUndo: (batchUpdateId: string) => timing(() => review(`/v1/batch-updates/${batchUpdateId}/undo`, {})),
    /** From the process call to the final state, which comes after the outcomes and the report are in S3. */
    apply: ({ batchUpdateId, plan }: BatchUpdate) =>
      timing(async () => {
        const { update = 0, create = 0, remove = 0 } = plan?.counts ?? {};
        const body = { planDigest: plan?.digest, patronCount: update + create + remove };
        await post(`/v1/batch-updates/${batchUpdateId}/process`, body, 202);
        const end = await ended(batchUpdateId, ({ status }) => isFinal(status));
        if (end.status !== "COMPLETED") {
          throw new Error(`A run ended ${end.status}: ${end.stateReason} ${JSON.stringify(end.counts)}`);
        }
        return end;
      }),
  };
}

export type BatchRuns = ReturnType<typeof batchRuns>;

/** A change that differs from round to round, so that each of them writes every patron. */
export function changeOf(round: number) {
  const deliveryMethod = round % 2 === 0 ? ("DUPLICATION" as const) : ("PHYSICAL" as const);
  return { medium: "DB", nightlyDebug: round % 2 === 0, changes: { deliveryMethod, cutoff: 100 + round } };
}
