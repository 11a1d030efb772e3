import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { Link, useSearchParams } from "wouter";
import type { ExportAnswer } from "#contract/exports";
import { exportsQuery, readExport } from "../api/exports.ts";
import { libraryQuery, meQuery } from "../api/library.ts";
import { DataTable } from "../controls/data-table.tsx";
import { Failure } from "../controls/failure.tsx";
import { JobStatus } from "../controls/job-status.tsx";
import { Loaded } from "../controls/loading.tsx";
import { Pager } from "../controls/pager.tsx";
import { useDownload } from "../controls/use-download.ts";
import { useList } from "../controls/use-list.ts";
import { announce, announceAct } from "../page/announcer.ts";
import { PageHeading } from "../page/page-heading.tsx";
import { amount, counted, instantText } from "../words/format.ts";
import { NewExportForm } from "./new-export-form.tsx";

/** Patrons and titles as files: of all, or with `?querySet=` in the address of the members of a query set. */
export function ExportsPage() {
  const [params] = useSearchParams();
  const querySetId = params.get("querySet") ?? undefined;
  const list = useList("exports", []);
  const exports = useQuery({ ...exportsQuery(list.request), placeholderData: keepPreviousData });
  const mayExport = useQuery(meQuery()).data?.roles.includes("administrator") === true;
  const client = useQueryClient();
  useSpokenEnds(exports.data?.items);
  return (
    <>
      <PageHeading intro="Files of patrons or titles as they are now. A file is kept for a day. It contains patron data: keep it safe, and delete it when you are done.">
        Exports
      </PageHeading>
      {querySetId !== undefined && (
        <p>
          <Link href={`/query-sets/${querySetId}`}>Back to the query set</Link>
        </p>
      )}
      <div className={mayExport ? "beside" : undefined}>
        <div>
          <Loaded from={exports}>
            {({ items, nextCursor }) => (
              <>
                <ExportsTable exports={items} isStale={exports.isPlaceholderData} />
                <Pager
                  of="the exports"
                  list={list}
                  shown={items.length}
                  nextCursor={nextCursor}
                  isStale={exports.isPlaceholderData}
                />
              </>
            )}
          </Loaded>
        </div>
        {mayExport && (
          <NewExportForm
            querySetId={querySetId}
            onMade={async () => {
              announceAct("The export has started.");
              await client.invalidateQueries({ queryKey: ["exports"] });
            }}
          />
        )}
      </div>
    </>
  );
}

/** Says that an export has ended that was at work while the page was open. */
function useSpokenEnds(items: readonly ExportAnswer[] | undefined): void {
  const running = useRef(new Set<string>());
  useEffect(() => {
    for (const { exportId, status, rows } of items ?? []) {
      if (status === "RUNNING") running.current.add(exportId);
      else if (running.current.delete(exportId)) {
        announce(
          status === "COMPLETED" ? `The export is ready. ${counted(rows ?? 0, "row", "rows")}.` : "The export failed.",
        );
      }
    }
  }, [items]);
}

const contents = { patrons: "Patrons", titles: "Titles" } as const;

function ExportsTable({ exports, isStale }: { exports: readonly ExportAnswer[]; isStale: boolean }) {
  const timeZone = useQuery(libraryQuery()).data?.timeZone;
  const download = useDownload(async (exportId: string) => (await readExport(exportId)).url);
  return (
    <>
      {download.error !== null && <Failure error={download.error} didAct={false} />}
      <DataTable
        caption="Exports, newest first"
        rows={exports}
        rowKey={({ exportId }) => exportId}
        empty="No exports yet."
        isStale={isStale}
        columns={[
          {
            head: "Export",
            cell: ({ kind, format, querySetId }) => (
              <>
                {contents[kind]}, {format.toUpperCase()}
                {querySetId !== undefined && (
                  <div>
                    <Link href={`/query-sets/${querySetId}`}>of a query set</Link>
                  </div>
                )}
              </>
            ),
          },
          {
            head: "Status",
            cell: (job) => <JobStatus job={job} />,
          },
          { head: "Rows", isNumber: true, cell: ({ rows }) => (rows === undefined ? "" : amount(rows)) },
          {
            head: "Created",
            cell: ({ createdAt, createdBy }) => (
              <>
                {instantText(createdAt, timeZone)}
                <div className="aside">by {createdBy}</div>
              </>
            ),
          },
          {
            head: "File",
            cell: ({ exportId, kind, status, createdAt, availableUntil }) =>
              status === "COMPLETED" && (
                <>
                  <button
                    type="button"
                    className="usa-button usa-button--unstyled"
                    aria-disabled={download.isPending}
                    onClick={() => download.begin(exportId)}
                  >
                    Download
                    <span className="usa-sr-only">
                      {" "}
                      {contents[kind]} of {instantText(createdAt, timeZone)}
                    </span>
                  </button>
                  {availableUntil !== undefined && (
                    <div className="aside">until {instantText(availableUntil, timeZone)}</div>
                  )}
                </>
              ),
          },
        ]}
      />
    </>
  );
}
