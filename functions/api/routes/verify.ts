import { verify } from "#contract/verify";
import { verifyBatchUpdate } from "#workflows/verify";
import { batchUpdateOf, requireEnded, requireEvidence } from "../batch-update-answer.ts";
import { conflict } from "../problem.ts";
import { implement, ok, type Route } from "../route.ts";

export const verifyRoutes: readonly Route[] = [
  implement(verify.verify, async (call, { store }) => {
    const batch = requireEvidence(await batchUpdateOf(call, store));
    requireEnded(batch);
    if (batch.counts === undefined) throw conflict("The batch update was never processed: there is nothing to count.");
    const found = await verifyBatchUpdate(store, batch, call.now);
    if (found.status === "DONE") return ok(found);
    return { status: 202, body: found, headers: { "retry-after": "1" } } as const;
  }),
];
