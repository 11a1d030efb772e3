import { queryOptions } from "@tanstack/react-query";
import { batchUpdates } from "#contract/batch-updates";
import { isEvidenceOver } from "#domain/retention";
import { call } from "./call.ts";
import { everyPage } from "./every-page.ts";

/** How many batch updates would lose their evidence within the hour if it were kept for so many days: all are looked at. */
export const endedEvidenceQuery = (retentionDays: number) =>
  queryOptions({
    queryKey: ["ended-evidence", retentionDays],
    queryFn: async ({ signal }) => {
      const all = await everyPage(
        (cursor) => call(batchUpdates.list, { query: { limit: 200, cursor }, signal }),
        signal,
      );
      if (all === undefined) throw signal.reason;
      const now = new Date();
      return all.filter((it) => it.evidence === undefined && isEvidenceOver(it, retentionDays, now)).length;
    },
    gcTime: 0,
  });
