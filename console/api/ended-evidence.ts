import { queryOptions } from "@tanstack/react-query";
import { batchUpdates } from "#contract/batch-updates";
import { isEvidenceOver } from "#domain/retention";
import { call } from "./call.ts";

/** How many batch updates would lose their evidence within the hour if it were kept for so many days: all are looked at. */
export const endedEvidenceQuery = (retentionDays: number) =>
  queryOptions({
    queryKey: ["ended-evidence", retentionDays],
    queryFn: async ({ signal }) => {
      let ended = 0;
      let cursor: string | undefined;
      do {
        const page = await call(batchUpdates.list, { query: { limit: 200, cursor }, signal });
        const now = new Date();
        ended += page.items.filter((it) => it.evidence === undefined && isEvidenceOver(it, retentionDays, now)).length;
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return ended;
    },
    gcTime: 0,
  });
