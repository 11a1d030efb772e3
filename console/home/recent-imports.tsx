import { useQuery } from "@tanstack/react-query";
import { recentImportsQuery } from "../api/recent.ts";
import { DataTable } from "../controls/data-table.tsx";
import { Loaded } from "../controls/loading.tsx";
import { StateTag } from "../controls/state-tag.tsx";
import { amount, instantText } from "../words/format.ts";

/** Milliseconds: the last night's are told of until the evening. */
const lately = 36 * 3600 * 1000;

const kindWords = { patrons: "Patrons", titles: "Titles" } as const;

/** The imports of the last day and night. */
export function RecentImports({ timeZone }: { timeZone: string | undefined }) {
  const found = useQuery(recentImportsQuery());
  return (
    <Loaded from={found}>
      {({ items }) => {
        const fresh = items.filter(({ createdAt }) => Date.now() - Date.parse(createdAt) <= lately);
        if (fresh.length === 0) return null;
        return (
          <section aria-labelledby="imports" className="work work-imports">
            <h2 id="imports">Recent imports</h2>
            <DataTable
              caption={<span className="usa-sr-only">Imports, newest first</span>}
              rows={fresh}
              rowKey={({ importId }) => importId}
              empty=""
              columns={[
                {
                  head: "Import",
                  cell: ({ kind, dryRun }) => `${kindWords[kind]}${dryRun === true ? " (dry run)" : ""}`,
                },
                {
                  head: "Status",
                  cell: ({ status, stateReason }) => (
                    <>
                      <StateTag status={status} />
                      {stateReason !== undefined && <div className="aside">{stateReason}</div>}
                    </>
                  ),
                },
                { head: "Read", isNumber: true, cell: ({ counts }) => amount(counts.read) },
                { head: "New", isNumber: true, cell: ({ counts }) => amount(counts.created) },
                { head: "Replaced", isNumber: true, cell: ({ counts }) => amount(counts.replaced) },
                { head: "Rejected", isNumber: true, cell: ({ counts }) => amount(counts.rejected) },
                { head: "Started", cell: ({ createdAt }) => instantText(createdAt, timeZone) },
              ]}
            />
          </section>
        );
      }}
    </Loaded>
  );
}
