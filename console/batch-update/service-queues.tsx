import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "wouter";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { fillsQuery, retryFills } from "../api/batch-updates.ts";
import { meQuery } from "../api/library.ts";
import { useAction } from "../api/use-action.ts";
import { DataTable } from "../controls/data-table.tsx";
import { Failure } from "../controls/failure.tsx";
import { FilterSelect } from "../controls/filter-select.tsx";
import { Loaded } from "../controls/loading.tsx";
import { Pager } from "../controls/pager.tsx";
import { StateTag } from "../controls/state-tag.tsx";
import { useList } from "../controls/use-list.ts";
import { announce } from "../page/announcer.ts";
import { counted, personName } from "../words/format.ts";
import { label } from "../words/labels.ts";
import { QueueProgress } from "./run-progress.tsx";

/** The service queues that the update added: how far they are, which failed and why. */
export function ServiceQueues({ batchUpdate }: { batchUpdate: BatchUpdateAnswer }) {
  const { batchUpdateId, serviceQueues } = batchUpdate;
  const client = useQueryClient();
  const me = useQuery(meQuery()).data;
  const list = useList("queues", ["status"]);
  const isAdded = serviceQueues !== undefined && serviceQueues.status !== "NONE";
  const fills = useQuery({
    ...fillsQuery(batchUpdateId, serviceQueues.status, list.filter.status, list.request),
    placeholderData: keepPreviousData,
    enabled: isAdded,
    refetchInterval: serviceQueues.status === "FILLING" ? 3_000 : false,
  });
  const retry = useAction(retryFills, async () => {
    announce("The failed service queues are being tried again.");
    await client.invalidateQueries({ queryKey: ["batch-updates", batchUpdateId] });
  });
  if (!isAdded) return null;
  const { failed } = serviceQueues;
  const mayRetry = me?.roles.some((role) => role !== "staff") === true;
  return (
    <section aria-labelledby="queues">
      <h2 id="queues">Service queues</h2>
      <QueueProgress batchUpdate={batchUpdate} />
      {retry.error !== null && <Failure error={retry.error} didAct />}
      {failed > 0 && mayRetry && (
        <button
          type="button"
          className="usa-button usa-button--outline"
          aria-disabled={retry.isPending}
          onClick={() => retry.isPending || retry.mutate(batchUpdateId)}
        >
          Try the {counted(failed, "failed queue", "failed queues")} again
        </button>
      )}
      <details className="more" open={failed > 0}>
        <summary>Service queues by patron</summary>
        <div className="filters">
          <FilterSelect
            id="queues-status"
            label="State"
            all="Any state"
            value={list.filter.status}
            options={["PENDING", "FILLED", "FAILED", "WITHDRAWN"].map((value) => ({ value, text: label(value) }))}
            choose={(value) => list.narrow("status", value)}
          />
        </div>
        <Loaded from={fills}>
          {({ items, nextCursor }) => (
            <>
              <DataTable
                caption="Service queues by patron"
                rows={items}
                rowKey={({ patronId }) => patronId}
                empty="No service queues match."
                isStale={fills.isPlaceholderData}
                columns={[
                  { head: "Patron", cell: (fill) => personName(fill) },
                  { head: "Patron ID", cell: ({ patronId }) => <Link href={`/patron/${patronId}`}>{patronId}</Link> },
                  { head: "State", cell: ({ status }) => <StateTag status={status} /> },
                  { head: "Titles added", isNumber: true, cell: ({ entriesAdded }) => entriesAdded ?? "" },
                  { head: "Reason", cell: ({ reason }) => reason ?? "" },
                ]}
              />
              <Pager
                of="the service queues"
                list={list}
                shown={items.length}
                nextCursor={nextCursor}
                isStale={fills.isPlaceholderData}
              />
            </>
          )}
        </Loaded>
      </details>
    </section>
  );
}
